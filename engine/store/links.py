"""The one chain over the histories of all instances: each link covers what was written since the one before."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import and_, bindparam, func, select, text

from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import history, link


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """One link; ``heads`` maps the id of an instance to sequence number and hash of its last entry until then."""

    id: int
    at: datetime
    through: int
    heads: Mapping[str, Json]
    digest: str


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


def digest(key: bytes, previous: str, at: datetime, through: int, heads: Mapping[str, Json]) -> str:
    """HMAC-SHA-256 over the digest before and everything the link says."""
    said = orjson.dumps([previous, at.isoformat(), through, heads], option=orjson.OPT_SORT_KEYS)
    return hmac.new(key, said, hashlib.sha256).hexdigest()


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
    if not heads:
        return None
    values: dict[str, Any] = {
        "at": at,
        "through": until,
        "heads": heads,
        "digest": digest(tx.audit_key, previous, at, until, heads),
    }
    return LinkRow(id=tx.insert(link, **values), **values)


def all_of_them(tx: Tx) -> list[LinkRow]:
    return [LinkRow(**r._mapping) for r in tx.all(select(*_COLUMNS).order_by(link.c.id))]


def entries_at(tx: Tx) -> dict[tuple[int, int], str]:
    """The hash of every entry by instance and sequence number."""
    rows = tx.all(select(history.c.instance_id, history.c.seq, history.c.hash))
    return {(int(r[0]), int(r[1])): str(r[2]) for r in rows}
