"""Rounds: what comes again every day, week, month, quarter or year, at a moment of the working calendar."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from engine.errors import InvalidLimit
from engine.limits.calendar import Calendar

Every: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}
WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
WORKING = re.compile(r"WD(-?[1-9]\d?)")
OR_LAST = "/WD-1"
BACK = 40  # periods one looks back: no row of days off is longer


@dataclass(frozen=True, slots=True)
class Round:
    """``day``: WD3 or WD-1 (a working day of the month), 15 (or the next working day), FRI (or the last before it),
    FRI/WD-1 (or the last working day of that week, which may come after it)."""

    every: Every
    month: int = 1  # of the quarter or the year
    day: str = "WD1"
    at: time = time(9)

    def __post_init__(self) -> None:
        fits = {"day": not self.day, "week": self.day.removesuffix(OR_LAST) in WEEKDAYS}.get(self.every)
        if fits is None:
            fits = bool(WORKING.fullmatch(self.day)) or (self.day.isdecimal() and 1 <= int(self.day) <= 31)
        if not fits or not 1 <= self.month <= MONTHS.get(self.every, 1):
            raise InvalidLimit(
                f"不是有效的周期：{self.every} {self.month} {self.day}",
                f"not a round: {self.every} {self.month} {self.day}",
                "如 month WD3、week FRI 或 FRI/WD-1、quarter 1 WD5、year 12 WD1；day 不写日期。",
            )


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a round: its period, the days of that period and of the one before, and when it is due."""

    period: str
    first: date
    last: date
    before: str
    since: date
    until: date
    due: datetime


def latest(asked: Round, now: datetime, calendar: Calendar) -> Turn | None:
    """The last turn that is due by now; None if the calendar knows none."""
    first = _first(asked.every, calendar.local(now).date())
    for _ in range(BACK):
        due = _due(asked, first, calendar)
        if due is not None and due <= now:
            return _turn(asked.every, first, due)
        first = _first(asked.every, first - timedelta(days=1))
    return None


def _turn(every: Every, first: date, due: datetime) -> Turn:
    until = first - timedelta(days=1)
    since = _first(every, until)
    return Turn(_named(every, first), first, _last(every, first), _named(every, since), since, until, due)


def _first(every: Every, day: date) -> date:
    """The first day of the period that a day lies in."""
    if every == "day":
        return day
    if every == "week":
        return day - timedelta(days=day.weekday())
    length = MONTHS[every]
    return date(day.year, (day.month - 1) // length * length + 1, 1)


def _last(every: Every, first: date) -> date:
    if every in ("day", "week"):
        return first + timedelta(days=6 if every == "week" else 0)
    month = first.month - 1 + MONTHS[every]
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _named(every: Every, first: date) -> str:
    match every:
        case "day":
            return first.isoformat()
        case "week":
            return f"{first:%G-W%V}"
        case "month":
            return f"{first:%Y-%m}"
        case "quarter":
            return f"{first.year}Q{(first.month + 2) // 3}"
    return str(first.year)


def _due(asked: Round, first: date, calendar: Calendar) -> datetime | None:
    day: date | None = first
    if asked.every == "day":
        day = first if calendar.is_working(first) else None
    elif asked.every == "week":
        day = _in_week(asked.day, first, calendar)
    else:
        day = _in_month(asked.day, date(first.year, first.month + asked.month - 1, 1), calendar)
    return calendar.at(day, asked.at) if day is not None else None


def _in_week(text: str, monday: date, calendar: Calendar) -> date | None:
    """The day named; if it is off the last working day before it, or of the whole week."""
    wanted = WEEKDAYS.index(text.removesuffix(OR_LAST))
    days = [wanted, *range(6 if text.endswith(OR_LAST) else wanted - 1, -1, -1)]
    week = (monday + timedelta(days=n) for n in days)
    return next((one for one in week if calendar.is_working(one)), None)


def _in_month(text: str, first: date, calendar: Calendar) -> date:
    last = _last("month", first)
    if found := WORKING.fullmatch(text):
        n = int(found[1])
        begin = calendar.on_or_after(first) if n > 0 else calendar.on_or_before(last)
        return calendar.working_day(begin, n - 1 if n > 0 else n + 1)
    return calendar.on_or_after(min(first.replace(day=1) + timedelta(days=int(text) - 1), last))
