"""Attachments: bytes in the file store under their digest, a row for each upload."""

import hashlib
import io
import mimetypes
import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

import structlog

from engine import channels
from engine.errors import BadInput, Conflict, NotFound, TooLarge
from engine.model import Actor, Json
from engine.progress.attached import inspect
from engine.progress.copies import MARKED, marked_copy
from engine.progress.enclosures import MOST_FILES
from engine.progress.looks import TAKEN, note_look
from engine.progress.marks import mark_of
from engine.progress.permission import require_read
from engine.progress.publishing import packed
from engine.runtime import Engine
from engine.store import Tx, files, instances, shelf

log = structlog.get_logger(__name__)

ALLOWED = frozenset(
    {"pdf", "ofd", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "txt", "csv"}
    | {"jpg", "jpeg", "png", "bmp", "tif", "tiff", "zip"}
)
UPLOAD = "upload:"
DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))})


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment: ``id`` is what forms hold."""

    id: str
    name: str
    size: int
    media_type: str
    digest: str
    scan: str = "passed"  # waiting: the scanner has not seen it; infected: nobody gets it


def put(engine: Engine, name: str, content: Iterable[bytes], actor: Actor, *, instance: str | None = None) -> Stored:
    """Keep an uploaded file; refuses types that are not office documents and anything too large."""
    clean = clean_name(name)
    ending = clean.rpartition(".")[2].lower()
    if ending not in ALLOWED:
        raise BadInput(
            f"“{clean}”类型不允许。",
            f"file type {ending!r} is not allowed",
            f"可传 pdf、ofd、docx、xlsx、jpg，单个不超过 {engine.settings.max_upload_mb} MB。",
            "file.type",
        )
    digest, size, scan = _write(engine, content, clean)
    media = mimetypes.guess_type(clean)[0] or "application/octet-stream"
    with engine.store.transaction() as tx:
        _within_quota(engine, tx, actor, size)
        instance_id = None
        if instance is not None:
            row = instances.by_number(tx, instance)
            require_read(tx, row, actor)
            instance_id = row.id
            if files.counts(tx, [row.id]).get(row.id, 0) >= MOST_FILES:
                raise BadInput(f"这件已有 {MOST_FILES} 个附件。", "too many files", "请打包后上传。", "file.quota")
        file_id = files.add(
            tx,
            instance_id=instance_id,
            item_id=None,
            name=clean,
            size=size,
            media_type=media,
            digest=digest,
            uploaded_by=actor.id,
            uploaded_at=engine.now(),
            scan=scan,
        )
    return Stored(str(file_id), clean, size, media, digest, scan)


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction signs, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if stem.split(".")[0].strip().upper() in DEVICES:
        stem = f"_{stem}"  # a name that Windows keeps for itself
    return f"{stem[:110]}{dot}{ending[:9]}" if dot else kept[:120]


def _write(engine: Engine, content: Iterable[bytes], name: str) -> tuple[str, int, str]:
    """Digest, size and what the scanner says; the bytes are kept, or nothing is left of them."""
    limit = engine.settings.max_upload_mb * 1024 * 1024
    whole, size = hashlib.sha256(), 0
    handle, temporary = shelf.begin(engine.settings.home)
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in content:
                size += len(chunk)
                if size > limit:
                    raise _too_large(engine)
                whole.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        inspect(temporary, name)
        scan = _scan(engine, temporary, name)
        shelf.keep(engine.settings.home, temporary, whole.hexdigest())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return whole.hexdigest(), size, scan


def _scan(engine: Engine, path: Path, name: str) -> str:
    """A scanner that is away must not stop the office: the file waits for it, and nobody opens it meanwhile."""
    if not engine.settings.scanner:
        return "passed"
    try:
        found = channels.scan(engine.settings.scanner, path)
    except channels.ChannelError as error:
        log.warning("scanner gives no verdict", code=error.reason)
        return "waiting"
    if found:
        raise BadInput(
            f"“{name}”查出病毒（{found}），没有保存。",
            f"{name} is infected: {found}",
            "请杀毒后重新上传。",
            "file.infected",
        )
    return "passed"


def _too_large(engine: Engine) -> TooLarge:
    most = engine.settings.max_upload_mb
    return TooLarge(f"文件超过 {most} MB。", f"more than {most} MB", "请压缩后再传。", "file.too_large")


def _within_quota(engine: Engine, tx: Tx, actor: Actor, size: int) -> None:
    most = engine.settings.daily_upload_mb
    sent = files.sent_since(tx, actor.id, engine.now() - timedelta(days=1))
    if sent + size > most * 1024 * 1024:
        raise TooLarge(
            f"24 小时内上传已超过 {most} MB。",
            f"more than {most} MB in a day",
            "请明天再传，或联系管理员。",
            "file.quota",
        )


def get(engine: Engine, file_id: str, actor: Actor) -> tuple[Stored, Path]:
    """An attachment of an instance the person may read, or one they uploaded themselves."""
    with engine.store.reading() as tx:
        row = files.by_id(tx, file_id)
        if row is None:
            raise NotFound("没有找到这个附件。", "no such file")
        if row.uploaded_by != actor.id:
            if row.instance_id is None:
                raise NotFound("没有找到这个附件。", "no such file")
            require_read(tx, instances.by_id(tx, row.instance_id), actor)
    if row.scan != "passed":
        raise _held_back(row)
    return _stored(row), shelf.sound(engine.settings.home, row.digest, row.name)


def case_of(engine: Engine, file_id: str, actor: Actor) -> str:
    """The number of the instance that holds an attachment, as far as the person may read it; empty before that."""
    get(engine, file_id, actor)
    with engine.store.reading() as tx:
        row = files.by_id(tx, file_id)
        if row is None or row.instance_id is None:
            return ""
        found = instances.by_id(tx, row.instance_id)
        require_read(tx, found, actor)
        return found.number


def fetch(engine: Engine, file_id: str, actor: Actor) -> tuple[Stored, Path | BinaryIO]:
    """The same for whoever takes it away: a PDF of a secret case bears their name, and its record says who took it."""
    stored, path = get(engine, file_id, actor)
    with engine.store.reading() as tx:
        row = files.by_id(tx, file_id)
        case = instances.by_id(tx, row.instance_id) if row is not None and row.instance_id is not None else None
    if case is None or case.known_to is None:
        return stored, path
    copy = marked_copy(engine, path, stored.name, mark_of(engine, actor), case.number)
    note_look(engine, case.id, actor, TAKEN, what=stored.name + (MARKED if copy is not None else ""))
    return (stored, path) if copy is None else (stored, io.BytesIO(copy))


def _stored(row: files.FileRow) -> Stored:
    return Stored(str(row.id), row.name, row.size, row.media_type, row.digest, row.scan)


def _held_back(row: files.FileRow) -> Conflict:
    if row.scan == "infected":
        return Conflict(
            f"“{row.name}”查出病毒，已隔离。", "the file is infected", "请上传人重新上传。", "file.infected"
        )
    return Conflict(
        f"“{row.name}”正在等待病毒扫描。", "the scanner has not seen it yet", "请几分钟后再打开。", "file.quarantined"
    )


def of_instance(engine: Engine, number: str, actor: Actor) -> tuple[Stored, ...]:
    """All attachments of an instance."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        return tuple(_stored(f) for f in files.of_instance(tx, row.id))


def handed_in(
    engine: Engine, data: Mapping[str, Json], actor: Actor, about: str, own: Mapping[str, bytes] = MappingProxyType({})
) -> dict[str, Json]:
    """The same data with real files where it says ``upload:现场.txt``: what examples and the demo hand in.

    ``upload:leave.zip`` is an archive of what lies below ``examples/leave/`` in the ``own`` files of a package.
    """

    def value(given: Json) -> Json:
        if isinstance(given, dict):
            return {name: value(one) for name, one in given.items()}
        if isinstance(given, list):
            return [value(one) for one in given]
        if isinstance(given, str) and given.startswith(UPLOAD):
            name = given.removeprefix(UPLOAD)
            below = f"examples/{name.removesuffix('.zip')}/"
            inside = {path.removeprefix(below): content for path, content in own.items() if path.startswith(below)}
            return put(engine, name, [packed(inside) if inside else f"{about} {name}".encode()], actor).id
        return given

    return {name: value(given) for name, given in data.items()}
