"""Full-text search over instances a person may see, and the rows it looks in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.store import house, judging, words
from engine.store.database import Tx
from engine.store.tables import heartbeat, history, instance, instance_text
from engine.store.visibility import LISTS, Viewer, soundly, visible_to

DUTY = "words"
# numbers may be committed out of order: what came a little before the last one is looked at again
OVERLAP = 200
BATCH = 500


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
    where = [_matches(tx.dialect)]
    if process:
        where.append(instance.c.process == process)
    if running is not None:
        where.append(instance.c.state.in_(_RUNNING) if running else instance.c.state.not_in(_RUNNING))
    asked = words.for_postgresql(query) if tx.dialect == "postgresql" else words.for_sqlite(query)
    statement = (
        select(instance.c.process, instance.c.state, *LISTS)
        .where(*where)
        .order_by(instance.c.started_at.desc(), instance.c.id.desc())
        .limit(most)
    )
    values: Mapping[str, Any] = {"query": asked}
    found = soundly(tx, lambda sealed: tx.execute(statement.where(visible_to(viewer, sealed)), values).all())
    return [Hit(int(r.id), r.process, r.state) for r in found]


def visible(tx: Tx, viewer: Viewer, ids: Collection[int]) -> set[int]:
    """Those of the instances that this person may open."""
    if not ids:
        return set()
    wanted = select(*LISTS).where(instance.c.id.in_(list(ids)))
    return {int(r.id) for r in soundly(tx, lambda sealed: tx.all(wanted.where(visible_to(viewer, sealed))))}


def visible_numbers(tx: Tx, viewer: Viewer, numbers: Collection[str]) -> set[str]:
    """The same by number."""
    if not numbers:
        return set()
    wanted = select(*LISTS).where(instance.c.number.in_(list(numbers)))
    return {str(r.number) for r in soundly(tx, lambda sealed: tx.all(wanted.where(visible_to(viewer, sealed))))}


_RUNNING = ("running", "suspended")


def _matches(dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        asked = cast(bindparam("query", type_=Text), postgresql.TSQUERY)
        found = select(instance_text.c.id).where(instance_text.c.words.op("@@", is_comparison=True)(asked))
        return instance.c.id.in_(found)
    found_ids: Any = select(literal_column("rowid")).select_from(text("instance_words"))
    return instance.c.id.in_(found_ids.where(text("instance_words MATCH :query")))


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
