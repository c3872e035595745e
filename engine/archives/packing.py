"""Writes an archive package: members, a manifest with the digest of each, and a seal over the manifest.

The same members make the same bytes: no time of the machine goes in, so a package that is made again after a crash is
the one that was lost.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from engine.archives.chain import seal

FORMAT: Final = "sanban-archive/1"
MANIFEST, SEAL_FILE, CHAIN, MODEL = "manifest.json", "seal.txt", "chain.json", "model/"
PIECE: Final = 1 << 20
PLAIN: Final = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
COMPACT: Final = (".pdf", ".zip", ".docx", ".xlsx", ".pptx", ".jpg", ".jpeg", ".png")  # nothing is left to save


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a package: where it lies there, what it is, and its bytes or where they are."""

    path: str
    kind: str  # sheet | form | opinions | history | attachment | model | chain | about
    source: bytes | Path


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written."""

    digest: str
    size: int
    files: int


def as_json(value: Any) -> bytes:
    """JSON as packages hold it: sorted and indented, for eyes as well as for programs."""
    return orjson.dumps(value, option=PLAIN)


def pack(out: BinaryIO, members: Iterable[Member], about: Mapping[str, Any], *, key: bytes, at: datetime) -> Packed:
    """Write the package; ``at`` is the time its files bear, ``about`` what the manifest says besides their digests."""
    stamp = max(at, at.replace(year=1980, month=1, day=1)).timetuple()[:6]
    told: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w") as archive:
        for member in members:
            told.append(_put(archive, member, stamp))
        manifest = as_json({"format": FORMAT, **about, "files": told})
        _put(archive, Member(MANIFEST, "", manifest), stamp)
        _put(archive, Member(SEAL_FILE, "", seal(key, manifest).encode()), stamp)
    whole = hashlib.sha256()
    out.seek(0)
    while piece := out.read(PIECE):
        whole.update(piece)
    return Packed(whole.hexdigest(), out.tell(), len(told))


def _put(archive: zipfile.ZipFile, member: Member, stamp: Any) -> dict[str, Any]:
    entry = zipfile.ZipInfo(member.path, date_time=stamp)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if member.path.lower().endswith(COMPACT) else zipfile.ZIP_DEFLATED
    whole, size = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as target:
        for piece in _pieces(member.source):
            whole.update(piece)
            size += len(piece)
            target.write(piece)
    return {"path": member.path, "kind": member.kind, "size": size, "sha256": whole.hexdigest()}


def _pieces(source: bytes | Path) -> Iterable[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
