"""What is read is what was written, or it is told and not shown (docs/decisions/096).

Who opens an office with another key than it was written with can judge nothing; the check-up says so.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import Table, func, select, update

from engine.archives.chain import entry_hash, files_hash
from engine.errors import Altered
from engine.store import house, row_digests
from engine.store.database import Tx
from engine.store.tables import heartbeat, history, house_entry, instance, notification, record, work_item

Row = TypeVar("Row")
UNTRUE = "（此通知与写入时不一致，已隐去；请告诉系统管理员）"
SAMPLE = 20  # rows of a kind by which it is seen whether the key is the right one
LOST_KEY = "record key lost"  # the mark of an office that was restored without the key of its record
CHAINED = (
    "instance_id", "seq", "at", "verb", "actor_id", "principal_id", "element", "activity_id", "item_id", "detail"
)  # fmt: skip
_HOUSE = ("seq", "at", "verb", "actor_id", "detail")


def instance_row(tx: Tx, row: Row) -> Row:
    """The same ``InstanceRow``; Altered if it is not as it was written."""
    if not row_digests.agrees(tx.audit_key, row) and key_fits(tx):
        raise Altered(f" {cast(Any, row).number} ")
    return row


def decisions(tx: Tx, items: Sequence[Any]) -> None:
    """Altered if what somebody decided is not as it was written."""
    for item in items:
        if not row_digests.decision_agrees(tx.audit_key, item) and key_fits(tx):
            raise Altered(f"待办 {item.id}（{item.name}）", "item.altered")


def line(tx: Tx, row: Any) -> None:
    """Altered if a line of a register is not as it was written."""
    if not row_digests.record_agrees(tx.audit_key, row) and key_fits(tx):
        raise Altered(f"台账 {row.register} 第 {row.ordinal} 行", "record.altered")


def notice(tx: Tx, row: Row) -> Row:
    """The same notice; without its words if it is not as it was written: one of them must not hide the others."""
    if is_true(tx, row):
        return row
    return cast(Row, replace(cast(Any, row), title=UNTRUE, body="", link="", number=None, instance_title=None))


def is_true(tx: Tx, row: Any) -> bool:
    """Whether a notice tells whom and what it was written to tell."""
    return row_digests.notice_agrees(tx.audit_key, row) or not key_fits(tx)


def files(version: Any, content: dict[str, bytes]) -> None:
    """Altered if the files of a version are not those that were deployed."""
    if files_hash(content) != version.digest:
        raise Altered(f"流程包 {version.key} 第 {version.version} 版", "definition.altered")


def chain(tx: Tx, number: str, entries: Sequence[Any], head: str) -> None:
    """Altered if the history of an instance does not hold; what was written with a lost key is not judged."""
    at = broken(tx.audit_key, entries, head)
    if at is None or not key_fits(tx):
        return
    lost = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == LOST_KEY))
    if lost is not None:
        at = broken(tx.audit_key, entries, head, unjudged=sum(e.id <= lost["through"] for e in entries))
    if at is not None:
        raise Altered(f" {number} 的办理记录（第 {at} 条）", "history.chain")


def broken(key: bytes, entries: Sequence[Any], head: str, *, unjudged: int = 0) -> int | None:
    """Sequence number of the first entry that was changed, lost or added by hand; None if the chain is whole."""
    previous = entries[unjudged - 1].hash if unjudged else ""
    for expected, entry in enumerate(entries[unjudged:], start=unjudged + 1):
        values = {name: getattr(entry, name) for name in CHAINED}
        if entry.seq != expected or entry_hash(key, previous, values) != entry.hash:
            return expected
        previous = entry.hash
    return None if previous == head else len(entries) + 1


def forget_key(tx: Tx, at: datetime) -> None:
    """What is there now was written with a key that is lost: nobody can judge it any more."""
    for table in (instance, work_item, record, notification):
        tx.execute(update(table).values(digest=None))
    house.beat(tx, LOST_KEY, at, {"through": int(tx.scalar(select(func.max(history.c.id))) or 0)})


def accept_instance(tx: Tx, row: Any) -> int:
    """What the instance and its decisions hold now counts as written; how many of them did not."""
    accepted = 0
    if not row_digests.agrees(tx.audit_key, row):
        digest = row_digests.of_instance(tx.audit_key, row)
        accepted += tx.execute(update(instance).where(instance.c.id == row.id).values(digest=digest)).rowcount
    for item in tx.all(select(work_item).where(work_item.c.instance_id == row.id)):
        if not row_digests.decision_agrees(tx.audit_key, item):
            digest = row_digests.of_decision(tx.audit_key, item._mapping)
            accepted += tx.execute(update(work_item).where(work_item.c.id == item.id).values(digest=digest)).rowcount
    return accepted


def accept_line(tx: Tx, register: str, ordinal: int) -> int:
    """What a line of a register holds now counts as written; 1 if it did not, 0 if it did or is not there."""
    found = tx.first(select(record).where(record.c.register == register, record.c.ordinal == ordinal))
    if found is None or row_digests.record_agrees(tx.audit_key, found):
        return 0
    digest = row_digests.of_record(tx.audit_key, found._mapping)
    return tx.execute(update(record).where(record.c.id == found.id).values(digest=digest)).rowcount


def key_fits(tx: Tx) -> bool:
    """Whether anything in the office was written with the key it was opened with; asked only when something differs."""
    key = tx.audit_key
    if any(row_digests.agrees(key, row) for row in _newest(tx, instance)):
        return True
    if any(row_digests.record_agrees(key, row) for row in _newest(tx, record)):
        return True
    for table, names in ((history, CHAINED), (house_entry, _HOUSE)):
        firsts = tx.all(select(table).where(table.c.seq == 1).order_by(table.c.id.desc()).limit(SAMPLE))
        if any(hmac.compare_digest(entry_hash(key, "", {n: getattr(r, n) for n in names}), r.hash) for r in firsts):
            return True
    return False


def _newest(tx: Tx, table: Table) -> Sequence[Any]:
    return tx.all(select(table).where(table.c.digest.is_not(None)).order_by(table.c.id.desc()).limit(SAMPLE))
