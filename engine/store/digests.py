"""What each person has for the day: items due by tonight and things to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from engine.store import judging
from engine.store.columns import OPEN, UNREAD, Json
from engine.store.database import Tx
from engine.store.tables import instance, work_item


@dataclass(frozen=True, slots=True)
class DueRow:
    """An item that is late, or will be tonight."""

    person_id: int
    name: str
    deadline: datetime
    number: str
    title: str
    variables: Mapping[str, Json] | None  # None: not as they were written


_DUE = (
    select(
        work_item.c.performer_id,
        work_item.c.name,
        work_item.c.deadline,
        instance.c.number,
        instance.c.title,
        instance.c.variables,
        instance.c.form_digest,
        *judging.OF_CASE,
        *judging.OF_ITEM,
    )
    .join(instance, instance.c.id == work_item.c.instance_id)
    .where(
        work_item.c.state == OPEN,
        work_item.c.performer_id.is_not(None),
        work_item.c.visible_at <= bindparam("now"),
        work_item.c.deadline <= bindparam("tonight"),
    )
    .order_by(work_item.c.sort_at, work_item.c.id)
)
_TO_READ = (
    select(work_item.c.performer_id, func.count().label("n"))
    .where(work_item.c.kind == "read", work_item.c.state == UNREAD, work_item.c.visible_at <= bindparam("now"))
    .group_by(work_item.c.performer_id)
)


def due(tx: Tx, now: datetime, tonight: datetime) -> list[DueRow]:
    """Everything that is late or due by tonight, by deadline."""
    rows = judging.named(tx, tx.all(_DUE, now=now, tonight=tonight))
    return [DueRow(r.performer_id, r.name, r.deadline, r.number, r.title, judging.form(tx, r)) for r in rows]


def to_read(tx: Tx, now: datetime) -> dict[int, int]:
    """How much each person has not read."""
    return {r.performer_id: int(r.n) for r in tx.all(_TO_READ, now=now)}
