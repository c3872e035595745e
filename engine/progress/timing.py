"""Deadlines: computed when work opens, watched by one timer row for each rung of the ladder."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from engine import limits
from engine.errors import ExpressionError, InvalidLimit
from engine.model import Json
from engine.package import Plan
from engine.progress.assigning import said
from engine.progress.case import Case, names
from engine.progress.house_ladders import ladder_at, latest
from engine.runtime import evaluate
from engine.store import timers
from engine.store.rules import RuleRow

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


def due_of(case: Case, text: str, *, anchor: str = "", since: str = "") -> tuple[datetime | None, limits.Limit | None]:
    """What a service task writes: ``5WD,year-end``, ``${due}``, ``T-3`` before ``anchor``; counted from ``since``.

    ``anchor`` and ``since`` name fields with an instant; without them a limit counts from now.
    """
    parts = [part.strip() for part in text.split(",")]
    first = said(case, parts[0])
    limit, due = None, instant(first, case)
    if due is None and first is not None:
        limit = limits.by_urgency(str(first), case.row.urgency)
        known = names(case)
        begun = instant(known.get(since), case) or case.now
        due = limits.deadline(limit, begun, case.calendar, anchor=instant(known.get(anchor), case)) if limit else None
    if due is not None and "year-end" in parts[1:]:
        due = min(due, _year_end(case))
    return due, limit


def _year_end(case: Case) -> datetime:
    """Closing time of the last day of this year: seals may not be used across years."""
    day = case.calendar.local(case.now).date().replace(month=12, day=31)
    return case.calendar.closing(day)


def deadline_of(
    case: Case, plan: Plan, rule: RuleRow | None = None
) -> tuple[str, limits.Limit | None, datetime | None]:
    """Limit text, limit and deadline of a step that opens now, as its package or the house says."""
    try:
        text, limit, moment = limit_of(case, rule.limit_text if rule else plan.limit)
    except ExpressionError as error:
        raise InvalidLimit(
            f"环节“{plan.name}”的时限 {plan.limit} 算不出来：{error.message_zh}", f"limit of {plan.element}: {error}"
        ) from error
    if moment is None and limit is not None:
        moment = limits.deadline(limit, case.now, case.calendar)
    return _earliest(case, plan, text, limit, moment)


def _earliest(
    case: Case, plan: Plan, text: str, limit: limits.Limit | None, due: datetime | None
) -> tuple[str, limits.Limit | None, datetime | None]:
    """The step's own deadline, or the earlier one of a leader's instruction or of the letter less our buffer."""
    found = effective_of(case, plan, due)
    if found is None or found.source == "step":
        return text, limit, due
    said = f"AT {case.calendar.local(found.due):%Y-%m-%d %H:%M}"
    return said, limits.parse_limit(said), limits.deadline(said, case.now, case.calendar)


def effective_of(case: Case, plan: Plan, due: datetime | None = None) -> limits.Effective | None:
    """What instruction and letter ask of a step whose own deadline is ``due``; None if neither says anything."""
    if not plan.instructed_by and not plan.required_by:
        return None
    known = names(case)
    instructed, required = instant(known.get(plan.instructed_by), case), instant(known.get(plan.required_by), case)
    if instructed is None and required is None:
        return None
    return limits.effective(
        now=case.now,
        urgency=case.row.urgency,
        calendar=case.calendar,
        step=due,
        instructed=instructed,
        required_by=required,
        buffer=limits.BUFFERS["督办"] if case.package.manifest.category == "督办" else None,
    )


def rungs(
    case: Case,
    ladder: str | None,
    *,
    due: datetime | None,
    limit: limits.Limit | None,
    weight: Weight = "normal",
    start: datetime | None = None,
    anchor: datetime | None = None,
    warn: str = "",
    version: object = None,
    urgency: str = "",
) -> tuple[limits.RungTime, ...]:
    """The rungs of a deadline that lie ahead or now; ``warn`` and ``version`` are what the house says otherwise.

    ``urgency`` is the one whose rungs count where that is not the urgency of the case.
    """
    found = ladder_at(case, ladder, version) if ladder is not None and due is not None else None
    if found is None or due is None:
        return ()
    return found.warned(warn).schedule(
        urgency=urgency or case.row.urgency,
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
    counted: tuple[str, datetime] | None = None,
    warn: str = "",
    version: int | None = None,
    urgency: str = "",
) -> list[dict[str, Any]]:
    """Rows for ``timers.arm``; each knows the ladder and deadline it belongs to, and ``counted``: limit and start."""
    facts: dict[str, Json] = {"ladder": ladder, "deadline": due.isoformat(), "weight": weight, "performer": performer}
    if warn:
        facts["warn"] = warn
    if version is not None:
        facts["version"] = version
    if urgency:
        facts["urgency"] = urgency
    if counted is not None:
        facts |= {"limit": counted[0], "since": counted[1].isoformat()}
    return [
        {
            "instance_id": case.row.id,
            "activity_id": activity_id,
            "item_id": item_id,
            "kind": "rung",
            "level": level,
            "rung": time.rung.key,
            "due": time.at,
            "facts": dict(facts),
        }
        for time in times
    ]


def weight_of(case: Case) -> Weight:
    """重大 matters and those of superior authorities climb one notch earlier (domain.md §5.6)."""
    known = case.row.variables
    return "major" if known.get("importance") == "重大" or known.get("source") in ("上级督查", "superior") else "normal"


def arm_instance(
    case: Case,
    due: datetime | None,
    ladder: str | None,
    *,
    limit: limits.Limit | None = None,
    performer: str = "",
    warn: str = "",
) -> None:
    """Set the deadline of the whole instance and its ladder, counted from now."""
    timers.cancel_level(case.tx, case.row.id, "instance")
    weight, (ladder, version) = weight_of(case), latest(case, ladder)
    times = rungs(case, ladder, due=due, limit=limit, weight=weight, warn=warn, version=version)
    case.row.deadline, case.row.warn_at = due, warn_at(times)
    if due is not None and ladder is not None:
        timers.arm(
            case.tx,
            timer_rows(
                case,
                times,
                level="instance",
                ladder=ladder,
                due=due,
                weight=weight,
                performer=performer,
                counted=(limit.text if limit else "", case.now),
                warn=warn,
                version=version,
            ),
        )


def arm_wake(case: Case, due: datetime | None) -> None:
    """One timer for the next event of the diagram itself (boundary timers, waits)."""
    timers.cancel_wake(case.tx, case.row.id)
    if due is not None:
        row = {"instance_id": case.row.id, "kind": "wake", "level": "diagram", "rung": "wake", "due": due, "facts": {}}
        timers.arm(case.tx, [row])
