"""A web server of one process whose threads are always all taken: its door answers everything (decision 109)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.ports import free_port
from tests.support.serving import PATIENCE, asked
from web import doorway

SERVED = b"served"


class FullDoor(doorway.Doorkeeper):
    """The door of a process without a thread to spare."""

    def init_process(self) -> None:
        doorway.MOST_HANDED = 0
        super().init_process()


def app(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Whoever comes through gets one word."""
    start("200 OK", [("Content-Length", str(len(SERVED)))])
    return [SERVED]


@contextmanager
def full_door(home: Path) -> Iterator[int]:
    """Its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"{__name__}:app", "--bind", f"127.0.0.1:{port}"]
    command += ["--config", "python:web.gunicorn_settings", "--worker-class", f"{__name__}.FullDoor"]
    process = subprocess.Popen(command, env=os.environ | {"SANBAN_HOME": str(home), "SANBAN_PATIENCE_SECONDS": "20"})
    try:
        until = time.monotonic() + PATIENCE
        while asked(port, "/healthz") != 200:
            assert time.monotonic() < until
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)
