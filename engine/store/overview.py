"""What supervisors and meeting coordinators look over: running instances of a category with who holds them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.store.database import Tx
from engine.store.tables import definition, history, instance, notification, timer


def keys_of(tx: Tx, category: str) -> list[str]:
    """Keys of the processes of a category, by what their current version says."""
    rows = tx.all(select(definition.c.key, definition.c.manifest).where(definition.c.current))
    return [str(r.key) for r in rows if r.manifest.get("category") == category]


def instances_of(
    tx: Tx, keys: Sequence[str], *, running: bool = True, since: datetime | None = None, limit: int = 2000
) -> Sequence[Any]:
    """Rows of these processes: the running ones, or those that ended since a moment."""
    statement = select(instance).where(instance.c.process.in_(list(keys))).order_by(instance.c.id.desc()).limit(limit)
    if running:
        statement = statement.where(instance.c.state == "running")
    else:
        statement = statement.where(instance.c.state != "running", instance.c.ended_at >= since)
    return tx.execute(statement).all()


def chased_since(tx: Tx, instance_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, datetime]]:
    """How often each instance was chased since a moment, and when last."""
    if not instance_ids:
        return {}
    rows = tx.execute(
        select(history.c.instance_id, func.count().label("times"), func.max(history.c.at).label("last"))
        .where(history.c.instance_id.in_(list(instance_ids)), history.c.verb == "urge", history.c.at >= since)
        .group_by(history.c.instance_id)
    ).all()
    return {int(r.instance_id): (int(r.times), r.last) for r in rows}


def last_rungs(tx: Tx, instance_ids: Sequence[int]) -> dict[int, str]:
    """The highest rung each instance has reached on its own deadline."""
    if not instance_ids:
        return {}
    rows = tx.execute(
        select(timer.c.instance_id, timer.c.rung)
        .where(
            timer.c.instance_id.in_(list(instance_ids)),
            timer.c.level == "instance",
            timer.c.state == "fired",
            timer.c.rung.not_like("daily-%"),
        )
        .order_by(timer.c.fired_at, timer.c.id)
    ).all()
    return {int(r.instance_id): str(r.rung) for r in rows}


def rungs_until(tx: Tx, keys: Sequence[str], until: datetime) -> int:
    """How many rungs of these processes will fire until a moment."""
    return int(
        tx.execute(
            select(func.count())
            .select_from(timer)
            .join(instance, instance.c.id == timer.c.instance_id)
            .where(
                instance.c.process.in_(list(keys)),
                timer.c.state == "waiting",
                timer.c.level == "instance",
                timer.c.due <= until,
            )
        ).scalar()
        or 0
    )


def told_today(tx: Tx, person_ids: Sequence[int], since: datetime) -> set[int]:
    """Who has been chased since a moment."""
    rows = tx.execute(
        select(notification.c.person_id).where(
            notification.c.person_id.in_(list(person_ids)),
            notification.c.event == "T-URGE",
            notification.c.created_at >= since,
        )
    ).scalars()
    return {int(r) for r in rows}
