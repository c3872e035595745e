"""Rows of the register of archives: what waits to be packed, what was packed, and where its paper lies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select, update

from engine.store import judging
from engine.store.database import Tx
from engine.store.tables import archive, instance
from engine.store.visibility import LISTS, Sealed, Viewer, soundly, visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveRow:
    """One line of the register; without ``digest`` its package is not made yet."""

    id: int
    instance_id: int
    edition: int
    state: str
    ended_at: datetime
    retention: str
    keep_until: date | None
    next_try: datetime
    attempts: int
    error: str
    digest: str | None
    size: int
    pieces: int
    made_at: datetime | None
    on_paper: int
    paper_no: str
    paper_place: str
    filed_by: int | None
    filed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line with what the instance is called."""

    row: ArchiveRow
    number: str
    title: str
    process: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; ``lacks`` is paper, package, either, or empty for all."""

    since: datetime | None = None
    until: datetime | None = None
    process: str = ""
    retention: str = ""
    lacks: str = ""
    text: str = ""


_NAMES = tuple(ArchiveRow.__dataclass_fields__)
_COLUMNS = [archive.c[name] for name in _NAMES]
_BY_ID = select(*_COLUMNS).where(archive.c.id == bindparam("key"))
_OF_INSTANCE = select(*_COLUMNS).where(archive.c.instance_id == bindparam("instance")).order_by(archive.c.edition)
_DUE = (
    select(*_COLUMNS)
    .where(archive.c.state == "waiting", archive.c.next_try <= bindparam("now"))
    .order_by(archive.c.next_try, archive.c.id)
    .limit(bindparam("most"))
)
# paper that is missing where the package of the process asks for it
NO_PAPER = and_(archive.c.on_paper == 1, or_(archive.c.paper_no == "", archive.c.paper_place == ""))
NO_PACKAGE = archive.c.digest.is_(None)
_LACKING: Mapping[str, ColumnElement[bool]] = {
    "paper": NO_PAPER,
    "package": NO_PACKAGE,
    "either": or_(NO_PAPER, NO_PACKAGE),
}


def by_id(tx: Tx, archive_id: int) -> ArchiveRow | None:
    found = tx.first(_BY_ID, key=archive_id)
    return None if found is None else ArchiveRow(**found._mapping)


def of_instance(tx: Tx, instance_id: int) -> list[ArchiveRow]:
    """Every edition, the first one first."""
    return [ArchiveRow(**r._mapping) for r in tx.all(_OF_INSTANCE, instance=instance_id)]


def ask(tx: Tx, instance_id: int, **values: Any) -> None:
    """A package is to be made: the edition that still waits, or one after those that were made."""
    there = of_instance(tx, instance_id)
    if there and there[-1].state == "waiting":
        change(tx, there[-1].id, **values)
        return
    tx.insert(archive, instance_id=instance_id, edition=len(there) + 1, state="waiting", **values)


def change(tx: Tx, archive_id: int, **values: Any) -> None:
    tx.execute(update(archive).where(archive.c.id == archive_id).values(**values))


def due(tx: Tx, now: datetime, most: int) -> list[ArchiveRow]:
    """What may be made now, the oldest first."""
    return [ArchiveRow(**r._mapping) for r in tx.all(_DUE, now=now, most=most)]


def lease(tx: Tx, row: ArchiveRow, now: datetime, length: timedelta) -> bool:
    """Reserve the making for this process; ends by itself if the process dies."""
    statement = (
        update(archive)
        .where(archive.c.id == row.id, archive.c.state == "waiting", archive.c.attempts == row.attempts)
        .values(attempts=row.attempts + 1, next_try=now + length)
    )
    return tx.execute(statement).rowcount == 1


def settle(tx: Tx, archive_id: int, *, digest: str, size: int, pieces: int, at: datetime) -> bool:
    """Write down the package; False if somebody else has: what is made is never replaced."""
    statement = (
        update(archive)
        .where(archive.c.id == archive_id, archive.c.state == "waiting")
        .values(state="made", digest=digest, size=size, pieces=pieces, made_at=at, error="")
    )
    return tx.execute(statement).rowcount == 1


def drop(tx: Tx, archive_id: int) -> None:
    """The instance goes on after all; only what was never made may go."""
    tx.execute(delete(archive).where(archive.c.id == archive_id, archive.c.state == "waiting"))


def waiting_since(tx: Tx, before: datetime) -> list[tuple[str, str]]:
    """Number and last error of packages of cases that ended before then and are still not made."""
    statement = (
        select(instance.c.number, archive.c.error)
        .join(instance, instance.c.id == archive.c.instance_id)
        .where(archive.c.state == "waiting", archive.c.ended_at < before)
        .order_by(instance.c.number)
        .limit(500)
    )
    return [(r.number, r.error) for r in tx.all(statement)]


def listed(tx: Tx, wanted: Wanted, viewer: Viewer, *, limit: int, offset: int = 0) -> list[Listed]:
    """Lines that this person may see, the newest first."""

    def asked(sealed: Sealed) -> Sequence[Any]:
        statement = (
            select(*_COLUMNS, instance.c.title, instance.c.process, *LISTS, *judging.OF_CASE)
            .join(instance, instance.c.id == archive.c.instance_id)
            .where(*_conditions(wanted, viewer, sealed))
            .order_by(archive.c.ended_at.desc(), archive.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return tx.all(statement)

    return [
        Listed(
            row=ArchiveRow(**{name: getattr(r, name) for name in _NAMES}),
            number=r.number,
            title=r.title,
            process=r.process,
            secret=r.known_to is not None,
        )
        for r in judging.veiled(tx, judging.headed(tx, soundly(tx, asked)))
    ]


def counts(tx: Tx, wanted: Wanted, viewer: Viewer) -> dict[str, int]:
    """How many lines, and how many of them lack paper, package or either."""
    found = tx.first(
        select(
            func.count().label("total"),
            func.coalesce(func.sum(archive.c.pieces), 0).label("pieces"),
            *(func.count().filter(condition).label(name) for name, condition in _LACKING.items()),
        )
        .select_from(archive.join(instance, instance.c.id == archive.c.instance_id))
        .where(*_conditions(wanted, viewer))
    )
    assert found is not None  # a count always answers
    return {name: int(found._mapping[name]) for name in ("total", "pieces", *_LACKING)}


def processes(tx: Tx) -> list[str]:
    """Keys of the processes that have lines."""
    statement = select(instance.c.process).join(archive, archive.c.instance_id == instance.c.id).distinct()
    return sorted(r.process for r in tx.all(statement))


def _conditions(wanted: Wanted, viewer: Viewer, sealed: Sealed = frozenset()) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [visible_to(viewer, sealed)]
    if wanted.since is not None:
        found.append(archive.c.ended_at >= wanted.since)
    if wanted.until is not None:
        found.append(archive.c.ended_at < wanted.until)
    if wanted.process:
        found.append(instance.c.process == wanted.process)
    if wanted.retention:
        found.append(archive.c.retention == wanted.retention)
    if wanted.lacks:
        found.append(_LACKING[wanted.lacks])
    if wanted.text:
        found.append(or_(*(column.contains(wanted.text, autoescape=True) for column in _SEARCHED)))
    return found


_SEARCHED = (instance.c.number, instance.c.title, archive.c.paper_no, archive.c.paper_place)
LACKS: Collection[str] = tuple(_LACKING)
