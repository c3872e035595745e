"""The lists of a person: what is to do, what was done, what they started. Counts come from the query that lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, or_, select, union_all

from engine.store.database import Tx
from engine.store.tables import instance, person, unit, work_item

sender = person.alias("sender")
sender_unit = unit.alias("sender_unit")

_COLUMNS = (
    work_item.c.id,
    work_item.c.instance_id,
    work_item.c.process,
    work_item.c.element,
    work_item.c.name,
    work_item.c.entry,
    work_item.c.urgency,
    work_item.c.performer_id,
    work_item.c.principal_id,
    work_item.c.pool,
    work_item.c.kind,
    work_item.c.state,
    work_item.c.arrived_at,
    work_item.c.opened_at,
    work_item.c.deadline,
    work_item.c.warn_at,
    work_item.c.outcome,
    work_item.c.opinion,
    work_item.c.decided_at,
    instance.c.number,
    instance.c.title,
    instance.c.definition_id,
    instance.c.state.label("instance_state"),
    sender.c.name.label("sender"),
    sender_unit.c.short.label("sender_unit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of a list: every filter may be left out."""

    process: str | None = None
    urgency: str | None = None
    due: str | None = None  # overdue | today | week
    on_behalf: bool = False
    text: str | None = None


def _from(statement: Any) -> Any:
    return (
        statement.select_from(work_item)
        .join(instance, instance.c.id == work_item.c.instance_id)
        .join(sender, sender.c.id == instance.c.initiator_id)
        .outerjoin(sender_unit, sender_unit.c.id == instance.c.unit_id)
    )


def _mine(pools: Sequence[str]) -> ColumnElement[bool]:
    own = work_item.c.performer_id == bindparam("person")
    if not pools:
        return own
    pooled = and_(work_item.c.pool.in_(bindparam("pools", expanding=True)), work_item.c.performer_id.is_(None))
    return or_(own, pooled)


def _open(pools: Sequence[str]) -> ColumnElement[bool]:
    return and_(work_item.c.state == "open", work_item.c.visible_at <= bindparam("now"), _mine(pools))


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.process:
        found.append(work_item.c.process == wanted.process)
    if wanted.urgency:
        found.append(work_item.c.urgency == wanted.urgency)
    if wanted.on_behalf:
        found.append(work_item.c.principal_id.is_not(None))
    if wanted.due == "overdue":
        found.append(work_item.c.deadline < bindparam("now"))
    elif wanted.due == "today":
        found.append(and_(work_item.c.deadline >= bindparam("now"), work_item.c.deadline <= bindparam("tonight")))
    elif wanted.due == "week":
        found.append(and_(work_item.c.deadline > bindparam("tonight"), work_item.c.deadline <= bindparam("sunday")))
    if wanted.text:
        like = "%" + wanted.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found.append(
            or_(
                instance.c.title.like(like, escape="\\"),
                instance.c.number.like(like, escape="\\"),
                sender.c.name.like(like, escape="\\"),
            )
        )
    return found


def _first(mine: ColumnElement[bool], wanted: Wanted) -> Any:
    """The first items of one holder in the order of the index; what comes after them is never read."""
    first = select(work_item.c.id, work_item.c.sort_at)
    if wanted.text:
        first = _from(first)
    where = (work_item.c.state == "open", work_item.c.visible_at <= bindparam("now"), mine, *_filters(wanted))
    return first.where(*where).order_by(work_item.c.sort_at, work_item.c.id).limit(bindparam("reach")).subquery()


def todo(
    tx: Tx,
    *,
    person_id: int,
    pools: Sequence[str],
    times: Mapping[str, datetime],
    wanted: Wanted,
    limit: int,
    offset: int,
) -> Sequence[Any]:
    """Open items in the order of their deadline: overdue first, what has no deadline last."""
    parts = [_first(work_item.c.performer_id == bindparam("person"), wanted)]
    values: dict[str, Any] = {"person": person_id, "most": limit, "skip": offset, "reach": limit + offset, **times}
    for n, pool in enumerate(pools):
        values[f"pool{n}"] = pool
        parts.append(
            _first(and_(work_item.c.pool == bindparam(f"pool{n}"), work_item.c.performer_id.is_(None)), wanted)
        )
    both = union_all(*(select(p.c.id, p.c.sort_at) for p in parts)).subquery()
    page = (
        select(both).order_by(both.c.sort_at, both.c.id).limit(bindparam("most")).offset(bindparam("skip")).subquery()
    )
    statement = (
        _from(select(*_COLUMNS))
        .where(work_item.c.id.in_(select(page.c.id)))
        .order_by(work_item.c.sort_at, work_item.c.id)
    )
    return tx.execute(statement, values).all()


def todo_counts(
    tx: Tx, *, person_id: int, pools: Sequence[str], times: Mapping[str, datetime], wanted: Wanted
) -> dict[str, int]:
    """How many items each group and filter of the inbox holds, from one pass over the same rows."""

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    due = work_item.c.deadline
    columns = [
        func.count().label("total"),
        count(due < bindparam("now")).label("overdue"),
        count(and_(due >= bindparam("now"), due <= bindparam("tonight"))).label("today"),
        count(and_(due > bindparam("tonight"), due <= bindparam("sunday"))).label("week"),
        count(due > bindparam("sunday")).label("later"),
        count(due.is_(None)).label("none"),
        count(work_item.c.urgency == literal("特急")).label("urgent"),
        count(work_item.c.principal_id.is_not(None)).label("on_behalf"),
        count(work_item.c.opened_at.is_(None)).label("unread"),
    ]
    statement = select(*columns).select_from(work_item).where(_open(pools))
    if wanted.process or wanted.urgency or wanted.due or wanted.text or wanted.on_behalf:
        statement = _from(select(*columns)).where(_open(pools), *_filters(wanted))
    values: dict[str, Any] = {"person": person_id, **times}
    if pools:
        values["pools"] = list(pools)
    found = tx.execute(statement, values).one()
    return {key: int(value) for key, value in found._mapping.items()}


def processes(tx: Tx, *, person_id: int, pools: Sequence[str], now: datetime) -> dict[str, int]:
    """Open items by process, for the filter."""
    statement = select(work_item.c.process, func.count()).where(_open(pools)).group_by(work_item.c.process)
    values: dict[str, Any] = {"person": person_id, "now": now}
    if pools:
        values["pools"] = list(pools)
    rows: Sequence[Any] = tx.execute(statement, values).all()
    return {str(r[0]): int(r[1]) for r in rows}


def done(tx: Tx, *, person_id: int, wanted: Wanted, limit: int, offset: int) -> tuple[Sequence[Any], int]:
    """What a person has decided, newest first."""
    mine = and_(work_item.c.decided_by == bindparam("person"), work_item.c.state == "done")
    where = [mine, *_filters(Wanted(process=wanted.process, urgency=wanted.urgency, text=wanted.text))]
    rows = tx.execute(
        _from(select(*_COLUMNS))
        .where(*where)
        .order_by(work_item.c.decided_at.desc(), work_item.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip")),
        {"person": person_id, "most": limit, "skip": offset},
    ).all()
    total = tx.execute(_from(select(func.count())).where(*where), {"person": person_id}).scalar()
    return rows, int(total or 0)


def started(
    tx: Tx, *, person_id: int, process: str | None, text: str | None, limit: int, offset: int
) -> tuple[Sequence[Any], int]:
    """Instances a person has started: running first, then newest."""
    where: list[ColumnElement[bool]] = [instance.c.initiator_id == person_id]
    if process:
        where.append(instance.c.process == process)
    if text:
        where.append(
            or_(instance.c.title.contains(text, autoescape=True), instance.c.number.contains(text, autoescape=True))
        )
    running = case((instance.c.state == "running", 0), else_=1)
    rows = tx.execute(
        select(instance).where(*where).order_by(running, instance.c.started_at.desc()).limit(limit).offset(offset)
    ).all()
    total = tx.execute(select(func.count()).select_from(instance).where(*where)).scalar()
    return rows, int(total or 0)


def holders(tx: Tx, instance_ids: Sequence[int], now: datetime) -> dict[int, list[Any]]:
    """Open items of some instances: who holds them, since when, until when."""
    found: dict[int, list[Any]] = {}
    if instance_ids:
        rows = tx.execute(
            select(
                work_item.c.instance_id,
                work_item.c.performer_id,
                work_item.c.pool,
                work_item.c.name,
                work_item.c.arrived_at,
                work_item.c.deadline,
                work_item.c.warn_at,
            )
            .where(
                work_item.c.instance_id.in_(list(instance_ids)),
                work_item.c.state == "open",
            )
            .order_by(work_item.c.id)
        ).all()
        for row in rows:
            found.setdefault(int(row.instance_id), []).append(row)
    return found


def running_started(tx: Tx, person_id: int) -> int:
    return int(
        tx.scalar(
            select(func.count())
            .select_from(instance)
            .where(instance.c.initiator_id == person_id, instance.c.state == "running")
        )
    )


def search(tx: Tx, text: str, limit: int) -> Sequence[Any]:
    """Instances by title or number."""
    return tx.execute(
        select(instance)
        .where(or_(instance.c.title.contains(text, autoescape=True), instance.c.number.contains(text, autoescape=True)))
        .order_by(instance.c.started_at.desc())
        .limit(limit)
    ).all()
