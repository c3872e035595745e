"""停表: while an instance is suspended nothing is due; afterwards deadlines move by the pause (domain.md §6.5)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine import limits
from engine.progress.case import Case
from engine.progress.timing import Weight, limit_of, rungs, warn_at
from engine.store import instances, timers, work
from engine.store.instances import ActivityRow
from engine.store.timers import TimerRow


def pause(case: Case) -> None:
    """Stop all clocks of an instance and take its items from the lists."""
    case.row.state = "suspended"
    work.turn(case.tx, case.row.id, "open", "paused")
    timers.pause_instance(case.tx, case.row.id)


def thaw(case: Case) -> list[TimerRow]:
    """Make what was stopped open and waiting again, as it was; the timers that had been stopped."""
    case.row.state = "running"
    stopped = [t for t in timers.of_instance(case.tx, case.row.id) if t.state == "paused"]
    work.turn(case.tx, case.row.id, "paused", "open")
    timers.wait_again(case.tx, case.row.id)
    return stopped


def go_on(case: Case, since: datetime) -> None:
    """Start the clocks again: deadlines of steps, stages and the whole move by the time since the pause began."""
    stopped = thaw(case)
    case.open = [_postponed(case, activity, since) for activity in case.open]
    whole = case.package.manifest.limit
    if case.row.deadline is not None and whole is not None:
        case.row.deadline = _later(case, whole.value, case.row.deadline, since)
    for timer in stopped:
        if timer.kind == "rung":
            _retime(case, timer, since)


def _postponed(case: Case, activity: ActivityRow, since: datetime) -> ActivityRow:
    if activity.deadline is None:
        return activity
    due = _later(case, activity.limit_text, activity.deadline, since)
    if due == activity.deadline:
        return activity
    ladder = activity.ladder if activity.ladder in case.package.ladders else None
    _text, limit, _moment = limit_of(case, activity.limit_text)
    warn = warn_at(rungs(case, ladder, due=due, limit=limit, start=activity.opened_at))
    instances.set_activity_deadline(case.tx, activity.id, due, warn)
    for item in work.of_activity(case.tx, activity.id):
        if item.state in ("open", "waiting") and item.deadline == activity.deadline:
            work.change(case.tx, item.id, deadline=due, warn_at=warn)
    return replace(activity, deadline=due, warn_at=warn)


def _later(case: Case, text: str, due: datetime, since: datetime) -> datetime:
    """A deadline after the pause; an instant named by the form stays where it is."""
    _text, limit, moment = limit_of(case, text)
    if limit is None or moment is not None:
        return due
    return limits.postpone(limit, due, since, case.now, case.calendar)


def _retime(case: Case, timer: TimerRow, since: datetime) -> None:
    """Move a rung with its deadline; one whose time cannot be computed anew comes when it would have come."""
    text, started = _limit_text(case, timer)
    old = datetime.fromisoformat(str(timer.facts["deadline"]))
    due = _later(case, text, old, since) if text else old
    if due == old:
        return
    weight: Weight = "major" if timer.facts.get("weight") == "major" else "normal"
    _text, limit, _moment = limit_of(case, text)
    times = rungs(case, str(timer.facts["ladder"]), due=due, limit=limit, weight=weight, start=started)
    at = next((t.at for t in times if t.rung.key == timer.rung), None)
    facts = {**timer.facts, "deadline": due.isoformat()}
    timers.move(case.tx, timer.id, at or timer.due + (due - old), facts)
    if timer.level == "instance" and at is not None:
        case.row.warn_at = warn_at(times)


def _limit_text(case: Case, timer: TimerRow) -> tuple[str, datetime]:
    """The limit a timer watches and since when; entries of a checklist are counted from their meeting."""
    opened = {a.id: a for a in case.open}
    if timer.level == "step" and timer.activity_id in opened:
        activity = opened[timer.activity_id]
        return activity.limit_text, activity.opened_at
    whole = case.package.manifest.limit
    if timer.level == "instance" and whole is not None:
        return whole.value, case.row.started_at
    stages: Sequence[str] = [s.value for s in case.package.manifest.stage if f"stage:{s.name}" == timer.level]
    return (stages[0] if stages else ""), case.row.started_at
