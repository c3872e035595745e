"""Dates, times and durations as FEEL computes with them; in variables they are ISO 8601 texts, which JSON can hold."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.bpmn.expressions.surroundings import office

DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?", re.ASCII)
DAY = len("2026-05-01")
DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>\d{1,6})Y)?(?:(?P<months>\d{1,6})M)?(?:(?P<days>\d{1,7})D)?"
    r"(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)
LONGEST_MONTHS, LONGEST_SECONDS = 12 * 10_000, 366 * 86_400 * 10_000
PARTS = ("years", "months", "days", "hours", "minutes", "seconds")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Duration:
    """Years and months, or days and smaller parts; FEEL does not mix them."""

    months: int = 0
    seconds: float = 0

    def __post_init__(self) -> None:
        if abs(self.months) > LONGEST_MONTHS or abs(self.seconds) > LONGEST_SECONDS:
            raise OverflowError("the duration is too long")

    def __str__(self) -> str:
        sign = "-" if self.months < 0 or self.seconds < 0 else ""
        years, months = divmod(abs(self.months), 12)
        days, rest = divmod(abs(self.seconds), 86_400)
        hours, rest = divmod(rest, 3_600)
        minutes, seconds = divmod(rest, 60)
        day = "".join(f"{n:g}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days, "D")) if n)
        clock = "".join(f"{n:g}{unit}" for n, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
        return f"{sign}P{day}{'T' + clock if clock else ''}" if day or clock else "PT0S"

    def order(self) -> float:
        """What compares: months count as 30.4 days, which never matters within one kind."""
        return self.months * 2_629_746 + self.seconds


def duration(text: Any) -> Duration:
    """An ISO 8601 duration."""
    if isinstance(text, Duration):
        return text
    match = DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or text.endswith(("P", "T")):
        raise ValueError("not an ISO 8601 duration")
    part = {name: float(match[name] or 0) for name in PARTS}
    sign = -1 if match["sign"] else 1
    seconds = part["days"] * 86_400 + part["hours"] * 3_600 + part["minutes"] * 60 + part["seconds"]
    return Duration(sign * int(part["years"] * 12 + part["months"]), sign * seconds)


def is_moment(value: Any) -> bool:
    """Whether a value is the text of a day or of a moment."""
    return isinstance(value, str) and len(value) < 40 and DAY_TEXT.fullmatch(value) is not None


def moment(text: str) -> datetime:
    """The instant a text names; a day begins at midnight of the office."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=office().zone)


def instants(left: Any, right: Any) -> tuple[datetime, datetime] | None:
    """Both as instants, whatever zones they are written in; None for two plain days, and for any other texts."""
    if not (is_moment(left) and is_moment(right)) or len(left) == len(right) == DAY:
        return None
    try:
        return moment(left), moment(right)
    except ValueError:  # a text that only looks like a moment is compared as the text it is
        return None


def office_day(text: str) -> str:
    """The day that an instant falls on in the office."""
    return moment(text).astimezone(office().zone).date().isoformat()


def moved(text: str, by: Duration, sign: int = 1) -> str:
    """A day or moment later or earlier, written as it was."""
    found = datetime.fromisoformat(text)
    year, month = divmod(found.year * 12 + found.month - 1 + sign * by.months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("outside the range of dates")
    day = min(found.day, calendar.monthrange(year, month + 1)[1])
    later = found.replace(year=year, month=month + 1, day=day) + timedelta(seconds=sign * by.seconds)
    return later.date().isoformat() if len(text) == DAY else later.isoformat()


def apart(left: str, right: str) -> Duration:
    """From the right moment to the left one."""
    return Duration(seconds=(moment(left) - moment(right)).total_seconds())


def part_of(value: Any, name: str) -> Any:
    """``.year`` of a day, ``.hours`` of a duration; None if it has no such part."""
    if isinstance(value, Duration):
        whole = abs(int(value.seconds))
        parts = {
            "years": abs(value.months) // 12, "months": abs(value.months) % 12, "days": whole // 86_400,
            "hours": whole // 3_600 % 24, "minutes": whole // 60 % 60, "seconds": whole % 60,
        }  # fmt: skip
        return parts.get(name)
    found = datetime.fromisoformat(value)
    parts = {"year": found.year, "month": found.month, "day": found.day, "weekday": found.isoweekday()}
    if len(value) > DAY:
        parts |= {"hour": found.hour, "minute": found.minute, "second": found.second}
    return parts.get(name)


def day_of(*given: Any) -> str:
    """``date("2026-05-01T08:00:00")`` or ``date(2026, 5, 1)``."""
    if len(given) == 3:
        return date(*(int(part) for part in given)).isoformat()
    (text,) = given
    return date.fromisoformat(str(text)[:10]).isoformat()


def moment_of(*given: Any) -> str:
    """``date and time("…")``, or of a day and a time."""
    text = "T".join(str(part) for part in given) if len(given) == 2 else str(given[0])
    return datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00").isoformat()


def time_of(*given: Any) -> str:
    """``time("08:30:00")`` or ``time(8, 30, 0)``."""
    if len(given) == 3:
        hour, minute, second = (int(part) for part in given)
        return time(hour, minute, second).isoformat()
    (text,) = given
    return time.fromisoformat(str(text).rpartition("T")[2]).isoformat()


def months_between(start: Any, end: Any) -> Duration:
    """``years and months duration(from, to)``: whole months."""
    first, last = (datetime.fromisoformat(str(text)) for text in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    return Duration(months=months + 1 if months < 0 and last.day > first.day else months)


def literal(text: str) -> Any:
    """``@"…"``: a day, a moment, a time or a duration."""
    if text.lstrip("-").startswith("P"):
        return duration(text)
    if is_moment(text):
        return moment_of(text) if "T" in text else day_of(text)
    return time_of(text)
