"""How long things took: laps under names, in milliseconds."""

import math
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class Laps:
    """Times of one run, in the order in which they were taken."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = defaultdict(list)
        self._worked: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        """Time a block; one that fails is not counted."""
        begun, worked = time.perf_counter(), time.thread_time()
        yield
        self._worked[name].append((time.thread_time() - worked) * 1000)
        self._taken[name].append((time.perf_counter() - begun) * 1000)

    def of(self, *names: str) -> list[float]:
        """Milliseconds under these names."""
        return [lap for name in names for lap in self._taken[name]]

    def cpu_of(self, *names: str) -> list[float]:
        """Milliseconds of the processor under these names: what a busy machine does not change much."""
        return [lap for name in names for lap in self._worked[name]]


def median(laps: Sequence[float]) -> float:
    """The middle one; nothing measured is not a number."""
    return statistics.median(laps) if laps else math.nan


def p95(laps: Sequence[float]) -> float:
    """What nineteen of twenty stay under."""
    ordered = sorted(laps)
    return ordered[math.ceil(len(ordered) * 0.95) - 1] if ordered else math.nan
