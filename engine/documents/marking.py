"""Marks on what leaves the house: pages as pictures that bear them, and PDFs with them over every page."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final, NamedTuple

from engine.child import TooSlow, ask
from engine.documents.rendering import Filled, missing_extra, render_all
from engine.errors import BadInput, TooSoon

MARKER: Final = Path(__file__).with_name("marker.py")
TEMPLATE: Final = Path(__file__).with_name("mark.typ")
KINDS: Final = {"pdf": "pdf", "jpg": "picture", "jpeg": "picture", "png": "picture"}
SECONDS: Final = 10.0  # for a page
SECONDS_STAMPING: Final = 30.0  # for a whole document
MOST_BYTES: Final = 64 << 20
MOST_PAGES: Final = 500
WIDTH: Final = 1240  # pixels of a page on the screen
LARGEST, SMALLEST = 14_400.0, 20.0  # points that a mark is made for
UNMARKABLE: Final = frozenset({"document.locked", "document.damaged", "document.too_much"})
AT_ONCE: Final = 2  # children of one process; whoever comes later waits
PATIENCE: Final = 20.0
_places = BoundedSemaphore(AT_ONCE)
ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)  # the mark says when; the file that carries it need not


class Ends(IntEnum):
    """How the child ends when it has no answer; any other end was too much for it."""

    EXTRA, LOCKED, BROKEN = 3, 5, 6


class Size(NamedTuple):
    """Of a page, in points."""

    width: float
    height: float


def kind_of(name: str) -> str | None:
    """``pdf`` or ``picture`` for what can be drawn page by page; None for everything else."""
    return KINDS.get(name.rpartition(".")[2].lower())


def measure(file: Path, kind: str) -> tuple[Size, ...]:
    """How large each page is; BadInput with a reason of UNMARKABLE says why it cannot be opened."""
    out = _asked(file, {"act": "measure", "kind": kind}, seconds=SECONDS)
    return tuple(Size(*one) for one in json.loads(out))


def show(file: Path, kind: str, page: int, mark: str, *, size: Size, fonts: Path | None = None) -> bytes:
    """One page, from 0, as a JPEG with the mark in its pixels."""
    question = {"act": "show", "kind": kind, "page": page, "width": WIDTH}
    return _asked(file, question, marks=[_overlay(mark, _bounded(size), fonts)], seconds=SECONDS)


def stamp(file: Path, mark: str, *, fonts: Path | None = None) -> bytes:
    """A copy of a PDF with the mark over every page; the file itself stays as it is."""
    sizes = [_bounded(size) for size in measure(file, "pdf")]
    kinds = list(dict.fromkeys(sizes))
    marks = _overlays(mark, kinds, fonts)
    question = {"act": "stamp", "kind": "pdf", "marks": [kinds.index(size) for size in sizes]}
    return _asked(file, question, marks=marks, seconds=SECONDS_STAMPING)


def _bounded(size: Size) -> Size:
    return Size(*(min(max(round(side), SMALLEST), LARGEST) for side in size))


@lru_cache(maxsize=64)  # the pages of a document are asked for one by one, in the same minute
def _overlay(mark: str, size: Size, fonts: Path | None) -> bytes:
    (made,) = _overlays(mark, [size], fonts)
    return made


def _overlays(mark: str, sizes: Sequence[Size], fonts: Path | None) -> list[bytes]:
    """The mark by itself, as a PDF of one page for each size."""
    filled = [Filled({"mark": mark, "width": s.width, "height": s.height}, ANY_TIME) for s in sizes]
    with _place():
        return render_all({TEMPLATE.name: TEMPLATE.read_bytes()}, TEMPLATE.name, filled, form="pdf", fonts=fonts)


def _asked(file: Path, question: dict[str, Any], *, marks: Sequence[bytes] = (), seconds: float) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise _too_much()
    question |= {"file": str(file.resolve()), "seconds": int(seconds) + 1, "pages": MOST_PAGES}
    with _place(), tempfile.TemporaryDirectory(prefix="sanban-mark-") as folder:
        for which, content in enumerate(marks):
            Path(folder, f"mark-{which}.pdf").write_bytes(content)
        try:
            out, err, code = ask(MARKER, json.dumps(question).encode(), folder, seconds)
        except TooSlow as error:
            raise _too_much() from error
    if code == 0:
        return out
    raise _refusal(code, err.decode(errors="replace").strip()[-200:])


def _refusal(code: int, said: str) -> BadInput:
    """Memory and time that run out end a child by a signal."""
    match code:
        case Ends.EXTRA:
            return missing_extra(said)
        case Ends.LOCKED:
            return BadInput("文件已加密，打不开。", "the file is locked", "请存为不加密的 PDF。", "document.locked")
        case Ends.BROKEN:
            return BadInput(
                "文件已损坏，打不开。", f"the file is damaged: {said}", "请从原件重新导出。", "document.damaged"
            )
        case _:
            return _too_much()


def _too_much() -> BadInput:
    return BadInput(
        "文件过大或过于复杂，不能逐页显示。",
        f"more than {MOST_BYTES >> 20} MB, {MOST_PAGES} pages, or than can be drawn in time",
        "请拆分或重新导出为普通 PDF。",
        "document.too_much",
    )


@contextmanager
def _place() -> Iterator[None]:
    """One of the few children that work at once: a page may be waited for, the machine is not to be filled."""
    if not _places.acquire(timeout=PATIENCE):
        zh, en = "正在显示的页面较多。", "too many pages are being drawn"
        raise TooSoon(5, zh, en, "请几秒后再试。", "document.busy")
    try:
        yield
    finally:
        _places.release()
