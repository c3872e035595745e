"""Rows of instances and activities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select, update

from engine.errors import NotFound
from engine.store import guarding, guards, judging, row_digests
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.ordering import earliest, reorder
from engine.store.prepared import Prepared
from engine.store.tables import activity, instance, work_item


@dataclass(slots=True, kw_only=True)
class InstanceRow:
    """An instance while one transaction works on it; written back whole by ``save``."""

    id: int
    number: str
    definition_id: int
    process: str
    title: str
    urgency: str
    state: str
    initiator_id: int
    unit_id: int | None
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    deadline: datetime | None
    warn_at: datetime | None
    stages: dict[str, str] | None
    frozen_light: str | None
    revision: int
    snapshot: bytes
    variables: dict[str, Json]
    visits: dict[str, int]
    history_seq: int
    history_hash: str
    undo: Json
    parent_id: int | None
    parent_wait: str | None
    source: str | None
    known_to: str | None
    first_contact_id: int | None
    digest: str | None = None  # of what was written, see row_digests
    row_digest: str | None = None  # of what lists show of it, see guards
    form_digest: str | None = None
    known_digest: str | None = None
    origin_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """One visit of an instance to a user task."""

    id: int
    instance_id: int
    token: str
    element: str
    name: str
    visit: int
    state: str
    completion: str
    limit_text: str
    ladder: str | None
    opened_at: datetime
    closed_at: datetime | None
    deadline: datetime | None
    warn_at: datetime | None
    outcome: str | None
    back_to: Json
    facts: Mapping[str, Json]
    row_digest: str | None = None


_NAMES = tuple(InstanceRow.__dataclass_fields__)
_COLUMNS = [instance.c[name] for name in _NAMES]
_ACTIVITY_COLUMNS = [activity.c[name] for name in ActivityRow.__dataclass_fields__]

_NUMBER = select(*_COLUMNS).where(instance.c.number == bindparam("number"))
_ID = select(*_COLUMNS).where(instance.c.id == bindparam("id"))
_ITEM = select(*_COLUMNS).where(
    instance.c.id == select(work_item.c.instance_id).where(work_item.c.id == bindparam("item")).scalar_subquery()
)
_BY_NUMBER, _BY_ID, _BY_ITEM = (Prepared(one, InstanceRow) for one in (_NUMBER, _ID, _ITEM))
# the lock comes first in every verb: instance, then timers and items
# no key update: rows that merely refer to a locked instance may still be written
_LOCK_NUMBER, _LOCK_ID, _LOCK_ITEM = (
    Prepared(one.with_for_update(key_share=True), InstanceRow) for one in (_NUMBER, _ID, _ITEM)
)
_LOCK_FREE = (
    select(*_COLUMNS)
    .where(instance.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(instance.c.id)
    .with_for_update(skip_locked=True, key_share=True)
)
_OPEN_ACTIVITIES = Prepared(
    select(*_ACTIVITY_COLUMNS)
    .where(activity.c.instance_id == bindparam("instance"), activity.c.state == "open")
    .order_by(activity.c.id),
    ActivityRow,
)
_OPEN_OF_MANY = (
    select(*_ACTIVITY_COLUMNS)
    .where(activity.c.instance_id.in_(bindparam("ids", expanding=True)), activity.c.state == "open")
    .order_by(activity.c.id)
)
_ALL_ACTIVITIES = (
    select(*_ACTIVITY_COLUMNS).where(activity.c.instance_id == bindparam("instance")).order_by(activity.c.id)
)
_LASTING = (
    "id", "number", "definition_id", "process", "initiator_id", "started_at", "parent_id", "known_to", "known_digest",
    "digest",
)  # fmt: skip
_CHANGING = tuple(n for n in _NAMES if n not in _LASTING)
_SAVE = Prepared[Any](
    update(instance)
    .where(instance.c.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in (*_CHANGING, "digest")})
)


def _row(tx: Tx, found: InstanceRow | None, what: str, *, judged: bool = True) -> InstanceRow:
    if found is None:
        raise missing(what)
    return judging.instance_row(tx, found) if judged else found


def missing(what: str) -> NotFound:
    """What is said of something that is not there, and of something that is not theirs to see."""
    return NotFound(f"没有找到 {what}，或您无权查看。", f"{what} not found", "请检查编号，或联系发起人。")


def by_number(tx: Tx, number: str, *, lock: bool = False, judged: bool = True) -> InstanceRow:
    return _row(tx, tx.first(_LOCK_NUMBER if lock else _BY_NUMBER, number=number), number, judged=judged)


def by_id(tx: Tx, instance_id: int, *, lock: bool = False, judged: bool = True) -> InstanceRow:
    return _row(tx, tx.first(_LOCK_ID if lock else _BY_ID, id=instance_id), f"#{instance_id}", judged=judged)


def by_item(tx: Tx, item_id: int, *, lock: bool = False) -> InstanceRow:
    return _row(tx, tx.first(_LOCK_ITEM if lock else _BY_ITEM, item=item_id), f"待办 {item_id}")


def lock_free(tx: Tx, instance_ids: Sequence[int]) -> list[InstanceRow]:
    """Those of the instances that no other transaction holds, locked."""
    return [judging.instance_row(tx, InstanceRow(**r._mapping)) for r in tx.all(_LOCK_FREE, ids=list(instance_ids))]


def insert(tx: Tx, **values: Any) -> int:
    return tx.insert(instance, **values)


def save(tx: Tx, row: InstanceRow) -> None:
    """Write the changed instance back, raise its revision by one, and put its open work in order."""
    row.revision += 1
    row.digest = row_digests.of_instance(tx.audit_key, row)
    values = {name: getattr(row, name) for name in _NAMES}
    for name, digest in guards.renewed(tx.audit_key, instance, values, _CHANGING).items():
        setattr(row, name, digest)
    changed = {f"new_{name}": getattr(row, name) for name in (*_CHANGING, "digest")}
    tx.later(_SAVE, {"key": row.id} | changed)
    # while the clock of the whole stands still it hurries nobody
    counts = row.frozen_light is None and row.ended_at is None
    reorder(tx, row.id, *earliest(row.deadline if counts else None, row.stages if counts else None))


_SAVE_HEAD = Prepared[Any](
    update(instance)
    .where(instance.c.id == bindparam("key"))
    .values(
        revision=bindparam("new_revision"),
        history_seq=bindparam("new_seq"),
        history_hash=bindparam("new_hash"),
        undo=None,
    )
)


def save_head(tx: Tx, row: InstanceRow) -> None:
    """Like ``save``, where only the history has grown."""
    row.revision, row.undo = row.revision + 1, None
    values = {"new_revision": row.revision, "new_seq": row.history_seq, "new_hash": row.history_hash}
    tx.later(_SAVE_HEAD, {"key": row.id, **values})


def open_of_many(tx: Tx, instance_ids: Sequence[int]) -> dict[int, list[ActivityRow]]:
    """The open activities of several instances."""
    found: dict[int, list[ActivityRow]] = {i: [] for i in instance_ids}
    for r in tx.all(_OPEN_OF_MANY, ids=list(instance_ids)):
        found[r.instance_id].append(judging.guarded(tx, activity, ActivityRow(**r._mapping)))
    return found


def open_activities(tx: Tx, instance_id: int, *, judged: bool = True) -> list[ActivityRow]:
    found = tx.all(_OPEN_ACTIVITIES, instance=instance_id)
    return [judging.guarded(tx, activity, r) for r in found] if judged else found


def activities(tx: Tx, instance_id: int) -> list[ActivityRow]:
    found = tx.all(_ALL_ACTIVITIES, instance=instance_id)
    return [judging.guarded(tx, activity, ActivityRow(**r._mapping)) for r in found]


def insert_activity(tx: Tx, **values: Any) -> int:
    return tx.insert(activity, **values)


def expect(tx: Tx, activities: int, items: int) -> None:
    """So many activities and work items are about to be inserted."""
    tx.reserve({activity: activities, work_item: items})


_CLOSE_ACTIVITY = Prepared[Any](
    update(activity)
    .where(activity.c.id == bindparam("key"), activity.c.state == "open")
    .values(state=bindparam("new_state"), closed_at=bindparam("at"), outcome=bindparam("new_outcome"))
)
_REOPEN_ACTIVITY = Prepared[Any](
    update(activity).where(activity.c.id == bindparam("key")).values(state="open", closed_at=None, outcome=None)
)


def close_activity(tx: Tx, activity_id: int, at: datetime, *, state: str, outcome: str | None = None) -> None:
    tx.later(_CLOSE_ACTIVITY, {"key": activity_id, "at": at, "new_state": state, "new_outcome": outcome})


def annul_activity(tx: Tx, activity_id: int) -> None:
    """Let a step that has ended already count as one that was never reached."""
    tx.execute(update(activity).where(activity.c.id == activity_id).values(state="cancelled", outcome=None))


def set_activity_facts(tx: Tx, activity_id: int, facts: Mapping[str, Json]) -> None:
    guarding.change_one(tx, activity, activity_id, {"facts": dict(facts)})


def reopen_activity(tx: Tx, activity_id: int) -> None:
    tx.later(_REOPEN_ACTIVITY, {"key": activity_id})


def set_activity_deadline(tx: Tx, activity_id: int, deadline: datetime | None, warn_at: datetime | None) -> None:
    guarding.change_one(tx, activity, activity_id, {"deadline": deadline, "warn_at": warn_at})


_VISITS = select(func.count()).where(
    and_(activity.c.instance_id == bindparam("instance"), activity.c.element == bindparam("element"))
)


def visits(tx: Tx, instance_id: int, element: str) -> int:
    """How often the instance has been at this user task so far."""
    return int(tx.scalar(_VISITS, instance=instance_id, element=element))


def children(tx: Tx, instance_id: int) -> Sequence[tuple[str, str]]:
    """Number and state of the instances this one has started."""
    own = instance.c.parent_id == instance_id
    found = tx.all(select(instance.c.number, instance.c.state).where(own).order_by(instance.c.id))
    return [(str(r.number), str(r.state)) for r in found]


def numbers(tx: Tx, statement: Select[Any]) -> list[str]:
    return [str(r[0]) for r in tx.all(statement)]


def numbers_of(tx: Tx, ids: Collection[int]) -> dict[int, str]:
    """The numbers of some instances."""
    found = tx.all(select(instance.c.id, instance.c.number).where(instance.c.id.in_(list(ids)))) if ids else ()
    return {int(r.id): str(r.number) for r in found}


def running_on(tx: Tx, definition_id: int) -> int:
    """How many instances still run on this version."""
    return int(
        tx.scalar(select(func.count()).where(instance.c.definition_id == definition_id, instance.c.state == "running"))
    )
