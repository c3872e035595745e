"""Rows of work items and drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, or_, select, update

from engine.errors import NotFound
from engine.store import covered, guarding, guards, judging, row_digests
from engine.store.columns import OPEN, WAITING, Json
from engine.store.covered import OPENED
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import draft, work_item
from engine.store.tables.instances import NO_DEADLINE


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """One person's part of an activity, as stored."""

    id: int
    activity_id: int
    instance_id: int
    process: str
    element: str
    name: str
    entry: str | None
    performer_id: int | None
    pool: str | None
    principal_id: int | None
    post_id: int | None
    kind: str
    state: str
    urgency: str
    ordinal: int
    arrived_at: datetime
    visible_at: datetime
    opened_at: datetime | None
    deadline: datetime | None
    warn_at: datetime | None
    paused: str | None = None  # while its clock stands: the words of what was left
    outcome: str | None
    opinion: str | None
    data: Json
    decided_at: datetime | None
    decided_by: int | None
    facts: Mapping[str, Json]
    digest: str | None = None  # of what was decided, see row_digests
    row_digest: str | None = None  # of what is asked of whom until when, see guards
    opened_digest: str | None = None  # of when it was first opened


_COLUMNS = [work_item.c[name] for name in ItemRecord.__dataclass_fields__]
_BY_ID = Prepared(select(*_COLUMNS).where(work_item.c.id == bindparam("id")), ItemRecord)
_OF_ACTIVITY = Prepared(
    select(*_COLUMNS)
    .where(work_item.c.activity_id == bindparam("activity"))
    .order_by(work_item.c.ordinal, work_item.c.id),
    ItemRecord,
)
_ALL = select(*_COLUMNS).where(work_item.c.instance_id == bindparam("instance")).order_by(work_item.c.id)
_PENDING = or_(work_item.c.state == OPEN, work_item.c.state == WAITING)
_OF_INSTANCE, _OPEN_OF_INSTANCE = Prepared(_ALL, ItemRecord), Prepared(_ALL.where(_PENDING), ItemRecord)


def by_id(tx: Tx, item_id: int, *, judged: bool = True) -> ItemRecord:
    found = tx.first(_BY_ID, id=item_id)
    if found is None:
        raise NotFound(
            f"没有找到待办 {item_id}。", f"work item {item_id} not found", "它可能属于别的系统，请从待办列表打开。"
        )
    if judged:
        judging.decisions(tx, [found])
    return found


def of_activity(tx: Tx, activity_id: int) -> list[ItemRecord]:
    found = tx.all(_OF_ACTIVITY, activity=activity_id)
    judging.decisions(tx, found)
    return found


def of_instance(tx: Tx, instance_id: int, *, judged: bool = True) -> list[ItemRecord]:
    found = tx.all(_OF_INSTANCE, instance=instance_id)
    if judged:
        judging.decisions(tx, found)
    return found


def open_of_instance(tx: Tx, instance_id: int) -> list[ItemRecord]:
    found = tx.all(_OPEN_OF_INSTANCE, instance=instance_id)
    judging.decisions(tx, found)
    return found


def insert(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert items; their ids in order."""
    return tx.insert_all(work_item, [{**row, "sort_at": row["deadline"] or NO_DEADLINE} for row in rows])


_DECIDE = Prepared[Any](
    update(work_item)
    .where(work_item.c.id == bindparam("key"), work_item.c.state == OPEN)
    .values(
        state="done",
        outcome=bindparam("new_outcome"),
        opinion=bindparam("new_opinion"),
        data=bindparam("new_data"),
        decided_at=bindparam("at"),
        decided_by=bindparam("by"),
        performer_id=bindparam("performer"),
        opened_at=func.coalesce(work_item.c.opened_at, bindparam("at")),
        # whoever opens it at this very moment has written both
        opened_digest=case((work_item.c.opened_at.is_(None), bindparam("new_opened")), else_=work_item.c.opened_digest),
        facts=bindparam("new_facts"),
        digest=bindparam("new_digest"),
        row_digest=bindparam("new_row_digest"),
    )
)


def decide(
    tx: Tx, item: ItemRecord, *, outcome: str, opinion: str, data: Json, at: datetime, by: int, facts: Json = None
) -> None:
    """Close an open item with what a person decided."""
    if ("work_item", item.id) in tx.changed:
        item = by_id(tx, item.id)  # what the caller holds is older than what this transaction has written
    said = {"id": item.id, "outcome": outcome, "opinion": opinion, "data": data, "decided_at": at, "decided_by": by}
    performer, facts = item.performer_id or by, dict(item.facts) if facts is None else facts
    row = {name: getattr(item, name) for name in covered.COVERED[work_item]}
    opened = guards.of(tx.audit_key, OPENED, {"activity_id": item.activity_id, "opened_at": at})
    tx.later(
        _DECIDE,
        {
            "key": item.id,
            "new_outcome": outcome,
            "new_opinion": opinion,
            "new_data": data,
            "at": at,
            "by": by,
            "performer": performer,
            "new_facts": facts,
            "new_opened": opened,
            "new_digest": row_digests.of_decision(tx.audit_key, said),
            "new_row_digest": guards.of(tx.audit_key, work_item, {**row, "performer_id": performer, "facts": facts}),
        },
    )


_CANCEL_ACTIVITY = Prepared[Any](
    update(work_item)
    .where(work_item.c.activity_id == bindparam("activity"), _PENDING)
    .values(state="cancelled", decided_at=bindparam("at"))
)
_CANCEL_SIGNATURES = (
    update(work_item)
    .where(work_item.c.instance_id == bindparam("instance"), work_item.c.kind == "sign", work_item.c.state == OPEN)
    .values(state="cancelled", decided_at=bindparam("at"))
)
_CANCEL_ENTRIES = (
    update(work_item)
    .where(
        work_item.c.instance_id == bindparam("instance"),
        or_(work_item.c.entry.is_not(None), work_item.c.kind == "entry"),  # and what is asked about them
        work_item.c.state.in_(("open", "waiting", "paused")),
    )
    .values(state="cancelled", decided_at=bindparam("at"))
)
_CANCEL_ENTRIES_OF = _CANCEL_ENTRIES.where(work_item.c.element == bindparam("of_element"))


def cancel_open(tx: Tx, activity_id: int, at: datetime) -> None:
    """Close what others would still have had to do in this activity."""
    tx.later(_CANCEL_ACTIVITY, {"activity": activity_id, "at": at})


def cancel_signatures(tx: Tx, instance_id: int, at: datetime) -> None:
    """Nobody has to sign afterwards (补签) what was stopped."""
    tx.later(_CANCEL_SIGNATURES, {"instance": instance_id, "at": at})


def cancel_entries(tx: Tx, instance_id: int, at: datetime, *, element: str | None = None) -> None:
    """Close checklist entries that are still open, also those whose list went on without them."""
    if element is None:
        tx.later(_CANCEL_ENTRIES, {"instance": instance_id, "at": at})
    else:
        tx.later(_CANCEL_ENTRIES_OF, {"instance": instance_id, "at": at, "of_element": element})


def change(tx: Tx, item_id: int, **values: Any) -> None:
    """Set some columns of one item."""
    if "deadline" in values:
        values["sort_at"] = values["deadline"] or NO_DEADLINE
    guarding.change_one(tx, work_item, item_id, values)


_TURN = Prepared[Any](
    update(work_item)
    .where(work_item.c.instance_id == bindparam("instance"), work_item.c.state == bindparam("old"))
    .values(state=bindparam("new"))
)


def turn(tx: Tx, instance_id: int, old: str, new: str) -> None:
    """Bring all items of an instance from one state into another (暂停 and 恢复)."""
    tx.later(_TURN, {"instance": instance_id, "old": old, "new": new})


_OPENED = Prepared[Any](
    update(work_item)
    .where(work_item.c.id == bindparam("key"), work_item.c.opened_at.is_(None))
    .values(opened_at=bindparam("at"), opened_digest=bindparam("new_digest"))
)


def mark_opened(tx: Tx, item: ItemRecord, at: datetime) -> None:
    """The performer reads it for the first time; whoever was faster stands."""
    digest = guards.of(tx.audit_key, OPENED, {"activity_id": item.activity_id, "opened_at": at})
    tx.later(_OPENED, {"key": item.id, "at": at, "new_digest": digest})


# ------------------------------------------------------------------ drafts


_DROP_DRAFT = Prepared[Any](
    delete(draft).where(draft.c.person_id == bindparam("person"), draft.c.scope == bindparam("scope_"))
)


def save_draft(tx: Tx, *, person_id: int, scope: str, title: str, data: Json, at: datetime) -> None:
    drop_draft(tx, person_id=person_id, scope=scope)
    row = {"person_id": person_id, "scope": scope, "title": title, "data": data, "saved_at": at}
    tx.insert_later(draft, [row])


def drop_draft(tx: Tx, *, person_id: int, scope: str) -> None:
    tx.later(_DROP_DRAFT, {"person": person_id, "scope_": scope})


def get_draft(tx: Tx, *, person_id: int, scope: str, lock: bool = False) -> tuple[Json, datetime] | None:
    wanted = select(draft).where(draft.c.person_id == person_id, draft.c.scope == scope)
    found = tx.first(wanted.with_for_update() if lock else wanted)
    if found is not None:
        judging.guarded(tx, draft, found)
    return None if found is None else (found.data, found.saved_at)


def drafts(tx: Tx, person_id: int) -> list[tuple[str, str, Json, datetime]]:
    rows = tx.all(select(draft).where(draft.c.person_id == person_id).order_by(draft.c.saved_at.desc()))
    return [
        (r.scope, r.title, r.data, r.saved_at)
        if judging.holds(tx, draft, r)
        else ("altered:", judging.HIDDEN, {}, r.saved_at)
        for r in rows
    ]
