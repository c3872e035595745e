"""Asks a virus scanner about a file: the stream protocol of clamd, over TCP or a socket of this machine."""

import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

from engine.channels.channel import ChannelError

SECONDS = 60.0  # without a word from the scanner
PIECE = 64 * 1024
LONGEST_VERDICT = 4096


def scan(address: str, path: Path) -> str:
    """The name of what was found, empty if nothing was; ChannelError if the scanner gave no verdict."""
    try:
        with _connect(address) as connection, path.open("rb") as file:
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(PIECE):
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
            said = _verdict(connection)
    except OSError as error:
        raise ChannelError("病毒扫描服务连不上。", f"scanner: {error}", retry=True) from error
    _, _, found = said.partition(": ")
    if found == "OK":
        return ""
    if found.endswith(" FOUND"):
        return found.removesuffix(" FOUND")
    raise ChannelError("病毒扫描服务没有给出结论。", f"scanner said {said[:200]!r}", retry=True)


def _connect(address: str) -> socket.socket:
    where = urlsplit(address)
    if where.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(SECONDS)
        connection.connect(where.path)
        return connection
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=SECONDS)


def _verdict(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_VERDICT:
        more = connection.recv(LONGEST_VERDICT)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n").decode(errors="replace").strip()
