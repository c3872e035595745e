"""Cron times as Quartz writes them, ``second minute hour day month weekday [year]``, or five fields without seconds."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.errors import ExpressionError

RANGES = ((0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MONTHS = {
    "JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6,
    "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
}  # fmt: skip
DAYS = {name: number for number, name in enumerate(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"])}
FARTHEST = timedelta(days=366 * 5)

Fields = tuple[frozenset[int], ...]


@lru_cache(maxsize=256)
def read_cron(text: str) -> Fields:
    """The allowed values of each field; raises ``ExpressionError`` if it is no cron time."""
    parts = text.upper().split()
    quartz = len(parts) in (6, 7)
    parts = parts[:6] if quartz else ["0", *parts]
    if len(parts) != 6:
        raise _invalid(text)
    try:
        return tuple(_values(part, index, quartz) for index, part in enumerate(parts))
    except ValueError as error:
        raise _invalid(text) from error


def next_cron(text: str, after: datetime, zone: ZoneInfo) -> datetime:
    """The first matching second after an instant; the text is read in ``zone``, that of the office.

    An hour that the clocks show twice counts the first time; one that they leave out comes an hour later.
    """
    second, minute, hour, day, month, weekday = read_cron(text)
    moment = after.astimezone(zone).replace(microsecond=0, tzinfo=None) + timedelta(seconds=1)
    limit = moment + FARTHEST
    while moment < limit:
        if moment.month not in month or moment.day not in day or moment.isoweekday() % 7 not in weekday:
            moment = moment.replace(hour=0, minute=0, second=0) + timedelta(days=1)
        elif moment.hour not in hour:
            moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
        elif moment.minute not in minute:
            moment = moment.replace(second=0) + timedelta(minutes=1)
        elif moment.second not in second:
            moment += timedelta(seconds=1)
        elif (found := moment.replace(tzinfo=zone).astimezone(UTC)) > after:
            return found
        else:  # the clock shows it for the second time
            moment += timedelta(seconds=1)
    raise _invalid(text)


def _values(field: str, index: int, quartz: bool) -> frozenset[int]:
    low, high = RANGES[index]
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            start, end = low, high
        else:
            first, dash, last = span.partition("-")
            start = _number(first, index, quartz)
            end = _number(last, index, quartz) if dash else (high if step else start)
        if not low <= start <= end <= high:
            raise ValueError(part)
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(value % 7 for value in found) if index == 5 else frozenset(found)


def _number(word: str, index: int, quartz: bool) -> int:
    if index == 4 and word in MONTHS:
        return MONTHS[word]
    if index == 5:
        return DAYS[word] if word in DAYS else int(word) - (1 if quartz else 0)  # Quartz counts Sunday as 1
    return int(word)


def _invalid(text: str) -> ExpressionError:
    return ExpressionError(
        f"周期“{text[:40]}”无效",
        f"{text[:40]!r} is no cron time",
        "例如 0 30 8 * * MON-FRI（每个工作日 8:30）。",
        "time.cron",
    )
