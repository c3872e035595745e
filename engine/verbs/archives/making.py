"""Making what waits: gathered, rendered and packed outside of any transaction, entered once, never written again."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

import structlog

from engine import documents
from engine.archives import Member, Packed, pack
from engine.errors import SanbanError
from engine.progress import Case, load, log
from engine.progress.archiving import SETTLED
from engine.progress.damaged import put_off
from engine.runtime import Engine
from engine.store import archives, instances, links, shelf
from engine.store.archives import ArchiveRow
from engine.store.tables import archive
from engine.verbs.archives.contents import SHEET, TEMPLATE, Contents, gather

logger = structlog.get_logger(__name__)
BATCH: Final = 20  # rendered by one child
LEASE: Final = timedelta(minutes=10)  # longer than a batch may take
PATIENCE: Final = timedelta(minutes=10)  # how long a package waits for a link of the house to cover its last entry
AGAIN: Final = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
Made = TypeVar("Made")
ALIVE = ("running", "suspended")
BROKEN: Final = "系统出错，已记入日志。"


def make_due(engine: Engine, *, limit: int = BATCH) -> int:
    """Make the packages whose time has come; how many were made. What fails is tried again, later each time."""
    with engine.store.reading() as tx:
        due = archives.due(tx, engine.now(), limit)
    put_off(engine, archive, {line.id: line.instance_id for line in due if not line.sound})
    waiting = [line for line in due if line.sound]
    batches = (waiting[place : place + BATCH] for place in range(0, len(waiting), BATCH))
    return sum(_make(engine, batch) for batch in batches)


def _make(engine: Engine, lines: Sequence[ArchiveRow]) -> int:
    """Their sheets are rendered together, because most of the time goes into beginning to render."""
    gathered = [found for line in lines if _take(engine, line) and (found := _gather(engine, line)) is not None]
    try:
        sheets: Sequence[bytes | None] = _sheets(engine, gathered)
    except SanbanError:  # one of them cannot be rendered; which one is found out one by one
        sheets = [None] * len(gathered)
    return sum(_finish(engine, *one, sheet) for one, sheet in zip(gathered, sheets, strict=True))


def _gather(engine: Engine, line: ArchiveRow) -> tuple[ArchiveRow, Contents] | None:
    def read() -> tuple[ArchiveRow, Contents]:
        with engine.store.steady() as tx:
            return line, gather(engine, tx, line)

    return _tried(engine, line, read)


def _finish(engine: Engine, line: ArchiveRow, contents: Contents, sheet: bytes | None) -> bool:
    def write() -> bool:
        packed = _pack(engine, line, contents, sheet if sheet is not None else _sheets(engine, [(line, contents)])[0])
        return _enter(engine, line, packed, contents.pieces)

    return bool(_tried(engine, line, write))


def _tried(engine: Engine, line: ArchiveRow, work: Callable[[], Made]) -> Made | None:
    """One case that cannot be packed must not stop the others: None, and it is tried again later."""
    try:
        return work()
    except SanbanError as error:
        _failed(engine, line, error.message_zh)
    except Exception:
        logger.exception("package not made", archive=line.id)
        _failed(engine, line, BROKEN)
    return None


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


def _sheets(engine: Engine, gathered: Sequence[tuple[ArchiveRow, Contents]]) -> list[bytes]:
    filled = [documents.Filled(contents.sheet, line.ended_at) for line, contents in gathered]
    if not filled:
        return []
    files = {TEMPLATE.name: TEMPLATE.read_bytes()}
    return documents.render_all(files, TEMPLATE.name, filled, form="pdf", fonts=engine.settings.fonts)


def _pack(engine: Engine, line: ArchiveRow, contents: Contents, sheet: bytes) -> Packed:
    """Write the package among the files of the house, under its digest."""
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
