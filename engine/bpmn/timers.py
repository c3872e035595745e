"""ISO 8601 dates, durations and repetitions as instants in UTC; read by ourselves, within limits."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.bpmn.cron import next_cron, read_cron
from engine.errors import ExpressionError

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")  # of times without zone that come from a form
LONGEST = timedelta(days=36_525)
SHORTEST_CYCLE = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
REPEAT = re.compile(r"R(\d{0,6})/(.+)")


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires next, and what is left of a repetition: rounds after this one (-1: for ever) and its rule."""

    moment: datetime
    rounds: int = 0
    rule: str = ""


def first_due(kind: str, value: object, now: datetime) -> Due:
    """When a timer that starts now fires for the first time; ``kind`` is date, duration or cycle."""
    if isinstance(value, datetime):
        return Due(value.astimezone(UTC))
    text = str(value).strip()
    if kind == "cycle" or text.startswith("R"):
        return _first_round(text, now)
    if text.startswith("P"):
        return Due(after(text, now))
    return Due(instant(text))


def next_due(due: Due, now: datetime) -> Due | None:
    """The next round after a fired one. Rounds missed meanwhile are over: they count, and none is made up for."""
    moment, rounds = due.moment, due.rounds
    if not rounds:
        return None
    if not due.rule.startswith("P"):
        return Due(next_cron(due.rule, max(moment, now)), rounds, due.rule)
    missed = _missed(due.rule, moment, now)
    if 0 <= rounds < missed:
        return None
    moment, rounds = moment + missed * _length(due.rule), rounds - missed if rounds > 0 else rounds
    while rounds:
        moment = after(due.rule, moment)
        rounds -= 1 if rounds > 0 else 0
        if moment > now:
            return Due(moment, rounds, due.rule)
    return None


def after(text: str, start: datetime) -> datetime:
    """``start`` plus an ISO duration; months keep the day where the month has it."""
    match = DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise _invalid(text, "不是 ISO 8601 时长", "not an ISO 8601 duration")
    part = {name: float(value) for name, value in match.groupdict(default="0").items()}
    if part["years"] * 12 + part["months"] > 1_200 or part["weeks"] > 5_300 or part["days"] > LONGEST.days:
        raise _invalid(text, "时长超过 100 年", "longer than 100 years")
    months = start.year * 12 + start.month - 1 + int(part["years"] * 12 + part["months"])
    year, month = divmod(months, 12)
    try:
        day = min(start.day, calendar.monthrange(year, month + 1)[1])
        moved = start.replace(year=year, month=month + 1, day=day)
        exact = {name: part[name] for name in ("weeks", "days", "hours", "minutes", "seconds")}
        return moved + timedelta(**exact)
    except (ValueError, OverflowError) as error:
        raise _invalid(text, "结果超出日期范围", "outside the range of dates") from error


def instant(text: str) -> datetime:
    """An ISO date or date with time; without zone it is the office's."""
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_ZONE)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _invalid(text, "不是 ISO 8601 日期", "not an ISO 8601 date") from error


def check_literal(kind: str, text: str, now: datetime) -> None:
    """Refuse a timer text of a diagram that could not work; naive times are refused, because nobody sees their zone."""
    due = first_due(kind, text, now)
    if not now.year - 100 <= due.moment.year <= now.year + 100:
        raise _invalid(text, "超出 100 年", "more than 100 years away")
    for part in text.split("/"):
        if re.match(r"\d{4}-", part) and datetime.fromisoformat(part).tzinfo is None:
            raise _invalid(text, "时间缺少时区，例如 +08:00", "a time needs a zone, such as +08:00", "time.naive")


def _first_round(text: str, now: datetime) -> Due:
    match = REPEAT.fullmatch(text)
    if match is None:
        if text.startswith("P"):
            return Due(after(text, now))
        read_cron(text)
        return Due(next_cron(text, now), -1, text)
    rounds = int(match[1]) if match[1] else -1
    first, _, second = match[2].partition("/")
    rule = second if second.startswith("P") else first
    if not rule.startswith("P"):
        raise _invalid(text, "重复计时需要时长", "a repetition needs a duration")
    if after(rule, now) - now < SHORTEST_CYCLE:
        raise _invalid(text, "重复间隔不能小于 1 秒", "a repetition must be at least one second long")
    start = instant(first) if second.startswith("P") else after(rule, now)
    return Due(start, rounds - 1 if rounds > 0 else rounds, rule) if rounds else Due(start)


def _missed(rule: str, moment: datetime, now: datetime) -> int:
    """How many rounds of fixed length to leap over at once; those of months are few enough to be counted one by one."""
    length = _length(rule)
    return max(0, (now - moment) // length - 1) if length else 0


def _length(rule: str) -> timedelta:
    """The length of a round; nothing if it depends on the month."""
    if "Y" in rule or "M" in rule.partition("T")[0]:
        return timedelta(0)
    return after(rule, EPOCH) - EPOCH


def _invalid(text: str, why_zh: str, why_en: str, code: str = "time.invalid") -> ExpressionError:
    return ExpressionError(
        f"计时器“{text[:40]}”无效：{why_zh}",
        f"timer {text[:40]!r}: {why_en}",
        "例如 PT2H、P3D、R3/PT1H、2026-05-01T08:30:00+08:00。",
        code,
    )
