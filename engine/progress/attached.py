"""Whether an uploaded file is what its name says and does no harm to whoever opens it (reliability.md A34-A38)."""

import re
import struct
import zipfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from engine import zip_files
from engine.errors import BadInput

ZIPPED = frozenset({"docx", "xlsx", "pptx", "ofd", "zip"})
OFFICE = frozenset({"docx", "xlsx", "pptx"})
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
MAGIC: Mapping[str, tuple[bytes, ...]] = {
    **dict.fromkeys(ZIPPED, (ZIP, b"PK\x05\x06")),
    **dict.fromkeys(("doc", "xls", "ppt"), (OLE, b"{\\rtf")),
    **dict.fromkeys(("wps", "et"), (OLE, ZIP)),
    **dict.fromkeys(("jpg", "jpeg"), (b"\xff\xd8\xff",)),
    **dict.fromkeys(("tif", "tiff"), (b"II*\0", b"MM\0*")),
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "bmp": (b"BM",),
}
HEAD = 64 * 1024
MARKUP = re.compile(rb"<\s*(!doctype|html|svg|script|\?xml)", re.IGNORECASE)
MOST_ENTRIES = 10_000
MOST_UNPACKED = 1024**3
LARGEST_PART = 100 * 1024**2
STEEPEST = 200  # times smaller than it is: what office documents and scans never reach
MOST_PIXELS = 100_000_000
LINKS = re.compile(rb'TargetMode\s*=\s*"External"', re.IGNORECASE)
PLAIN_LINK = re.compile(rb"/(hyperlink|image)\"", re.IGNORECASE)


def inspect(path: Path, name: str) -> None:
    """Refuse what is not of the type its ending says, unpacks to too much, or acts when it is opened."""
    ending = name.rpartition(".")[2].lower()
    with path.open("rb") as file:
        head = file.read(HEAD)
        _same_type(head, ending, name)
        if ending in ZIPPED or (ending in ("wps", "et") and head.startswith(ZIP)):
            _archive(file, ending, name)
        else:
            _size_of_picture(head, ending, name)


def _same_type(head: bytes, ending: str, name: str) -> None:
    wanted = MAGIC.get(ending)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not (head.startswith(wanted) if wanted else b"\0" not in head and not MARKUP.match(text)):
        zh = f"“{name}”的内容与扩展名不符。"
        raise BadInput(zh, f"{name} is no {ending}", "请上传原始文件，不要改扩展名。", "file.type_mismatch")


def _archive(file: BinaryIO, ending: str, name: str) -> None:
    try:
        with zip_files.opened(file) as archive:
            entries = archive.infolist()
            _bounded(entries, name)
            for entry in entries:
                _harmless_path(entry, name)
            if ending in OFFICE:
                _passive(archive, entries, name)
    except zip_files.TooManyEntries:
        raise _bomb(name) from None
    except (zipfile.BadZipFile, struct.error, NotImplementedError, OSError, RuntimeError) as error:
        zh = f"“{name}”已损坏或加密，打不开。"
        raise BadInput(zh, f"{name} cannot be read", "请重新导出后上传。", "file.archive") from error


def _bounded(entries: list[zipfile.ZipInfo], name: str) -> None:
    whole = sum(e.file_size for e in entries)
    packed = sum(e.compress_size for e in entries)
    inner = sorted(entries, key=lambda e: e.header_offset)
    overlap = any(a.header_offset + a.compress_size > b.header_offset for a, b in pairwise(inner))
    steep = whole > LARGEST_PART and whole > STEEPEST * max(packed, 1)
    if len(entries) > MOST_ENTRIES or whole > MOST_UNPACKED or steep or overlap:
        raise _bomb(name)


def _bomb(name: str) -> BadInput:
    return BadInput(f"“{name}”解压后过大。", f"{name} unpacks to too much", "请拆分后上传。", "file.bomb")


def _harmless_path(entry: zipfile.ZipInfo, name: str) -> None:
    inside = entry.filename.replace("\\", "/")
    link = (entry.external_attr >> 28) == 0xA
    if link or inside.startswith("/") or ":" in inside[:3] or ".." in inside.split("/"):
        raise BadInput(
            f"“{name}”里有指向外部的路径。", f"{name} holds a path that leads out", "请重新打包。", "file.archive_path"
        )


def _passive(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str) -> None:
    """An office document without macros, entities and parts that are fetched from elsewhere."""
    for entry in entries:
        inside = entry.filename.lower()
        if entry.file_size > LARGEST_PART:
            raise _bomb(name)
        active = inside.endswith("vbaproject.bin") or "/activex/" in inside
        if not active and inside.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                text = part.read(HEAD * 16)
            active = b"<!DOCTYPE" in text or b"<!ENTITY" in text or (inside.endswith(".rels") and _fetches(text))
        if active:
            raise BadInput(
                f"“{name}”含有宏或外部内容。", f"{name} is active", "请另存为不含宏和外部链接的文件。", "file.active"
            )


def _fetches(relations: bytes) -> bool:
    """Relations to the outside that are loaded on opening; a link somebody clicks is none."""
    found = re.findall(rb"<Relationship\b[^>]*>", relations, re.IGNORECASE)
    return any(LINKS.search(one) and not PLAIN_LINK.search(one) for one in found)


def _size_of_picture(head: bytes, ending: str, name: str) -> None:
    width, height = _pixels(head, ending)
    if width * height > MOST_PIXELS:
        raise BadInput(f"“{name}”尺寸过大。", f"{name} has too many pixels", "请缩小后上传。", "file.pixels")


def _pixels(head: bytes, ending: str) -> tuple[int, int]:
    if ending == "png" and len(head) >= 24:
        return struct.unpack(">II", head[16:24])
    if ending == "bmp" and len(head) >= 26:
        width, height = struct.unpack("<ii", head[18:26])
        return abs(width), abs(height)
    if ending in ("jpg", "jpeg"):
        frame = re.search(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(....)", head, re.DOTALL)
        if frame:
            height, width = struct.unpack(">HH", frame[1])
            return width, height
    return 0, 0
