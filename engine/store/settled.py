"""Settling: what the live tables say of some instances, and the rows of the reports that replace the earlier ones."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import (
    activity,
    heartbeat,
    history,
    instance,
    pause,
    settled_case,
    settled_item,
    settled_return,
    work_item,
)

LIVE = 0  # the snapshot of what is known now
KINDS = ("decide", "assist", "consult", "sign", "silence", "entry")  # what is only read has no deadline that counts
MARK = "reports"


def mark(tx: Tx) -> tuple[datetime | None, int]:
    """When everything was settled last, and up to which entry of the history."""
    found = _mark(tx)
    return (found.at, int(found.facts.get("through", 0))) if found else (None, 0)


def _mark(tx: Tx) -> Any:
    return tx.first(select(heartbeat.c.at, heartbeat.c.facts).where(heartbeat.c.name == MARK))


def newest(tx: Tx, before: datetime) -> int:
    """The last entry of the history whose neighbours are surely committed."""
    first_young = tx.scalar(select(func.min(history.c.id)).where(history.c.at > before))
    if first_young is not None:
        return int(first_young) - 1
    return int(tx.scalar(select(func.max(history.c.id))) or 0)


def touched(tx: Tx, after: int) -> list[int]:
    """Instances to settle anew: with entries since then, under way (their limits may have moved), or left last time."""
    marked = _mark(tx)
    left = marked.facts.get("left", ()) if marked else ()
    changed = tx.all(select(history.c.instance_id).where(history.c.id > after).distinct())
    running = tx.all(select(instance.c.id).where(instance.c.state.in_(("running", "suspended"))))
    return sorted({int(r[0]) for r in [*changed, *running]} | set(left))


def cases(tx: Tx, ids: Sequence[int]) -> Sequence[Any]:
    return tx.all(
        select(
            instance.c.id,
            instance.c.process,
            instance.c.definition_id,
            instance.c.state,
            instance.c.unit_id,
            instance.c.initiator_id,
            instance.c.started_at,
            instance.c.deadline,
            instance.c.ended_at,
        )
        .where(instance.c.id.in_(ids))
        .order_by(instance.c.id)
    )


def items(tx: Tx, ids: Sequence[int]) -> Sequence[Any]:
    """Parts of their steps that are open or done."""
    return tx.all(
        select(
            work_item.c.id,
            work_item.c.instance_id,
            work_item.c.activity_id,
            work_item.c.process,
            work_item.c.element,
            activity.c.name.label("step"),
            work_item.c.kind,
            work_item.c.state,
            work_item.c.performer_id,
            work_item.c.principal_id,
            work_item.c.post_id,
            work_item.c.arrived_at,
            work_item.c.deadline,
            work_item.c.decided_at,
            work_item.c.decided_by,
            work_item.c.facts,
        )
        .join(activity, activity.c.id == work_item.c.activity_id)
        .where(work_item.c.instance_id.in_(ids), work_item.c.state.in_(("open", "done")), work_item.c.kind.in_(KINDS))
        .order_by(work_item.c.id)
    )


def stops(tx: Tx, ids: Sequence[int]) -> Sequence[Any]:
    """Times for which their clocks stood: instance, activity (none: the whole), code, since, ended."""
    return tx.all(
        select(pause.c.instance_id, pause.c.activity_id, pause.c.code, pause.c.since, pause.c.ended_at).where(
            pause.c.instance_id.in_(ids), pause.c.since.is_not(None)
        )
    )


def returns(tx: Tx, ids: Sequence[int]) -> Sequence[Any]:
    """Entries of the history that sent them back or named faults, and those that took something back."""
    return tx.all(
        select(
            history.c.id,
            history.c.instance_id,
            history.c.at,
            history.c.verb,
            history.c.actor_id,
            history.c.item_id,
            history.c.element,
            history.c.detail,
            activity.c.name.label("step"),
        )
        .join(activity, activity.c.id == history.c.activity_id, isouter=True)
        .where(history.c.instance_id.in_(ids), history.c.verb.in_(("return", "fault", "retract")))
        .order_by(history.c.id)
    )


def replace(
    tx: Tx,
    ids: Sequence[int],
    parts: Sequence[Mapping[str, Any]],
    wholes: Sequence[Mapping[str, Any]],
    sent_back: Sequence[Mapping[str, Any]],
) -> None:
    """The live rows of these instances; what another node has just written is the same and stays."""
    for each, rows in ((settled_item, parts), (settled_case, wholes), (settled_return, sent_back)):
        tx.execute(delete(each).where(each.c.instance_id.in_(ids), each.c.snapshot_id == LIVE))
        tx.insert_later(each, [{"snapshot_id": LIVE, **row} for row in rows], only_new=True)


def months(tx: Tx) -> list[str]:
    """Every month that has something to count, the first one first."""
    found: list[str] = []
    while True:  # from month to month through the index, instead of over all rows
        later = settled_item.c.month > found[-1] if found else settled_item.c.month.is_not(None)
        following = tx.scalar(select(func.min(settled_item.c.month)).where(settled_item.c.snapshot_id == LIVE, later))
        if following is None:
            return found
        found.append(str(following))


def facts(through: int, left: Collection[int] = ()) -> Json:
    """What is kept with the mark; ``left``: instances that were not as they were written, to be settled when mended."""
    return {"through": through, **({"left": sorted(left)} if left else {})}
