"""Open work by its deadline and by its post: what a forecast looks at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.store import judging
from engine.store.columns import OPEN
from engine.store.database import Tx
from engine.store.settled import KINDS
from engine.store.tables import instance, work_item

_OPEN = (work_item.c.state == OPEN, work_item.c.kind.in_(KINDS))


def due_until(tx: Tx, since: datetime, until: datetime) -> Sequence[Any]:
    """Open work whose deadline comes in that time, the first one first."""
    rows = tx.all(
        select(
            work_item.c.id,
            work_item.c.instance_id,
            work_item.c.name,
            work_item.c.process,
            work_item.c.urgency,
            work_item.c.performer_id,
            work_item.c.pool,
            work_item.c.post_id,
            work_item.c.deadline,
            instance.c.number,
            instance.c.title,
            *judging.OF_CASE,
            *judging.OF_ITEM,
        )
        .join(instance, instance.c.id == work_item.c.instance_id)
        .where(*_OPEN, work_item.c.deadline > since, work_item.c.deadline <= until)
        .order_by(work_item.c.deadline, work_item.c.id)
    )
    return judging.named(tx, rows)


def waiting_with(tx: Tx, person_ids: Sequence[int]) -> dict[tuple[int, int | None], int]:
    """How many open items each of these people has, by post."""
    rows = tx.all(
        select(work_item.c.performer_id, work_item.c.post_id, func.count())
        .where(*_OPEN, work_item.c.performer_id.in_(person_ids))
        .group_by(work_item.c.performer_id, work_item.c.post_id)
    )
    return {(int(r[0]), r[1]): int(r[2]) for r in rows}
