"""Rows that keep the house running: idempotency keys, incidents, heartbeats."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import Altered, ReusedKey
from engine.store import guarding, judging, row_digests
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import heartbeat, idempotency, incident

ALTERED = "altered"  # the kind of an incident that tells of a row that is not as it was written
_ROW: dict[str, Any] = {"key": bindparam("key"), "digest": bindparam("digest"), "created_at": bindparam("created_at")}
_CLAIM = {
    dialect: Prepared[Any](insert_into(idempotency).values(_ROW).on_conflict_do_nothing().returning(idempotency.c.key))
    for dialect, insert_into in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_KNOWN = (idempotency.c.key, idempotency.c.digest, idempotency.c.answer, idempotency.c.answer_digest)
_FOUND = Prepared[Any](select(*_KNOWN).where(idempotency.c.key == bindparam("key_")))
_ANSWER = Prepared[Any](
    update(idempotency)
    .where(idempotency.c.key == bindparam("key_"))
    .values(answer=bindparam("new_answer"), answer_digest=bindparam("new_digest"))
)


def own_key(person_id: int, key: str) -> str:
    """The key as it is stored: what two people call alike are two keys."""
    return f"{person_id}:{key}"[:120]


def claim_key(tx: Tx, key: str, digest: str, at: datetime) -> Json | None:
    """Take an idempotency key for this transaction; the stored answer if the same request was served before."""
    if tx.scalar(_CLAIM[tx.dialect], key=key, digest=digest, created_at=at) is not None:
        return None
    found = tx.first(_FOUND, key_=key)
    if found is None or found.digest != digest:
        raise ReusedKey(
            "同一个请求编号用在了两次不同的操作上。",
            "this Idempotency-Key was used for a different request",
            "请换一个新的编号再提交。",
        )
    if not row_digests.answer_agrees(tx.audit_key, found) and judging.key_fits(tx):
        raise Altered("这次请求已有的答复", "answer.altered")
    return found.answer


def is_claimed(tx: Tx, key: str) -> bool:
    return tx.first(_FOUND, key_=key) is not None


def store_answer(tx: Tx, key: str, answer: Json) -> None:
    digest = row_digests.of_answer(tx.audit_key, key, answer)
    tx.later(_ANSWER, {"key_": key, "new_answer": answer, "new_digest": digest})


def forget_key(tx: Tx, key: str) -> None:
    tx.execute(delete(idempotency).where(idempotency.c.key == key))


def forget_keys(tx: Tx, before: datetime, most: int) -> int:
    """Delete up to so many idempotency keys that were claimed before an instant; how many."""
    old = select(idempotency.c.key).where(idempotency.c.created_at < before).limit(most)
    return tx.execute(delete(idempotency).where(idempotency.c.key.in_(old))).rowcount


def open_incident(
    tx: Tx, *, kind: str, message: str, at: datetime, instance_id: int | None = None, facts: Json = None
) -> int:
    return tx.insert(incident, instance_id=instance_id, kind=kind, message=message, facts=facts or {}, opened_at=at)


def open_incidents(tx: Tx, instance_id: int | None = None) -> list[Mapping[str, Json]]:
    statement = select(incident).where(incident.c.resolved_at.is_(None)).order_by(incident.c.id)
    if instance_id is not None:
        statement = statement.where(incident.c.instance_id == instance_id)
    return [told(tx, r) for r in tx.all(statement)]


def told(tx: Tx, row: Any) -> dict[str, Json]:
    """An incident as it was written, or that it was not: without its words, and nothing can be done by what it says."""
    if judging.holds(tx, incident, row):
        return dict(row._mapping)
    return {**row._mapping, "kind": ALTERED, "message": judging.HIDDEN, "facts": {}, "resolution": ""}


def told_rows(tx: Tx, table: Table) -> list[int]:
    """Ids of rows of a table of which somebody has been told that they are not as they were written."""
    names = (str(one["facts"].get("row")) for one in open_incidents(tx) if one["kind"] == ALTERED)
    found = (name.partition(":") for name in names)
    return [int(row) for name, _, row in found if name == table.name and row.isdecimal()]


def resolve_incident(tx: Tx, incident_id: int, at: datetime, by: int, how: str) -> bool:
    """Close an incident; False if it was closed before."""
    still = (incident.c.id == incident_id, incident.c.resolved_at.is_(None))
    return guarding.change(tx, incident, *still, resolved_at=at, resolved_by=by, resolution=how[:200]) == 1


def beat(tx: Tx, name: str, at: datetime, facts: Json) -> None:
    done = tx.execute(update(heartbeat).where(heartbeat.c.name == name).values(at=at, facts=facts))
    if done.rowcount == 0:
        tx.execute(insert(heartbeat), {"name": name, "at": at, "facts": facts})


def last_beat(tx: Tx, name: str) -> datetime | None:
    found: datetime | None = tx.scalar(select(heartbeat.c.at).where(heartbeat.c.name == name))
    return found


def last_mark(tx: Tx, name: str) -> tuple[datetime, Mapping[str, Json]]:
    """When a mark was set last, and what it says; long ago and nothing if it never was."""
    found = tx.first(select(heartbeat.c.at, heartbeat.c.facts).where(heartbeat.c.name == name))
    return (datetime.min.replace(tzinfo=UTC), {}) if found is None else (found.at, found.facts)


def forget(tx: Tx, name: str) -> None:
    """Take a mark away."""
    tx.execute(delete(heartbeat).where(heartbeat.c.name == name))
