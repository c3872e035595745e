"""Another calendar, other deadlines: everything that is still open is counted again from its own beginning.

What has been told is not taken back; instants that people wrote themselves stay, only their rungs move.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import limits
from engine.progress.case import Case, log
from engine.progress.entry_dates import entry_due
from engine.progress.rearming import UNSETTLED, limit_behind, move_activity, move_rung
from engine.progress.timing import Weight, limit_of, rungs, warn_at
from engine.store import pauses, timers, work
from engine.store.instances import ActivityRow
from engine.store.pauses import PauseRow
from engine.store.timers import TimerRow
from engine.store.work import ItemRecord


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline that is another now."""

    what: str
    before: datetime
    after: datetime


def recount(case: Case, note: str) -> tuple[Moved, ...]:
    """Count every open deadline of an instance again on the calendar as it is now; written to its history."""
    passed = [p for p in pauses.of_instance(case.tx, case.row.id) if p.since and p.ended_at]
    moved = [*_steps(case, passed), *_entries(case)]
    moved += _timers(case, passed)
    if moved:
        told = [f"{m.what} {_local(case, m.before)} → {_local(case, m.after)}" for m in moved]
        log(case, "calendar", detail={"opinion": f"{note}：{'；'.join(told)}"[:1000]})
    return tuple(moved)


def counted(
    case: Case, text: str, start: datetime, passed: Sequence[PauseRow], activity_id: int | None = None
) -> datetime | None:
    """When a limit that began then ends, with every pause since; None for an instant that was given as such."""
    _text, limit, moment = limit_of(case, text) if text else ("", None, None)
    if limit is None or moment is not None or limit.unit == "T":
        return None
    due = limits.deadline(limit, start, case.calendar)
    for since, until, restarts in _spans(passed, start, activity_id):
        if restarts:
            due = limits.deadline(limit, until, case.calendar)
        else:
            due = limits.postpone(limit, due, since, until, case.calendar)
    return due


def _spans(
    passed: Sequence[PauseRow], start: datetime, activity_id: int | None
) -> list[tuple[datetime, datetime, bool]]:
    """The pauses that count for a step, or for the whole, in order and without overlap."""
    found: list[tuple[datetime, datetime, bool]] = []
    for each in sorted(passed, key=lambda p: (p.since or start, p.id)):
        if each.since is None or each.ended_at is None or each.since < start:
            continue
        if activity_id is not None and each.activity_id not in (None, activity_id):
            continue
        if activity_id is None and each.inside:
            continue
        restarts = each.restarts and activity_id is not None
        if found and each.since < found[-1][1]:
            first, last, before = found.pop()
            found.append((first, max(last, each.ended_at), before or restarts))
        else:
            found.append((each.since, each.ended_at, restarts))
    return found


def _steps(case: Case, passed: Sequence[PauseRow]) -> list[Moved]:
    found, kept = [], []
    for activity in case.open:
        due = counted(case, activity.limit_text, activity.opened_at, passed, activity.id)
        if activity.deadline is None or due is None or due == activity.deadline:
            kept.append(activity)
            continue
        found.append(Moved(activity.name, activity.deadline, due))
        kept.append(move_activity(case, activity, due))
    case.open = kept
    return found


def _entries(case: Case) -> list[Moved]:
    found = []
    for activity in case.open:
        plan = case.package.plans.get(activity.element)
        checklist = case.package.manifest.checklist.get(plan.checklist or "") if plan else None
        if checklist is None:
            continue
        for item in work.of_activity(case.tx, activity.id):
            due = _entry(case, item, checklist.anchor, checklist.end_anchor)
            if due is None or item.deadline is None or due == item.deadline:
                continue
            times = rungs(
                case, activity.ladder, due=due, limit=None, weight=_weight(item), version=activity.facts.get("version")
            )
            work.change(case.tx, item.id, deadline=due, warn_at=warn_at(times))
            found.append(Moved(item.name, item.deadline, due))
    return found


def _entry(case: Case, item: ItemRecord, anchor: str, end_anchor: str) -> datetime | None:
    if item.state not in ("open", "waiting", "paused") or item.facts.get("compressed") or "offset" not in item.facts:
        return None
    if "postponed" in item.facts:
        return None  # somebody agreed to this very date
    due, compressed = entry_due(case, str(item.facts["offset"]), item.entry or "", anchor, end_anchor)
    return None if compressed else due


def _weight(item: ItemRecord) -> Weight:
    return "major" if item.facts.get("key") else "normal"


def _timers(case: Case, passed: Sequence[PauseRow]) -> list[Moved]:
    steps: dict[int | None, ActivityRow] = {a.id: a for a in case.open}
    items = {i.id: i for i in work.of_instance(case.tx, case.row.id)}
    whole = case.row.deadline
    found: dict[str, Moved] = {}
    for timer in timers.of_instance(case.tx, case.row.id):
        if timer.kind != "rung" or timer.state not in UNSETTLED:
            continue
        text, start = limit_behind(case, timer)
        old = datetime.fromisoformat(str(timer.facts["deadline"]))
        due = _due_of(case, timer, steps, items, counted(case, text, start, passed)) or old
        _text, limit, _moment = limit_of(case, text) if text else ("", None, None)
        times = move_rung(case, timer, due, limit, start)
        if timer.level == "instance" and case.row.deadline is not None:
            case.row.deadline, case.row.warn_at = due, warn_at(times) or case.row.warn_at
        elif timer.level.startswith("stage:") and due != old:
            found[timer.level] = Moved(timer.level.partition(":")[2], old, due)
    if whole is not None and case.row.deadline is not None and whole != case.row.deadline:
        found["instance"] = Moved("整件", whole, case.row.deadline)
    return list(found.values())


def _due_of(
    case: Case,
    timer: TimerRow,
    steps: dict[int | None, ActivityRow],
    items: dict[int, ItemRecord],
    due: datetime | None,
) -> datetime | None:
    """What a timer's deadline is by now: of its step or entry as they were just set, else by its own limit."""
    if timer.level == "step" and timer.activity_id in steps:
        return steps[timer.activity_id].deadline
    if timer.level == "item" and timer.item_id in items:
        return items[timer.item_id].deadline
    return due


def _local(case: Case, at: datetime) -> str:
    return case.calendar.local(at).strftime("%m-%d %H:%M")
