"""The append-only record of who did what when, each entry chained to the one before by a keyed hash.

The key lies outside the database: whoever can only write to the tables cannot make a chain that holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from engine.archives.chain import entry_hash
from engine.store import judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.instances import InstanceRow
from engine.store.tables import history


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One entry; ``detail`` holds reason, before and after."""

    id: int
    instance_id: int
    seq: int
    at: datetime
    verb: str
    actor_id: int | None
    principal_id: int | None
    element: str | None
    activity_id: int | None
    item_id: int | None
    detail: Mapping[str, Json]
    hash: str


_COLUMNS = [history.c[name] for name in HistoryRow.__dataclass_fields__]
_OF_INSTANCE = select(*_COLUMNS).where(history.c.instance_id == bindparam("instance")).order_by(history.c.seq)


def append(
    tx: Tx,
    row: InstanceRow,
    verb: str,
    at: datetime,
    *,
    actor_id: int | None = None,
    principal_id: int | None = None,
    element: str | None = None,
    activity_id: int | None = None,
    item_id: int | None = None,
    detail: Mapping[str, Json] | None = None,
) -> int:
    """Add one entry; moves the head of the chain on the instance row, which the caller saves. Its sequence number."""
    values = {
        "instance_id": row.id,
        "seq": row.history_seq + 1,
        "at": at,
        "verb": verb,
        "actor_id": actor_id,
        "principal_id": principal_id,
        "element": element,
        "activity_id": activity_id,
        "item_id": item_id,
        "detail": dict(detail or {}),
    }
    row.history_seq += 1
    row.history_hash = entry_hash(tx.audit_key, row.history_hash, values)
    tx.insert_later(history, [values | {"hash": row.history_hash}])
    return row.history_seq


def of_instance(tx: Tx, instance_id: int) -> list[HistoryRow]:
    return [HistoryRow(**r._mapping) for r in tx.all(_OF_INSTANCE, instance=instance_id)]


def whole(tx: Tx, row: InstanceRow) -> list[HistoryRow]:
    """All entries that the row knows of, the oldest first; Altered if their chain does not hold up to its head.

    What somebody has added since belongs to a later row: on PostgreSQL each statement sees its own moment.
    """
    entries = [entry for entry in of_instance(tx, row.id) if entry.seq <= row.history_seq]
    judging.chain(tx, row.number, entries, row.history_hash)
    return entries


def broken_at(tx: Tx, instance_id: int, head: str) -> int | None:
    """Sequence number of the first entry that was changed, lost or added by hand; None if the chain is whole."""
    return judging.broken(tx.audit_key, of_instance(tx, instance_id), head)


def was_done(tx: Tx, instance_id: int, verb: str, actor_id: int, *, since: datetime) -> bool:
    """Whether somebody has done this to an instance since then."""
    found = select(history.c.id).where(
        history.c.instance_id == instance_id,
        history.c.verb == verb,
        history.c.actor_id == actor_id,
        history.c.at >= since,
    )
    return tx.first(found.limit(1)) is not None


def words_since(tx: Tx, instance_id: int, verb: str, actor_id: int, *, since: datetime) -> set[str]:
    """The words that somebody's acts of this kind bear since then."""
    found = select(history.c.detail).where(
        history.c.instance_id == instance_id,
        history.c.verb == verb,
        history.c.actor_id == actor_id,
        history.c.at >= since,
    )
    return {str(row.detail.get("opinion") or "") for row in tx.all(found)}


def latest(tx: Tx, instance_ids: Sequence[int], verb: str, since: datetime) -> dict[int, datetime]:
    """When this was last done to each of these instances, where it was done after ``since``."""
    rows = tx.all(
        select(history.c.instance_id, func.max(history.c.at))
        .where(history.c.instance_id.in_(instance_ids), history.c.verb == verb, history.c.at >= since)
        .group_by(history.c.instance_id)
    )
    return {int(i): at for i, at in rows}
