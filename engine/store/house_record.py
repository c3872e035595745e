"""The record of the house itself: who changed people, posts and rights, chained and keyed like the histories."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, text

from engine.archives.chain import entry_hash
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import house_entry

AS_INSTANCE = 0  # what stands for the house where links name instances


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseEntry:
    """One entry; ``actor_id`` is None for the command line."""

    seq: int
    at: datetime
    verb: str
    actor_id: int | None
    detail: Mapping[str, Json]
    hash: str


_COLUMNS = [house_entry.c[name] for name in HouseEntry.__dataclass_fields__]
_ENTRIES = select(*_COLUMNS).order_by(house_entry.c.seq)
_LAST = select(*_COLUMNS).order_by(house_entry.c.seq.desc()).limit(1)
_LAST_BEFORE = _LAST.where(house_entry.c.at <= bindparam("before"))
_OF_VERB = select(house_entry.c.detail).where(
    house_entry.c.verb == bindparam("verb"), house_entry.c.at >= bindparam("since")
)
_HASHES = select(house_entry.c.seq, house_entry.c.hash)


def append(tx: Tx, verb: str, at: datetime, *, actor_id: int | None, detail: Mapping[str, Json]) -> int:
    """Add one entry; its sequence number. Of two writers one waits for the other."""
    lock(tx)
    last = tx.first(_LAST)
    seq: int = last.seq + 1 if last is not None else 1
    values = {
        "seq": seq,
        "at": at,
        "verb": verb,
        "actor_id": actor_id,
        "detail": dict(detail),
    }
    digest = entry_hash(tx.audit_key, last.hash if last is not None else "", values)
    tx.insert(house_entry, **values, hash=digest)
    return seq


def lock(tx: Tx) -> None:
    """Let nobody else change the house until this transaction ends."""
    if tx.dialect == "postgresql":
        tx.execute(text("LOCK TABLE house_entry IN EXCLUSIVE MODE"))


def entries(tx: Tx) -> list[HouseEntry]:
    """All of it, the oldest first."""
    return [HouseEntry(**r._mapping) for r in tx.all(_ENTRIES)]


def holds(tx: Tx, verb: str, detail: Mapping[str, Json], *, since: datetime) -> bool:
    """Whether an entry from then on says exactly this."""
    return any(r.detail == detail for r in tx.all(_OF_VERB, verb=verb, since=since))


def head(tx: Tx, before: datetime) -> list[Json] | None:
    """Sequence number and hash of the last entry until ``before``, as links keep them."""
    found = tx.first(_LAST_BEFORE, before=before)
    return [found.seq, found.hash] if found is not None else None


def hashes(tx: Tx) -> dict[tuple[int, int], str]:
    """The hash of every entry, as links look for them."""
    return {(AS_INSTANCE, int(r.seq)): str(r.hash) for r in tx.all(_HASHES)}


def broken_at(tx: Tx) -> int | None:
    """Sequence number of the first entry that was changed, lost or added by hand; an end cut off is for the links."""
    previous = ""
    for expected, entry in enumerate(entries(tx), start=1):
        values = {name: getattr(entry, name) for name in HouseEntry.__dataclass_fields__ if name != "hash"}
        if entry.seq != expected or entry_hash(tx.audit_key, previous, values) != entry.hash:
            return expected
        previous = entry.hash
    return None
