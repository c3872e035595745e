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

    @contextmanager
    def lap(self, name: str) -> Iterator[None]:
        """Time a block; one that fails is not counted."""
        begun = time.perf_counter()
        yield
        self.add(name, (time.perf_counter() - begun) * 1000)

    def add(self, name: str, milliseconds: float) -> None:
        self._taken[name].append(milliseconds)

    def of(self, *names: str) -> list[float]:
        """Milliseconds under these names."""
        return [lap for name in names for lap in self._taken[name]]

    def names(self) -> list[str]:
        return list(self._taken)


def median(laps: Sequence[float]) -> float:
    """The middle one; nothing measured is not a number."""
    return statistics.median(laps) if laps else math.nan


def p95(laps: Sequence[float]) -> float:
    """What nineteen of twenty stay under."""
    ordered = sorted(laps)
    return ordered[math.ceil(len(ordered) * 0.95) - 1] if ordered else math.nan
