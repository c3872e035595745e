"""Rows of attachments; the bytes lie in the file store, named by their digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, literal_column, select, union_all

from engine.store import guarding, judging
from engine.store.database import Tx
from engine.store.tables import archive, attachment, instance


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One attachment: ``id`` as text is what forms hold."""

    id: int
    instance_id: int | None
    item_id: int | None
    name: str
    size: int
    media_type: str
    digest: str
    uploaded_by: int
    uploaded_at: datetime
    scan: str = "passed"  # passed | waiting | infected
    row_digest: str | None = None


_COLUMNS = [attachment.c[name] for name in FileRow.__dataclass_fields__]
_BY_ID = select(*_COLUMNS).where(attachment.c.id == bindparam("id_"))
_BY_IDS = select(*_COLUMNS).where(attachment.c.id.in_(bindparam("ids", expanding=True))).order_by(attachment.c.id)
_SENT = select(func.sum(attachment.c.size)).where(
    attachment.c.uploaded_by == bindparam("person"), attachment.c.uploaded_at >= bindparam("since")
)
_WAITING = select(*_COLUMNS).where(attachment.c.scan == literal_column("'waiting'")).order_by(attachment.c.id)
_OF_INSTANCE = select(*_COLUMNS).where(attachment.c.instance_id == bindparam("instance")).order_by(attachment.c.id)


_COUNTS = (
    select(attachment.c.instance_id, func.count())
    .where(attachment.c.instance_id.in_(bindparam("instances", expanding=True)))
    .group_by(attachment.c.instance_id)
)


def add(tx: Tx, **values: object) -> int:
    return tx.insert(attachment, **values)


def by_id(tx: Tx, file_id: str) -> FileRow | None:
    if not file_id.isdecimal() or len(file_id) > 18:
        return None
    found = tx.first(_BY_ID, id_=int(file_id))
    return None if found is None else judging.guarded(tx, attachment, FileRow(**found._mapping))


def by_ids(tx: Tx, ids: Sequence[int]) -> list[FileRow]:
    return [judging.guarded(tx, attachment, FileRow(**r._mapping)) for r in tx.all(_BY_IDS, ids=list(ids))]


def sent_since(tx: Tx, person_id: int, since: datetime) -> int:
    """Bytes that a person has uploaded since then."""
    return int(tx.scalar(_SENT, person=person_id, since=since) or 0)


def waiting(tx: Tx, limit: int) -> list[FileRow]:
    """Those that no scanner has looked at yet, the oldest first."""
    found = tx.all(_WAITING.limit(limit))
    return [judging.guarded(tx, attachment, FileRow(**r._mapping)) for r in found]


def judge(tx: Tx, digest: str, scan: str) -> int:
    """Write the verdict to every waiting row of these bytes; how many."""
    same = (attachment.c.digest == digest, attachment.c.scan == "waiting")
    return guarding.change(tx, attachment, *same, scan=scan)


def belongs(tx: Tx, file_id: str, person_id: int | None, instance_id: int) -> bool:
    """Whether somebody may put a file into a form or decision of an instance: their own, or one that is there."""
    found = by_id(tx, file_id)
    return found is not None and (found.uploaded_by == person_id or found.instance_id == instance_id)


def of_instance(tx: Tx, instance_id: int) -> list[FileRow]:
    return [judging.guarded(tx, attachment, FileRow(**r._mapping)) for r in tx.all(_OF_INSTANCE, instance=instance_id)]


def bind(tx: Tx, ids: Sequence[int], instance_id: int, item_id: int | None = None) -> None:
    """Say which instance files belong to that were uploaded before it existed."""
    if ids:
        loose = (attachment.c.id.in_(ids), attachment.c.instance_id.is_(None))
        guarding.change(tx, attachment, *loose, instance_id=instance_id, item_id=item_id)


def copy(tx: Tx, file_id: str, instance_id: int, at: datetime) -> str | None:
    """The same bytes as an attachment of another instance; its id, or None if there is no such file."""
    row = by_id(tx, file_id)
    if row is None:
        return None
    values = {name: getattr(row, name) for name in ("name", "size", "media_type", "digest", "uploaded_by", "scan")}
    return str(add(tx, instance_id=instance_id, item_id=None, uploaded_at=at, **values))


def counts(tx: Tx, instance_ids: Sequence[int]) -> dict[int, int]:
    rows = tx.all(_COUNTS, instances=list(instance_ids))
    return {int(r[0]): int(r[1]) for r in rows}


def digests(tx: Tx) -> list[tuple[str, str]]:
    """What must lie in the file store, attachments and packages, each with the number of its instance or nothing."""
    both = union_all(
        select(attachment.c.digest, attachment.c.instance_id),
        select(archive.c.digest, archive.c.instance_id).where(archive.c.digest.is_not(None)),
    ).subquery()
    rows = tx.all(
        select(both.c.digest, func.max(instance.c.number))
        .select_from(both.outerjoin(instance, instance.c.id == both.c.instance_id))
        .group_by(both.c.digest)
    )
    return [(str(r[0]), str(r[1] or "")) for r in rows]
