"""The register of archives as people see it: which half of which file is missing, and the packages to be fetched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from engine.csv_files import csv_text
from engine.errors import BadInput
from engine.model import Actor
from engine.package import TERMS
from engine.progress.permission import require_read, viewer
from engine.runtime import Engine
from engine.store import Tx, archives, definitions, instances
from engine.store.archives import LACKS, Listed, Wanted

KEEPERS = frozenset({"clerk", "admin"})
MOST = 20_000  # lines of an export
FULL, NO_PAPER, NO_PACKAGE, NOTHING = "双套齐全", "缺纸质", "缺电子", "纸质、电子都缺"
ELECTRONIC = "电子单套"
UNTRUE = "数据与写入时不一致"
HEAD = (
    "编号", "标题", "流程", "归档次", "办结时间", "保管期限", "保管至", "双套状态", "纸质档号", "纸质位置",
    "纸质归档人", "纸质归档时间", "电子件数", "电子包大小（字节）", "电子包 SHA-256", "生成时间",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the archive: its package and its paper."""

    id: int
    number: str
    title: str
    process: str
    process_title: str
    edition: int
    ended: datetime
    retention: str
    keep_until: date | None
    state: str  # in words: which half is missing
    lacks_paper: bool
    lacks_package: bool
    on_paper: bool
    paper_no: str
    paper_place: str
    filed_by: str
    filed_at: datetime | None
    made_at: datetime | None
    size: int
    pieces: int
    digest: str
    error: str
    secret: bool
    sound: bool  # whether the line is as it was written; of another one only the case is told


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some lines, how many there are in all and how many lack which half."""

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    years: tuple[int, ...]
    processes: tuple[tuple[str, str], ...]
    keeps: bool  # whether this person files paper
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which lines somebody wants to see; ``lacks`` is paper, package or either."""

    year: int | None = None
    process: str = ""
    retention: str = ""
    lacks: str = ""
    text: str = ""


EVERYTHING = Chosen()


def page(engine: Engine, actor: Actor, chosen: Chosen = EVERYTHING, *, limit: int = 50, offset: int = 0) -> Shelf:
    """Lines of the register that this person may see; secret cases only for those who may know them."""
    with engine.store.reading() as tx:
        wanted = _wanted(engine, chosen)
        eyes = viewer(tx, actor)
        found = archives.listed(tx, wanted, eyes, limit=limit, offset=offset)
        titles = _titles(tx)
        this_year = engine.calendar(tx).local(engine.now()).year
        return Shelf(
            lines=tuple(_line(engine, tx, one, titles) for one in found),
            counts=archives.counts(tx, wanted, eyes),
            years=tuple(range(this_year, this_year - 6, -1)),
            processes=tuple((key, titles.get(key, key)) for key in archives.processes(tx)),
            keeps=bool(actor.roles & KEEPERS),
            limit=limit,
            offset=offset,
        )


def of_instance(engine: Engine, number: str, actor: Actor) -> tuple[Line, ...]:
    """Every edition of the file of one case."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        titles, secret = _titles(tx), row.known_to is not None
        return tuple(
            _line(
                engine,
                tx,
                Listed(row=one, number=row.number, title=row.title, process=row.process, secret=secret),
                titles,
            )
            for one in archives.of_instance(tx, row.id, judged=False)
        )


def export(engine: Engine, actor: Actor, chosen: Chosen = EVERYTHING) -> bytes:
    """The same lines as CSV that no spreadsheet computes."""
    shown = page(engine, actor, chosen, limit=MOST)
    zone = engine.zone

    def stamp(at: datetime | None) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""

    def until(line: Line) -> str:
        if line.keep_until is not None:
            return line.keep_until.isoformat()
        return "永久" if line.sound else ""

    rows = [
        (
            line.number, line.title, line.process_title, str(line.edition), stamp(line.ended), line.retention,
            until(line), line.state, line.paper_no, line.paper_place,
            line.filed_by, stamp(line.filed_at), str(line.pieces), str(line.size), line.digest, stamp(line.made_at),
        )
        for line in shown.lines
    ]  # fmt: skip
    return csv_text([HEAD, *rows]).encode()


def _wanted(engine: Engine, chosen: Chosen) -> Wanted:
    if (chosen.retention and chosen.retention not in TERMS) or (chosen.lacks and chosen.lacks not in LACKS):
        raise BadInput("筛选条件不对。", "bad filter", "请从页面上选择。", "list.parameters")
    since, until, year = None, None, chosen.year
    if year is not None:
        if not 1970 <= year <= 9000:
            raise BadInput(f"年份“{year}”不对。", f"bad year {year}", "写成 2026。", "list.parameters")
        since, until = (datetime(y, 1, 1, tzinfo=engine.zone).astimezone(UTC) for y in (year, year + 1))
    return Wanted(
        since=since,
        until=until,
        process=chosen.process,
        retention=chosen.retention,
        lacks=chosen.lacks,
        text=chosen.text.strip()[:80],
    )


def _titles(tx: Tx) -> dict[str, str]:
    return {row.key: row.title for row in definitions.all_current(tx)}


def _line(engine: Engine, tx: Tx, one: Listed, titles: Mapping[str, str]) -> Line:
    row = one.row
    no_paper = bool(row.on_paper) and not (row.paper_no and row.paper_place)
    no_package = row.digest is None
    person = engine.directory(tx).person(row.filed_by) if row.filed_by else None
    return Line(
        id=row.id,
        number=one.number,
        title=one.title,
        process=one.process,
        process_title=titles.get(one.process, one.process),
        edition=row.edition,
        ended=row.ended_at,
        retention=row.retention,
        keep_until=row.keep_until,
        state=_state(bool(row.on_paper), no_paper, no_package) if row.sound else UNTRUE,
        lacks_paper=no_paper and row.sound,
        lacks_package=no_package and row.sound,
        on_paper=bool(row.on_paper),
        paper_no=row.paper_no,
        paper_place=row.paper_place,
        filed_by=person.name if person else "",
        filed_at=row.filed_at,
        made_at=row.made_at,
        size=row.size,
        pieces=row.pieces,
        digest=row.digest or "",
        error=row.error,
        secret=one.secret,
        sound=row.sound,
    )


def _state(on_paper: bool, no_paper: bool, no_package: bool) -> str:
    if no_package:
        return NOTHING if no_paper else NO_PACKAGE
    if no_paper:
        return NO_PAPER
    return FULL if on_paper else ELECTRONIC
