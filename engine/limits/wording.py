"""The words for the time that is left, as the pages say them (ux.md §4.2)."""

from dataclasses import dataclass
from datetime import datetime

from engine.limits.calendar import Calendar

LATE = "超期"


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working seconds to the deadline (or since it, when ``overdue``), and the Chinese words for them."""

    working_seconds: int
    overdue: bool
    text_zh: str


def remaining(now: datetime, due: datetime | None, calendar: Calendar, *, natural: bool = False) -> Remaining:
    """How long is left; a day is a working day of office hours.

    ``natural`` counts round the clock in days of 24 hours, as 特急 limits run; so does whatever has no working time
    between now and the deadline, for "剩 0 分" on a Saturday would be untrue.
    """
    if due is None:
        return Remaining(0, overdue=False, text_zh="不计时")
    overdue = now > due
    working = abs(calendar.working_seconds(now, due))
    seconds, day = working, calendar.day_seconds
    if natural or (working == 0 and now != due):
        seconds, day = int(abs(due - now).total_seconds()), 86400
    return Remaining(working, overdue, f"{LATE if overdue else '剩'} {_words(seconds, day)}")


def says_late(text_zh: str) -> bool:
    """Whether these words of ``remaining`` say how long something is overdue."""
    return text_zh.startswith(f"{LATE} ")


def _words(seconds: int, day: int) -> str:
    days, rest = divmod(seconds, day)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {minutes} 分" if minutes else f"{hours} 小时"
    return f"{minutes} 分" if minutes else "不到 1 分"


_ENGLISH = {"天": "d", "小时": "h", "分": "min"}
_SIDES = {"剩": " left", LATE: " overdue"}


def in_english(text_zh: str) -> str:
    """The English for words of `remaining`, or for the length alone; any other text as it is.

    Lists carry the Chinese words, and only a page knows who looks: 剩 2 天 3 小时 is said as 2 d 3 h left.
    """
    if text_zh == "不计时":
        return "no limit"
    side = next((side for side in _SIDES if text_zh.startswith(f"{side} ")), "")
    length = text_zh.removeprefix(side).strip()
    parts = length.removeprefix("不到 ").split(" ")
    if len(parts) % 2 or any(unit not in _ENGLISH for unit in parts[1::2]):
        return text_zh
    said = " ".join(f"{number} {_ENGLISH[unit]}" for number, unit in zip(parts[::2], parts[1::2], strict=True))
    return f"{'under ' if length.startswith('不到') else ''}{said}{_SIDES.get(side, '')}"
