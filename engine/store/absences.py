"""Rows of leaves and hand-overs: what is planned, what is under way, and the lists of what moved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, bindparam, func, or_, select, text, type_coerce

from engine.errors import NotFound
from engine.store import guarding, guards, judging
from engine.store.columns import OPEN, Json
from engine.store.covered import KNOWERS
from engine.store.database import Tx
from engine.store.tables import handover, instance, leave, work_item


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRow:
    """One leave with its two lists."""

    id: int
    person_id: int
    since: datetime
    until: datetime
    reason: str
    substitution_id: int | None
    created_by: int | None
    created_at: datetime
    began_at: datetime | None
    settled_at: datetime | None
    moved: Sequence[Json]
    returned: Sequence[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRow:
    """One hand-over; without a post it is that of a leaver."""

    id: int
    kind: str
    person_id: int
    receiver_id: int | None  # None: whoever the rules of posts name
    post_id: int | None
    witness_id: int | None
    due: datetime
    state: str
    reason: str
    goods: str
    created_by: int | None
    created_at: datetime
    done_at: datetime | None
    moved: Sequence[Json]


_LEAVE, _HANDOVER = select(leave), select(handover)
_DUE_LEAVES = _LEAVE.where(
    or_(
        and_(leave.c.began_at.is_(None), leave.c.since <= bindparam("now_"), leave.c.until > bindparam("now_")),
        and_(leave.c.settled_at.is_(None), leave.c.until <= bindparam("now_")),
    )
).order_by(leave.c.id)
_DUE_HANDOVERS = _HANDOVER.where(handover.c.state == "planned", handover.c.due <= bindparam("now_")).order_by(
    handover.c.id
)
_HELD = (
    *(work_item.c[name] for name in ("id", "post_id", "name", "kind")),
    instance.c.title,
    *guards.columns(KNOWERS),
    *judging.OF_CASE,
    *judging.OF_ITEM,
)
_KINDS = ("decide", "consult")


def add_leave(tx: Tx, **values: Any) -> int:
    return tx.insert(leave, **values, moved=[], returned=[])


def leaves(tx: Tx, person_id: int | None = None, *, limit: int = 200) -> list[LeaveRow]:
    """Leaves, the newest first; of one person or of everybody."""
    statement = _LEAVE.order_by(leave.c.since.desc(), leave.c.id.desc()).limit(limit)
    if person_id is not None:
        statement = statement.where(leave.c.person_id == person_id)
    return [judging.shaped(tx, leave, LeaveRow, r) for r in tx.all(statement)]


def leaves_within(tx: Tx, person_ids: Collection[int], since: datetime, until: datetime) -> list[LeaveRow]:
    """Leaves of these people that lie in a time, the earliest first."""
    during = (leave.c.person_id.in_(list(person_ids)), leave.c.since < until, leave.c.until > since)
    rows = tx.all(_LEAVE.where(*during).order_by(leave.c.since, leave.c.id))
    return [judging.shaped(tx, leave, LeaveRow, r) for r in rows if judging.holds(tx, leave, r)]


def leave_by_id(tx: Tx, leave_id: int) -> LeaveRow:
    found = tx.first(_LEAVE.where(leave.c.id == leave_id))
    if found is None:
        raise NotFound("没有这条请假记录。", f"no leave {leave_id}", "请从请假列表打开。")
    return judging.shaped(tx, leave, LeaveRow, found)


def change_leave(tx: Tx, leave_id: int, **values: Any) -> None:
    guarding.change(tx, leave, leave.c.id == leave_id, **values)


def due_leaves(tx: Tx, now: datetime) -> list[LeaveRow]:
    """Leaves that begin now, and those that are over and not settled."""
    return [judging.shaped(tx, leave, LeaveRow, r) for r in tx.all(_DUE_LEAVES, now_=now)]


def add_handover(tx: Tx, **values: Any) -> int:
    return tx.insert(handover, **values, moved=[])


def handovers(tx: Tx, kind: str | None = None, *, limit: int = 200) -> list[HandoverRow]:
    """Hand-overs, the newest first."""
    statement = _HANDOVER.order_by(handover.c.due.desc(), handover.c.id.desc()).limit(limit)
    if kind is not None:
        statement = statement.where(handover.c.kind == kind)
    return [judging.shaped(tx, handover, HandoverRow, r) for r in tx.all(statement)]


def handover_by_id(tx: Tx, handover_id: int) -> HandoverRow:
    found = tx.first(_HANDOVER.where(handover.c.id == handover_id))
    if found is None:
        raise NotFound("没有这条移交记录。", f"no hand-over {handover_id}", "请从移交列表打开。")
    return judging.shaped(tx, handover, HandoverRow, found)


def change_handover(tx: Tx, handover_id: int, *, was: str, **values: Any) -> bool:
    """Change a hand-over that is still as the caller saw it; False if somebody was faster."""
    mine = (handover.c.id == handover_id, handover.c.state == was)
    return guarding.change(tx, handover, *mine, **values) == 1


def due_handovers(tx: Tx, now: datetime) -> list[HandoverRow]:
    return [judging.shaped(tx, handover, HandoverRow, r) for r in tx.all(_DUE_HANDOVERS, now_=now)]


def open_counts(tx: Tx, person_ids: Sequence[int]) -> dict[int, int]:
    """How many open items each of these people has."""
    statement = (
        select(work_item.c.performer_id, func.count())
        .where(work_item.c.state == OPEN, work_item.c.performer_id.in_(person_ids))
        .group_by(work_item.c.performer_id)
    )
    return {int(r[0]): int(r[1]) for r in tx.all(statement)}


def held(tx: Tx, person_id: int, post_id: int | None = None) -> list[Any]:
    """What a person still has to do, in any instance: id, post_id, name, kind, number, title; what was read is not."""
    found: list[Any] = []
    # one question for each partial index: an OR of both would read the whole table
    for state in (work_item.c.state == OPEN, text("work_item.state IN ('waiting', 'paused')")):
        statement = (
            select(*_HELD)
            .join(instance, instance.c.id == work_item.c.instance_id)
            .where(work_item.c.performer_id == person_id, state, work_item.c.kind.in_(_KINDS))
        )
        if post_id is not None:
            statement = statement.where(work_item.c.post_id == post_id)
        found += tx.all(statement)
    return sorted(judging.veiled(tx, judging.named(tx, found)), key=lambda r: int(r.id))


def represented(tx: Tx, person_id: int, post_id: int) -> list[int]:
    """Open items that others do in the name of a person in that post."""
    statement = select(work_item.c.id).where(
        work_item.c.principal_id == person_id,
        work_item.c.post_id == post_id,
        work_item.c.state.in_(("open", "waiting", "paused")),
    )
    return [int(r.id) for r in tx.all(statement)]


def done_for(tx: Tx, person_id: int, since: datetime, until: datetime) -> list[Any]:
    """What others decided in the name of a person in that time: the list of 代行情况."""
    statement = (
        select(*_HELD, work_item.c.decided_by, work_item.c.decided_at, work_item.c.outcome, work_item.c.opinion)
        .join(instance, instance.c.id == work_item.c.instance_id)
        .where(
            work_item.c.principal_id == person_id,
            work_item.c.decided_at >= since,
            work_item.c.decided_at <= until,
            work_item.c.state == "done",
        )
        .order_by(work_item.c.decided_at, work_item.c.id)
    )
    return judging.veiled(tx, judging.named(tx, tx.all(statement)))


def lent(tx: Tx, person_id: int) -> list[int]:
    """Open items that a person has delegated and will get back."""
    mark = f'%"delegated_by":{person_id}%'
    statement = select(work_item.c.id, work_item.c.facts).where(
        work_item.c.state == OPEN, work_item.c.kind == "decide", type_coerce(work_item.c.facts, Text).like(mark)
    )
    return [int(r.id) for r in tx.all(statement) if r.facts.get("delegated_by") == person_id]
