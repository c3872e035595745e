"""What the check-up asks of one case: who will release its waits, and whether its trouble is known."""

from sqlalchemy import String, bindparam, cast, exists, func, literal, select

from engine.store.checkup import ALIVE, PENDING
from engine.store.database import Tx
from engine.store.tables import incident, instance, timer, work_item

_IDLE = (
    select(instance.c.id)
    .where(
        instance.c.state == "running",
        instance.c.id > bindparam("after"),
        ~exists().where(work_item.c.instance_id == instance.c.id, work_item.c.state.in_(PENDING)),
        ~exists().where(incident.c.instance_id == instance.c.id, incident.c.resolved_at.is_(None)),
    )
    .order_by(instance.c.id)
    .limit(bindparam("most"))
)


def calls(tx: Tx, instance_id: int) -> set[str]:
    """Waits of an instance that another one will release: it runs, or its end is about to be passed on."""
    child, released = instance.alias("child"), timer.alias("released")
    running = select(child.c.parent_wait).where(child.c.parent_id == instance_id, child.c.state.in_(ALIVE))
    handed = (
        select(child.c.parent_wait)
        .join(released, released.c.rung == literal("child-") + cast(child.c.id, String))
        .where(
            child.c.parent_id == instance_id,
            released.c.instance_id == instance_id,
            released.c.state.in_(("waiting", "paused")),
        )
    )
    return {str(r[0]) for r in (*tx.all(running), *tx.all(handed)) if r[0]}


def has_incident(tx: Tx, instance_id: int) -> bool:
    """Whether an incident of it is open."""
    return bool(
        tx.scalar(select(func.count()).where(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None)))
    )


def idle(tx: Tx, after: int, most: int) -> list[int]:
    """Running instances that nobody has anything to do on, without an incident; in order of their ids."""
    rows = tx.all(_IDLE, after=after, most=most)
    return [int(row.id) for row in rows]
