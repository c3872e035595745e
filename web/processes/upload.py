"""From an uploaded file to the files of a package: a diagram alone, or a zip that is judged before it is unpacked."""

import stat
import zipfile
from io import BytesIO
from typing import IO

from engine import zip_files
from engine.errors import BadInput, InvalidPackage
from web.language import N_

MOST_BYTES = 8 * 1024 * 1024
MOST_ENTRIES = 300
MOST_UNPACKED = 20 * 1024 * 1024
MOST_RATIO = 200  # deflated text of ours stays below 20
ENDINGS = (".bpmn", ".bpmn20.xml", ".xml", ".dmn", ".toml", ".csv", ".md", ".txt", ".docx", ".py", ".form")
HINT = N_("请上传 .bpmn 流程图，或含 process.toml 的流程包（.zip）。")


def read_upload(name: str, stream: IO[bytes]) -> dict[str, bytes]:
    """Files by their path; a single file counts as a diagram whatever it is called, and its content decides."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise BadInput("文件超过 8 MB。", "the file is larger than 8 MB", HINT, "file.too_big")
    if not content.strip():
        raise BadInput("文件是空的。", "the file is empty", HINT, "file.empty")
    if content[:4] == b"PK\x03\x04":
        return _unpacked(content)
    return {_plain(name): content}


def _plain(name: str) -> str:
    """The name of a diagram without folders; one that no diagram has gets the ending of one."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    safe = "".join(c for c in base if c.isalnum() or c in "._-")[-80:].lstrip("._")
    return safe if safe.endswith((".bpmn", ".bpmn20.xml")) else f"{safe.rsplit('.', 1)[0] or 'process'}.bpmn"


def _unpacked(content: bytes) -> dict[str, bytes]:
    try:
        with zip_files.opened(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _plausible(entries)
            return _without_top({_path(entry): archive.read(entry) for entry in entries if _wanted(entry)})
    except zip_files.TooManyEntries:
        raise _too_many() from None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        # RuntimeError: encrypted; NotImplementedError: a packing method nobody uses for text
        raise InvalidPackage(
            "压缩包损坏、加密或格式不支持。", f"the archive cannot be read: {error}", HINT, "file.archive"
        ) from None


def diagrams(files: dict[str, bytes]) -> list[str]:
    """Names of the diagrams among the files."""
    return sorted(name for name in files if name.endswith((".bpmn", ".xml")))


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """An archive often holds one folder with everything inside."""
    tops = {path.partition("/")[0] for path in files}
    if len(tops) != 1 or not all("/" in path for path in files):
        return files
    return {path.partition("/")[2]: content for path, content in files.items()}


def _plausible(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the archive says about itself, before a byte of it is unpacked; zipfile holds it to that."""
    if len(entries) > MOST_ENTRIES:
        raise _too_many()
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or any(_bomb(entry) for entry in entries):
        raise InvalidPackage("压缩包解开后过大。", "the archive unpacks to too much", HINT, "file.bomb")
    for entry in entries:
        path = _path(entry)
        if stat.S_ISLNK(entry.external_attr >> 16) or path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise InvalidPackage(
                "压缩包里有不允许的路径或链接。",
                f"{path[:60]!r} is not allowed in an archive",
                HINT,
                "file.archive_path",
            )


def _too_many() -> InvalidPackage:
    return InvalidPackage(f"压缩包里超过 {MOST_ENTRIES} 个文件。", "too many entries", HINT, "file.bomb")


def _bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > 100_000 and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)


def _path(entry: zipfile.ZipInfo) -> str:
    """Archives made by Chinese Windows name files in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gbk")
        except UnicodeError:
            name = entry.filename
    return name.replace("\\", "/")


def _wanted(entry: zipfile.ZipInfo) -> bool:
    """Only what a package can hold; what a Mac or an editor leaves behind is no fault."""
    path = _path(entry)
    return path.lower().endswith(ENDINGS) and not path.startswith("__MACOSX/")
