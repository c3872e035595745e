"""What differs from what was written counts from now on: found to be right, or written with a key that is lost."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from engine.store import covered, guarding, house, house_record, judging, row_digests
from engine.store.database import Tx
from engine.store.tables import (
    activity,
    archive,
    attachment,
    consent,
    history,
    idempotency,
    instance,
    notification,
    outgoing_call,
    pause,
    record,
    timer,
    work_item,
)

JUDGED = "rows_judged"  # the verb of such an entry
_TABLES = {table.name: table for table in map(covered.table_of, covered.COVERED)}


def forget_key(tx: Tx, at: datetime, *, columns: Mapping[str, Collection[str]]) -> None:
    """What is there now was written with a key that is lost: nobody can judge it any more.

    ``columns``: of each table; a database of an earlier version lacks some.
    """
    for table in (instance, work_item, record, notification):
        tx.execute(update(table).values(digest=None))
    if "answer_digest" in columns.get(idempotency.name, ()):
        tx.execute(update(idempotency).values(answer_digest=None))
    _forget(tx, columns)
    house.beat(tx, judging.LOST_KEY, at, {"through": int(tx.scalar(select(func.max(history.c.id))) or 0)})


def begin(tx: Tx, mark: str, at: datetime, differed: int) -> None:
    """From now on every row with a digest is judged; so many had been changed by a program of the version before."""
    house.beat(tx, mark, at, {"differed": differed})


def remember(tx: Tx, mark: str, at: datetime) -> None:
    """Keep in the record of the house that these rows are judged: a mark may decay, and the chain tells of itself."""
    house_record.lock(tx)
    if not is_remembered(tx, mark):  # another program may have been here a moment ago
        house_record.append(tx, JUDGED, at, actor_id=None, detail={"mark": mark})


def is_remembered(tx: Tx, mark: str) -> bool:
    """Whether the record of the house says that these rows are judged, with the key that there is now."""
    since, _ = house.last_mark(tx, judging.LOST_KEY)
    return house_record.holds(tx, JUDGED, {"mark": mark}, since=since)


def accept_instance(tx: Tx, row: Any) -> int:
    """What the instance and all that hangs on it hold now counts; how many of these rows differed."""
    accepted = guarding.accept(tx, instance, instance.c.id == row.id)
    for table in (activity, work_item, timer, attachment, pause, consent, outgoing_call, archive):
        accepted += guarding.accept(tx, table, table.c.instance_id == row.id)
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


def _forget(tx: Tx, columns: Mapping[str, Collection[str]]) -> None:
    """All digests were made with a key that is lost; new ones come as if they had never been there.

    ``columns``: by table, those that are there; a database of an earlier version lacks some.
    """
    for what in covered.COVERED:
        table, column = covered.table_of(what), covered.column_of(what)
        if column in columns.get(table.name, ()):
            tx.execute(update(table).values({column: None}))
    for mark in judging.MARKS:
        house.forget(tx, mark)


def is_table(name: str) -> bool:
    """Whether rows of such a table are accepted one by one."""
    return name in _TABLES


def accept_row(tx: Tx, table: str, row_id: int) -> int:
    """What one row holds now counts as written; 1 if it did not, 0 if it did or is not there."""
    return guarding.accept(tx, _TABLES[table], _TABLES[table].c.id == row_id)
