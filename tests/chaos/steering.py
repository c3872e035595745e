"""What the harness tells its processes in a small file: how far their clocks are off, and how full the disk is."""

import json
import os
import resource
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import runtime
from tests.chaos import faults

UNLIMITED = resource.RLIM_INFINITY


class Steering:
    """The writing end."""

    def __init__(self, path: Path, opening: datetime) -> None:
        self.path = path
        self._told = {"offset": (opening - datetime.now(UTC)).total_seconds(), "largest": UNLIMITED}
        self._write()

    def now(self) -> datetime:
        """The time of the office."""
        return datetime.now(UTC) + timedelta(seconds=self._told["offset"])

    def jump(self, seconds: float) -> None:
        """Move the clock of all processes."""
        self._told["offset"] += seconds
        self._write()

    def fill_disk(self, largest: int = UNLIMITED) -> None:
        """No file may grow beyond so many bytes; without an argument there is room again."""
        self._told["largest"] = largest
        self._write()

    def _write(self) -> None:
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(self._told), encoding="ascii")
        os.replace(fresh, self.path)


def obey(path: str, fault: str) -> None:
    """The reading end: every engine that this process opens runs on the harness's clock."""
    read: dict[str, Any] = {"stamp": 0, "offset": 0.0}

    def now() -> datetime:
        stamp = os.stat(path).st_mtime_ns
        if stamp != read["stamp"]:
            told = json.loads(Path(path).read_text(encoding="ascii"))
            read.update(told, stamp=stamp)
            # the hard limit stays, so that the disk can have room again
            resource.setrlimit(resource.RLIMIT_FSIZE, (told["largest"], UNLIMITED))
        return datetime.now(UTC) + timedelta(seconds=read["offset"])

    defaults: Any = runtime.open_engine.__kwdefaults__
    defaults["now"] = now
    if fault:
        faults.PLANT[fault]()
