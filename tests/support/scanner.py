"""A virus scanner that speaks the stream protocol of clamd on a port of its own, and knows one virus."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

# the harmless text that every scanner calls a virus; in two halves, so that none calls this file one
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = self.rfile.read(len(b"zINSTREAM\0"))
        whole = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            whole += self.rfile.read(length)
        found = b"Eicar-Test-Signature FOUND" if EICAR in whole else b"OK"
        self.wfile.write((b"stream: " + found if command == b"zINSTREAM\0" else b"UNKNOWN COMMAND") + b"\0")


class _Deaf(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.rfile.read(10)


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def scanner() -> AbstractContextManager[str]:
    """The address of one that answers."""
    return _serving(_Session)


def deaf() -> AbstractContextManager[str]:
    """The address of one that takes the file and hangs up without a verdict."""
    return _serving(_Deaf)
