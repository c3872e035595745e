"""Full-text search over instances a person may see, and the rows it looks in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.store import house, judging, words
from engine.store.database import Tx
from engine.store.tables import heartbeat, history, instance, instance_text, work_item

DUTY = "words"
# numbers may be committed out of order: what came a little before the last one is looked at again
OVERLAP = 200
BATCH = 500


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose search it is: ``watches`` for those whose office it is to look, ``led`` what a leader looks over.

    Both as far as the units in ``reach``, or the whole house without it, and never into what has a list of its own.
    """

    person_id: int
    login: str
    pools: tuple[str, ...]
    watches: bool = False
    led: tuple[str, ...] = ()
    reach: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An instance found, as little as the counts need."""

    id: int
    process: str
    state: str


_SINCE = (
    select(history.c.id, history.c.instance_id)
    .where(history.c.id > bindparam("since"))
    .order_by(history.c.id)
    .limit(OVERLAP + BATCH)
)
_STALE = (
    select(instance.c.id)
    .outerjoin(instance_text, instance_text.c.id == instance.c.id)
    .where(
        instance.c.id.in_(bindparam("ids", expanding=True)),
        or_(instance_text.c.id.is_(None), instance_text.c.revision != instance.c.revision),
    )
)


def stale(tx: Tx) -> tuple[list[int], int, bool]:
    """Instances whose words are behind, how far the history has been read then, and whether there is more of it."""
    facts = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == DUTY)) or {}
    known = int(facts.get("history", 0))
    rows = tx.all(_SINCE, since=max(0, known - OVERLAP))
    if not rows:
        return [], known, False
    last = int(rows[-1].id)
    ids = {int(r.instance_id) for r in rows}
    return [int(r.id) for r in tx.all(_STALE, ids=sorted(ids))], max(known, last), last > known


def read_until(tx: Tx, last: int, at: datetime) -> None:
    """Remember how far the history has been read."""
    house.beat(tx, DUTY, at, {"history": last})


def keep(tx: Tx, instance_id: int, revision: int, found: Sequence[str]) -> None:
    """Store the words of an instance as of a revision."""
    make = postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
    row = {"id": instance_id, "revision": revision, "words": list(found)}
    statement = make(instance_text).values(row)
    changed = {"revision": statement.excluded.revision, "words": statement.excluded.words}
    tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def hits(
    tx: Tx, query: str, viewer: Viewer, *, most: int, process: str | None = None, running: bool | None = None
) -> list[Hit]:
    """The newest instances with all words of a query that this person may see; the order of lists and counts."""
    if not words.phrases(query):
        return []
    where = [_matches(tx.dialect), visible_to(viewer)]
    if process:
        where.append(instance.c.process == process)
    if running is not None:
        where.append(instance.c.state.in_(_RUNNING) if running else instance.c.state.not_in(_RUNNING))
    asked = words.for_postgresql(query) if tx.dialect == "postgresql" else words.for_sqlite(query)
    statement = (
        select(instance.c.id, instance.c.process, instance.c.state)
        .where(*where)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(most)
    )
    values: Mapping[str, Any] = {"query": asked}
    return [Hit(int(r.id), r.process, r.state) for r in tx.execute(statement, values).all()]


def visible(tx: Tx, viewer: Viewer, ids: Collection[int]) -> set[int]:
    """Those of the instances that this person may open."""
    if not ids:
        return set()
    return {int(r.id) for r in tx.all(select(instance.c.id).where(instance.c.id.in_(list(ids)), visible_to(viewer)))}


def visible_numbers(tx: Tx, viewer: Viewer, numbers: Collection[str]) -> set[str]:
    """The same by number."""
    wanted = select(instance.c.number).where(instance.c.number.in_(list(numbers)), visible_to(viewer))
    return {str(r.number) for r in tx.all(wanted)} if numbers else set()


_RUNNING = ("running", "suspended")


def _matches(dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        asked = cast(bindparam("query", type_=Text), postgresql.TSQUERY)
        found = select(instance_text.c.id).where(instance_text.c.words.op("@@", is_comparison=True)(asked))
        return instance.c.id.in_(found)
    found_ids: Any = select(literal_column("rowid")).select_from(text("instance_words"))
    return instance.c.id.in_(found_ids.where(text("instance_words MATCH :query")))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """What may be opened may be found, and nothing else: the conditions of ``engine.progress.permission.may_read``."""
    secret = instance.c.known_to.is_not(None)
    mine = or_(
        _part(instance, viewer), and_(secret, instance.c.known_to.contains(f",{viewer.login},", autoescape=True))
    )
    if viewer.watches and viewer.reach is None:
        return or_(~secret, mine)
    parent = instance.alias("parent")
    from_above = exists().where(
        parent.c.id == instance.c.parent_id,
        or_(_part(parent, viewer), and_(parent.c.known_to.is_(None), _looks(parent, viewer))),
    )
    return or_(mine, and_(~secret, or_(_looks(instance, viewer), from_above)))


def _part(row: Any, viewer: Viewer) -> ColumnElement[bool]:
    """Begun by this person, or with a part of theirs."""
    part = work_item.alias()
    took_part: list[ColumnElement[bool]] = [
        part.c.performer_id == viewer.person_id,
        part.c.decided_by == viewer.person_id,
    ]
    if viewer.pools:
        took_part.append(and_(part.c.performer_id.is_(None), part.c.pool.in_(viewer.pools)))
    mine = or_(row.c.initiator_id == viewer.person_id, row.c.first_contact_id == viewer.person_id)
    return or_(mine, exists().where(part.c.instance_id == row.c.id, or_(*took_part)))


def _looks(row: Any, viewer: Viewer) -> ColumnElement[bool]:
    """What a role lets this person look at."""
    near = true() if viewer.reach is None else row.c.unit_id.in_(viewer.reach)
    if viewer.watches:
        return near
    return and_(near, row.c.process.in_(viewer.led)) if viewer.led else false()


def rows(tx: Tx, ids: Collection[int]) -> list[Any]:
    """Instances by id, the newest first."""
    if not ids:
        return []
    newest = (instance.c.started_at.desc(), instance.c.id.desc())
    found = tx.execute(select(instance).where(instance.c.id.in_(list(ids))).order_by(*newest)).all()
    return judging.headed(tx, found, "")


def count(tx: Tx) -> int:
    """How many instances have words."""
    return int(tx.scalar(select(func.count()).select_from(instance_text)))
