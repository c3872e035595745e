"""Working days of whole years as one sorted table, so that working time is found by two bisections and not by walking.

Positions are microseconds of working time since the first day of the span.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

Shifts: TypeAlias = tuple[tuple[int, int], ...]

FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True)
class Span:
    """The table: ``before[i]`` is the working time before the i-th working day; ``before[-1]`` is all of it."""

    first: int
    last: int
    days: tuple[int, ...]
    before: tuple[int, ...]
    shifts_on: Callable[[int], Shifts]

    def covers(self, year: int) -> bool:
        """Whether every working day of that year is in the table."""
        return self.first <= year <= self.last

    def count(self, day: int) -> int:
        """How many working days of the span are not after that day."""
        return bisect_right(self.days, day)

    def nth(self, day: int, n: int) -> int | None:
        """The n-th working day after (n > 0) or before (n < 0) a day; None when the span is too short to tell."""
        index = bisect_right(self.days, day) + n - 1 if n > 0 else bisect_left(self.days, day) + n
        return self.days[index] if 0 <= index < len(self.days) else None

    def position(self, day: int, clock: int) -> int:
        """Working time from the beginning of the span to that clock time (microseconds since midnight)."""
        index = bisect_left(self.days, day)
        if index == len(self.days) or self.days[index] != day:
            return self.before[index]
        passed = self.before[index]
        for begin, end in self.shifts_on(day):
            if clock >= end:
                passed += end - begin
            elif clock > begin:
                passed += clock - begin
        return passed

    def earliest(self, position: int) -> tuple[int, int] | None:
        """The first day and clock at which that much working time has passed: closing time, not next opening."""
        index = bisect_left(self.before, position) - 1
        if not 0 <= index < len(self.days):
            return None
        rest = position - self.before[index]
        for begin, end in self.shifts_on(self.days[index]):
            if rest <= end - begin:
                return self.days[index], begin + rest
            rest -= end - begin
        return None

    def latest(self, position: int) -> tuple[int, int] | None:
        """The last day and clock at which no more than that working time has passed: opening time, not last closing."""
        index = bisect_right(self.before, position) - 1
        if not 0 <= index < len(self.days):
            return None
        rest = position - self.before[index]
        for begin, end in self.shifts_on(self.days[index]):
            if rest < end - begin:
                return self.days[index], begin + rest
            rest -= end - begin
        return None


def build(first: int, last: int, is_working: Callable[[date], bool], shifts_on: Callable[[int], Shifts]) -> Span:
    """The span of the years ``first`` to ``last``, both included."""
    ordinals = range(date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal() + 1)
    days = tuple(ordinal for ordinal in ordinals if is_working(date.fromordinal(ordinal)))
    before, total = [0], 0
    for day in days:
        total += sum(end - begin for begin, end in shifts_on(day))
        before.append(total)
    return Span(first, last, days, tuple(before), shifts_on)
