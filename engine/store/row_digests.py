"""Keyed digests of rows that matter: what an instance holds, and what somebody decided (docs/decisions/064).

SQLite keeps no sums of its pages, so a text that decays or is edited by hand would go unnoticed without them.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select

from engine.archives.chain import files_hash
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import definition, definition_file, idempotency, notification, record, work_item

# which fields a digest covers; another list needs another mark, and versions side by side read each other's rows
INSTANCE_MARK, DECISION_MARK, RECORD_MARK, NOTICE_MARK, ANSWER_MARK = "1", "1", "1", "1", "1"
TOGETHER = 500
_FACTS = ("id", "number", "process", "definition_id", "title", "urgency", "state", "initiator_id", "outcome")
_TIMES = ("started_at", "ended_at", "deadline")
_LINE = (
    "register", "ordinal", "label", "state", "data", "instance_id", "corrects_id", "created_at", "created_by"
)  # fmt: skip
_TOLD = ("person_id", "event", "kind", "title", "body", "urgency", "created_at", "link")
_DECIDED = ("id", "outcome", "opinion", "data", "decided_at", "decided_by")


def of_instance(key: bytes, row: Any) -> str:
    """Of an ``InstanceRow``: its facts, its stored state and everything that was filled in."""
    facts = [getattr(row, name) for name in _FACTS]
    times = [_instant(getattr(row, name)) for name in _TIMES]
    return _keyed(INSTANCE_MARK, key, [facts, times, row.variables, row.visits], row.snapshot)


def of_decision(key: bytes, values: Mapping[str, Json]) -> str:
    """Of a work item that somebody has decided."""
    return _keyed(DECISION_MARK, key, _said(values, _DECIDED))


def of_record(key: bytes, values: Mapping[str, Json]) -> str:
    """Of a line of a register, which is never changed: whatever follows is a further line."""
    return _keyed(RECORD_MARK, key, _said(values, _LINE))


def of_notice(key: bytes, values: Mapping[str, Json]) -> str:
    """Of a notice: whom it tells what. What becomes of it afterwards is not part of it."""
    return _keyed(NOTICE_MARK, key, _said({"link": "", **values}, _TOLD))


def of_answer(key: bytes, asked: str, answer: Json) -> str:
    """Of what a request was answered, and will be answered again."""
    return _keyed(ANSWER_MARK, key, [asked, answer])


def agrees(key: bytes, row: Any) -> bool:
    """Whether an ``InstanceRow`` is as it was written; what has no mark, or one of another version, is not judged."""
    return not _judged(row.digest, INSTANCE_MARK) or hmac.compare_digest(of_instance(key, row), row.digest)


def decision_agrees(key: bytes, item: Any) -> bool:
    """Whether what somebody decided is as it was written; nothing is decided in an item that is open again."""
    if item.state != "done" or not _judged(item.digest, DECISION_MARK):
        return True
    return hmac.compare_digest(of_decision(key, {name: getattr(item, name) for name in _DECIDED}), item.digest)


def record_agrees(key: bytes, line: Any) -> bool:
    """Whether a line of a register is as it was written."""
    if not _judged(line.digest, RECORD_MARK):
        return True
    return hmac.compare_digest(of_record(key, {name: getattr(line, name) for name in _LINE}), line.digest)


def notice_agrees(key: bytes, notice: Any) -> bool:
    """Whether a notice is as it was written."""
    if not _judged(notice.digest, NOTICE_MARK):
        return True
    return hmac.compare_digest(of_notice(key, {name: getattr(notice, name) for name in _TOLD}), notice.digest)


def answer_agrees(key: bytes, row: Any) -> bool:
    """Whether what a request was answered is as it was written."""
    if not _judged(row.answer_digest, ANSWER_MARK):
        return True
    return hmac.compare_digest(of_answer(key, row.key, row.answer), row.answer_digest)


def _judged(digest: str | None, mark: str) -> bool:
    return digest is not None and digest.startswith(mark + ":")


def changed_decisions(tx: Tx, instance_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Decided items that are not as they were written: instance and item."""
    columns = [work_item.c[name] for name in _DECIDED]
    rows = tx.all(
        select(work_item.c.instance_id, work_item.c.digest, *columns).where(
            work_item.c.instance_id.in_(instance_ids),
            work_item.c.state == "done",
            work_item.c.digest.like(f"{DECISION_MARK}:%"),
        )
    )
    return [(int(r.instance_id), int(r.id)) for r in rows if of_decision(tx.audit_key, r._mapping) != r.digest]


def changed_records(tx: Tx, after: int | None) -> tuple[list[str], int | None]:
    """Some lines of registers that are not as they were written, and where to go on; None at the end."""
    columns = [record.c[name] for name in _LINE]
    rows = tx.all(
        select(record.c.id, record.c.digest, *columns)
        .where(record.c.id > (after or 0), record.c.digest.like(f"{RECORD_MARK}:%"))
        .order_by(record.c.id)
        .limit(TOGETHER)
    )
    found = [f"{r.register} #{r.ordinal} {r.label}" for r in rows if of_record(tx.audit_key, r._mapping) != r.digest]
    return found, int(rows[-1].id) if len(rows) == TOGETHER else None


def changed_notices(tx: Tx, after: int | None) -> tuple[list[str], int | None]:
    """Some notices that are not as they were written, and where to go on; None at the end."""
    columns = [notification.c[name] for name in ("id", "digest", *_TOLD)]
    rows = tx.all(
        select(*columns)
        .where(notification.c.id > (after or 0), notification.c.digest.like(f"{NOTICE_MARK}:%"))
        .order_by(notification.c.id)
        .limit(TOGETHER)
    )
    found = [f"notification {r.id}" for r in rows if not notice_agrees(tx.audit_key, r)]
    return found, int(rows[-1].id) if len(rows) == TOGETHER else None


def changed_answers(tx: Tx, after: str | None) -> tuple[list[str], str | None]:
    """Some kept answers that are not as they were written, and where to go on; None at the end."""
    columns = [idempotency.c[name] for name in ("key", "answer", "answer_digest")]
    rows = tx.all(
        select(*columns)
        .where(idempotency.c.key > (after or ""), idempotency.c.answer_digest.like(f"{ANSWER_MARK}:%"))
        .order_by(idempotency.c.key)
        .limit(TOGETHER)
    )
    found = [f"idempotency {r.key}" for r in rows if not answer_agrees(tx.audit_key, r)]
    return found, str(rows[-1].key) if len(rows) == TOGETHER else None


def changed_definitions(tx: Tx) -> list[str]:
    """Versions whose files do not give the digest that was kept when they were deployed."""
    found = []
    for version in tx.all(select(definition.c.id, definition.c.key, definition.c.version, definition.c.digest)):
        files = select(definition_file.c.path, definition_file.c.content)
        rows = tx.all(files.where(definition_file.c.definition_id == version.id))
        if files_hash({str(r.path): bytes(r.content) for r in rows}) != version.digest:
            found.append(f"{version.key} v{version.version}")
    return found


def _said(values: Mapping[str, Json], names: Sequence[str]) -> list[Json]:
    return [_instant(v) if isinstance(v, datetime) else v for v in (values[name] for name in names)]


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _keyed(mark: str, key: bytes, said: Json, more: bytes = b"") -> str:
    # as JsonText writes it: what is read back and written again gives the same text
    text = orjson.dumps(said, option=orjson.OPT_NON_STR_KEYS)
    return f"{mark}:{hmac.digest(key, text + bytes(more), 'sha256').hex()}"
