"""The lists of a person: what is to do, what was done, what they started. Counts come from the query that lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from engine.store import guards, judging
from engine.store.columns import OPEN
from engine.store.covered import OPENED
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import attachment, instance, person, work_item
from engine.store.tables.instances import NO_DEADLINE

sender = person.alias("sender")

COLUMNS = (
    work_item.c.id,
    work_item.c.instance_id,
    work_item.c.process,
    work_item.c.element,
    work_item.c.name,
    work_item.c.entry,
    work_item.c.urgency,
    work_item.c.performer_id,
    work_item.c.principal_id,
    work_item.c.post_id,
    work_item.c.pool,
    work_item.c.kind,
    work_item.c.state,
    work_item.c.arrived_at,
    work_item.c.opened_at,
    work_item.c.deadline,
    work_item.c.sort_at,
    work_item.c.sort_level,
    work_item.c.warn_at,
    work_item.c.paused,
    work_item.c.outcome,
    work_item.c.opinion,
    work_item.c.decided_at,
    work_item.c.activity_id,
    work_item.c.ordinal,
    work_item.c.facts,
    work_item.c.row_digest,
    work_item.c.opened_digest,
    *judging.OF_CASE,
)


_LINES: dict[Any, Any] = {}  # lines that were shown lately: most are the same when the page is opened again


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows of a list: every filter may be left out."""

    process: str | None = None
    urgency: str | None = None
    due: str | None = None  # overdue | today | week
    on_behalf: bool = False
    text: str | None = None


def joined(statement: Any, wanted: Wanted | None = None) -> Any:
    """With the instance, for what a line shows; and its initiator, if words are looked for."""
    both = statement.select_from(work_item).join(instance, instance.c.id == work_item.c.instance_id)
    return both.join(sender, sender.c.id == instance.c.initiator_id) if wanted and wanted.text else both


def filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The conditions of a filter."""
    found: list[ColumnElement[bool]] = []
    if wanted.process:
        found.append(work_item.c.process == wanted.process)
    if wanted.urgency:
        found.append(work_item.c.urgency == wanted.urgency)
    if wanted.on_behalf:
        found.append(work_item.c.principal_id.is_not(None))
    if wanted.due == "overdue":
        found.append(work_item.c.sort_at < bindparam("now"))
    elif wanted.due == "today":
        found.append(and_(work_item.c.sort_at >= bindparam("now"), work_item.c.sort_at <= bindparam("tonight")))
    elif wanted.due == "week":
        found.append(and_(work_item.c.sort_at > bindparam("tonight"), work_item.c.sort_at <= bindparam("sunday")))
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


def _holders(pools: int) -> list[ColumnElement[bool]]:
    """The person and each pool: one condition for each index range, since an OR of them would read everything."""
    unclaimed = [
        and_(work_item.c.pool == bindparam(f"pool{n}"), work_item.c.performer_id.is_(None)) for n in range(pools)
    ]
    return [work_item.c.performer_id == bindparam("person"), *unclaimed]


def _who(person_id: int, pools: Sequence[str]) -> dict[str, Any]:
    return {"person": person_id} | {f"pool{n}": pool for n, pool in enumerate(pools)}


def _visible(columns: Sequence[Any], mine: ColumnElement[bool], wanted: Wanted) -> Any:
    """Open items of one holder; joined only when a filter asks for more than the item itself."""
    statement = select(*columns)
    if wanted.text:
        statement = joined(statement, wanted)
    return statement.where(
        work_item.c.state == OPEN, work_item.c.visible_at <= bindparam("now"), mine, *filters(wanted)
    )


@lru_cache(maxsize=256)
def _todo_statement(pools: int, wanted: Wanted, limit: int, offset: int) -> Prepared[Any]:
    """First the ids of each holder in the order of the index, then the page, then what its few rows show.

    The limits stand in the text: PostgreSQL plans anew for every page when it cannot see how few rows are asked for.
    """
    reach, most, skip = (literal_column(str(n), Integer) for n in (limit + offset, limit, offset))
    order = (work_item.c.id, work_item.c.sort_at)
    parts = [
        _visible(order, mine, wanted).order_by(work_item.c.sort_at, work_item.c.id).limit(reach).subquery()
        for mine in _holders(pools)
    ]
    both = union_all(*(select(p.c.id, p.c.sort_at) for p in parts)).subquery()
    ordered = select(both).order_by(both.c.sort_at, both.c.id)
    page = ordered.limit(most).offset(skip).subquery()
    attached = select(func.count()).where(attachment.c.instance_id == work_item.c.instance_id).scalar_subquery()
    return Prepared(
        joined(select(*COLUMNS, attached.label("attachments")))
        .where(work_item.c.id.in_(select(page.c.id)))
        .order_by(work_item.c.sort_at, work_item.c.id),
        plan_once=True,
        kept=_LINES,
    )


def todo(
    tx: Tx,
    *,
    person_id: int,
    pools: Sequence[str],
    times: Mapping[str, datetime],
    wanted: Wanted,
    limit: int,
    offset: int,
) -> tuple[Sequence[Any], dict[str, int]]:
    """Open items by the earliest deadline of step, stage and whole; and how many there are, as ``todo_counts``."""
    values = {**_who(person_id, pools), **times}
    listing = _todo_statement(len(pools), wanted, limit, offset)
    rows, counted = tx.ask((listing, values), (_counts_statement(len(pools), wanted), values))
    return rows, _summed(counted)


# the groups of the inbox by when an item is due; each instant belongs to exactly one of them
GROUPS: Mapping[str, ColumnElement[bool]] = {
    "overdue": work_item.c.sort_at < bindparam("now"),
    "today": and_(work_item.c.sort_at >= bindparam("now"), work_item.c.sort_at <= bindparam("tonight")),
    "week": and_(work_item.c.sort_at > bindparam("tonight"), work_item.c.sort_at <= bindparam("sunday")),
    "later": and_(work_item.c.sort_at > bindparam("sunday"), work_item.c.sort_at < NO_DEADLINE),
    "none": work_item.c.sort_at >= NO_DEADLINE,
}
COUNTED = ("total", "urgent", "on_behalf", "read")


@lru_cache(maxsize=256)
def _counts_statement(pools: int, wanted: Wanted) -> Prepared[Any]:
    """One row for each holder and group, counted inside one stretch of the index: no row is looked at but by it."""

    def part(group: str, mine: ColumnElement[bool]) -> Any:
        urgent = func.count(case((work_item.c.urgency == literal("特急"), 1)))
        numbers = (func.count(), urgent, func.count(work_item.c.principal_id), func.count(work_item.c.opened_at))
        named = [number.label(name) for number, name in zip(numbers, COUNTED, strict=True)]
        return _visible((literal(group).label("due"), *named), mine, wanted).where(GROUPS[group])

    return Prepared(union_all(*(part(group, mine) for group in GROUPS for mine in _holders(pools))), plan_once=True)


def _summed(rows: Sequence[Any]) -> dict[str, int]:
    found = dict.fromkeys((*COUNTED, *GROUPS), 0)
    for row in rows:
        found[row.due] += row.total
        for name in COUNTED:
            found[name] += getattr(row, name)
    return found | {"unread": found["total"] - found.pop("read")}


def todo_counts(
    tx: Tx, *, person_id: int, pools: Sequence[str], times: Mapping[str, datetime], wanted: Wanted
) -> dict[str, int]:
    """How many items each group and filter of the inbox holds, by the conditions of the list itself."""
    return _summed(tx.all(_counts_statement(len(pools), wanted), **_who(person_id, pools), **times))


def processes(tx: Tx, *, person_id: int, pools: Sequence[str], now: datetime) -> dict[str, int]:
    """Open items by process, for the filter."""
    parts = [_visible((work_item.c.process,), mine, Wanted()) for mine in _holders(len(pools))]
    rows = union_all(*parts).subquery()
    statement = select(rows.c.process, func.count()).group_by(rows.c.process)
    found: Sequence[Any] = tx.execute(statement, {**_who(person_id, pools), "now": now}).all()
    return {str(r[0]): int(r[1]) for r in found}


def done(tx: Tx, *, person_id: int, wanted: Wanted, limit: int, offset: int) -> tuple[Sequence[Any], int]:
    """What a person has decided, newest first."""
    mine = and_(
        work_item.c.decided_by == bindparam("person"), work_item.c.state == "done", work_item.c.kind != literal("read")
    )
    where = [mine, *filters(Wanted(process=wanted.process, urgency=wanted.urgency, text=wanted.text))]
    rows = tx.execute(
        joined(select(*COLUMNS), wanted)
        .where(*where)
        .order_by(work_item.c.decided_at.desc(), work_item.c.id.desc())
        .limit(bindparam("most"))
        .offset(bindparam("skip")),
        {"person": person_id, "most": limit, "skip": offset},
    ).all()
    total = tx.execute(joined(select(func.count()), wanted).where(*where), {"person": person_id}).scalar()
    return rows, int(total or 0)


def is_true(tx: Tx, row: Any) -> bool:
    """Whether a line says what was written of its case, and of the item itself."""
    if getattr(row, "sound_for", None) == tx.audit_key:
        return True  # the same row was judged before: its words, its digest and the key have not changed
    agreed = all(guards.agrees(tx.audit_key, what, row, prefix) for what, prefix in _SHOWN)
    if not agreed and not all(judging.holds(tx, what, row, prefix) for what, prefix in _SHOWN):
        return False
    sound = judging.in_place(row)
    if sound and agreed and hasattr(row, "sound_for"):  # and not only let pass
        row.sound_for = tx.audit_key
    return sound


_SHOWN = ((instance, judging.CASE), (work_item, ""), (OPENED, ""))  # what a line says something of


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
    return judging.headed(tx, rows, ""), int(total or 0)


def holders(tx: Tx, instance_ids: Sequence[int], now: datetime) -> dict[int, list[Any]]:
    """Open items of some instances: who holds them, since when, until when."""
    found: dict[int, list[Any]] = {}
    if instance_ids:
        open_ones = (work_item.c.instance_id.in_(list(instance_ids)), work_item.c.state == OPEN)
        rows = tx.execute(select(*guards.columns(work_item)).where(*open_ones).order_by(work_item.c.id)).all()
        unsaid = {"performer_id": None, "pool": judging.HIDDEN, "name": judging.HIDDEN, "deadline": None}
        for row in rows:
            shown = row if judging.holds(tx, work_item, row) else judging.hidden(row, **unsaid)
            found.setdefault(int(row.instance_id), []).append(shown)
    return found


def running_started(tx: Tx, person_id: int) -> int:
    return int(
        tx.scalar(
            select(func.count())
            .select_from(instance)
            .where(instance.c.initiator_id == person_id, instance.c.state == "running")
        )
    )
