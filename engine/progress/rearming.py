"""A deadline that moves takes its items, its light and every rung that has not spoken yet with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine import limits
from engine.progress.case import Case
from engine.progress.timing import Weight, limit_of, rungs, warn_at
from engine.store import instances, timers, work
from engine.store.instances import ActivityRow
from engine.store.timers import TimerRow

UNSETTLED = ("waiting", "paused", "stopped")


def move_activity(case: Case, activity: ActivityRow, due: datetime) -> ActivityRow:
    """Give a step another deadline; entries with a deadline of their own keep it."""
    if due == activity.deadline:
        return activity
    ladder = activity.ladder if activity.ladder in case.package.ladders else None
    _text, limit, _moment = limit_of(case, activity.limit_text)
    own, version = str(activity.facts.get("warn", "")), activity.facts.get("version")
    warn = warn_at(
        rungs(
            case,
            ladder,
            due=due,
            limit=limit,
            start=activity.opened_at,
            warn=own,
            version=version,
        )
    )
    instances.set_activity_deadline(case.tx, activity.id, due, warn)
    for item in work.of_activity(case.tx, activity.id):
        if item.state in ("open", "waiting", "paused") and item.deadline == activity.deadline:
            work.change(case.tx, item.id, deadline=due, warn_at=warn)
    return replace(activity, deadline=due, warn_at=warn)


def move_rung(
    case: Case, timer: TimerRow, due: datetime, limit: limits.Limit | None, start: datetime
) -> Sequence[limits.RungTime]:
    """Put a rung where its deadline wants it now; one whose time cannot be computed anew moves as far as its deadline.

    What the whole ladder looks like now, for the light.
    """
    old = datetime.fromisoformat(str(timer.facts["deadline"]))
    weight: Weight = "major" if timer.facts.get("weight") == "major" else "normal"
    own, version = str(timer.facts.get("warn", "")), timer.facts.get("version")
    times = rungs(
        case,
        str(timer.facts["ladder"]),
        due=due,
        limit=limit,
        weight=weight,
        start=start,
        warn=own,
        version=version,
        urgency=str(timer.facts.get("urgency", "")),
    )
    at = next((t.at for t in times if t.rung.key == timer.rung), None) or _daily(case, timer, due)
    at = at or timer.due + (due - old)
    name = timer.level.removeprefix("stage:")
    if name in (case.row.stages or {}):
        case.row.stages = {**(case.row.stages or {}), name: due.isoformat()}
    if at != timer.due or due != old:
        timers.move(case.tx, timer.id, at, {**timer.facts, "deadline": due.isoformat()})
    return times


def _daily(case: Case, timer: TimerRow, due: datetime) -> datetime | None:
    name, _, k = timer.rung.partition("-")
    return limits.rung(due, int(k), case.calendar) if name == "daily" and k.isdecimal() and int(k) > 0 else None


def limit_behind(case: Case, timer: TimerRow) -> tuple[str, datetime]:
    """The limit a timer watches and since when; no limit for a deadline that was given as an instant."""
    opened = {a.id: a for a in case.open}
    if timer.level == "step" and timer.activity_id in opened:
        activity = opened[timer.activity_id]
        return activity.limit_text, activity.opened_at
    if "since" in timer.facts:
        return str(timer.facts.get("limit") or ""), datetime.fromisoformat(str(timer.facts["since"]))
    whole = case.package.manifest.limit
    if timer.level == "instance" and whole is not None:
        return whole.value, case.row.started_at
    stages = [s.value for s in case.package.manifest.stage if f"stage:{s.name}" == timer.level]
    return (stages[0] if stages else ""), case.row.started_at
