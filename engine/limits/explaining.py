"""Why a limit ends when it does: which days and hours counted, and what was skipped (ux.md, the tester of /sla)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from engine.limits.calendar import Calendar
from engine.limits.due import deadline
from engine.limits.limit import Limit, parse_limit

WEEKDAYS = "一二三四五六日"
MOST_DAYS = 800  # longer ones are told in one sentence


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that belong together: counted ones say how much, skipped ones why."""

    first: date
    last: date
    counts: bool
    text: str


@dataclass(frozen=True, slots=True)
class Explained:
    """The deadline, the rule in words, and the stretches between start and deadline."""

    due: datetime
    rule: str
    stretches: tuple[Stretch, ...]
    provisional: bool

    @property
    def skipped(self) -> tuple[Stretch, ...]:
        """What did not count."""
        return tuple(s for s in self.stretches if not s.counts)


def explain(limit: str | Limit, start: datetime, calendar: Calendar, names: Mapping[date, str]) -> Explained:
    """Compute a deadline and say how; ``names`` are the names of days off."""
    limit = parse_limit(limit) if isinstance(limit, str) else limit
    due = deadline(limit, start, calendar)
    stretches: tuple[Stretch, ...] = ()
    if 0 <= (calendar.day_of(due) - calendar.day_of(start)).days <= MOST_DAYS:
        stretches = tuple(_folded(_stretches(limit, start, due, calendar, names)))
    years = range(calendar.day_of(start).year, calendar.day_of(due).year + 1)
    by_day = limit.unit in ("WH", "WD", "CD", "当日")
    return Explained(due, _rule(limit, calendar), stretches, by_day and not set(years) <= calendar.published)


def _rule(limit: Limit, calendar: Calendar) -> str:
    match limit.unit:
        case "CH":
            return "按自然小时计，昼夜节假日不停表。"
        case "WH":
            return "只计办公时间，下班、午休和休息日停表。"
        case "WD":
            return f"收到当日不计，到第 {limit.days} 个工作日下班时截止。"
        case "CD":
            return f"收到当日不计，到第 {limit.days} 个自然日截止，逢休息日顺延到下一个工作日。"
        case "当日":
            until = f"{calendar.same_day_until:%H:%M}"
            return (
                f"工作日 {until} 前收到当日办结，之后或休息日收到，下一工作日 {calendar.same_day_else:%H:%M} 前办结。"
            )
        case "AT":
            return "指定时刻，不受工作日影响。"
    return "按自然时长计。"


def _stretches(
    limit: Limit, start: datetime, due: datetime, calendar: Calendar, names: Mapping[date, str]
) -> Iterator[Stretch]:
    first, last = calendar.day_of(start), calendar.day_of(due)
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        why = _why_off(day, calendar, names)
        if limit.unit == "WH":
            begin, end = max(start, _midnight(day, calendar)), min(due, _midnight(day, calendar, 1))
            micros = calendar.working_micros(begin, end)
            yield Stretch(day, day, micros > 0, _worked(day, micros, calendar) if micros else why or "已下班")
        elif limit.unit in ("WD", "CD", "当日"):
            if day == first and day != last:
                yield Stretch(day, day, False, "收到当日不计")
            elif why and (limit.unit != "CD" or day > first + timedelta(days=limit.days - 1)):
                yield Stretch(day, day, False, f"{why}，顺延" if limit.unit == "CD" else why)
            else:
                made_up = _made_up(day, calendar) and (limit.unit != "CD" or day == last)
                yield Stretch(day, day, True, "调休上班，计 1 天" if made_up else "计 1 天")


def _why_off(day: date, calendar: Calendar, names: Mapping[date, str]) -> str:
    if calendar.is_working(day):
        return ""
    if day in calendar.days:
        return f"{names.get(day) or '放假'}"
    return "周末" if day.weekday() >= 5 else "法定休假日"


def _made_up(day: date, calendar: Calendar) -> bool:
    return day.weekday() >= 5 and calendar.is_working(day)


def _worked(day: date, micros: int, calendar: Calendar) -> str:
    minutes = micros // 60_000_000
    hours = f"{minutes / 60:g} 小时" if minutes % 6 == 0 else f"{minutes} 分钟"
    return f"{'调休上班，' if _made_up(day, calendar) else ''}计 {hours}"


def _midnight(day: date, calendar: Calendar, later: int = 0) -> datetime:
    return calendar.at(day + timedelta(days=later), time(0))


def _folded(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Neighbours that say the same become one; counted days of a days' limit add up."""
    for (counts, text), group in groupby(stretches, key=lambda s: (s.counts, s.text)):
        days = list(group)
        words = text.replace("计 1 天", f"计 {len(days)} 天") if counts else text
        if counts and "小时" in text and len(days) > 1:
            words = f"每天{text}"
        yield Stretch(days[0].first, days[-1].last, counts, words)
