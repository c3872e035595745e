"""Reading a lent electronic file on the screen: its list, a file with its pages, and each page as a marked picture."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine import archives, documents
from engine.errors import BadInput, NotFound, SanbanError
from engine.model import Actor
from engine.progress.looks import note_reading
from engine.progress.marks import Mark, mark_in
from engine.progress.reading import Right, right, rule_of
from engine.runtime import Engine
from engine.store import instances, shelf


@dataclass(frozen=True, slots=True)
class Leaf:
    """One file of the list; ``readable`` says whether it can be drawn page by page."""

    ordinal: int
    name: str
    size: int
    readable: bool


@dataclass(frozen=True, slots=True)
class Lent:
    """What is lent, to whom and until when; ``mark`` is what every page bears."""

    number: str
    title: str
    source: str
    secret: bool
    until: datetime
    mark: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file with the size of each page, in points."""

    lent: Lent
    leaf: Leaf
    pages: tuple[documents.Size, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a case lends something on the screen to this person now; if not, ``why`` says it."""

    open: bool
    until: datetime | None = None
    why: str = ""
    why_en: str = ""


def standing(engine: Engine, number: str, actor: Actor) -> Standing | None:
    """For pages that lead there; None where the process lends nothing, or to somebody else."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        if rule_of(engine, tx, row) is None or row.initiator_id != actor.id:
            return None
        try:
            return Standing(True, right(engine, tx, number, actor).until)
        except SanbanError as error:
            return Standing(False, None, error.message_zh, error.message_en)


def lent(engine: Engine, number: str, actor: Actor) -> Lent:
    """The list of files; nothing is shown yet, so nothing is written down."""
    found, mark = _found(engine, number, actor)
    return _lent(found, mark, archives.papers(_package(engine, found)))


def open_file(engine: Engine, number: str, ordinal: int, actor: Actor) -> Opened:
    """One file; the record says who opened it, and when."""
    found, mark = _found(engine, number, actor)
    package = _package(engine, found)
    papers = archives.papers(package)
    paper, kind = _chosen(papers, ordinal)
    with _unpacked(engine, package, paper) as place:
        pages = documents.measure(place, kind)
    note_reading(engine, found, actor, paper.name)
    shown = _lent(found, mark, papers)
    return Opened(shown, shown.leaves[ordinal - 1], pages)


def page(engine: Engine, number: str, ordinal: int, which: int, actor: Actor) -> bytes:
    """One page, from 1, as a JPEG with the mark burnt in. The right is asked for again, and the time is now."""
    found, mark = _found(engine, number, actor)
    package = _package(engine, found)
    paper, kind = _chosen(archives.papers(package), ordinal)
    with _unpacked(engine, package, paper) as place:
        pages = documents.measure(place, kind)
        if not 1 <= which <= len(pages):
            raise _unknown(f"page {which}")
        note_reading(engine, found, actor, paper.name, again=False)  # a page may be asked for without its file
        text = mark.text(_about(found))
        fonts = engine.settings.fonts
        return documents.show(place, kind, which - 1, text, size=pages[which - 1], fonts=fonts)


def _found(engine: Engine, number: str, actor: Actor) -> tuple[Right, Mark]:
    with engine.store.reading() as tx:
        return right(engine, tx, number, actor), mark_in(engine, tx, actor)


def _about(found: Right) -> str:
    return f"借阅 {found.lending.number}"


def _lent(found: Right, mark: Mark, papers: tuple[archives.Paper, ...]) -> Lent:
    return Lent(
        number=found.lending.number,
        title=found.lending.title,
        source=found.source.number,
        secret=found.source.known_to is not None,
        until=found.until,
        mark=mark.text(_about(found)),
        leaves=tuple(
            Leaf(n, paper.name, paper.size, documents.kind_of(paper.name) is not None)
            for n, paper in enumerate(papers, 1)
        ),
    )


def _package(engine: Engine, found: Right) -> Path:
    return shelf.sound(engine.settings.home, found.archive.digest or "", f"{found.source.number}.zip")


def _chosen(papers: tuple[archives.Paper, ...], ordinal: int) -> tuple[archives.Paper, str]:
    if not 1 <= ordinal <= len(papers):
        raise _unknown(f"file {ordinal}")
    paper = papers[ordinal - 1]
    kind = documents.kind_of(paper.name)
    if kind is None:
        raise BadInput(
            f"“{paper.name}”不能在线逐页显示。",
            "only PDF, JPEG and PNG are drawn page by page",
            "请改用室内查阅。",
            "reading.kind",
        )
    return paper, kind


def _unknown(what: str) -> NotFound:
    return NotFound("没有这个文件或这一页。", f"no {what}", "请从在线阅览的文件列表打开。", "reading.unknown")


@contextmanager
def _unpacked(engine: Engine, package: Path, paper: archives.Paper) -> Iterator[Path]:
    """Where the bytes lie: attachments on the shelf under their digest, the sheet only within the package."""
    kept = shelf.path_of(engine.settings.home, paper.sha256)
    if kept.is_file():
        yield shelf.sound(engine.settings.home, paper.sha256, paper.name)
        return
    with tempfile.TemporaryDirectory(prefix="sanban-reading-") as folder:
        place = Path(folder, "paper")
        archives.unpack(package, paper, place)
        yield place
