"""Take everything with you while the office works, and begin again from it elsewhere, without telling anybody twice."""

import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from engine.errors import BadInput, Conflict
from engine.model import Json
from engine.runtime import Engine, create
from engine.store import Tx, accepting, deliveries, dump, files, house, shelf
from engine.store.migrations import revision, upgrade

FORMAT = 1
PIECE = 1 << 20  # bytes
HELD = deliveries.HELD


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when it was taken, of which schema, and how many rows and files."""

    at: datetime
    revision: str
    rows: int
    files: int


def backup(engine: Engine, path: Path) -> Backup:
    """Write rows and files of one moment into a file; whoever works meanwhile is not disturbed. Keys are left out."""
    part = path.with_name(path.name + ".part")
    shape, counts = dump.shape(), {}
    with TemporaryDirectory(prefix="sanban-backup-", dir=engine.settings.home) as folder:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(handle, "wb") as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            at = engine.now()  # asked first: whatever was acknowledged before is in it, and perhaps a little more
            with dump.still(engine.store, Path(folder)) as tx:
                for name, columns in shape.items():
                    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as lines:
                        counts[name] = sum(_write(lines, line) for line in dump.lines(tx, name, columns))
                digests = [digest for digest, _number in files.digests(tx)]
            for digest in digests:
                archive.write(_file(engine, digest), f"files/{digest}", zipfile.ZIP_STORED)
            about: dict[str, Json] = {"format": FORMAT, "at": at.isoformat(), "revision": revision(engine.store)}
            about |= {"shape": shape, "counts": counts, "files": len(digests), "key": _fingerprint(engine)}
            archive.writestr("about.json", json.dumps(about))
            archive.close()
            out.flush()
            os.fsync(out.fileno())
    os.replace(part, path)
    return Backup(at, str(about["revision"]), sum(counts.values()), len(digests))


def _write(out: IO[bytes], line: bytes) -> int:
    out.write(line)
    return 1


def restore(engine: Engine, path: Path, *, key_is_lost: bool = False) -> Backup:
    """Fill an empty installation; its outbox is held until ``release``. Nothing is kept if anything is wrong."""
    with _opened(path) as archive:
        about = _about(archive)
        if not key_is_lost:
            _same_key(engine, about)
        upgrade(engine.store, about["revision"])
        with engine.store.transaction() as tx:
            if not dump.is_empty(tx):
                raise Conflict(
                    "这里已有数据，不能恢复到上面。",
                    "this installation is not empty",
                    "请用空的数据目录和空的数据库。",
                    "backup.not_empty",
                )
            _fill(tx, archive, about)
            _put_files(engine, archive)
            if not _key_fits(engine, about):
                accepting.forget_key(tx, engine.now(), columns=about["shape"])
            house.beat(tx, HELD, engine.now(), {"from": about["at"]})
            dump.settle(tx)
    create(engine)
    engine.forget()
    return Backup(datetime.fromisoformat(about["at"]), about["revision"], sum(about["counts"].values()), about["files"])


def release(engine: Engine, *, send: bool = False) -> int:
    """Let notices leave again; those that waited are dropped unless ``send``, since they may have left before."""
    with engine.store.transaction() as tx:
        dropped = 0 if send else deliveries.drop_waiting(tx, "恢复备份后未发送")
        house.forget(tx, HELD)
    return dropped


def _fill(tx: Tx, archive: zipfile.ZipFile, about: Mapping[str, Json]) -> None:
    for name, columns in about["shape"].items():
        with archive.open(f"tables/{name}.jsonl") as lines:
            if dump.fill(tx, name, columns, iter(lines)) != about["counts"][name]:
                raise _broken(f"{name} has not the rows it should have")


def _put_files(engine: Engine, archive: zipfile.ZipFile) -> None:
    for entry in archive.namelist():
        folder, _, digest = entry.partition("/")
        if folder != "files":
            continue
        target = _file(engine, digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as out:
            whole = _copied(source, out) == digest
        if not whole:
            target.unlink()
            raise _broken(f"file {digest} is damaged")
    os.sync()  # once for all of them, before the rows that speak of them


def _copied(source: IO[bytes], out: IO[bytes]) -> str:
    """The digest of what was copied, a piece at a time."""
    seen = hashlib.sha256()
    while piece := source.read(PIECE):
        seen.update(piece)
        out.write(piece)
    return seen.hexdigest()


def _file(engine: Engine, digest: str) -> Path:
    if len(digest) != 64 or not digest.isalnum():
        raise _broken(f"{digest!r:.80} is no name of a file")
    return shelf.path_of(engine.settings.home, digest)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it is told as one error."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise _broken(f"{type(error).__name__}: {error}") from error


def _about(archive: zipfile.ZipFile) -> Mapping[str, Json]:
    about: Mapping[str, Json] = json.loads(archive.read("about.json"))
    if about.get("format") != FORMAT:
        raise _broken(f"its format is {about.get('format')!r}")
    return about


def _fingerprint(engine: Engine) -> str:
    """What tells whether two installations key their records alike, and nothing of the key."""
    return hmac.new(engine.settings.audit_secret(), b"fingerprint of the audit key", hashlib.sha256).hexdigest()[:32]


def _key_fits(engine: Engine, about: Mapping[str, Json]) -> bool:
    wanted = about.get("key")  # older backups do not say
    return wanted is None or hmac.compare_digest(str(wanted), _fingerprint(engine))


def _same_key(engine: Engine, about: Mapping[str, Json]) -> None:
    if not _key_fits(engine, about):
        raise Conflict(
            "这里的 audit.key 不是备份时的那一把，恢复后办理记录无法核验。",
            "the audit key here is not the one of the backup: the record could not be verified",
            "请先把原来的 audit.key 放入数据目录；确已丢失时加 --key-is-lost。",
            "backup.key",
        )


def _broken(why: str) -> BadInput:
    return BadInput(
        "备份文件不完整或已损坏，没有恢复任何内容。",
        f"this is no whole backup: {why}",
        "请换一份备份。",
        "backup.broken",
    )
