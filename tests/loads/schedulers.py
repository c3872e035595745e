"""Four programs that keep time; one after the other is killed and started anew, and once nobody is there."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from engine.runtime import Engine

MANY = 4
GAP = 3.0  # seconds between two kills, on average
STANDSTILL = 2.0


class Schedulers:
    """What was started from here, and from when until when nobody kept time."""

    def __init__(self, engine: Engine, seed: int, many: int) -> None:
        self._many = many
        self._settings = engine.settings
        self._dice = random.Random(seed)
        self._running = self._ready()
        self.kills = 0
        self.down: tuple[datetime, datetime] | None = None

    def tick(self) -> None:
        """From now on they keep time."""
        for process in self._running:
            _go(process)

    def harass(self, until: datetime, standstill: datetime) -> None:
        """Kill one at random again and again until then, and all of them at one instant."""
        while (now := datetime.now(UTC)) < until:
            if self.down is None and now >= standstill:
                self._stand_still()
            time.sleep(min(self._dice.expovariate(1 / GAP), max(0.0, (until - now).total_seconds())))
            victim = self._running.pop(self._dice.randrange(self._many))
            self._kill(victim)
            self._running.append(self._started())
            _go(self._running[-1])

    def close(self) -> None:
        for process in self._running:
            self._kill(process)
        self._running = []

    def _stand_still(self) -> None:
        others = self._ready()  # what is measured is the clockwork, not how long a program takes to start
        began = datetime.now(UTC)
        self.close()
        self._running = others
        time.sleep(STANDSTILL)
        self.tick()
        self.down = began, datetime.now(UTC)

    def _ready(self) -> "list[subprocess.Popen[bytes]]":
        """As many as are wanted, which have opened the office and wait for the word."""
        processes = [self._started() for _ in range(self._many)]
        for process in processes:
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise RuntimeError("a scheduler does not come up")
        return processes

    def _started(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.loads.ticking", self._settings.url(), str(self._settings.home)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        self.kills += process.poll() is None
        process.kill()
        process.communicate()


def _go(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.write(b"go\n")
        process.stdin.flush()


@contextmanager
def ticking(engine: Engine, seed: int, many: int = MANY) -> Iterator[Schedulers]:
    """So many that wait for the word; none is left behind."""
    schedulers = Schedulers(engine, seed, many)
    try:
        yield schedulers
    finally:
        schedulers.close()
