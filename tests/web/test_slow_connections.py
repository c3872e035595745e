"""Two hundred slow connections stop nobody and are cut off (reliability.md A89), over real sockets."""

import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.support.serving import PATIENCE, asked, serving
from web.doorway import SMALL, wanted

EACH = 40
HEAD = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "silent": b"",
    "half a head": b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "a head without an end": b"GET /login HTTP/1.1\r\nX-Slow: " + b"x" * SMALL,
    "half a small body": HEAD + b"Content-Length: 1000\r\n\r\nlogin=",
    "half a great body": HEAD + b"Content-Length: 1000000\r\n\r\nlogin=",
}


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has ended it; what it said before is read away."""
    connection.setblocking(False)
    try:
        while connection.recv(4096):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def drip(connections: list[socket.socket]) -> None:
    """One byte more to each."""
    for connection in connections:
        with suppress(OSError):
            connection.send(b"x")


def test_a89_two_hundred_slow_connections_stop_nobody_and_are_cut_off(sqlite_schema: Path, tmp_path: Path) -> None:
    (tmp_path / "sanban.db").write_bytes(sqlite_schema.read_bytes())
    for patience in (4, 16, 64, 256):  # on a slow machine none may hang any more before the others have been served
        with serving(tmp_path, patience) as port:
            if while_two_hundred_hang(port):
                assert asked(port) == 200
                return
    pytest.fail("no connection hung long enough to be in anybody's way")


def while_two_hundred_hang(port: int) -> int:
    """Others are served meanwhile, and in the end all are cut off; how many hung while the others asked."""
    with ExitStack() as open_ones:
        slow: list[socket.socket] = []
        for begun in SLOW.values():
            for _ in range(EACH):
                connection = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
                connection.sendall(begun)
                slow.append(connection)

        while_they_hang = [asked(port), asked(port, "/healthz")]
        hanging = sum(not is_closed(connection) for connection in slow)
        drip(slow[EACH:])
        while_they_hang.append(asked(port))
        until = time.monotonic() + PATIENCE
        while not all(map(is_closed, slow)) and time.monotonic() < until:
            drip(slow[EACH:])
            time.sleep(0.5)

        assert while_they_hang == [200, 200, 200]
        assert sum(not is_closed(connection) for connection in slow) == 0
    return hanging


POST = b"POST / HTTP/1.1\r\n"


@pytest.mark.parametrize(
    ("seen", "missing"),
    [
        (b"", 1),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", 1),
        (b"GET / HTTP/1.1\r\n\r\n", 0),
        (POST + b"Content-Length: 5\r\n\r\nab", 3),
        (POST + b"content-length:5\r\n\r\nabcde", 0),
        (POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n", 0),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", 0),
        (POST + b"Content-Length: 999999\r\n\r\n", 0),
        (b"x" * SMALL, -1 - SMALL),
    ],
    ids=[
        "nothing",
        "half a head",
        "no body",
        "half a body",
        "a body",
        "asks first",
        "chunks",
        "a great body",
        "no head",
    ],
)
def test_a_thread_is_worth_it_when_so_much_is_there(seen: bytes, missing: int) -> None:
    assert wanted(seen) - len(seen) == missing
