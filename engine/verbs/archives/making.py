"""Making what waits: gathered, rendered and packed outside of any transaction, entered once, never written again."""

import os
from datetime import datetime, timedelta
from typing import Final

import structlog

from engine import documents
from engine.archives import Member, Packed, pack
from engine.errors import SanbanError
from engine.progress import Case, load, log
from engine.progress.archiving import SETTLED
from engine.runtime import Engine
from engine.store import archives, instances, links, shelf
from engine.store.archives import ArchiveRow
from engine.verbs.archives.contents import SHEET, TEMPLATE, Contents, gather

logger = structlog.get_logger(__name__)
LEASE: Final = timedelta(minutes=10)  # longer than a package may take
PATIENCE: Final = timedelta(minutes=10)  # how long a package waits for a link of the house to cover its last entry
AGAIN: Final = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
ALIVE = ("running", "suspended")


def make_due(engine: Engine, *, limit: int = 5) -> int:
    """Make the packages whose time has come; how many were made. What fails is tried again, later each time."""
    with engine.store.reading() as tx:
        waiting = archives.due(tx, engine.now(), limit)
    return sum(_make(engine, line) for line in waiting)


def _make(engine: Engine, line: ArchiveRow) -> bool:
    if not _take(engine, line):
        return False
    try:
        with engine.store.steady() as tx:
            contents = gather(engine, tx, line)
        packed = _pack(engine, line, contents)
    except SanbanError as error:
        _failed(engine, line, error.message_zh)
        return False
    except Exception:  # one case that cannot be packed must not stop the others
        logger.exception("package not made", archive=line.id)
        _failed(engine, line, "系统出错，已记入日志。")
        return False
    return _enter(engine, line, packed, contents.pieces)


def _take(engine: Engine, line: ArchiveRow) -> bool:
    """Lease it, unless the case goes on after all or the house has not covered its last entry yet."""
    now = engine.now()
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, line.instance_id)
        if row.state in ALIVE:
            archives.drop(tx, line.id)
            return False
        if links.covering(tx, row.id, line.ended_at) is None and now < line.ended_at + SETTLED + PATIENCE:
            archives.change(tx, line.id, next_try=now + SETTLED / 3)
            return False
        return archives.lease(tx, line, now, LEASE)


def _pack(engine: Engine, line: ArchiveRow, contents: Contents) -> Packed:
    """Render the sheet and write the package among the files of the house, under its digest."""
    sheet = documents.render(
        {TEMPLATE.name: TEMPLATE.read_bytes()},
        TEMPLATE.name,
        contents.sheet,
        form="pdf",
        at=line.ended_at,
        fonts=engine.settings.fonts,
    )
    handle, temporary = shelf.begin(engine.settings.home)
    try:
        with os.fdopen(handle, "w+b") as out:
            members = (Member(SHEET, "sheet", sheet), *contents.members)
            packed = pack(out, members, contents.about, key=engine.settings.audit_secret(), at=line.ended_at)
            out.flush()
            os.fsync(out.fileno())
        shelf.keep(engine.settings.home, temporary, packed.digest)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return packed


def _enter(engine: Engine, line: ArchiveRow, packed: Packed, pieces: int) -> bool:
    """Write it into the register and the record, unless another worker was first or the case goes on again."""
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, line.instance_id, lock=True)
        now: datetime = engine.now()
        if row.state in ALIVE:
            archives.drop(tx, line.id)
            return False
        if not archives.settle(tx, line.id, digest=packed.digest, size=packed.size, pieces=pieces, at=now):
            return False
        case: Case = load(engine, tx, row, now)
        log(case, "archive", detail={"edition": line.edition, "digest": packed.digest, "files": packed.files})
        instances.save_head(tx, row)
    return True


def _failed(engine: Engine, line: ArchiveRow, why: str) -> None:
    wait = AGAIN[min(line.attempts, len(AGAIN) - 1)]
    with engine.store.transaction() as tx:
        archives.change(tx, line.id, error=why[:1000], next_try=engine.now() + wait)
