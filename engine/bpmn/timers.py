"""ISO 8601 dates, durations and repetitions as instants in UTC; read by ourselves, within limits.

``zone`` is always that of the office: times without a zone, days and months are its own.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.bpmn.cron import next_cron, read_cron
from engine.errors import ExpressionError

LONGEST = timedelta(days=36_525)
SHORTEST_CYCLE = timedelta(seconds=1)
LONGEST_DAY = 25 / 24  # when the clocks are put back
DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
REPEAT = re.compile(r"R(\d{0,6})/(.+)")


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires next, and what is left of a repetition: rounds after this one (-1: for ever) and its rule.

    Round ``number`` of a repetition lies so many durations after its ``anchor``, which is what keeps the 31st the 31st.
    """

    moment: datetime
    rounds: int = 0
    rule: str = ""
    anchor: datetime | None = None
    number: int = 0


def first_due(kind: str, value: object, now: datetime, zone: ZoneInfo) -> Due:
    """When a timer that starts now fires for the first time; ``kind`` is date, duration or cycle."""
    if isinstance(value, datetime):
        return Due(value.astimezone(UTC))
    text = str(value).strip()
    if kind == "cycle" or text.startswith("R"):
        return _first_round(text, now, zone)
    if text.startswith("P"):
        return Due(after(text, now, zone))
    return Due(instant(text, zone))


def next_due(due: Due, now: datetime, zone: ZoneInfo) -> Due | None:
    """The next round after a fired one. Rounds missed meanwhile are over: they count, and none is made up for."""
    rounds, number = due.rounds, due.number
    if not rounds:
        return None
    if not due.rule.startswith("P"):
        return Due(next_cron(due.rule, max(due.moment, now), zone), rounds, due.rule)
    anchor = due.anchor or due.moment  # a snapshot of an earlier version knows only the round before
    missed = max(0, (now - due.moment) // _longest(due.rule) - 1)
    if 0 <= rounds < missed:
        return None
    number, rounds = number + missed, rounds - missed if rounds > 0 else rounds
    while rounds:
        number, rounds = number + 1, rounds - 1 if rounds > 0 else rounds
        moment = after(due.rule, anchor, zone, times=number)
        if moment > now:
            return Due(moment, rounds, due.rule, anchor, number)
    return None


def after(text: str, start: datetime, zone: ZoneInfo, *, times: int = 1) -> datetime:
    """``start`` plus an ISO duration so many times; days and months are the office's, hours are sixty minutes long.

    A month keeps the day of ``start`` where it has it, and ends with its last day where it has not.
    """
    part = _parts(text)
    local = start.astimezone(zone)
    months = local.year * 12 + local.month - 1 + times * int(part["years"] * 12 + part["months"])
    year, month = divmod(months, 12)
    try:
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        wall = local.replace(year=year, month=month + 1, day=day)
        days = timedelta(weeks=part["weeks"], days=part["days"])
        if days:  # adding forgets which of two equal hours it was, and would be an hour early
            wall += times * days
        exact = {name: part[name] for name in ("hours", "minutes", "seconds")}
        return wall.astimezone(UTC) + times * timedelta(**exact)
    except (ValueError, OverflowError) as error:
        raise _invalid(text, "结果超出日期范围", "outside the range of dates") from error


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO date or date with time; without zone it is the office's."""
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _invalid(text, "不是 ISO 8601 日期", "not an ISO 8601 date") from error


def check_literal(kind: str, text: str, now: datetime, zone: ZoneInfo) -> None:
    """Refuse a timer text of a diagram that could not work; naive times are refused, because nobody sees their zone."""
    due = first_due(kind, text, now, zone)
    if not now.year - 100 <= due.moment.year <= now.year + 100:
        raise _invalid(text, "超出 100 年", "more than 100 years away")
    for part in text.split("/"):
        if re.match(r"\d{4}-", part) and datetime.fromisoformat(part).tzinfo is None:
            raise _invalid(text, "时间缺少时区，例如 +08:00", "a time needs a zone, such as +08:00", "time.naive")


def _first_round(text: str, now: datetime, zone: ZoneInfo) -> Due:
    match = REPEAT.fullmatch(text)
    if match is None:
        if text.startswith("P"):
            return Due(after(text, now, zone))
        read_cron(text)
        return Due(next_cron(text, now, zone), -1, text)
    rounds = int(match[1]) if match[1] else -1
    first, _, second = match[2].partition("/")
    rule = second if second.startswith("P") else first
    if not rule.startswith("P"):
        raise _invalid(text, "重复计时需要时长", "a repetition needs a duration")
    if after(rule, now, zone) - now < SHORTEST_CYCLE:
        raise _invalid(text, "重复间隔不能小于 1 秒", "a repetition must be at least one second long")
    anchor, number = (instant(first, zone), 0) if second.startswith("P") else (now, 1)
    start = after(rule, anchor, zone, times=number)
    return Due(start, rounds - 1 if rounds > 0 else rounds, rule, anchor, number) if rounds else Due(start)


def _parts(text: str) -> dict[str, float]:
    """The numbers of an ISO duration by unit; more than a hundred years are refused."""
    match = DURATION.fullmatch(text)
    if match is None or text.endswith(("P", "T")):
        raise _invalid(text, "不是 ISO 8601 时长", "not an ISO 8601 duration")
    part = {name: float(value) for name, value in match.groupdict(default="0").items()}
    if part["years"] * 12 + part["months"] > 1_200 or part["weeks"] > 5_300 or part["days"] > LONGEST.days:
        raise _invalid(text, "时长超过 100 年", "longer than 100 years")
    return part


def _longest(rule: str) -> timedelta:
    """No round is longer: how many were missed at least follows from it, and only the rest is counted one by one."""
    part = _parts(rule)
    days = part["years"] * 366 + part["months"] * 31 + part["weeks"] * 7 + part["days"]
    exact = {name: part[name] for name in ("hours", "minutes", "seconds")}
    return timedelta(days=days) * LONGEST_DAY + timedelta(**exact)


def _invalid(text: str, why_zh: str, why_en: str, code: str = "time.invalid") -> ExpressionError:
    return ExpressionError(
        f"计时器“{text[:40]}”无效：{why_zh}",
        f"timer {text[:40]!r}: {why_en}",
        "例如 PT2H、P3D、R3/PT1H、2026-05-01T08:30:00+08:00。",
        code,
    )
