"""A server of one process over real sockets, for tests of what comes before Flask."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.support.ports import free_port

PATIENCE = 300.0  # seconds; a bound for what must end, not a measure


@contextmanager
def serving(home: Path, patience: int) -> Iterator[int]:
    """Port of a server of one process that is patient for so many seconds; its log is ``server.log`` in its home."""
    port = free_port()
    told = {"HOME": str(home), "PORT": str(port), "WORKERS": "1", "PATIENCE_SECONDS": str(patience)}
    environment = os.environ | {f"SANBAN_{name}": value for name, value in told.items()}
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine", "serve"], env=environment, start_new_session=True, stderr=log
        )
    until = time.monotonic() + PATIENCE
    try:
        while asked(port) != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        yield port
        process.terminate()
        process.wait(PATIENCE)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it has started


def asked(port: int, path: str = "/login") -> int:
    """The status of one request; 0 if there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
