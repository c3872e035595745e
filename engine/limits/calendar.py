"""The working calendar: which days and hours count as working time, in which zone (domain.md §6.1, §6.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import chinese_calendar

from engine.errors import InvalidLimit
from engine.limits.span import FIRST_YEAR, LAST_YEAR, Shifts, Span, build

Hours: TypeAlias = tuple[tuple[time, time], ...]

OFFICE_HOURS: Hours = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
SHANGHAI = ZoneInfo("Asia/Shanghai")
MICROS = 1_000_000

# What the law fixes by date of the sun calendar; the days of the moon calendar wait for the yearly notice.
STATUTORY = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class Season:
    """Other office hours (夏令作息) from ``first`` to ``last``, both included."""

    first: date
    last: date
    hours: Hours


@dataclass(frozen=True, slots=True)
class Calendar:
    """Office hours and working days; ``days`` says True for a make-up working day and False for a day off.

    ``day_hours`` are the hours of single days (half days); a day without hours is a day off.
    """

    hours: Hours = OFFICE_HOURS
    zone: ZoneInfo = SHANGHAI
    days: Mapping[date, bool] = field(default_factory=dict, hash=False)
    day_hours: Mapping[date, Hours] = field(default_factory=dict, hash=False)
    published: frozenset[int] = frozenset()
    after_hours_rule: Literal["same_day", "next_workday"] = "same_day"
    seasons: tuple[Season, ...] = ()
    same_day_until: time = time(15, 30)
    same_day_else: time = time(12)
    quiet_from: time = time(22)
    quiet_until: time = time(7, 30)
    _span: Span | None = field(default=None, init=False, repr=False, compare=False)
    _shifts: Shifts = field(default=(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "day_hours", MappingProxyType(dict(self.day_hours)))
        object.__setattr__(self, "_shifts", shifts_of(self.hours))
        object.__setattr__(self, "_span", None)
        for hours in (*(season.hours for season in self.seasons), *self.day_hours.values()):
            shifts_of(hours)

    @classmethod
    def china(cls) -> "Calendar":
        """The State Council's notices from 2004 to the last published year, Asia/Shanghai, 08:30–12:00 13:30–17:30."""
        return _china()

    def with_days(self, days: Mapping[date, bool], *, published: Iterable[int] = ()) -> "Calendar":
        """The same calendar with other working days; ``published`` names the years whose notice they complete."""
        return replace(self, days={**self.days, **days}, published=self.published | frozenset(published))

    def is_working(self, day: date) -> bool:
        """Whether people work that day: the table first, else Monday to Friday without the statutory days."""
        known = self.days.get(day)
        if known is not None:
            return known
        return day.weekday() < 5 and (day.year in self.published or (day.month, day.day) not in STATUTORY)

    def provisional(self, day: date | datetime) -> bool:
        """Whether that day is an estimate because the notice of its year is not in the table yet."""
        return self.day_of(day).year not in self.published

    def hours_on(self, day: date) -> Hours:
        """Office hours of that day: its own, else by season."""
        own = self.day_hours.get(day)
        return own or next((s.hours for s in self.seasons if s.first <= day <= s.last), self.hours)

    @property
    def day_seconds(self) -> int:
        """Length of one working day outside the seasons."""
        return sum(end - begin for begin, end in self._shifts) // MICROS

    def day_of(self, moment: date | datetime) -> date:
        """The office's date of an instant; a date is its own."""
        return self.local(moment).date() if isinstance(moment, datetime) else moment

    def local(self, at: datetime) -> datetime:
        """An aware instant on the office's clock."""
        if at.tzinfo is None:
            raise InvalidLimit("时间缺少时区。", f"naive time {at!r}", "请给出带时区的时间。", "time.naive")
        if not FIRST_YEAR <= at.year <= LAST_YEAR:
            raise out_of_range()
        return at.astimezone(self.zone)

    def at(self, day: date, clock: time) -> datetime:
        """The instant of a clock time of the office, in UTC."""
        return datetime.combine(day, clock, self.zone).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """When work begins that day (08:30), whether or not it is a working day."""
        return self.at(day, self.hours_on(day)[0][0])

    def closing(self, day: date) -> datetime:
        """When work ends that day (17:30), whether or not it is a working day."""
        return self.at(day, self.hours_on(day)[-1][1])

    def working_day(self, day: date, n: int) -> date:
        """The n-th working day after (n > 0) or before (n < 0) a day, which is not counted; n = 0 is the day itself."""
        if n == 0:
            return day
        first = last = day.year
        while True:
            found = self._covering(first, last).nth(day.toordinal(), n)
            if found is not None:
                return date.fromordinal(found)
            first, last = (first, last + 4) if n > 0 else (first - 4, last)

    def on_or_after(self, day: date) -> date:
        """The day itself if people work, else the next working day (顺延)."""
        return day if self.is_working(day) else self.working_day(day, 1)

    def on_or_before(self, day: date) -> date:
        """The day itself if people work, else the working day before it."""
        return day if self.is_working(day) else self.working_day(day, -1)

    def working_days_between(self, begin: date | datetime, end: date | datetime) -> int:
        """How many working days d lie in begin < d <= end; negative when the end comes first."""
        first, last = self.day_of(begin), self.day_of(end)
        span = self._covering(min(first.year, last.year), max(first.year, last.year))
        return span.count(last.toordinal()) - span.count(first.toordinal())

    def working_seconds(self, begin: datetime, end: datetime) -> int:
        """Working time from one instant to another in seconds; negative when the end comes first."""
        micros = self.working_micros(begin, end)
        return micros // MICROS if micros >= 0 else -(-micros // MICROS)

    def working_micros(self, begin: datetime, end: datetime) -> int:
        """Working time from one instant to another in microseconds, so that adding it back loses nothing."""
        first, last = self.local(begin), self.local(end)
        span = self._covering(min(first.year, last.year), max(first.year, last.year))
        return span.position(*_parts(last)) - span.position(*_parts(first))

    def add_working(self, at: datetime, micros: int) -> datetime:
        """The instant that much working time later (earlier if negative), in UTC."""
        if micros == 0:
            return at.astimezone(UTC)
        local = self.local(at)
        first = last = local.year
        while True:
            span = self._covering(first, last)
            position = span.position(*_parts(local)) + micros
            found = span.earliest(position) if micros > 0 else span.latest(position)
            if found is not None:
                return self._instant(*found)
            first, last = (first, last + 4) if micros > 0 else (first - 4, last)

    def _instant(self, day: int, clock: int) -> datetime:
        midnight = datetime.fromordinal(day)
        return (midnight + timedelta(microseconds=clock)).replace(tzinfo=self.zone).astimezone(UTC)

    def _shifts_on(self, day: int) -> Shifts:
        if not self.seasons and not self.day_hours:
            return self._shifts
        return shifts_of(self.hours_on(date.fromordinal(day)))

    def _covering(self, first: int, last: int) -> Span:
        span = self._span
        if span is not None and span.covers(first) and span.covers(last):
            return span
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise out_of_range()
        # Two threads may both grow the table: each has what it needs, and the last one stays.
        low, high = max(FIRST_YEAR, first - 1), min(LAST_YEAR, last + 1)
        if span is not None:
            low, high = min(low, span.first), max(high, span.last)
        span = build(low, high, self.is_working, self._shifts_on)
        object.__setattr__(self, "_span", span)
        return span


@cache
def _china() -> Calendar:
    off, on = chinese_calendar.holidays, chinese_calendar.workdays
    days = dict.fromkeys(off, False) | dict.fromkeys(on, True)
    return Calendar(days=days, published=frozenset(day.year for day in off))


@cache
def shifts_of(hours: Hours) -> Shifts:
    """Office hours as microseconds since midnight; refuses hours that overlap or run backwards."""
    shifts = tuple((_clock(begin), _clock(end)) for begin, end in hours)
    edges = [edge for shift in shifts for edge in shift]
    if not edges or edges != sorted(set(edges)):
        raise InvalidLimit("办公时段须先后有序、互不重叠。", f"bad office hours {hours}", code="time.calendar")
    return shifts


def out_of_range() -> InvalidLimit:
    """The error for instants that no office calendar reaches."""
    return InvalidLimit(
        f"时间超出 {FIRST_YEAR}—{LAST_YEAR} 年。", f"outside {FIRST_YEAR}-{LAST_YEAR}", "请检查年份。", "time.range"
    )


def _clock(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * MICROS + clock.microsecond


def _parts(local: datetime) -> tuple[int, int]:
    clock = ((local.hour * 60 + local.minute) * 60 + local.second) * MICROS + local.microsecond
    return local.toordinal(), clock
