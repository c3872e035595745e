"""Where the bytes of attachments lie: files named by their digest, below the data folder."""

import hashlib
import os
import tempfile
from pathlib import Path

from engine.errors import Altered

COMING = "upload-"  # what is still being written


def path_of(home: Path, digest: str) -> Path:
    """The place of these bytes, whether they are there or not."""
    return home / "files" / digest[:2] / digest


def sound(home: Path, digest: str, name: str) -> Path:
    """The place of these bytes; Altered if they are not there, or not those that were kept."""
    place = path_of(home, digest)
    if not place.is_file():
        raise Altered(f"文件“{name}”", "file.missing")
    if digest_of(place) != digest:
        raise Altered(f"文件“{name}”", "file.altered")
    return place


def begin(home: Path) -> tuple[int, Path]:
    """An empty file beside the others to write to: its descriptor and its path."""
    folder = home / "files"
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=COMING)
    return handle, Path(name)


def keep(home: Path, written: Path, digest: str) -> None:
    """Put a written file where its digest belongs; the same bytes twice are one file."""
    place = path_of(home, digest)
    place.parent.mkdir(exist_ok=True)
    os.replace(written, place)


def sweep(home: Path, *, before: float) -> int:
    """Remove half-written files that nobody has touched since then (seconds of the epoch); how many."""
    gone = 0
    for left in (home / "files").glob(f"{COMING}*"):
        if left.stat().st_mtime < before:
            left.unlink(missing_ok=True)
            gone += 1
    return gone


def digest_of(path: Path) -> str:
    """The name that the content of a file would have."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
