"""Frozen months: their rows copied under the id of a snapshot, and what has changed since."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Table, and_, insert, literal, or_, select

from engine.store import covered, guarding, guards, judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.settled import LIVE
from engine.store.tables import instance, report_snapshot, settled_case, settled_item, settled_return


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRow:
    """One frozen month; ``label`` is what is printed, ``until`` the instant up to which things count."""

    id: int
    month: str
    label: str
    until: datetime
    frozen_at: datetime
    digest: str
    figures: Json


_COLUMNS = [report_snapshot.c.id, *guards.columns(report_snapshot)]


def of_month(tx: Tx, month: str) -> SnapshotRow | None:
    found = tx.first(select(*_COLUMNS).where(report_snapshot.c.month == month))
    return None if found is None else judging.shaped(tx, report_snapshot, SnapshotRow, found)


def all_of_them(tx: Tx) -> list[SnapshotRow]:
    """The first month first; of one that is not as it was written nothing is known but that it was frozen."""
    rows = tx.all(select(*_COLUMNS).order_by(report_snapshot.c.month))
    sound = [r if judging.holds(tx, report_snapshot, r) else judging.hidden(r, figures={}) for r in rows]
    return [SnapshotRow(**{name: getattr(r, name) for name in SnapshotRow.__dataclass_fields__}) for r in sound]


def is_whole(tx: Tx, row: SnapshotRow) -> bool:
    """Whether the rows of a frozen month are those that were frozen, each and all."""
    return _digest(tx, row.id) == row.digest


def freeze(tx: Tx, month: str, until: datetime, at: datetime) -> SnapshotRow | None:
    """Copy what counts for a month; None if it is frozen already."""
    made = tx.insert_if_new(report_snapshot, month=month, label="", until=until, frozen_at=at, digest="", figures={})
    if made is None:
        return None
    open_then = and_(
        settled_case.c.due_at <= until, or_(settled_case.c.ended_at.is_(None), settled_case.c.ended_at > until)
    )
    _copy(tx, settled_item, made, settled_item.c.month == month)
    _copy(tx, settled_case, made, or_(settled_case.c.month == month, open_then))
    _copy(tx, settled_return, made, settled_return.c.month == month)
    digest = _digest(tx, made)
    label = f"S{month.replace('-', '')}-{digest[:8].upper()}"
    guarding.change(tx, report_snapshot, report_snapshot.c.id == made, label=label, digest=digest)
    return of_month(tx, month)


def keep_figures(tx: Tx, snapshot_id: int, figures: Json) -> None:
    """The sums of the whole house, for comparing months without counting them again."""
    guarding.change(tx, report_snapshot, report_snapshot.c.id == snapshot_id, figures=figures)


def changed_since(tx: Tx, row: SnapshotRow, limit: int = 500) -> Sequence[Any]:
    """Work of a frozen month that would be counted otherwise now: was and is side by side, a side empty if none."""
    was, now = settled_item.alias("was"), settled_item.alias("now")
    both = and_(now.c.item_id == was.c.item_id, now.c.snapshot_id == LIVE)
    other = or_(
        now.c.id.is_(None),
        now.c.due_at.is_distinct_from(was.c.due_at),
        # who holds what is still open may change; who had done it by then may not
        and_(was.c.done_at <= row.until, now.c.done_at.is_distinct_from(was.c.done_at)),
        and_(
            was.c.done_at <= row.until,
            or_(
                now.c.charged_id.is_distinct_from(was.c.charged_id),
                now.c.person_id.is_distinct_from(was.c.person_id),
            ),
        ),
    )
    names = ("due_at", "done_at", "charged_id", "person_id")
    sides = [c for side, a in (("was", was), ("now", now)) for c in (a.c[n].label(f"{side}_{n}") for n in names)]
    case = (instance.c.number, instance.c.title, *judging.OF_CASE)
    changed = (
        select(was.c.item_id, was.c.instance_id, was.c.step, was.c.unit_id, *case, *sides)
        .join(now, both, isouter=True)
        .join(instance, instance.c.id == was.c.instance_id)
        .where(was.c.snapshot_id == row.id, other)
        .order_by(was.c.item_id)
        .limit(limit)
    )
    gone = and_(was.c.item_id == now.c.item_id, was.c.snapshot_id == row.id)
    added = (
        select(now.c.item_id, now.c.instance_id, now.c.step, now.c.unit_id, *case, *sides)
        .join(was, gone, isouter=True)
        .join(instance, instance.c.id == now.c.instance_id)
        .where(now.c.snapshot_id == LIVE, now.c.month == row.month, was.c.id.is_(None), now.c.arrived_at <= row.until)
        .order_by(now.c.item_id)
        .limit(limit)
    )
    return judging.headed(tx, [*tx.all(changed), *tx.all(added)][:limit])


def _copy(tx: Tx, each: Table, snapshot_id: int, which: ColumnElement[bool]) -> None:
    names = [c.name for c in each.columns if c.name not in ("id", "snapshot_id")]
    rows = select(literal(snapshot_id), *(each.c[n] for n in names)).where(each.c.snapshot_id == LIVE, which)
    tx.execute(insert(each).from_select(["snapshot_id", *names], rows))


def _digest(tx: Tx, snapshot_id: int) -> str:
    found = hashlib.sha256()
    for each, key in ((settled_item, "item_id"), (settled_case, "instance_id"), (settled_return, "entry_id")):
        columns = [each.c[name] for name in covered.COVERED[each]]
        order = [each.c[key], *([each.c.code] if each is settled_return else [])]
        for row in tx.execute(select(*columns).where(each.c.snapshot_id == snapshot_id).order_by(*order)):
            found.update(orjson.dumps(list(row)))
    return found.hexdigest()
