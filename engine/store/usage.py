"""What the list of processes says of each: how often somebody has started it, and how long it takes."""

from sqlalchemy import func, select

from engine.store.database import Tx
from engine.store.tables import instance


def started_by(tx: Tx, person_id: int) -> dict[str, int]:
    """How often a person has started each process."""
    rows = tx.all(
        select(instance.c.process, func.count())
        .where(instance.c.initiator_id == person_id)
        .group_by(instance.c.process)
    )
    return {str(r[0]): int(r[1]) for r in rows}


def mean_seconds(tx: Tx, process: str) -> float | None:
    """Mean time from start to end of the last two hundred instances of a process."""
    rows = tx.all(
        select(instance.c.started_at, instance.c.ended_at)
        .where(instance.c.process == process, instance.c.state == "completed")
        .order_by(instance.c.id.desc())
        .limit(200)
    )
    spans = [(r.ended_at - r.started_at).total_seconds() for r in rows if r.ended_at]
    return sum(spans) / len(spans) if spans else None
