"""Whether an archive package is what was made: every digest, the seal, the chain of the record, its link and anchor.

Needs the file and the key, no database. Everything that does not hold is named; what cannot be said without the key
is left unsaid.
"""

import hashlib
import hmac
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from engine.archives.chain import entry_hash, files_hash, link_hash, seal
from engine.archives.packing import CHAIN, MANIFEST, MODEL, PIECE, SEAL_FILE

MOST_TOLD: Final = 256 << 20  # bytes of a manifest or chain: more than any case can have
ENTRY: Final = (
    "instance_id", "seq", "at", "verb", "actor_id", "principal_id", "element", "activity_id", "item_id", "detail",
)  # fmt: skip
BROKEN = (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold: where, and in words."""

    code: str
    where: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at, and every fault; ``proven`` says that the key was there and everything could be computed."""

    file: str
    number: str
    edition: int
    files: int
    entries: int
    covered: int  # entries that a link of the house covers
    anchored: bool  # the link stands in the anchors that were given
    proven: bool
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        return not self.faults


def examine(path: Path, *, key: bytes | None, anchors: Sequence[str] | None = None) -> Verdict:
    """Check one package; ``anchors`` are lines of an ``audit.log`` to find its link in."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _examine(archive, path, key, anchors)
    except BROKEN as error:
        return _hopeless(path, str(error))


def _hopeless(path: Path, why: str) -> Verdict:
    fault = Fault("package.broken", path.name, f"不是归档包，或已损坏：{why}", f"no archive package, or damaged: {why}")
    return Verdict(path.name, "", 0, 0, 0, 0, False, False, (fault,))


def _examine(archive: zipfile.ZipFile, path: Path, key: bytes | None, anchors: Sequence[str] | None) -> Verdict:
    there = Counter(archive.namelist())
    written = _bytes(archive, MANIFEST) if MANIFEST in there else b""
    manifest = _read(_Manifest, written)
    if manifest is None:
        return _hopeless(path, MANIFEST)
    chain = _read(_Chain, _bytes(archive, CHAIN)) if CHAIN in there else None
    link = chain.link if chain is not None else None
    anchored = link is not None and anchors is not None and link.line() in {line.strip() for line in anchors}
    faults = [
        *_sealed(archive, there, written, key),
        *_files(archive, there, manifest.files),
        *_recorded(chain, manifest, key),
        *_model(archive, there, manifest),
    ]
    if link is not None and anchors is not None and not anchored:
        faults.append(Fault("anchor.missing", str(link.id), "锚文件里没有这一环", "the anchors do not hold this link"))
    return Verdict(
        file=path.name,
        number=str(manifest.case.get("number", "")),
        edition=manifest.edition,
        files=len(manifest.files),
        entries=len(chain.entries) if chain is not None else 0,
        covered=_seen(chain)[0],
        anchored=anchored,
        proven=key is not None,
        faults=tuple(faults),
    )


Told = TypeVar("Told", bound=BaseModel)


def _read(shape: type[Told], text: bytes) -> Told | None:
    try:
        return shape.model_validate_json(text, strict=False)
    except ValidationError:
        return None


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        found = file.read(MOST_TOLD + 1)
    if len(found) > MOST_TOLD:
        raise zipfile.BadZipFile(f"{name} > {MOST_TOLD}")
    return found


def _sealed(archive: zipfile.ZipFile, there: Counter[str], written: bytes, key: bytes | None) -> Iterator[Fault]:
    if SEAL_FILE not in there:
        yield Fault("seal.missing", SEAL_FILE, "封印不见了", "the seal is gone")
    elif key is not None and not hmac.compare_digest(_bytes(archive, SEAL_FILE).strip(), seal(key, written).encode()):
        yield Fault(
            "seal.broken",
            MANIFEST,
            "封印不符：清单被改动，或用的不是当时的密钥",
            "the manifest was altered, or this is not the key it was sealed with",
        )


def _files(archive: zipfile.ZipFile, there: Counter[str], told: Sequence["_File"]) -> Iterator[Fault]:
    """Every file that the manifest names, and nothing else, is there once and unchanged."""
    named = {one.path: one for one in told}
    for path in sorted(set(there) - set(named) - {MANIFEST, SEAL_FILE}):
        yield Fault("file.added", path, "清单里没有这个文件", "the manifest does not name this file")
    for path in sorted(p for p, n in there.items() if n > 1):
        yield Fault("file.twice", path, "同名文件出现多次", "there are several files of this name")
    for path, one in named.items():
        if path not in there:
            yield Fault("file.missing", path, "文件不见了", "the file is gone")
        elif _digest(archive, path, one.size) != one.sha256:
            yield Fault("file.altered", path, "内容被改动", "the content was altered")


def _digest(archive: zipfile.ZipFile, path: str, size: int) -> str:
    """What its bytes come to; a file that is longer than it should be is not read to its end."""
    whole, read = hashlib.sha256(), 0
    try:
        with archive.open(path) as file:
            while read <= size and (piece := file.read(PIECE)):
                whole.update(piece)
                read += len(piece)
    except BROKEN:
        return ""
    return whole.hexdigest()


def _recorded(chain: "_Chain | None", manifest: "_Manifest", key: bytes | None) -> Iterator[Fault]:
    if chain is None:
        yield Fault(
            "chain.missing", CHAIN, "没有办理记录的校验链，或不能读取", "the chain is not there, or cannot be read"
        )
        return
    yield from _entries(chain.entries, manifest.chain, key)
    if chain.link is not None:
        yield from _linked(chain, chain.link, key)


def _entries(entries: Sequence[Mapping[str, Any]], told: "_Head", key: bytes | None) -> Iterator[Fault]:
    """The record from its first entry to the head that the manifest names."""
    previous = ""
    for expected, entry in enumerate(entries, 1):
        if entry.get("seq") != expected:
            yield Fault("entry.lost", f"#{expected}", "这一条记录缺失或顺序不对", "this entry is lost or out of order")
            return
        values = {name: entry.get(name) for name in ENTRY}
        if key is not None and entry_hash(key, previous, values) != entry.get("hash"):
            yield Fault("entry.altered", f"#{expected}", "这一条记录被改动", "this entry was altered")
            return
        previous = str(entry.get("hash"))
    if len(entries) != told.entries or previous != told.head:
        yield Fault("entry.cut", f"#{len(entries) + 1}", "末尾的记录被删去或添加", "entries were cut off or added")


def _linked(chain: "_Chain", link: "_Link", key: bytes | None) -> Iterator[Fault]:
    """The link of the house that has seen the record: its own sum, and that it names an entry that is here."""
    where = f"link {link.id}"
    if key is not None and link_hash(key, link.previous, link.at, link.through, link.heads) != link.digest:
        yield Fault("link.altered", where, "总链这一环被改动", "the link was altered")
    seq, digest = _seen(chain)
    if {entry.get("seq"): entry.get("hash") for entry in chain.entries}.get(seq) != digest or not seq:
        zh = "总链记下的末条记录与包内的不同"
        yield Fault("link.other", where, zh, "the link has seen another entry than the one here")


def _seen(chain: "_Chain | None") -> tuple[int, str]:
    """Number and hash of the last entry that the link covers."""
    return (
        chain.link.heads.get(str(chain.instance), (0, "")) if chain is not None and chain.link is not None else (0, "")
    )


def _model(archive: zipfile.ZipFile, there: Counter[str], manifest: "_Manifest") -> Iterator[Fault]:
    """The model is the version that the case has run on: its files come to the digest it was deployed with."""
    files = {n.removeprefix(MODEL): _bytes(archive, n) for n in there if n.startswith(MODEL)}
    if files_hash(files) != manifest.model.digest:
        yield Fault("model.other", MODEL, "流程模型与办理时的版本不同", "the model is not the version it ran on")


# ---------------------------------------------------------------- what the parts must say to be read at all


class _File(BaseModel):
    path: str
    size: int
    sha256: str


class _Head(BaseModel):
    entries: int
    head: str


class _Version(BaseModel):
    digest: str


class _Manifest(BaseModel):
    format: Literal["sanban-archive/1"]
    edition: int
    case: dict[str, Any]
    files: list[_File]
    chain: _Head
    model: _Version


class _Link(BaseModel):
    id: int
    at: str
    through: int
    heads: dict[str, tuple[int, str]]
    previous: str
    digest: str

    def line(self) -> str:
        """The link as audit.log has it."""
        return f"{self.at} {self.id} {self.digest}"


class _Chain(BaseModel):
    instance: int
    entries: list[dict[str, Any]]
    link: _Link | None = None
