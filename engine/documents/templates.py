"""What is wrong with a template, found when its package is deployed."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

MOST_UNPACKED = 20 * 1024 * 1024
PACKAGE = re.compile(rb'"@\w+/')  # #import "@preview/…" would be fetched from the network


class Fault(NamedTuple):
    """One thing that cannot be, in both languages."""

    zh: str
    en: str


def faults(files: Mapping[str, bytes], name: str, ending: str) -> Iterator[Fault]:
    """A template that is not there, is no template, or wants what it may not have."""
    content = files.get(name)
    if content is None:
        yield Fault(f"没有模板 {name}", f"there is no template {name}")
    elif not name.startswith("documents/") or not name.endswith(ending):
        yield Fault(f"模板 {name} 应放在 documents/ 下，以 {ending} 结尾", f"{name} is no documents/*{ending}")
    elif ending == ".docx":
        yield from _archive(content, name)
    elif PACKAGE.search(content):
        yield Fault(f"模板 {name} 引用了网上的包", f"{name} imports a package of the network")


def _archive(content: bytes, name: str) -> Iterator[Fault]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        yield Fault(f"模板 {name} 不是 Word 文档", f"{name} is no Word document")
        return
    if "word/document.xml" not in {entry.filename for entry in entries}:
        yield Fault(f"模板 {name} 不是 Word 文档", f"{name} is no Word document")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        yield Fault(f"模板 {name} 解开后过大", f"{name} unpacks to too much")
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        yield Fault(f"模板 {name} 含有宏", f"{name} holds macros")
