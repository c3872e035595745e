"""Rows of the register of archives: what waits to be packed, what was packed, and where its paper lies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, func, or_, select, update

from engine.store import guarding, guards, house, judging
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
    sound: bool = True  # whether it is as it was written; what is not, is neither made nor counted


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


_LINE = "line_"  # what begins the names of its columns beside those of its case
_NAMES = tuple(name for name in ArchiveRow.__dataclass_fields__ if name != "sound")
_COLUMNS = [*(archive.c[name] for name in ("id", "next_try", "attempts")), *guards.columns(archive)]
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


_SUMS = (
    func.count().label("lines"),
    func.count().label("total"),
    func.coalesce(func.sum(archive.c.pieces), 0).label("pieces"),
    *(func.count().filter(condition).label(name) for name, condition in _LACKING.items()),
)
_NAMES_OF_SUMS = [column.name for column in _SUMS]


def by_id(tx: Tx, archive_id: int) -> ArchiveRow | None:
    """A line; Altered if it is not as it was written."""
    found = tx.first(_BY_ID, key=archive_id)
    return None if found is None else _row(tx, judging.guarded(tx, archive, found))


def of_instance(tx: Tx, instance_id: int, *, judged: bool = True) -> list[ArchiveRow]:
    """Every edition, the first one first; ``judged``: Altered if one is not as it was written."""
    rows = tx.all(_OF_INSTANCE, instance=instance_id)
    return [_row(tx, judging.guarded(tx, archive, r) if judged else r) for r in rows]


def _row(tx: Tx, found: Any, prefix: str = "", ended: datetime | None = None) -> ArchiveRow:
    """A line; of one that is not as it was written nothing but of which case it is, and when that ``ended``."""
    own = ("id", "next_try", "attempts")
    made = ArchiveRow(**{name: getattr(found, name if name in own else prefix + name) for name in _NAMES})
    if judging.holds(tx, archive, found, prefix):
        return made
    return replace(
        made, edition=1, ended_at=ended or datetime.min.replace(tzinfo=UTC), retention="", keep_until=None,
        error=judging.HIDDEN, digest=None, size=0, pieces=0, made_at=None, on_paper=0, paper_no="", paper_place="",
        filed_by=None, filed_at=None, sound=False,
    )  # fmt: skip


def ask(tx: Tx, instance_id: int, **values: Any) -> None:
    """A package is to be made: the edition that still waits, or one after those that were made."""
    there = of_instance(tx, instance_id)
    if there and there[-1].state == "waiting":
        change(tx, there[-1].id, **values)
        return
    tx.insert(archive, instance_id=instance_id, edition=len(there) + 1, state="waiting", **values)


def change(tx: Tx, archive_id: int, **values: Any) -> None:
    guarding.change(tx, archive, archive.c.id == archive_id, **values)


def due(tx: Tx, now: datetime, most: int) -> list[ArchiveRow]:
    """What may be made now, the oldest first; look whether it is sound."""
    return [_row(tx, r) for r in tx.all(_DUE, now=now, most=most)]


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
    waiting = (archive.c.id == archive_id, archive.c.state == "waiting")
    package = {"digest": digest, "size": size, "pieces": pieces, "made_at": at}
    return guarding.change(tx, archive, *waiting, state="made", error="", **package) == 1


def drop(tx: Tx, archive_id: int) -> None:
    """The instance goes on after all; only what was never made may go."""
    tx.execute(delete(archive).where(archive.c.id == archive_id, archive.c.state == "waiting"))


def waiting_since(tx: Tx, before: datetime) -> list[tuple[str, str]]:
    """Number and last error of packages of cases that ended before then and are still not made."""
    statement = (
        select(instance.c.number, *guards.columns(archive))
        .join(instance, instance.c.id == archive.c.instance_id)
        .where(archive.c.state == "waiting", archive.c.ended_at < before)
        .order_by(instance.c.number)
        .limit(500)
    )
    return [(r.number, r.error if judging.holds(tx, archive, r) else judging.HIDDEN) for r in tx.all(statement)]


def listed(tx: Tx, wanted: Wanted, viewer: Viewer, *, limit: int, offset: int = 0) -> list[Listed]:
    """Lines that this person may see, the newest first."""

    def asked(sealed: Sealed) -> Sequence[Any]:
        statement = (
            select(
                archive.c.id,
                archive.c.next_try,
                archive.c.attempts,
                *guards.columns(archive, _LINE),
                instance.c.title,
                instance.c.process,
                *LISTS,
                *judging.OF_CASE,
            )
            .join(instance, instance.c.id == archive.c.instance_id)
            .where(*_conditions(wanted, viewer, sealed))
            .order_by(archive.c.ended_at.desc(), archive.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return tx.all(statement)

    return [
        Listed(
            row=_row(tx, r, _LINE, r.case_ended_at),
            number=r.number,
            title=r.title,
            process=r.process,
            secret=r.known_to is not None,
        )
        for r in judging.veiled(tx, judging.headed(tx, soundly(tx, asked)))
    ]


def counts(tx: Tx, wanted: Wanted, viewer: Viewer) -> dict[str, int]:
    """How many lines there are as they were written, with their pieces, and how many of them lack which half.

    ``lines`` is how many are listed: those that are not as they were written say so and count for nothing else.
    """
    joined = archive.join(instance, instance.c.id == archive.c.instance_id)
    wide = _conditions(wanted, viewer)
    newest = select(archive.c.id, *guards.columns(archive)).select_from(joined).where(*wide)
    rows = tx.all(newest.order_by(archive.c.id.desc()).limit(judging.SUMMED))
    found = _judged(tx, rows)
    if len(rows) == judging.SUMMED:
        older = _told(tx, select(*_SUMS).select_from(joined).where(*wide, archive.c.id < rows[-1].id))
        found = {name: found[name] + older[name] for name in found}
    return found


def _told(tx: Tx, sums: Select[Any]) -> dict[str, int]:
    """The same of many lines, left to the database: those that the nights have found do not count."""
    told = house.told_rows(tx, archive)
    every, sound = tx.first(sums), tx.first(sums.where(archive.c.id.not_in(told)))
    assert every is not None  # a sum always answers
    assert sound is not None
    return {name: int((every if name == "lines" else sound)._mapping[name]) for name in _NAMES_OF_SUMS}


def _judged(tx: Tx, rows: Sequence[Any]) -> dict[str, int]:
    sound = [r for r in rows if judging.holds(tx, archive, r)]
    lacks = [(r.on_paper == 1 and not (r.paper_no and r.paper_place), r.digest is None) for r in sound]
    return {
        "lines": len(rows),
        "total": len(sound),
        "pieces": sum(r.pieces for r in sound),
        "paper": sum(paper for paper, _package in lacks),
        "package": sum(package for _paper, package in lacks),
        "either": sum(paper or package for paper, package in lacks),
    }


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
