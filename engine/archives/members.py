"""What an archive package holds, for whoever reads it or takes a copy: its sheet and attachments, one by one."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from engine.archives.packing import MANIFEST

SHOWN: Final = ("sheet", "attachment")  # kinds of members that are papers; the others are for programs
MOST_TOLD: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a package: where it lies there, what people call it, and what it comes to."""

    path: str
    name: str
    kind: str
    size: int
    sha256: str


def papers(package: Path) -> tuple[Paper, ...]:
    """The sheet first, then the attachments in their order, as the manifest names them."""
    with zipfile.ZipFile(package) as archive, archive.open(MANIFEST) as file:
        told = orjson.loads(file.read(MOST_TOLD))["files"]
    found = [one for one in told if one["kind"] in SHOWN]
    return tuple(
        Paper(one["path"], _name(one["path"], one["kind"]), one["kind"], one["size"], one["sha256"])
        for one in sorted(found, key=lambda one: (SHOWN.index(one["kind"]), one["path"]))
    )


def unpack(package: Path, paper: Paper, target: Path) -> None:
    """Write one of them; never more than the manifest says it has."""
    with zipfile.ZipFile(package) as archive, archive.open(paper.path) as file, target.open("wb") as out:
        left = paper.size
        while left > 0 and (piece := file.read(min(left, 1 << 20))):
            out.write(piece)
            left -= len(piece)


def _name(path: str, kind: str) -> str:
    last = path.rpartition("/")[2]
    return last.partition("-")[2] or last if kind == "attachment" else last
