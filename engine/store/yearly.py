"""What the numbers of a year count: cases begun, lines of registers and pieces of the archive between two instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from engine.store import guards, judging
from engine.store.columns import Json
from engine.store.covered import FORM
from engine.store.database import Tx
from engine.store.tables import archive, instance, record, settled_case

_LINE = "line_"  # what begins the names of the columns of a line of the archive
NOUGHT = ("voided", "withdrawn", "terminated")
Reach = Sequence[int] | None  # units one may count; None: the whole house


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One thing that a number counts; ``amount`` is set where pieces are counted."""

    instance_id: int | None
    number: str
    title: str
    at: datetime
    data: Mapping[str, Json]
    amount: int | None = None


def cases(tx: Tx, process: str, since: datetime, until: datetime, reach: Reach, *, faulty: bool) -> list[Counted]:
    """Cases of a process begun in that time, without those that came to nothing."""
    statement = (
        select(
            instance.c.id,
            instance.c.number,
            instance.c.title,
            instance.c.started_at,
            instance.c.variables,
            instance.c.form_digest,
            *judging.OF_CASE,
        )
        .where(
            instance.c.process == process,
            instance.c.started_at >= since,
            instance.c.started_at < until,
            instance.c.state.not_in(NOUGHT),
            *_near(reach),
        )
        .order_by(instance.c.started_at, instance.c.id)
    )
    if faulty:
        settled = settled_case.c
        statement = statement.where(
            exists().where(settled.snapshot_id == 0, settled.instance_id == instance.c.id, settled.faults > 0)
        )
    return [
        Counted(
            instance_id=r.id,
            number=r.number,
            title=r.title,
            at=r.started_at,
            data=judging.guarded(tx, FORM, r).variables,
        )
        for r in judging.headed(tx, tx.all(statement))
    ]


def lines(tx: Tx, register: str, since: datetime, until: datetime, reach: Reach) -> list[Counted]:
    """Lines of a register as they stand now whose first entry was made in that time; seeds of a package are none."""
    later, first = record.alias("later"), record.alias("first")
    statement = (
        select(record, instance.c.number)
        .outerjoin(instance, instance.c.id == record.c.instance_id)
        .where(
            record.c.register == register,
            record.c.created_at >= since,
            record.c.created_at < until,
            ~exists().where(later.c.corrects_id == record.c.id),
            # a line that goes on one of another year was counted there
            ~exists().where(first.c.id == record.c.corrects_id, first.c.created_at < since),
            record.c.created_by.is_not(None) | record.c.instance_id.is_not(None),
            *_near(reach),
        )
        .order_by(record.c.created_at, record.c.id)
    )
    rows = tx.all(statement)
    for r in rows:
        judging.line(tx, r)
    return [
        Counted(instance_id=r.instance_id, number=r.number or "", title=r.label, at=r.created_at, data=r.data)
        for r in rows
    ]


def archived(tx: Tx, since: datetime, until: datetime, reach: Reach) -> list[Counted]:
    """Packages of cases that ended in that time, each with its pieces."""
    statement = (
        select(
            instance.c.id,
            instance.c.number,
            instance.c.title,
            *guards.columns(archive, _LINE),
            *judging.OF_CASE,
        )
        .join(instance, instance.c.id == archive.c.instance_id)
        .where(archive.c.state == "made", archive.c.ended_at >= since, archive.c.ended_at < until, *_near(reach))
        .order_by(archive.c.ended_at, archive.c.id)
    )
    rows = tx.all(statement)
    for r in rows:  # a sum cannot be judged
        judging.guarded(tx, archive, r, _LINE)
    return [
        Counted(instance_id=r.id, number=r.number, title=r.title, at=r.line_ended_at, data={}, amount=r.line_pieces)
        for r in judging.headed(tx, rows)
    ]


def _near(reach: Reach) -> list[Any]:
    return [] if reach is None else [instance.c.unit_id.in_(list(reach))]
