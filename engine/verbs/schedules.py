"""What the calendar starts by itself: each turn once, for the person who answers for it, whoever ticks."""

from collections.abc import Callable, Mapping
from typing import Any

import forms
from engine.errors import NotFound, ReusedKey, SanbanError
from engine.model import Actor, Json
from engine.progress import begin, log, prepare, write_down
from engine.progress.damaged import tell
from engine.progress.data import constants_of
from engine.progress.lookups import Lookups
from engine.progress.turns import Waiting, responsible, waiting
from engine.runtime import Engine, evaluate
from engine.store import Tx, altered_rows, house, scheduled
from engine.store.tables import scheduled_start

INCIDENT = "schedule"
Functions = Mapping[str, Callable[..., Json]]


def start_due(engine: Engine) -> int:
    """Start what is due; how many instances. Safe to call twice and from several nodes."""
    with engine.store.reading() as tx:
        due = list(waiting(engine, tx))
        damaged = scheduled.damaged(tx) if due else []
    if damaged:  # lest it be started twice
        with engine.store.transaction() as tx:
            tell(tx, [altered_rows.of(scheduled_start, row) for row in damaged], engine.now())
        return 0
    return sum(_start(engine, one) for one in due)


def _start(engine: Engine, one: Waiting) -> int:
    """One turn in one transaction, however many instances it starts; what keeps it from that is told."""
    try:
        with engine.store.transaction() as tx:
            claimed = scheduled.claim(tx, *one.key, one.turn.due, engine.now())
            return _begin(engine, tx, one, claimed) if claimed is not None else 0
    except SanbanError as error:
        _tell(engine, one, error)
        return 0


def _begin(engine: Engine, tx: Tx, one: Waiting, claimed: int) -> int:
    person = responsible(engine, tx, one.package, one.schedule)
    if person is None:
        raise NotFound(
            f"规则 {one.schedule.performer} 没有找到责任人。", f"nobody answers for {one.schedule.name}", "请任命人员。"
        )
    actor = Actor(person.id, person.login, person.name)
    known: dict[str, Json] = {
        **one.package.empty,
        **constants_of(engine, tx, actor),
        "period": one.turn.period,
        "first": one.turn.first.isoformat(),
        "last": one.turn.last.isoformat(),
        "before": one.turn.before,
        "since": one.turn.since.isoformat(),
        "until": one.turn.until.isoformat(),
        "due": engine.calendar(tx).local(one.turn.due).date().isoformat(),
    }
    look = Lookups(
        tx,
        engine.directory(tx),
        engine.calendar(tx),
        engine.now(),
        process=one.package.manifest.key,
        known=known,
        house=engine.settings,
    ).functions()
    _forgive(engine, tx, one)
    items: Any = evaluate(one.schedule.each, known, look) if one.schedule.each else [None]
    started = [_begin_one(engine, tx, one, actor, known | {"item": item}, look) for item in items]
    made = [id_ for id_ in started if id_ is not None]
    if not made:
        scheduled.settle(tx, claimed, state=scheduled.NEEDLESS)
        return 0
    scheduled.settle(tx, claimed, state=scheduled.STARTED, instance_id=made[0])
    return len(made)


def _begin_one(
    engine: Engine, tx: Tx, one: Waiting, actor: Actor, known: dict[str, Json], look: Functions
) -> int | None:
    """One instance of a turn; None where there is nothing to do, or it was begun in another way."""
    if one.schedule.when and not evaluate(one.schedule.when, known, look):
        return None
    if one.schedule.claims and _is_begun_otherwise(engine, tx, actor, str(evaluate(one.schedule.claims, known, look))):
        return None
    begun = forms.defaults(one.package.form, lambda text, seen: evaluate(text, {**seen, **known}))
    given = {
        name: evaluate(value, known, look) if isinstance(value, str) and "{" in value else value
        for name, value in one.schedule.data.items()
    }
    case = prepare(engine, tx, one.package.manifest.key, {**begun, **given}, actor, engine.now())
    log(case, "schedule", detail={"opinion": f"{one.schedule.title}（{one.turn.period}）", "name": one.schedule.name})
    begin(case, write_down, submitted=one.schedule.submitted)
    return case.row.id


def _is_begun_otherwise(engine: Engine, tx: Tx, actor: Actor, key: str) -> bool:
    """Whether a node that begins this turn in another way was first; if not, it finds the key taken from now on."""
    own = house.own_key(actor.id, key)
    try:
        house.claim_key(tx, own, INCIDENT, engine.now())
    except ReusedKey:
        return True
    house.store_answer(tx, own, {"begun by": INCIDENT})  # a key without an answer is one whose request broke off
    return False


def _tell(engine: Engine, one: Waiting, error: SanbanError) -> None:
    title, period = one.schedule.title, one.turn.period
    message = f"{one.package.manifest.title}“{title}”（{period}）到时没有发起：{error.message_zh}"
    with engine.store.transaction() as tx:
        if scheduled.note_failure(tx, *one.key, one.turn.due, engine.now(), error.message_zh):
            house.open_incident(tx, kind=INCIDENT, message=message, at=engine.now(), facts={"key": list(one.key)})


def _forgive(engine: Engine, tx: Tx, one: Waiting) -> None:
    """It can be started now: what administrators were told is over."""
    for row in house.open_incidents(tx):
        if row["kind"] == INCIDENT and row["facts"].get("key") == list(one.key):
            house.resolve_incident(tx, row["id"], engine.now(), 0, "已按日历发起")
