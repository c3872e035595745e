"""Rows of timers: at this instant, do this once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from engine.store import guarding, judging
from engine.store.columns import WAITING, Json
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import timer


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRow:
    """One timer; ``level`` says whose deadline it watches: step, item, stage:<name> or instance."""

    id: int
    instance_id: int
    activity_id: int | None
    item_id: int | None
    kind: str
    level: str
    rung: str
    due: datetime
    state: str
    fired_at: datetime | None
    attempts: int
    facts: Mapping[str, Json]
    row_digest: str | None = None


_COLUMNS = [timer.c[name] for name in TimerRow.__dataclass_fields__]
# "+ 0": grouped by the bare column, SQLite walks the index of instances, which is every timer that ever was
_DUE_INSTANCES = Prepared[Any](
    select(func.min(timer.c.instance_id).label("instance_id"), func.min(timer.c.due).label("first"))
    .where(timer.c.state == WAITING, timer.c.due <= bindparam("now"))
    .group_by(timer.c.instance_id + 0)
    .order_by("first")
    .limit(bindparam("most"))
)
_DUE_OF = Prepared(
    select(*_COLUMNS)
    .where(timer.c.instance_id == bindparam("instance"), timer.c.state == WAITING, timer.c.due <= bindparam("now"))
    .order_by(timer.c.due, timer.c.id),
    TimerRow,
)
_OF_INSTANCE = Prepared(
    select(*_COLUMNS).where(timer.c.instance_id == bindparam("instance")).order_by(timer.c.due, timer.c.id), TimerRow
)
_FIRE = Prepared[Any](
    update(timer)
    .where(timer.c.id == bindparam("key"), timer.c.state == WAITING)
    .values(state=bindparam("new_state"), fired_at=bindparam("at"))
)
_CANCEL = update(timer).where(timer.c.state == WAITING).values(state="cancelled")
_OWN = timer.c.instance_id == bindparam("instance")
_CANCEL_ACTIVITY = Prepared[Any](_CANCEL.where(timer.c.activity_id == bindparam("activity")))
_CANCEL_STEP = Prepared[Any](_CANCEL.where(timer.c.activity_id == bindparam("activity"), timer.c.item_id.is_(None)))
_CANCEL_ITEM = Prepared[Any](_CANCEL.where(timer.c.item_id == bindparam("item")))
_CANCEL_LEVEL = Prepared[Any](_CANCEL.where(_OWN, timer.c.level == bindparam("level_")))
_CANCEL_INSTANCE = Prepared[Any](_CANCEL.where(_OWN))
_CANCEL_WAKE = Prepared[Any](_CANCEL.where(_OWN, timer.c.kind == "wake"))
_REVIVE = Prepared[Any](
    update(timer).where(timer.c.id == bindparam("key"), timer.c.state == "cancelled").values(state="waiting")
)
_CANCEL_ONE = Prepared[Any](_CANCEL.where(timer.c.id == bindparam("key")))
_PAUSE = Prepared[Any](
    update(timer).where(timer.c.instance_id == bindparam("instance"), timer.c.state == WAITING).values(state="paused")
)
_WAIT_AGAIN = Prepared[Any](
    update(timer)
    .where(timer.c.instance_id == bindparam("instance"), timer.c.state == "paused")
    .values(state="waiting", fired_at=None)
)
_STOP = Prepared[Any](
    update(timer)
    .where(
        timer.c.instance_id == bindparam("instance"),
        timer.c.state == WAITING,
        timer.c.kind == "rung",
        or_(
            timer.c.activity_id == bindparam("activity"),
            timer.c.level == "instance",
            timer.c.level.like("stage:%"),
        ),
    )
    .values(state="stopped")
)
_STOP_STEP = Prepared[Any](
    update(timer)
    .where(
        timer.c.instance_id == bindparam("instance"),
        timer.c.state == WAITING,
        timer.c.kind == "rung",
        timer.c.activity_id == bindparam("activity"),
        timer.c.level == "step",
    )
    .values(state="stopped")
)
_WAKE = Prepared[Any](
    update(timer).where(timer.c.id == bindparam("key"), timer.c.state == "stopped").values(state="waiting")
)
_CANCEL_RESUMPTION = Prepared[Any](
    update(timer)
    .where(
        timer.c.instance_id == bindparam("instance"),
        timer.c.rung == bindparam("rung_"),
        or_(timer.c.state == "waiting", timer.c.state == "paused"),
    )
    .values(state="cancelled")
)
_NEXT = select(func.min(timer.c.due)).where(timer.c.state == WAITING)


def arm(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert waiting timers; each row holds instance, activity, item, kind, level, rung, due and facts."""
    tx.insert_later(
        timer, [{"activity_id": None, "item_id": None, "state": "waiting", "attempts": 0, **row} for row in rows]
    )


def due_instances(tx: Tx, now: datetime, most: int) -> list[int]:
    """Instances with something due, the longest overdue first."""
    return [int(r.instance_id) for r in tx.all(_DUE_INSTANCES, now=now, most=most)]


def due_of(tx: Tx, instance_id: int, now: datetime) -> list[TimerRow]:
    """Not judged: whoever sets broken ones aside has to see them."""
    return tx.all(_DUE_OF, instance=instance_id, now=now)


def altered(tx: Tx, rows: Sequence[TimerRow]) -> list[TimerRow]:
    """Those that are not as they were armed."""
    return [row for row in rows if not judging.holds(tx, timer, row)]


_DUE_OF_MANY = (
    select(*_COLUMNS)
    .where(
        timer.c.instance_id.in_(bindparam("ids", expanding=True)),
        timer.c.state == WAITING,
        timer.c.due <= bindparam("now"),
    )
    .order_by(timer.c.due, timer.c.id)
)


def due_of_many(tx: Tx, instance_ids: Sequence[int], now: datetime) -> dict[int, list[TimerRow]]:
    """What is due in several instances."""
    found: dict[int, list[TimerRow]] = {i: [] for i in instance_ids}
    for r in tx.all(_DUE_OF_MANY, ids=list(instance_ids), now=now):
        found[r.instance_id].append(judging.guarded(tx, timer, TimerRow(**r._mapping)))
    return found


def of_instance(tx: Tx, instance_id: int, *, judged: bool = True) -> list[TimerRow]:
    found = tx.all(_OF_INSTANCE, instance=instance_id)
    return [judging.guarded(tx, timer, one) for one in found] if judged else found


def fire(tx: Tx, timer_id: int, at: datetime) -> None:
    """Mark a timer as done; its instance is locked, so nobody else does it."""
    tx.later(_FIRE, {"key": timer_id, "at": at, "new_state": "fired"})


def fire_many(tx: Tx, timer_ids: Sequence[int], at: datetime, *, state: str) -> None:
    if timer_ids:
        tx.later(_FIRE, [{"key": t, "at": at, "new_state": state} for t in timer_ids])


def cancel_activity(tx: Tx, activity_id: int) -> None:
    tx.later(_CANCEL_ACTIVITY, {"activity": activity_id})


def cancel_step(tx: Tx, activity_id: int) -> None:
    """Cancel what watches the activity as a whole; the timers of its single items go on."""
    tx.later(_CANCEL_STEP, {"activity": activity_id})


def cancel_item(tx: Tx, item_id: int) -> None:
    """What still waits for the deadline of one work item is off."""
    tx.later(_CANCEL_ITEM, {"item": item_id})


def cancel_level(tx: Tx, instance_id: int, level: str) -> None:
    tx.later(_CANCEL_LEVEL, {"instance": instance_id, "level_": level})


def cancel_instance(tx: Tx, instance_id: int) -> None:
    tx.later(_CANCEL_INSTANCE, {"instance": instance_id})


def cancel_wake(tx: Tx, instance_id: int) -> None:
    tx.later(_CANCEL_WAKE, {"instance": instance_id})


def cancel(tx: Tx, timer_id: int) -> None:
    tx.later(_CANCEL_ONE, {"key": timer_id})


def revive(tx: Tx, timer_id: int) -> None:
    """Let a cancelled timer wait again."""
    tx.later(_REVIVE, {"key": timer_id})


def pause_instance(tx: Tx, instance_id: int) -> None:
    tx.later(_PAUSE, {"instance": instance_id})


def wait_again(tx: Tx, instance_id: int) -> None:
    tx.later(_WAIT_AGAIN, {"instance": instance_id})


def stop(tx: Tx, instance_id: int, activity_id: int) -> None:
    """Let the rungs of a step, of stages and of the whole wait for the end of a pause."""
    tx.later(_STOP, {"instance": instance_id, "activity": activity_id})


def stop_step(tx: Tx, instance_id: int, activity_id: int) -> None:
    """Let the rungs of a step alone wait: neither those of single parts nor those of the whole."""
    tx.later(_STOP_STEP, {"instance": instance_id, "activity": activity_id})


def wake(tx: Tx, timer_id: int) -> None:
    tx.later(_WAKE, {"key": timer_id})


def cancel_resumption(tx: Tx, instance_id: int, rung: str) -> None:
    """The pause has ended otherwise: its own end does not come any more."""
    tx.later(_CANCEL_RESUMPTION, {"instance": instance_id, "rung_": rung})


def move(tx: Tx, timer_id: int, due: datetime, facts: Mapping[str, Json]) -> None:
    """Another instant for a timer that waits."""
    guarding.change_one(tx, timer, timer_id, {"due": due, "facts": dict(facts)})


def revive_dead(tx: Tx, timer_ids: Sequence[int]) -> int:
    """Let timers that could not be done be tried again; how many."""
    statement = update(timer).where(timer.c.id.in_(timer_ids), timer.c.state == "dead")
    return tx.execute(statement.values(state="waiting", fired_at=None)).rowcount


def fired(tx: Tx) -> list[tuple[datetime, datetime]]:
    """When every rung that has spoken was due, and when it did."""
    found = tx.all(select(timer.c.due, timer.c.fired_at).where(timer.c.state == "fired", timer.c.kind != "resume"))
    return [(r.due, r.fired_at) for r in found]


def next_due(tx: Tx) -> datetime | None:
    """When the next timer of the whole installation is due."""
    found = tx.scalar(_NEXT)
    return None if found is None else found
