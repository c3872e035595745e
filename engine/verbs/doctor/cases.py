"""Instances that have not ended: tokens against rows, deadlines against timers, and that none of them hangs."""

from collections.abc import Iterator

from engine import bpmn, limits
from engine.errors import SanbanError
from engine.progress import Case, load
from engine.progress.timing import limit_of, rungs
from engine.runtime import Engine
from engine.store import Tx, bindings, case_checkup, checkup, instances, timers, work
from engine.store.instances import ActivityRow
from engine.store.timers import TimerRow
from engine.store.work import ItemRecord
from engine.verbs.doctor.findings import Finding

STANDING = ("instance.snapshot", "instance.unseen", "instance.stuck")
ARMED = ("waiting", "paused", "fired", "merged")


def look_at(engine: Engine, tx: Tx, instance_id: int) -> Iterator[Finding]:
    """Everything about one instance that only its own snapshot and package can tell."""
    row = instances.by_id(tx, instance_id, judged=False)
    now = engine.now()
    try:
        case = load(engine, tx, row, now, activities=instances.open_activities(tx, row.id, judged=False))
        step = bpmn.look(case.package.process, row.snapshot, now)
    except SanbanError as error:
        if error.reason != "setting.altered":  # told by itself: no case can be looked at without the settings
            yield Finding("instance.snapshot", row.number, error.message_zh)
        return
    watching = timers.of_instance(tx, row.id, judged=False)
    yield from _tokens(case, step)
    yield from _waits(case, step, watching)
    for activity in case.open:
        yield from _deadline(case, activity, [t for t in watching if t.activity_id == activity.id])
    for item in work.of_instance(tx, row.id, judged=False):
        if item.state == "open" and item.deadline is not None and item.paused is None:
            yield from _item(case, item, [t for t in watching if t.level == "item" and t.item_id == item.id])
    yield from _whole(case, [t for t in watching if t.level == "instance"])
    for name, pool, by in checkup.untold_pools(tx, row.id) if row.state == "running" else ():
        post = case.directory.pool(pool)
        if any(seat.person_id != by for seat in case.directory.on(now).seats(post)):
            yield Finding("item.untold", row.number, f"{name}: {pool}")


def standstill(engine: Engine, tx: Tx, instance_id: int) -> Finding | None:
    """Why an instance cannot go on by itself though nobody has been told so; nothing for one that can."""
    return next((found for found in look_at(engine, tx, instance_id) if found.code in STANDING), None)


def _tokens(case: Case, step: bpmn.Step) -> Iterator[Finding]:
    have, offered = sorted(a.token for a in case.open), sorted(a.id for a in step.activities)
    if have != offered:
        rows = ", ".join(sorted(a.element for a in case.open)) or "-"
        tokens = ", ".join(sorted(a.element for a in step.activities)) or "-"
        yield Finding("instance.tokens", case.row.number, f"{rows} | {tokens}")


def _waits(case: Case, step: bpmn.Step, watching: list[TimerRow]) -> Iterator[Finding]:
    """Whatever it waits for must be going to come, or be an incident that somebody sees."""
    row = case.row
    wakes = [t.due for t in watching if t.kind == "wake" and t.state in ("waiting", "paused")]
    timed = b"timerEventDefinition" in case.package.xml
    if timed and step.next_due is not None and step.next_due not in wakes:
        yield Finding("timer.wake", row.number, step.next_due.isoformat())
    called = case_checkup.calls(case.tx, row.id) if step.calls else set()
    made = bindings.calls_of(case.tx, row.id, judged=False) if step.services else []
    asked = {c.wait for c in made if c.state == "waiting"}
    blind = [s.element for s in step.services if s.id not in asked]
    blind += [c.element for c in step.calls if c.id not in called]
    if not blind and (step.activities or step.services or step.subscriptions or step.calls):
        return
    if not case_checkup.has_incident(case.tx, row.id):
        code = "instance.unseen" if blind else "instance.stuck"
        yield Finding(code, row.number, ", ".join(blind) or row.state)


def _deadline(case: Case, activity: ActivityRow, watching: list[TimerRow]) -> Iterator[Finding]:
    """A limit has a deadline, a deadline its timers, and all of them the same deadline."""
    number, where = case.row.number, f"{activity.name} ({activity.element})"
    if activity.deadline is None:
        if _asks_for_deadline(case, activity):
            yield Finding("activity.deadline", number, f"{where}: {activity.limit_text}")
        return
    if activity.ladder not in case.package.ladders:
        return
    own = [t for t in watching if t.level == "step" and t.kind == "rung"]
    armed = {t.rung for t in own if t.state in ARMED}
    lost = [t.rung for t in own if t.state == "cancelled" and t.due > case.now and t.rung not in armed]
    if lost or (not armed and _has_rungs(case, activity)):
        yield Finding("timer.missing", number, f"{where}: {', '.join(lost) or activity.ladder}")
    other = [t.rung for t in own if t.state in ("waiting", "paused") and _watches(t) != activity.deadline.isoformat()]
    if other:
        yield Finding("timer.other", number, f"{where}: {', '.join(other)}")


def _item(case: Case, item: ItemRecord, watching: list[TimerRow]) -> Iterator[Finding]:
    """What watches the deadline of a single item, such as an entry of a checklist."""
    where, armed = f"{item.name} #{item.id}", {t.rung for t in watching if t.state in ARMED}
    lost = [t.rung for t in watching if t.state == "cancelled" and t.due > case.now and t.rung not in armed]
    if lost:
        yield Finding("timer.missing", case.row.number, f"{where}: {', '.join(lost)}")
    assert item.deadline is not None
    due = item.deadline.isoformat()
    other = [t.rung for t in watching if t.state in ("waiting", "paused") and _watches(t) != due]
    if other:
        yield Finding("timer.other", case.row.number, f"{where}: {', '.join(other)}")


def _asks_for_deadline(case: Case, activity: ActivityRow) -> bool:
    if activity.limit_text.startswith("until:"):
        return False  # counted from a field that may be empty
    try:
        return limits.by_urgency(activity.limit_text, case.row.urgency) is not None
    except SanbanError:
        return False


def _has_rungs(case: Case, activity: ActivityRow) -> bool:
    try:
        _text, limit, _moment = limit_of(case, activity.limit_text)
    except SanbanError:
        limit = None
    return bool(rungs(case, activity.ladder, due=activity.deadline, limit=limit, start=activity.opened_at))


def _watches(timer: TimerRow) -> str:
    return str(timer.facts.get("deadline"))


def _whole(case: Case, watching: list[TimerRow]) -> Iterator[Finding]:
    """The deadline of the instance itself."""
    due, whole = case.row.deadline, case.package.manifest.limit
    if due is None or whole is None or whole.ladder not in case.package.ladders:
        return
    waiting = [t for t in watching if t.state in ("waiting", "paused")]
    if not any(t.state in ARMED for t in watching):
        times = rungs(case, whole.ladder, due=due, limit=None, start=case.row.started_at)
        if times and case.row.frozen_light is None:
            yield Finding("timer.missing", case.row.number, f"整件: {whole.ladder}")
    elif any(_watches(t) != due.isoformat() for t in waiting):
        yield Finding("timer.other", case.row.number, "整件")
