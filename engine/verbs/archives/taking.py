"""Taking a package away: sealed as it is, or of a secret case a copy to read, marked (decision 099)."""

import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from engine.archives import Paper, papers, unpack
from engine.documents import kind_of
from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.progress.copies import marked_copy
from engine.progress.looks import TAKEN, note_look
from engine.progress.marks import Mark, mark_of
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import archives, instances, shelf
from engine.store.archives import ArchiveRow
from engine.verbs.archives.listing import KEEPERS

MOST_MARKED: Final = 40  # PDFs of one copy: each takes a second or two, and somebody waits for it
ABOUT: Final = "说明.txt"


def package(engine: Engine, archive_id: int, actor: Actor) -> tuple[str, Path | BinaryIO]:
    """Name and bytes of a package, for whoever may read its case.

    Whoever keeps archives gets the sealed original, byte for byte; of a secret case all others get the marked copy.
    """
    with engine.store.reading() as tx:
        line = archives.by_id(tx, archive_id)
        if line is None:
            raise NotFound("没有这份归档件，或您无权查看。", "no such archive", "请从归档登记打开。", "archive.unknown")
        row = instances.by_id(tx, line.instance_id)
        require_read(tx, row, actor)
    if line.digest is None:
        raise NotFound(
            "归档包还没有生成。",
            "the package is not made yet",
            line.error or "办结几分钟后自动生成。",
            "archive.waiting",
        )
    stem = row.number + (f"-{line.edition}" if line.edition > 1 else "")
    place = shelf.sound(engine.settings.home, line.digest, f"{stem}.zip")
    if row.known_to is None or actor.roles & KEEPERS:
        note_look(engine, row.id, actor, TAKEN, what="归档包")
        return f"{stem}.zip", place
    copy = _copy(engine, place, line, mark_of(engine, actor), row.number)
    note_look(engine, row.id, actor, TAKEN, what="归档包阅览副本（已加水印）")
    return f"{stem}-阅览副本.zip", copy


def _copy(engine: Engine, place: Path, line: ArchiveRow, mark: Mark, number: str) -> BinaryIO:
    """The papers alone, each PDF marked, and a page that says what this is; no seal, for it is no original."""
    held = papers(place)
    if sum(kind_of(paper.name) == "pdf" for paper in held) > MOST_MARKED:
        raise BadInput(
            f"这个归档包里的 PDF 超过 {MOST_MARKED} 个，不能一次加水印。",
            f"more than {MOST_MARKED} PDFs to be marked",
            "请在“文件”页逐个下载，或请档案员提供。",
            "archive.copy",
        )
    out = tempfile.TemporaryFile(prefix="sanban-copy-")  # noqa: SIM115 - whoever sends it closes it
    try:
        plain = [paper.path for paper in held if not _put(engine, out, place, paper, mark, number)]
        with zipfile.ZipFile(out, "a") as copy:
            copy.writestr(ABOUT, _about(line, mark, number, plain))
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _put(engine: Engine, out: BinaryIO, place: Path, paper: Paper, mark: Mark, number: str) -> bool:
    """Add one paper; whether it bears the mark."""
    with tempfile.TemporaryDirectory(prefix="sanban-copy-") as folder, zipfile.ZipFile(out, "a") as copy:
        own = Path(folder, "paper")
        unpack(place, paper, own)
        marked = marked_copy(engine, own, paper.name, mark, number)
        if marked is None:
            copy.write(own, paper.path)
        else:
            copy.writestr(paper.path, marked)
    return marked is not None


def _about(line: ArchiveRow, mark: Mark, number: str, plain: list[str]) -> str:
    lines = [
        f"{number} 归档包的阅览副本，{mark.text()} 取得。",
        "PDF 每页加有取得人水印；本副本不带封印和办理记录校验链，不能用 sanban archive verify 校验，不作归档之用。",
        f"密封原件 SHA-256：{line.digest}（由档案员保管，可校验）。",
        *([f"未能加水印的文件：{'、'.join(plain)}"] if plain else []),
    ]
    return "\n".join(lines) + "\n"
