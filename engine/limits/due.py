"""Deadlines: the instant a limit comes to, back-scheduling, pauses, and overdue working days (domain.md §6)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from engine.errors import InvalidLimit
from engine.limits.calendar import Calendar
from engine.limits.limit import HOUR, MOST_DAYS, Limit, parse_limit, refused, too_long

_OFFSET = re.compile(
    r"(T?)\s*([+-])\s*(\d{1,5}(?:\.\d{1,4})?)\s*(h|min|d|CH|WH|WD|CD)?(?:\s+(\d{1,2}:\d{2}))?|T(?:\s+(\d{1,2}:\d{2}))?"
)
_MICROS = {"h": HOUR, "CH": HOUR, "WH": HOUR, "min": HOUR // 60}


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from an anchor: ``amount`` days for ``days`` and ``WD``/``CD``, microseconds for ``h`` and ``WH``."""

    text: str
    unit: Literal["h", "WH", "WD", "CD"]
    amount: int
    clock: time | None = None


def deadline(
    limit: str | Limit, start: datetime, calendar: Calendar, *, anchor: date | datetime | None = None
) -> datetime:
    """The instant in UTC at which a limit that began at ``start`` ends; T±n limits count from ``anchor`` instead."""
    limit = parse_limit(limit) if isinstance(limit, str) else limit
    match limit.unit:
        case "CH":
            return calendar.local(start).astimezone(UTC) + timedelta(microseconds=limit.micros)
        case "WH":
            return calendar.add_working(start, limit.micros)
        case "WD":
            return calendar.closing(calendar.working_day(_received(start, calendar), limit.days))
        case "CD":
            day = _received(start, calendar) + timedelta(days=limit.days)
            return calendar.closing(calendar.on_or_after(day))
        case "当日":
            return _same_day(start, calendar)
        case "AT":
            return _moment(limit, calendar)
        case "ISO":
            return _add_months(calendar.local(start), limit.months).astimezone(UTC) + timedelta(
                microseconds=limit.micros
            )
    if anchor is None:
        raise _no_anchor(limit.text)
    return before(limit.text, anchor, calendar)


def before(offset: str, anchor: date | datetime, calendar: Calendar) -> datetime:
    """The instant of ``T-10``, ``T+2``, ``T-1 16:00``, ``T-2h``, ``+30min``, ``+1WD`` from an anchor, not counted.

    Days are working days and end at closing time unless a clock time is given; ``T-10CD`` counts calendar days and
    falls back to the earlier working day. Hours need the anchor's own time of day.
    """
    distance = parse_offset(offset)
    if distance.unit in ("h", "WH"):
        if not isinstance(anchor, datetime):
            raise _no_anchor(offset)
        if distance.unit == "WH":
            return calendar.add_working(anchor, distance.amount)
        return calendar.local(anchor).astimezone(UTC) + timedelta(microseconds=distance.amount)
    day = calendar.day_of(anchor)
    if distance.unit == "WD":
        day = calendar.working_day(day, distance.amount)
    else:
        day += timedelta(days=distance.amount)
        day = calendar.on_or_before(day) if distance.amount < 0 else calendar.on_or_after(day)
    return calendar.at(day, distance.clock) if distance.clock else calendar.closing(day)


def notice_before(days: int, anchor: date | datetime, calendar: Calendar) -> datetime:
    """Latest instant for a notice N calendar days ahead; on a day off the EARLIER working day (domain.md §4.4)."""
    if not 0 <= days <= MOST_DAYS:
        raise too_long(f"{days}日")
    return calendar.closing(calendar.on_or_before(calendar.day_of(anchor) - timedelta(days=days)))


def resume(
    limit: str | Limit,
    start: datetime,
    paused_at: datetime,
    resumed_at: datetime,
    calendar: Calendar,
    *,
    anchor: date | datetime | None = None,
) -> datetime:
    """The new deadline after one pause (domain.md §6.5)."""
    due = deadline(limit, start, calendar, anchor=anchor)
    return postpone(limit, due, paused_at, resumed_at, calendar)


def postpone(
    limit: str | Limit, due: datetime, paused_at: datetime, resumed_at: datetime, calendar: Calendar
) -> datetime:
    """A deadline in force moved by one pause; for the second and later pauses, and for deadlines set by hand.

    A pause that begins after the deadline gives nothing back.
    """
    limit = parse_limit(limit) if isinstance(limit, str) else limit
    if resumed_at < paused_at:
        raise InvalidLimit("恢复时间早于挂起时间。", "resumed before paused", code="time.order")
    if paused_at >= due:
        return due.astimezone(UTC)
    if limit.unit == "WH":
        return calendar.add_working(resumed_at, calendar.working_micros(paused_at, due))
    if limit.unit in ("CH", "ISO"):
        return resumed_at.astimezone(UTC) + (due - paused_at)
    paused_days = calendar.working_days_between(paused_at, resumed_at)
    old = calendar.local(due)
    if limit.unit in ("WD", "CD"):
        return calendar.closing(calendar.working_day(old.date(), paused_days))
    return calendar.at(calendar.working_day(old.date(), paused_days), old.time())


def rung(due: datetime, k: int, calendar: Calendar) -> datetime:
    """Opening time (08:30) of the k-th overdue working day, so that nobody is woken at midnight (domain.md §5.6)."""
    if not 1 <= k <= MOST_DAYS:
        raise InvalidLimit(f"逾期工作日序数 {k} 不合理。", f"k = {k}", code="time.range")
    return calendar.opening(calendar.working_day(calendar.day_of(due), k))


def overdue_days(due: datetime, now: datetime, calendar: Calendar) -> int:
    """k: how many working days have begun since the day of the deadline; 0 while it is not missed."""
    return max(calendar.working_days_between(due, now), 0) if now > due else 0


@lru_cache(maxsize=1024)
def parse_offset(text: str) -> Offset:
    """Read ``T-10``, ``T``, ``T-1 16:00``, ``T-2h``, ``+30min``, ``-2WH``; InvalidLimit if it is none of these."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        raise refused(text, "写法如 T-10、T+2、T-1 16:00、T-2h、+30min、+1WD。")
    anchored, sign, number, unit, clock, own_clock = found.groups()
    if number is None:
        return Offset(text, "WD", 0, _clock(text, own_clock))
    direction = -1 if sign == "-" else 1
    if unit in _MICROS:
        if clock:
            raise refused(text, "小时、分钟之后不能再写钟点。")
        amount = int(float(number) * _MICROS[unit])
        if amount > MOST_DAYS * 24 * HOUR:
            raise too_long(text)
        return Offset(text, "WH" if unit == "WH" else "h", direction * amount)
    if "." in number or int(number) > MOST_DAYS or not (anchored or unit):
        raise refused(text, "天数须为十年以内的整数，如 T-10 或 +1WD。")
    return Offset(text, "CD" if unit in ("CD", "d") else "WD", direction * int(number), _clock(text, clock))


def _clock(text: str, clock: str | None) -> time | None:
    if clock is None:
        return None
    try:
        return time.fromisoformat(clock.zfill(5))
    except ValueError:
        raise refused(text, "钟点须在 00:00 至 23:59 之间。") from None


def _no_anchor(text: str) -> InvalidLimit:
    return InvalidLimit(f"时限“{text}”须有会议时间等基准时刻。", f"{text} needs an anchor", code="time.no_anchor")


def _received(start: datetime, calendar: Calendar) -> date:
    """The day that is not counted: the day of receipt, or with ``next_workday`` the working day it counts as."""
    local = calendar.local(start)
    day = local.date()
    if calendar.after_hours_rule == "same_day":
        return day
    if calendar.is_working(day) and start <= calendar.closing(day):
        return day
    return calendar.working_day(day, 1)


def _same_day(start: datetime, calendar: Calendar) -> datetime:
    local = calendar.local(start)
    day = local.date()
    # By the minute: what the page shows as 15:30 is 15:30.
    if calendar.is_working(day) and local.time().replace(second=0, microsecond=0) <= calendar.same_day_until:
        return calendar.closing(day)
    return calendar.at(calendar.working_day(day, 1), calendar.same_day_else)


def _moment(limit: Limit, calendar: Calendar) -> datetime:
    assert limit.moment is not None
    if limit.whole_day:
        return calendar.closing(limit.moment.date())
    if limit.moment.tzinfo is None:
        return calendar.at(limit.moment.date(), limit.moment.time())
    return limit.moment.astimezone(UTC)


def _add_months(local: datetime, months: int) -> datetime:
    if not months:
        return local
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    return local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
