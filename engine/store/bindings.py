"""Rows of bindings and of the calls that go out because of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from engine.errors import NotFound
from engine.store.columns import WAITING, Json
from engine.store.database import Tx
from engine.store.tables import binding, incident, instance, outgoing_call


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingRow:
    """What one stub of a process is bound to."""

    id: int
    process: str
    wanted: str
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


_COLUMNS = [binding.c[name] for name in BindingRow.__dataclass_fields__]
_CALL_COLUMNS = [outgoing_call.c[name] for name in CallRow.__dataclass_fields__]
_DUE = (
    select(*_CALL_COLUMNS)
    .where(outgoing_call.c.state == WAITING, outgoing_call.c.next_try <= bindparam("now"))
    .order_by(outgoing_call.c.next_try, outgoing_call.c.id)
    .limit(bindparam("most"))
)


def find(tx: Tx, process: str, wanted: str) -> BindingRow | None:
    found = tx.first(select(*_COLUMNS).where(binding.c.process == process, binding.c.wanted == wanted))
    return None if found is None else BindingRow(**found._mapping)


def of_process(tx: Tx, process: str) -> list[BindingRow]:
    rows = tx.all(select(*_COLUMNS).where(binding.c.process == process).order_by(binding.c.wanted))
    return [BindingRow(**r._mapping) for r in rows]


def put(tx: Tx, **values: Any) -> None:
    """Bind a stub anew; what it was bound to before is replaced."""
    remove(tx, values["process"], values["wanted"])
    tx.insert(binding, **values)


def remove(tx: Tx, process: str, wanted: str) -> bool:
    statement = delete(binding).where(binding.c.process == process, binding.c.wanted == wanted)
    return tx.execute(statement).rowcount == 1


def released(tx: Tx, most: int) -> list[int]:
    """Running instances that wait for a binding which is there now."""
    unbound = (
        select(incident.c.instance_id, incident.c.facts, instance.c.process)
        .join(instance, instance.c.id == incident.c.instance_id)
        .where(incident.c.kind == "unbound", incident.c.resolved_at.is_(None), instance.c.state == "running")
        .where(instance.c.process.in_(select(binding.c.process)))
        .order_by(incident.c.id)
    )
    rows = tx.all(unbound)
    bound = {(r.process, r.wanted) for r in tx.all(select(binding.c.process, binding.c.wanted))} if rows else set()
    found = [r.instance_id for r in rows if (r.process, r.facts.get("wanted")) in bound]
    return list(dict.fromkeys(found))[:most]


def _open(tx: Tx, instance_id: int, kind: str) -> list[Any]:
    statement = select(incident.c.id, incident.c.facts).where(
        incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None), incident.c.kind == kind
    )
    return list(tx.all(statement.order_by(incident.c.id)))


def unbound(tx: Tx, instance_id: int) -> list[tuple[str, str]]:
    """Element and wish of each stub that the instance waits at and nobody has bound."""
    return [
        (r.facts.get("element", ""), r.facts["wanted"])
        for r in _open(tx, instance_id, "unbound")
        if "wanted" in r.facts
    ]


def resolve(tx: Tx, instance_id: int, kind: str, element: str, at: datetime) -> None:
    """The incident that said why the instance waits at this element is over."""
    ids = [r.id for r in _open(tx, instance_id, kind) if r.facts.get("element") == element]
    if ids:
        tx.execute(update(incident).where(incident.c.id.in_(ids)).values(resolved_at=at))


def calls_of(tx: Tx, instance_id: int) -> list[CallRow]:
    statement = select(*_CALL_COLUMNS).where(outgoing_call.c.instance_id == instance_id).order_by(outgoing_call.c.id)
    return [CallRow(**r._mapping) for r in tx.all(statement)]


def dead_calls(tx: Tx, process: str) -> list[tuple[CallRow, str]]:
    """Calls of a process that were given up, each with the number of its instance."""
    statement = (
        select(*_CALL_COLUMNS, instance.c.number)
        .join(instance, instance.c.id == outgoing_call.c.instance_id)
        .where(outgoing_call.c.state == "dead", instance.c.process == process, instance.c.state == "running")
        .order_by(outgoing_call.c.id)
    )
    names = CallRow.__dataclass_fields__
    return [(CallRow(**{name: r._mapping[name] for name in names}), r.number) for r in tx.all(statement)]


def ask(tx: Tx, **values: Any) -> None:
    """A new call, unless this very place waits for one; after a decision was taken back, it begins anew."""
    held = next((call for call in calls_of(tx, values["instance_id"]) if call.wait == values["wait"]), None)
    if held is None:
        tx.insert(outgoing_call, state="waiting", **values)
    elif held.state in ("done", "cancelled"):
        settle(tx, [held.id], "waiting", values["asked_at"], attempts=0, next_try=values["next_try"], error=None)


def due_calls(tx: Tx, now: datetime, most: int) -> list[CallRow]:
    return [CallRow(**r._mapping) for r in tx.all(_DUE, now=now, most=most)]


def call(tx: Tx, call_id: int) -> CallRow:
    found = tx.first(select(*_CALL_COLUMNS).where(outgoing_call.c.id == call_id))
    if found is None:
        raise NotFound(f"没有找到外部调用 {call_id}。", f"no call {call_id}", "请刷新页面。")
    return CallRow(**found._mapping)


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
    tx.execute(update(outgoing_call).where(outgoing_call.c.id.in_(ids)).values(state=state, ended_at=ended, **values))
