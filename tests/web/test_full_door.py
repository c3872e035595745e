"""A process without a thread to spare answers at its door: whole, at once and without a reset (P20)."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.full_door import SERVED, full_door
from tests.support.serving import PATIENCE
from web.turning_away import PAGE

ASKED = b"GET /inbox HTTP/1.1\r\nHost: x\r\n\r\n"
SENT = b"POST /inbox HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with full_door(Path(tmp_path_factory.mktemp("door"))) as port:
        yield port


def told(connection: socket.socket) -> bytes:
    """Everything up to the end; a reset is an error."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("request_", [ASKED, SENT, ASKED + ASKED, SENT + ASKED])
@pytest.mark.parametrize("pause_after", [0, 1, 20, -1])
def test_the_answer_is_whole_and_then_it_is_over(port: int, request_: bytes, pause_after: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(request_[:pause_after])
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request_[pause_after:])

        assert told(connection) == PAGE


def test_hundreds_at_once_are_all_told(port: int) -> None:
    with ExitStack() as open_ones:
        many = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE)) for _each in range(300)
        ]
        for connection in many:
            connection.sendall(ASKED)

        assert {told(connection) for connection in many} == {PAGE}


def test_whoever_watches_is_let_through(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

        assert told(connection).endswith(SERVED)
