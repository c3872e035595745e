"""Timers that are due: rungs of ladders and the diagram's own events, each done once across any number of processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import bpmn
from engine.errors import NotOffered, SanbanError
from engine.model import Actor, Json
from engine.progress import Case, end, load, log, names, save, write_down
from engine.progress.advance import pass_met
from engine.progress.aside import save_aside
from engine.progress.called import STOP
from engine.progress.case import ask
from engine.progress.joined import JOINED, hear, release_one
from engine.progress.ladders import RED, act, fire, next_daily, red_again, rung_of
from engine.progress.permission import require_seen
from engine.progress.receipts import RECEIPT, note_receipt
from engine.progress.replaced import changed
from engine.progress.silence import SILENCE
from engine.progress.silent_close import hear as hear_silence
from engine.progress.stopwatch import lapse
from engine.runtime import Engine
from engine.store import Tx, history, house, instances, pauses, timers
from engine.store.timers import TimerRow

TICK_SECONDS = 0.25  # what comes due waits half of it on average, and then for what is due with it (decision 006)
TOGETHER = 20  # instances to a transaction: a commit costs more than most timers


def fire_due(engine: Engine, *, limit: int = 200) -> int:
    """Do everything that is due now, some instances to a transaction; how many timers are settled."""
    with engine.store.reading() as tx:
        waiting = timers.due_instances(tx, engine.now(), limit)
        if waiting:  # a setting of the house that has decayed stops the clock, and is no fault of single cases
            engine.book(tx), engine.rules(tx), engine.ladders(tx)
    groups = [waiting[at : at + TOGETHER] for at in range(0, len(waiting), TOGETHER)]
    return sum(_settle(engine, group) for group in groups)


def _settle(engine: Engine, group: Sequence[int]) -> int:
    """The due timers of some instances in one transaction; a broken one is set aside and the others tried alone."""
    try:
        with engine.store.transaction() as tx:
            return _fire_group(engine, tx, group)
    except SanbanError as error:
        if len(group) > 1:
            return sum(_settle(engine, [instance_id]) for instance_id in group)
        _park(engine, group[0], error)
        return 0


def _fire_group(engine: Engine, tx: Tx, group: Sequence[int]) -> int:
    # who is held by somebody else is left out: the next tick comes in a second
    rows = instances.lock_free(tx, group)
    if not rows:
        return 0
    now = engine.now()
    locked = [row.id for row in rows]
    due, activities = timers.due_of_many(tx, locked, now), instances.open_of_many(tx, locked)
    waking = sum(any(timer.kind == "wake" for timer in found) for found in due.values())
    instances.expect(tx, waking, waking)  # most open one activity for one person
    for row in rows:
        if due[row.id]:
            _fire_instance(load(engine, tx, row, now, activities=activities[row.id]), due[row.id])
    return sum(len(found) for found in due.values())


def _fire_instance(case: Case, due: Sequence[TimerRow]) -> None:
    if case.row.state != "running":
        # what comes while it is suspended (the end of a child) waits with the rest
        state = "paused" if case.row.state == "suspended" else "cancelled"
        timers.fire_many(case.tx, [t.id for t in due], case.now, state=state)
        for late in (t for t in due if t.kind == JOINED and state == "cancelled" and "wait" in t.facts):
            release_one(case, int(late.facts["from"]), str(late.facts["wait"]))
        return
    _rungs(case, [t for t in due if t.kind == "rung"])
    _resume(case, [t for t in due if t.kind == "resume"])
    _events(case, [t for t in due if t.kind in ("wake", "release", STOP, RECEIPT, SILENCE, JOINED)])


def _rungs(case: Case, due: Sequence[TimerRow]) -> None:
    """Of each deadline only the highest rung that is due speaks; lower ones missed in a standstill are merged."""
    if case.row.frozen_light is not None:
        # a close-out is being reviewed: the deadline of the whole waits for its result
        lapsed = [t.id for t in due if t.level == "instance"]
        timers.fire_many(case.tx, lapsed, case.now, state="merged")
        due = [t for t in due if t.level != "instance"]
    if not due:
        return
    before = case.row.variables
    by_deadline: dict[tuple[str, int | None, int | None], list[TimerRow]] = {}
    for timer in due:
        by_deadline.setdefault((timer.level, timer.activity_id, timer.item_id), []).append(timer)
    for group in by_deadline.values():
        highest = group[-1]
        timers.fire_many(case.tx, [t.id for t in group[:-1]], case.now, state="merged")
        for missed in group[:-1]:
            act(case, missed)
        # what a lower rung did may have closed the step: its timers are cancelled then
        if len(group) > 1 and highest.id not in {t.id for t in timers.due_of(case.tx, case.row.id, case.now)}:
            continue
        timers.fire(case.tx, highest.id, case.now)
        fire(case, highest)
        next_daily(case, highest)
    if case.row.variables is before and case.row.undo is not None:
        save_aside(case)  # a reminder does not keep anybody from taking back what nobody has opened
    elif case.row.variables is before:
        instances.save_head(case.tx, case.row)
    else:
        save(case)


def _resume(case: Case, due: Sequence[TimerRow]) -> None:
    """Pauses that have lasted as long as was allowed end by themselves, and whoever asked hears of it."""
    for timer in due:
        timers.fire(case.tx, timer.id, case.now)
        row = pauses.by_id(case.tx, int(timer.facts["pause"]))
        if row is not None and row.state == "running":
            lapse(case, row)
            save(case)


def _events(case: Case, due: Sequence[TimerRow]) -> None:
    for timer in due:
        timers.fire(case.tx, timer.id, case.now)
        if timer.kind == "release":
            _release(case, timer.facts)
        elif timer.kind == STOP:
            _stop(case, timer.facts)
        elif timer.kind == RECEIPT:
            note_receipt(case, timer.facts)
            pass_met(case)
        elif timer.kind == JOINED:
            hear(case, timer.facts)
            if timer.facts.get("mark") == RED:
                red_again(case)
            save(case)
        elif timer.kind == SILENCE:
            hear_silence(case, timer)
        else:
            case.left_as = "expired"
            write_down(case, bpmn.wake(case.package.process, case.row.snapshot, case.now, names(case)))


def _release(case: Case, facts: Mapping[str, Json]) -> None:
    """A child instance has ended: the call that waits for it goes on."""
    try:
        step = bpmn.receive(
            case.package.process,
            case.row.snapshot,
            names(case),
            case.now,
            element=facts["wait"],
            data=facts.get("data"),
        )
    except NotOffered:
        return  # the parent has left that place meanwhile
    write_down(case, step)


def _stop(case: Case, facts: Mapping[str, Json]) -> None:
    """The caller has come to nothing: so does this one, unless the caller's diagram says that it has gone too far."""
    reason = str(facts["reason"])
    if not ask(case, str(facts["rule"])):
        _call_back(case, str(facts.get("message", "")), reason)
        return
    log(case, "stop_called", detail={"opinion": reason, **changed({"state": case.row.state}, state=facts["state"])})
    end(case, str(facts["state"]), reason)
    save(case)


def _call_back(case: Case, message: str, reason: str) -> None:
    """What has gone too far to end is told by the message its caller names, if its diagram waits for it now."""
    if not message:
        return
    try:
        step = bpmn.receive(case.package.process, case.row.snapshot, names(case), case.now, message=message)
    except NotOffered:
        return  # nothing is out any more, or not yet
    log(case, "called_back", detail={"opinion": reason})
    write_down(case, step)


def _park(engine: Engine, instance_id: int, error: SanbanError) -> None:
    """Timers that cannot be done become a visible incident instead of being tried for ever."""
    with engine.store.transaction() as tx:
        now = engine.now()
        due = timers.due_of(tx, instance_id, now)
        # of altered timers nobody knows what they were to do: they wait for somebody, the others are done in a moment
        broken = timers.altered(tx, due) or due
        timers.fire_many(tx, [t.id for t in broken], now, state="dead")
        house.open_incident(
            tx,
            kind="timer",
            message=f"到时处理失败：{error.message_zh}",
            at=now,
            instance_id=instance_id,
            facts={"timers": [t.id for t in broken], "code": error.reason},
        )


@dataclass(frozen=True, slots=True)
class TimerView:
    """One timer: when, why, to whom by rule, and what happened."""

    id: int
    kind: str  # rung | wake | release
    due: datetime
    level: str  # step, item, stage:<name> or instance
    rung: str
    grade: str  # L3
    day: int | None  # overdue working days at which the rung comes, if it comes by days
    ladder: str
    state: str  # waiting | fired | merged | cancelled | dead
    fired: datetime | None
    deadline: datetime | None
    to: tuple[str, ...]  # performer rules
    actions: tuple[str, ...]
    told: tuple[str, ...]  # names of those who were told when it fired
    step: str


def of_instance(engine: Engine, number: str, actor: Actor) -> tuple[TimerView, ...]:
    """All timers of an instance, in order of time."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_seen(tx, row, actor)
        case = load(engine, tx, row, engine.now(), actor)
        steps = {a.id: a.name for a in instances.activities(tx, row.id)}
        told: dict[tuple[Json, ...], Sequence[str]] = {
            (h.at, h.item_id, h.detail.get("level"), h.detail.get("rung")): h.detail.get("to", [])
            for h in history.whole(tx, row)
            if h.verb == "rung"
        }
        return tuple(
            _view(case, t, steps, told.get((t.fired_at, t.item_id, t.level, t.rung), ()))
            for t in timers.of_instance(tx, row.id)
        )


def _view(case: Case, timer: TimerRow, steps: Mapping[int, str], told: Sequence[str]) -> TimerView:
    rung = rung_of(case, timer) if timer.kind == "rung" else None
    people = [case.directory.person(login) for login in told]
    deadline = timer.facts.get("deadline")
    return TimerView(
        id=timer.id,
        kind=timer.kind,
        due=timer.due,
        level=timer.level,
        rung=timer.rung,
        grade=rung.level if rung else "",
        day=rung.overdue_day(major=timer.facts.get("weight") == "major") if rung else None,
        ladder=str(timer.facts.get("ladder", "")),
        state=timer.state,
        fired=timer.fired_at,
        deadline=datetime.fromisoformat(deadline) if deadline else None,
        to=rung.to if rung else (),
        actions=rung.actions if rung else (),
        told=tuple(p.name for p in people if p is not None),
        step=steps.get(timer.activity_id or 0, ""),
    )
