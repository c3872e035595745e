"""What was sent to a person to read (传阅)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, select

from engine.store.columns import READ, UNREAD
from engine.store.database import Tx
from engine.store.inbox import COLUMNS, Wanted, filters, joined
from engine.store.tables import work_item


def circulated(
    tx: Tx, *, person_id: int, now: datetime, wanted: Wanted, limit: int, offset: int, read: bool | None = None
) -> tuple[Sequence[Any], dict[str, int]]:
    """What was sent to a person to read, unread first, then the newest; and how much of it there is."""
    where = [_to_read(), *filters(Wanted(process=wanted.process, urgency=wanted.urgency, text=wanted.text))]
    values: dict[str, Any] = {"person": person_id, "now": now}
    unread = case((work_item.c.state == UNREAD, 0), else_=1)
    shown = [] if read is None else [work_item.c.state != UNREAD if read else work_item.c.state == UNREAD]
    rows = tx.execute(
        joined(select(*COLUMNS), wanted)
        .where(*where, *shown)
        .order_by(unread, work_item.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip")),
        {**values, "most": limit, "skip": offset},
    ).all()
    waiting = func.coalesce(func.sum(1 - unread), 0)
    counts = tx.execute(
        joined(select(func.count().label("total"), waiting.label("unread")), wanted).where(*where), values
    ).one()
    return rows, {"total": int(counts.total), "unread": int(counts.unread)}


def unread(tx: Tx, *, person_id: int, now: datetime) -> int:
    """How many of them are unread, for the side bar."""
    statement = select(func.count()).select_from(work_item).where(_to_read(), work_item.c.state == UNREAD)
    return int(tx.scalar(statement, person=person_id, now=now))


def _to_read() -> ColumnElement[bool]:
    return and_(
        work_item.c.performer_id == bindparam("person"),
        work_item.c.kind == READ,
        work_item.c.visible_at <= bindparam("now"),
    )
