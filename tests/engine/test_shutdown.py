"""SIGTERM: the server finishes what it has begun and goes with exit code 0, and so does the worker (P17)."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.support.ports import free_port

PATIENCE = 180.0  # seconds; a bound for what must come, not a measure
BEATS = "SELECT count(*) FROM heartbeat WHERE name NOT LIKE 'rows guarded%'"  # those marks come with the tables


@pytest.fixture
def environment(sqlite_schema: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "sanban.db").write_bytes(sqlite_schema.read_bytes())
    return os.environ | {"SANBAN_HOME": str(tmp_path), "SANBAN_PORT": str(free_port()), "SANBAN_WORKERS": "1"}


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "engine", "serve"], env=environment, start_new_session=True)
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # and what it has started
    process.wait()


def asked(port: int) -> int:
    """The status of one request; 0 if nobody takes it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/login")
    except OSError:
        return 0
    try:
        return connection.getresponse().status
    except (OSError, HTTPException):
        return -1  # taken and never answered
    finally:
        connection.close()


def test_a_server_that_is_stopped_finishes_what_it_has_begun(
    server: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    port, until = int(environment["SANBAN_PORT"]), time.monotonic() + PATIENCE
    while asked(port) != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    body = b'{"login": "nobody", "password": "wrong"}'
    kind = "Host: 127.0.0.1\r\nContent-Type: application/json"
    head = f"POST /api/v1/tokens HTTP/1.1\r\n{kind}\r\nContent-Length: {len(body)}"
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as begun:
        begun.sendall(f"{head}\r\n\r\n".encode() + body[:10])
        assert asked(port) == 200  # who came later has been served, so this one has been looked at

        server.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        begun.sendall(body[10:])
        answer = begun.recv(100)

    assert answer.startswith(b"HTTP/1.1 401")
    assert server.wait(PATIENCE) == 0
    assert asked(port) == 0


def test_a_server_that_is_stopped_while_it_starts_goes_politely_and_leaves_nobody(environment: dict[str, str]) -> None:
    command = [sys.executable, "-u", "-m", "engine", "serve", "--work"]
    process = subprocess.Popen(command, env=environment, start_new_session=True, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"Sanban:")  # said before the server is started

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
    process.stdout.close()
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def test_a_worker_that_is_stopped_goes_politely(environment: dict[str, str]) -> None:
    process = subprocess.Popen([sys.executable, "-m", "engine", "work"], env=environment)
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(Path(environment["SANBAN_HOME"]) / "sanban.db", timeout=PATIENCE)) as database:
        while database.execute(BEATS).fetchone() == (0,):
            assert time.monotonic() < until
            time.sleep(0.1)

    process.send_signal(signal.SIGTERM)

    assert process.wait(PATIENCE) == 0
