"""How long somebody worked on something, and whose lateness it is (decision 037)."""

from collections.abc import Callable, Iterable
from datetime import datetime

Span = tuple[datetime, datetime]
Working = Callable[[datetime, datetime], int]  # working seconds from one instant to another


def worked(arrived: datetime, done: datetime, stopped: Iterable[Span], working: Working) -> tuple[int, int]:
    """Working seconds in somebody's hands without the pauses, and for how many of them the clock stood."""
    paused = sum(working(since, until) for since, until in _joined(arrived, done, stopped))
    return max(0, working(arrived, done) - paused), paused


def charged(holder: int | None, gone: int | None, due: datetime | None, done: datetime | None) -> int | None:
    """Whose lateness it is: of whoever holds it, unless it is late because ``gone`` left the post empty before."""
    late = due is not None and (done is None or done > due)
    return gone if late and gone is not None else holder


def _joined(arrived: datetime, done: datetime, stopped: Iterable[Span]) -> list[Span]:
    """The pauses inside the time, those that overlap as one."""
    found: list[Span] = []
    for since, until in sorted(stopped):
        begin, end = max(since, arrived), min(until, done)
        if begin >= end:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found
