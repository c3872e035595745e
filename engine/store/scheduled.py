"""Rows of what the calendar has started: whoever writes the row of a turn is the one who starts it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from engine.store import guarding, guards, judging
from engine.store.database import Tx
from engine.store.tables import instance, scheduled_start

FAILED, STARTED, NEEDLESS = "failed", "started", "needless"
ALTERED = "altered"  # in place of the state of a turn that is not as it was written: nobody starts it meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRow:
    """One turn of a schedule; ``problem`` says why it could not be started."""

    id: int
    process: str
    name: str
    period: str
    due: datetime
    state: str
    at: datetime
    instance_id: int | None
    problem: str


_COLUMNS = [scheduled_start.c.id, *guards.columns(scheduled_start)]


def find(tx: Tx, process: str, name: str, period: str) -> StartRow | None:
    key = (scheduled_start.c.process == process, scheduled_start.c.name == name, scheduled_start.c.period == period)
    found = tx.first(select(*_COLUMNS).where(*key))
    return None if found is None else _row(tx, found)


def _row(tx: Tx, found: Any) -> StartRow:
    made = StartRow(**{name: getattr(found, name) for name in StartRow.__dataclass_fields__})
    return made if judging.holds(tx, scheduled_start, found) else replace(made, state=ALTERED, problem=judging.HIDDEN)


def damaged(tx: Tx) -> list[int]:
    """Turns that are not as they were written: each may be one that is due, under a name that has decayed."""
    return [row.id for row in tx.all(select(*_COLUMNS)) if not judging.holds(tx, scheduled_start, row)]


def claim(tx: Tx, process: str, name: str, period: str, due: datetime, at: datetime) -> int | None:
    """The id of the row, if this transaction is the one that starts; None if it is done, or another is about it."""
    made = tx.insert_if_new(
        scheduled_start, process=process, name=name, period=period, due=due, state=STARTED, at=at, problem=""
    )
    if made is not None:
        return made
    earlier = find(tx, process, name, period)
    if earlier is None or earlier.state != FAILED:
        return None
    failed = (scheduled_start.c.id == earlier.id, scheduled_start.c.state == FAILED)
    won = guarding.change(tx, scheduled_start, *failed, state=STARTED, at=at, problem="") == 1
    return earlier.id if won else None


def settle(tx: Tx, start_id: int, *, state: str, instance_id: int | None = None) -> None:
    """What became of a turn that this transaction has claimed."""
    guarding.change(tx, scheduled_start, scheduled_start.c.id == start_id, state=state, instance_id=instance_id)


def note_failure(tx: Tx, process: str, name: str, period: str, due: datetime, at: datetime, problem: str) -> bool:
    """Keep that a turn could not be started; False if that is known, or it was started meanwhile."""
    values = {"process": process, "name": name, "period": period, "due": due, "state": FAILED, "at": at}
    return tx.insert_if_new(scheduled_start, **values, problem=problem) is not None


def failures(tx: Tx) -> list[StartRow]:
    """Turns that could not be started."""
    rows = tx.all(select(*_COLUMNS).where(scheduled_start.c.state == FAILED).order_by(scheduled_start.c.id))
    return [_row(tx, row) for row in rows]


def number_of(tx: Tx, row: StartRow) -> str:
    """The number of the instance that a turn has started."""
    return str(tx.scalar(select(instance.c.number).where(instance.c.id == row.instance_id)) or "")
