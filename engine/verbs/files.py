"""Attachments: bytes in the file store under their digest, a row for each upload."""

import hashlib
import mimetypes
import os
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.progress.attached import inspect
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import files, instances

ALLOWED = frozenset(
    {"pdf", "ofd", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "txt", "csv"}
    | {"jpg", "jpeg", "png", "bmp", "tif", "tiff", "zip"}
)
MOST_FILES = 1000  # of one instance


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment: ``id`` is what forms hold."""

    id: str
    name: str
    size: int
    media_type: str
    digest: str


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
    digest, size = _write(engine, content, clean)
    media = mimetypes.guess_type(clean)[0] or "application/octet-stream"
    with engine.store.transaction() as tx:
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
        )
    return Stored(str(file_id), clean, size, media, digest)


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction signs, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:110]}{dot}{ending[:9]}" if dot else kept[:120]


def _folder(engine: Engine) -> Path:
    folder = engine.settings.home / "files"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _path(engine: Engine, digest: str) -> Path:
    return _folder(engine) / digest[:2] / digest


def _write(engine: Engine, content: Iterable[bytes], name: str) -> tuple[str, int]:
    limit = engine.settings.max_upload_mb * 1024 * 1024
    whole, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=_folder(engine))
    try:
        with os.fdopen(handle, "wb") as out:
            for chunk in content:
                size += len(chunk)
                if size > limit:
                    raise BadInput(
                        f"文件超过 {engine.settings.max_upload_mb} MB。",
                        "file too large",
                        "请压缩后再传。",
                        "file.too_large",
                    )
                whole.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        inspect(Path(temporary), name)
        path = _path(engine, whole.hexdigest())
        path.parent.mkdir(exist_ok=True)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return whole.hexdigest(), size


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
    return Stored(str(row.id), row.name, row.size, row.media_type, row.digest), _path(engine, row.digest)


def of_instance(engine: Engine, number: str, actor: Actor) -> tuple[Stored, ...]:
    """All attachments of an instance."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        return tuple(Stored(str(f.id), f.name, f.size, f.media_type, f.digest) for f in files.of_instance(tx, row.id))
