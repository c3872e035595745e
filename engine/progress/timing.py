"""Deadlines: computed when work opens, watched by one timer row for each rung of the ladder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from engine import limits
from engine.errors import ExpressionError, InvalidLimit
from engine.model import Json
from engine.package import Plan
from engine.progress.case import Case, names
from engine.runtime import evaluate
from engine.store import timers

Weight = Literal["normal", "major"]


def limit_of(case: Case, text: str) -> tuple[str, limits.Limit | None, datetime | None]:
    """A limit as written in a diagram: its text, the limit, and its instant if it names one (``until:valid_until``)."""
    if text.startswith("until:"):
        return text, None, instant(names(case).get(text[6:].strip()), case)
    if "{" in text:
        value = evaluate(text, names(case))
        if value is None:
            return "none", None, None
        moment = instant(value, case)
        if moment is not None:
            return str(value), None, moment
        text = str(value)
    found = limits.by_urgency(text, case.row.urgency)
    return text, found, None


def instant(value: Json, case: Case) -> datetime | None:
    """An ISO date or instant of a form; a bare date means the end of office hours, a naive time the office's clock."""
    if not isinstance(value, str) or len(value) < 10 or value[4:5] != "-":
        return None
    try:
        return limits.deadline("AT " + value.replace("T", " ") if "+" not in value else value, case.now, case.calendar)
    except InvalidLimit:
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=case.calendar.zone)


def deadline_of(case: Case, plan: Plan) -> tuple[str, limits.Limit | None, datetime | None]:
    """Limit text, limit and deadline of a step that opens now."""
    try:
        text, limit, moment = limit_of(case, plan.limit)
    except ExpressionError as error:
        raise InvalidLimit(
            f"环节“{plan.name}”的时限 {plan.limit} 算不出来：{error.message_zh}", f"limit of {plan.element}: {error}"
        ) from error
    if moment is None and limit is not None:
        moment = limits.deadline(limit, case.now, case.calendar)
    return text, limit, moment


def rungs(
    case: Case,
    ladder: str | None,
    *,
    due: datetime | None,
    limit: limits.Limit | None,
    weight: Weight = "normal",
    start: datetime | None = None,
    anchor: datetime | None = None,
) -> tuple[limits.RungTime, ...]:
    """The rungs of a deadline that lie ahead or now."""
    if ladder is None or due is None:
        return ()
    return case.package.ladders[ladder].schedule(
        urgency=case.row.urgency,
        start=start or case.now,
        due=due,
        limit=limit,
        calendar=case.calendar,
        weight=weight,
        anchor=anchor,
    )


def warn_at(times: Sequence[limits.RungTime]) -> datetime | None:
    """When the light turns amber."""
    return next((t.at for t in times if "light:amber" in t.rung.actions), None)


def timer_rows(
    case: Case,
    times: Sequence[limits.RungTime],
    *,
    level: str,
    ladder: str,
    due: datetime,
    activity_id: int | None = None,
    item_id: int | None = None,
    weight: Weight = "normal",
    performer: str = "",
) -> list[dict[str, Any]]:
    """Rows for ``timers.arm``; each knows the ladder and deadline it belongs to."""
    return [
        {
            "instance_id": case.row.id,
            "activity_id": activity_id,
            "item_id": item_id,
            "kind": "rung",
            "level": level,
            "rung": time.rung.key,
            "due": time.at,
            "facts": {"ladder": ladder, "deadline": due.isoformat(), "weight": weight, "performer": performer},
        }
        for time in times
    ]


def weight_of(case: Case) -> Weight:
    """重大 matters and those of superior authorities climb one notch earlier (domain.md §5.6)."""
    known = case.row.variables
    return "major" if known.get("importance") == "重大" or known.get("source") in ("上级督查", "superior") else "normal"


def arm_instance(
    case: Case, due: datetime | None, ladder: str | None, *, limit: limits.Limit | None = None, performer: str = ""
) -> None:
    """Set the deadline of the whole instance and its ladder, counted from now."""
    timers.cancel_level(case.tx, case.row.id, "instance")
    weight = weight_of(case)
    times = rungs(case, ladder, due=due, limit=limit, weight=weight)
    case.row.deadline, case.row.warn_at = due, warn_at(times)
    if due is not None and ladder is not None:
        rows = timer_rows(case, times, level="instance", ladder=ladder, due=due, weight=weight, performer=performer)
        timers.arm(case.tx, rows)


def arm_stages(case: Case, element: str) -> None:
    """Stage limits that begin with the closing of this step, and those that end with it."""
    for stage in case.package.manifest.stage:
        level = f"stage:{stage.name}"
        if stage.end == element:
            timers.cancel_level(case.tx, case.row.id, level)
        if stage.start == element:
            timers.cancel_level(case.tx, case.row.id, level)
            _text, limit, _moment = limit_of(case, stage.value)
            if limit is not None:
                due = limits.deadline(limit, case.now, case.calendar)
                ladder = stage.ladder or "ESC-DOC"
                times = rungs(case, ladder, due=due, limit=limit)
                timers.arm(case.tx, timer_rows(case, times, level=level, ladder=ladder, due=due))


def arm_wake(case: Case, due: datetime | None) -> None:
    """One timer for the next event of the diagram itself (boundary timers, waits)."""
    timers.cancel_wake(case.tx, case.row.id)
    if due is not None:
        row = {"instance_id": case.row.id, "kind": "wake", "level": "diagram", "rung": "wake", "due": due, "facts": {}}
        timers.arm(case.tx, [row])
