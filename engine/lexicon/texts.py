"""The words of an attachment, as far as they can be had without opening it in an office program."""

import zipfile
import zlib
from pathlib import Path
from typing import Final
from xml.parsers import expat

LONGEST: Final = 500_000  # signs of one file: beyond that no paper is a paper
LARGEST: Final = 32 * 1024**2  # bytes of one part of a DOCX
PLAIN: Final = frozenset({"txt", "csv"})
_PARTS: Final = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
# what zipfile, zlib and expat say of bytes that are none of theirs, or in an encoding that expat does not know
_DAMAGED: Final = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, LookupError, RuntimeError
)  # fmt: skip
_CHUNK: Final = 256 * 1024
_SPACE: Final = {"tab": "\t", "br": "\n", "cr": "\n"}


class Unreadable(Exception):
    """There is no text to be had: a scan, a format we do not read, a damaged file."""


def text_of(path: Path, name: str) -> str:
    """The text of a DOCX, TXT or CSV, paragraph by paragraph; Unreadable for everything else."""
    ending = name.rpartition(".")[2].lower()
    if ending == "docx":
        return _of_docx(path)
    if ending in PLAIN:
        return _of_plain(path)
    raise Unreadable(f"no text in a {ending}")


def _of_plain(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(LONGEST * 4 + 1)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _bounded(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise Unreadable("neither UTF-8 nor GB 18030")


def _of_docx(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            inside = set(archive.namelist())
            if _PARTS[0] not in inside:
                raise Unreadable("no document in it")
            heads = sorted(name for name in inside if name.startswith(("word/header", "word/footer")))
            return _bounded("\n".join(_of_part(archive, name) for name in (*_PARTS, *heads) if name in inside))
    except _DAMAGED as error:
        raise Unreadable(str(error)) from error


def _of_part(archive: zipfile.ZipFile, name: str) -> str:
    """What is written in one part; what was deleted under revision marks is not written any more."""
    reader = _Reader()
    with archive.open(name) as part:
        taken = 0
        while chunk := part.read(_CHUNK):
            taken += len(chunk)
            if taken > LARGEST:
                raise Unreadable(f"{name} is larger than {LARGEST} bytes")
            reader.parser.Parse(chunk, False)
    reader.parser.Parse(b"", True)
    return "".join(reader.pieces)


class _Reader:
    """Collects the text of a part while the parser goes through it; document types and entities are refused."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.writing = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _begin(self, name: str, _attributes: object) -> None:
        kind = name.rpartition(":")[2]
        self.writing += kind == "t"
        self.pieces += _SPACE.get(kind, "")

    def _end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        self.writing -= kind == "t"
        if kind == "p":
            self.pieces.append("\n")

    def _text(self, text: str) -> None:
        if self.writing:
            self.pieces.append(text)

    def _refuse(self, *_about: object) -> None:
        raise Unreadable("a document type")


def _bounded(text: str) -> str:
    if len(text) > LONGEST:
        raise Unreadable(f"more than {LONGEST} signs")
    return text
