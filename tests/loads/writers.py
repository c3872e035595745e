"""Hands that write one thing after the other, and how long each had to wait until it was acknowledged."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, pairwise
from threading import Event, Lock, Thread

from engine.errors import SanbanError
from engine.store.pulse import LOST

HANDS = 4
BREATH = 0.05  # seconds between two acts of a hand: SQLite gives its lock to whoever happens to ask
PATIENCE = 120.0
Act = Callable[[int], str]
TOLD: tuple[type[Exception], ...] = (*LOST, SanbanError)


@dataclass(frozen=True)
class Written:
    """One thing that was done: when it was asked for and acknowledged, how often it was tried."""

    what: str
    asked: float  # by the monotonic clock, as ``done``
    done: float
    at: datetime  # when it was acknowledged
    tries: int

    @property
    def waited(self) -> float:
        return self.done - self.asked


@dataclass
class Writers:
    """What was acknowledged until now, and what went wrong otherwise than by a lock that was not given."""

    act: Act  # does the n-th thing and answers what it was
    written: list[Written] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    _numbers: Iterator[int] = field(default_factory=count)

    def work(self) -> None:
        """One hand: what was refused for a lock is asked for again, as whoever was told 503 does."""
        while not self.over.wait(BREATH):
            with self.lock:
                n = next(self._numbers)
            try:
                done = self._insist(n)
            except TOLD as error:  # it is told in the verdict, and the others go on
                with self.lock:
                    self.faults.append(f"{n}: {type(error).__name__}: {error}"[:300])
                continue
            with self.lock:
                self.written.append(done)

    def _insist(self, n: int) -> Written:
        asked, tries = time.monotonic(), 0
        while True:
            tries += 1
            try:
                what = self.act(n)
            except LOST:
                if time.monotonic() - asked > PATIENCE:
                    raise
                time.sleep(0.02)
            else:
                return Written(what, asked, time.monotonic(), datetime.now(UTC), tries)

    def between(self, since: float, until: float) -> list[Written]:
        """What was on its way or done in that time."""
        with self.lock:
            return [one for one in self.written if one.done >= since and one.asked <= until]


@contextmanager
def writing(act: Act, hands: int = HANDS) -> Iterator[Writers]:
    """So many hands at work until the block ends."""
    writers = Writers(act)
    threads = [Thread(target=writers.work, daemon=True) for _ in range(hands)]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.over.set()
        for thread in threads:
            thread.join()


def longest(written: Sequence[Written]) -> float:
    """Seconds that the write waited which waited longest."""
    return max((one.waited for one in written), default=0.0)


def silence(written: Sequence[Written], since: float) -> float:
    """Seconds from then on in which nobody at all was acknowledged anything, the longest of them."""
    ends = [since, *sorted(one.done for one in written)]
    return max((b - a for a, b in pairwise(ends)), default=0.0)
