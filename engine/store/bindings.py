"""Rows of bindings and of the calls that go out because of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, literal, select, update

from engine.errors import NotFound
from engine.store import guarding, guards, house, judging
from engine.store.columns import WAITING, Json
from engine.store.database import Tx
from engine.store.tables import binding, definition, incident, instance, outgoing_call

EVERY = 0  # as version of a binding
LISTENED = "listened-"  # how the wait of a call begins that nothing waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingRow:
    """What one stub of a process is bound to; ``version`` 0 is for every version that has no binding of its own."""

    id: int
    process: str
    wanted: str
    version: int
    kind: str
    facts: Mapping[str, Json]
    bound_by: int | None
    bound_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One call on its way."""

    id: int
    instance_id: int
    wait: str
    element: str
    wanted: str
    state: str
    attempts: int
    next_try: datetime
    asked_at: datetime
    error: str | None
    sound: bool = True  # whether it is as it was written; what is not, calls nobody


_COLUMNS = [binding.c[name] for name in BindingRow.__dataclass_fields__]
_CALL_COLUMNS = [*(outgoing_call.c[name] for name in ("id", "attempts", "next_try")), *guards.columns(outgoing_call)]
_CALL_NAMES = [name for name in CallRow.__dataclass_fields__ if name != "sound"]
_DUE = (
    select(*_CALL_COLUMNS)
    .where(outgoing_call.c.state == WAITING, outgoing_call.c.next_try <= bindparam("now"))
    .order_by(outgoing_call.c.next_try, outgoing_call.c.id)
    .limit(bindparam("most"))
)


_FOUND = (
    select(binding)
    .join(definition, definition.c.key == binding.c.process)
    .where(definition.c.id == bindparam("definition_id"), binding.c.wanted == bindparam("wanted_"))
    .where(binding.c.version.in_([literal(EVERY), definition.c.version]))
    .order_by(binding.c.version.desc())
    .limit(1)
)


def find(tx: Tx, definition_id: int, wanted: str) -> BindingRow | None:
    """What a stub of this version is bound to: its own binding, or that of every version."""
    found = tx.first(_FOUND, definition_id=definition_id, wanted_=wanted)
    return None if found is None else judging.shaped(tx, binding, BindingRow, found)


def of_process(tx: Tx, process: str) -> list[BindingRow]:
    """Those of every version first, then those of one, the newest first."""
    rows = tx.all(select(binding).where(binding.c.process == process).order_by(binding.c.wanted))
    return sorted(
        (judging.shaped(tx, binding, BindingRow, r) for r in rows),
        key=lambda row: (row.wanted, row.version != EVERY, -row.version),
    )


def put(tx: Tx, **values: Any) -> None:
    """Bind a stub anew; what it was bound to before in that version is replaced."""
    remove(tx, values["process"], values["wanted"], values["version"])
    tx.insert(binding, **values)


def remove(tx: Tx, process: str, wanted: str, version: int) -> bool:
    statement = delete(binding).where(
        binding.c.process == process, binding.c.wanted == wanted, binding.c.version == version
    )
    return tx.execute(statement).rowcount == 1


def released(tx: Tx, most: int) -> list[int]:
    """Running instances that wait for a binding, or for a process, which is there now."""
    waiting = (
        select(incident.c.instance_id, incident.c.facts, instance.c.process, definition.c.version)
        .join(instance, instance.c.id == incident.c.instance_id)
        .join(definition, definition.c.id == instance.c.definition_id)
        .where(incident.c.kind == "unbound", incident.c.resolved_at.is_(None), instance.c.state == "running")
        .order_by(incident.c.id)
    )
    rows = tx.all(waiting)
    if not rows:
        return []
    bound = {(r.process, r.wanted, r.version) for r in tx.all(select(*_COLUMNS))}
    deployed = {r.key for r in tx.all(select(definition.c.key).where(definition.c.current))}
    found = [
        r.instance_id
        for r in rows
        if {(r.process, r.facts.get("wanted"), version) for version in (EVERY, r.version)} & bound
        or r.facts.get("calls") in deployed
    ]
    return list(dict.fromkeys(found))[:most]


def revive(tx: Tx, instance_id: int, element: str, at: datetime) -> int:
    """Calls of an element that were given up begin again; how many."""
    ids = [call.id for call in calls_of(tx, instance_id) if call.state == "dead" and call.element == element]
    if ids:
        settle(tx, ids, "waiting", at, attempts=0, next_try=at, error=None)
    return len(ids)


def _open(tx: Tx, instance_id: int, kind: str) -> list[dict[str, Json]]:
    statement = select(incident).where(
        incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None), incident.c.kind == kind
    )
    return [house.told(tx, row) for row in tx.all(statement.order_by(incident.c.id))]


def unbound(tx: Tx, instance_id: int) -> list[tuple[str, str]]:
    """Element and wish of each stub that the instance waits at and nobody has bound."""
    return [
        (r["facts"].get("element", ""), r["facts"]["wanted"])
        for r in _open(tx, instance_id, "unbound")
        if "wanted" in r["facts"]
    ]


def resolve(tx: Tx, instance_id: int, kind: str, element: str, at: datetime) -> None:
    """The incident that said why the instance waits at this element is over."""
    ids = [r["id"] for r in _open(tx, instance_id, kind) if r["facts"].get("element") == element]
    if ids:
        guarding.change(tx, incident, incident.c.id.in_(ids), resolved_at=at)


def calls_of(tx: Tx, instance_id: int, *, judged: bool = True) -> list[CallRow]:
    """Every call of an instance; ``judged``: Altered if one is not as it was written."""
    statement = select(*_CALL_COLUMNS).where(outgoing_call.c.instance_id == instance_id).order_by(outgoing_call.c.id)
    rows = tx.all(statement)
    if judged:
        for row in rows:
            judging.guarded(tx, outgoing_call, row)
    return [_call(tx, row) for row in rows]


def _call(tx: Tx, row: Any) -> CallRow:
    """A call; one that is not as it was written says so, and nothing of what it was."""
    made = CallRow(**{name: getattr(row, name) for name in _CALL_NAMES})
    if judging.holds(tx, outgoing_call, row):
        return made
    return replace(made, element=judging.HIDDEN, wanted="", error=None, sound=False)


def dead_calls(tx: Tx, process: str) -> list[tuple[CallRow, str]]:
    """Calls of a process that were given up, each with the number of its instance."""
    statement = (
        select(*_CALL_COLUMNS, instance.c.number)
        .join(instance, instance.c.id == outgoing_call.c.instance_id)
        .where(outgoing_call.c.state == "dead", instance.c.process == process, instance.c.state == "running")
        .order_by(outgoing_call.c.id)
    )
    return [(_call(tx, r), r.number) for r in tx.all(statement)]


def ask(tx: Tx, **values: Any) -> None:
    """A new call, unless this very place waits for one; after a decision was taken back, it begins anew."""
    held = next((call for call in calls_of(tx, values["instance_id"]) if call.wait == values["wait"]), None)
    if held is None:
        tx.insert(outgoing_call, state="waiting", **values)
    elif held.state in ("done", "cancelled"):
        settle(tx, [held.id], "waiting", values["asked_at"], attempts=0, next_try=values["next_try"], error=None)


def ring(tx: Tx, **values: Any) -> None:
    """A call that nothing waits for; a listener rings once for an event."""
    tx.insert(outgoing_call, state="waiting", **values)


def unring(tx: Tx, instance_id: int, since: datetime, at: datetime) -> None:
    """What listeners were told since then has not happened, because it was taken back."""
    statement = select(outgoing_call.c.id).where(
        outgoing_call.c.instance_id == instance_id,
        outgoing_call.c.wait.startswith(LISTENED),
        outgoing_call.c.state == "waiting",
        outgoing_call.c.asked_at >= since,
    )
    ids = [r.id for r in tx.all(statement)]
    if ids:
        settle(tx, ids, "cancelled", at)


def due_calls(tx: Tx, now: datetime, most: int) -> list[CallRow]:
    """What is to be called now; look whether it is sound."""
    return [_call(tx, r) for r in tx.all(_DUE, now=now, most=most)]


def call(tx: Tx, call_id: int) -> CallRow:
    found = tx.first(select(*_CALL_COLUMNS).where(outgoing_call.c.id == call_id))
    if found is None:
        raise NotFound(f"没有找到外部调用 {call_id}。", f"no call {call_id}", "请刷新页面。")
    return _call(tx, judging.guarded(tx, outgoing_call, found))


def lease(tx: Tx, row: CallRow, now: datetime, length: timedelta) -> bool:
    """Reserve a call for this process; counts as an attempt, and ends by itself if the process dies."""
    statement = (
        update(outgoing_call)
        .where(outgoing_call.c.id == row.id, outgoing_call.c.state == "waiting")
        .where(outgoing_call.c.attempts == row.attempts)
        .values(attempts=row.attempts + 1, next_try=now + length)
    )
    return tx.execute(statement).rowcount == 1


def settle(tx: Tx, ids: Sequence[int], state: str, at: datetime, **values: Any) -> None:
    """Record how calls went: done, dead, cancelled, or waiting for another try."""
    ended = None if state == "waiting" else at
    guarding.change(tx, outgoing_call, outgoing_call.c.id.in_(ids), state=state, ended_at=ended, **values)
