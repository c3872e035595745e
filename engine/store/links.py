"""The one chain over the histories of all instances and of the house; a link covers what is new since the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select, text

from engine.archives.chain import link_hash
from engine.store import house_record
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import history, link


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link; ``heads`` maps the id of an instance to sequence number and hash of its last entry until then.

    The house itself stands there as instance 0, in every link since its first entry.
    """

    id: int
    at: datetime
    through: int
    heads: Mapping[str, Json]
    digest: str


MOST_LOOKED_AT = 500
HOUSE = str(house_record.AS_INSTANCE)
_COLUMNS = [link.c[name] for name in LinkRow.__dataclass_fields__]
_LAST = select(*_COLUMNS).order_by(link.c.id.desc()).limit(1)
_FRESH = select(func.min(history.c.id)).where(history.c.id > bindparam("through"), history.c.at > bindparam("before"))
_NEWEST = select(func.max(history.c.id)).where(history.c.id > bindparam("through"))
_tops = (
    select(history.c.instance_id, func.max(history.c.seq).label("seq"))
    .where(history.c.id > bindparam("through"), history.c.id <= bindparam("until"))
    .group_by(history.c.instance_id)
    .subquery()
)
_HEADS = (
    select(history.c.instance_id, history.c.seq, history.c.hash)
    .join(_tops, and_(_tops.c.instance_id == history.c.instance_id, _tops.c.seq == history.c.seq))
    .order_by(history.c.instance_id)
)


def add(tx: Tx, at: datetime, before: datetime) -> LinkRow | None:
    """Cover the entries written until ``before``; None if there is none that is not covered.

    Entries get their numbers before they are committed: the newest are left to the next link, or one that is slow
    to commit would fall into a range that is closed.
    """
    if tx.dialect == "postgresql":
        tx.execute(text("LOCK TABLE link IN EXCLUSIVE MODE"))  # of two nodes one waits and finds nothing left
    last = tx.first(_LAST)
    through, previous = (last.through, last.digest) if last is not None else (0, "")
    fresh = tx.scalar(_FRESH, through=through, before=before)
    until = int(fresh) - 1 if fresh is not None else int(tx.scalar(_NEWEST, through=through) or 0)
    heads = {str(r.instance_id): [r.seq, r.hash] for r in tx.all(_HEADS, through=through, until=until)}
    own, before_that = house_record.head(tx, before), last.heads.get(HOUSE) if last is not None else None
    if not heads and own == before_that:
        return None
    if own is not None:
        heads[HOUSE] = own
    values: dict[str, Any] = {
        "at": at,
        "through": until,
        "heads": heads,
        "digest": link_hash(tx.audit_key, previous, at, until, heads),
    }
    return LinkRow(id=tx.insert(link, **values), **values)


def all_of_them(tx: Tx) -> list[LinkRow]:
    return [LinkRow(**r._mapping) for r in tx.all(select(*_COLUMNS).order_by(link.c.id))]


def entries_at(tx: Tx) -> dict[tuple[int, int], str]:
    """The hash of every entry by instance and sequence number."""
    rows = tx.all(select(history.c.instance_id, history.c.seq, history.c.hash))
    return {(int(r[0]), int(r[1])): str(r[2]) for r in rows} | house_record.hashes(tx)


def covering(tx: Tx, instance_id: int, since: datetime) -> tuple[LinkRow, str] | None:
    """The last link since then that has seen this instance, and the digest of the link before it."""
    rows = tx.all(select(*_COLUMNS).where(link.c.at >= since).order_by(link.c.id).limit(MOST_LOOKED_AT))
    seen = [LinkRow(**r._mapping) for r in rows if str(instance_id) in r.heads]
    if not seen:
        return None
    before = tx.first(select(link.c.digest).where(link.c.id < seen[-1].id).order_by(link.c.id.desc()).limit(1))
    return seen[-1], "" if before is None else str(before.digest)
