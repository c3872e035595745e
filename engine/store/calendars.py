"""Rows of the working calendar: days, published years, office hours, and the changes that count deadlines anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from engine.limits import DaySetting, HoursSetting
from engine.store import guarding, judging
from engine.store.columns import WAITING, Json
from engine.store.database import Tx
from engine.store.tables import calendar_change, calendar_day, calendar_year, instance, office_hours, person, timer


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """One change of the calendar and how far its deadlines have been counted anew."""

    id: int
    at: datetime
    by_id: int | None
    kind: str
    note: str
    detail: Json
    state: str
    cursor: int
    total: int
    done: int
    moved: int
    failed: int
    finished_at: datetime | None
    by: str | None = None


_DAYS = select(*[calendar_day.c[n] for n in DaySetting.__dataclass_fields__]).order_by(calendar_day.c.day)
_HOURS = select(*[office_hours.c[n] for n in HoursSetting.__dataclass_fields__]).order_by(
    office_hours.c.scope, office_hours.c.first, office_hours.c.id
)
_CHANGES = (
    select(
        *(calendar_change.c[n] for n in ChangeRow.__dataclass_fields__ if n != "by"),
        calendar_change.c.row_digest,
        person.c.name.label("by"),
        *judging.SIGNED,
    )
    .select_from(calendar_change)
    .outerjoin(person, person.c.id == calendar_change.c.by_id)
)
_VERSION = select(func.max(calendar_change.c.id))


def version(tx: Tx) -> int:
    """Grows with every change, so that a reader knows whether what it keeps is still true."""
    return int(tx.scalar(_VERSION) or 0)


def days(tx: Tx) -> tuple[DaySetting, ...]:
    judging.whole(tx, calendar_day)
    return tuple(DaySetting(**r._mapping) for r in tx.all(_DAYS))


def published(tx: Tx) -> frozenset[int]:
    judging.whole(tx, calendar_year)
    return frozenset(r.year for r in tx.all(select(calendar_year.c.year)))


def hours(tx: Tx) -> tuple[HoursSetting, ...]:
    judging.whole(tx, office_hours)
    return tuple(HoursSetting(**r._mapping) for r in tx.all(_HOURS))


def set_days(tx: Tx, rows: Sequence[DaySetting]) -> None:
    """Write days, each replacing what its scope said of that day."""
    for row in rows:
        forget_day(tx, row.scope, row.day)
    names = DaySetting.__dataclass_fields__
    tx.insert_many(calendar_day, [{n: getattr(row, n) for n in names} for row in rows])


def forget_day(tx: Tx, scope: str, day: date) -> None:
    """Let a day be as its weekday, or as the wider scope says."""
    tx.execute(delete(calendar_day).where(calendar_day.c.scope == scope, calendar_day.c.day == day), {})


def forget_span(tx: Tx, scope: str, first: date, last: date) -> None:
    where = (calendar_day.c.scope == scope, calendar_day.c.day >= first, calendar_day.c.day <= last)
    tx.execute(delete(calendar_day).where(*where), {})


def publish(tx: Tx, year: int, source: str, at: datetime) -> None:
    tx.execute(delete(calendar_year).where(calendar_year.c.year == year), {})
    tx.insert(calendar_year, year=year, source=source[:120], at=at)


def set_hours(tx: Tx, *, scope: str, name: str, first: date | None, last: date | None, hours: Json) -> None:
    """Write office hours; those of the whole year replace the earlier ones of the scope."""
    if first is None:
        tx.execute(delete(office_hours).where(office_hours.c.scope == scope, office_hours.c.first.is_(None)), {})
    tx.insert(office_hours, scope=scope, name=name, first=first, last=last, hours=hours)


def drop_hours(tx: Tx, hours_id: int) -> None:
    tx.execute(delete(office_hours).where(office_hours.c.id == hours_id), {})


def add_change(tx: Tx, *, at: datetime, by_id: int | None, kind: str, note: str, detail: Json) -> int:
    """A change with everything still to be counted anew."""
    return tx.insert(
        calendar_change, at=at, by_id=by_id, kind=kind, note=note, detail=detail, state="waiting", total=watched(tx)
    )


_LATEST = _CHANGES.order_by(calendar_change.c.id.desc()).limit(bindparam("most"))
_ONE = _CHANGES.where(calendar_change.c.id == bindparam("id"))
_UNFINISHED = (
    select(calendar_change.c.id)
    .where(calendar_change.c.state != "done", calendar_change.c.at <= bindparam("before"))
    .order_by(calendar_change.c.id)
    .limit(1)
)
_TURN = _UNFINISHED.with_for_update(skip_locked=True)


def changes(tx: Tx, most: int = 20) -> list[ChangeRow]:
    """The last changes, the newest first."""
    return _shown(tx, tx.all(_LATEST, most=most))


def _shown(tx: Tx, rows: Sequence[Any]) -> list[ChangeRow]:
    """A change that is not as it was written says so; the deadlines are counted anew whatever it said."""
    unsaid: dict[str, Any] = {"note": judging.HIDDEN, "detail": {}, "by": None, "by_id": None}
    sound = [r if judging.holds(tx, calendar_change, r) else judging.hidden(r, **unsaid) for r in rows]
    return judging.named_by(tx, ChangeRow, sound)


def change(tx: Tx, change_id: int) -> ChangeRow | None:
    return next(iter(_shown(tx, tx.all(_ONE, id=change_id))), None)


def is_finished(tx: Tx, before: datetime) -> bool:
    """Whether no change waits that was made before an instant."""
    return tx.scalar(_UNFINISHED, before=before) is None


def next_change(tx: Tx, before: datetime) -> ChangeRow | None:
    """The oldest change that is not finished, locked; None if there is none or another process has it."""
    found = tx.scalar(_TURN, before=before)
    return None if found is None else change(tx, int(found))


def note_progress(tx: Tx, change_id: int, values: Mapping[str, Any]) -> None:
    guarding.change(tx, calendar_change, calendar_change.c.id == change_id, **values)


_AFTER = (
    select(instance.c.id)
    .where(instance.c.id > bindparam("after"), instance.c.state.in_(("running", "suspended")))
    .order_by(instance.c.id)
    .limit(bindparam("most"))
)
_LATER = (
    select(func.count())
    .select_from(timer)
    .where(timer.c.state == WAITING, timer.c.kind == "rung", timer.c.due >= bindparam("since"))
)


def watched(tx: Tx) -> int:
    """How many instances have not ended: each is looked at."""
    return int(tx.scalar(select(func.count()).where(instance.c.state.in_(("running", "suspended")))))


def running_after(tx: Tx, instance_id: int, most: int) -> list[int]:
    """The next instances in order of their id that have not ended."""
    return [int(r.id) for r in tx.all(_AFTER, after=instance_id, most=most)]


def timers_since(tx: Tx, since: datetime) -> int:
    """How many rungs wait for an instant at or after this one."""
    return int(tx.scalar(_LATER, since=since))
