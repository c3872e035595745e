"""From an upload to files: what is taken, what is refused before it is unpacked."""

import stat
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput, SanbanError
from engine.progress.publishing import packed
from tests.support.diagrams import LEAVE, crowded, zipped
from web.processes.upload import read_upload

DIAGRAM = LEAVE.encode()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("leave.bpmn", "leave.bpmn"),
        ("leave.bpmn20.xml", "leave.bpmn20.xml"),
        ("leave.xml", "leave.bpmn"),
        ("请假 流程.bpmn", "请假流程.bpmn"),
        ("C:\\flows\\leave.bpmn", "leave.bpmn"),
        ("../../etc/passwd", "passwd.bpmn"),
        ("...", "process.bpmn"),
    ],
)
def test_a_diagram_alone_keeps_a_name_without_folders(name: str, kept: str) -> None:
    assert read_upload(name, BytesIO(DIAGRAM)) == {kept: DIAGRAM}


def test_an_archive_loses_its_one_folder_and_what_editors_leave_behind() -> None:
    content = zipped(
        {"leave/a.bpmn": DIAGRAM, "leave/forms/f.toml": b"x", "leave/.DS_Store": b"x", "__MACOSX/a.bpmn": b"x"}
    )

    assert set(read_upload("x.zip", BytesIO(content))) == {"a.bpmn", "forms/f.toml"}


def test_names_that_a_chinese_windows_packed_can_be_read() -> None:
    content = zipped({"a.bpmn": b"x", "forms/XX.toml": b"x"}).replace(b"forms/XX.toml", "forms/表.toml".encode("gbk"))

    assert set(read_upload("x.zip", BytesIO(content))) == {"a.bpmn", "forms/表.toml"}


def link() -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        entry = zipfile.ZipInfo("forms/f.toml")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return whole.getvalue()


def lying() -> bytes:
    """An archive that says its big file is small."""
    content = bytearray(zipped({"a.csv": b"0" * 1_000_000}))
    central = content.index(b"PK\x01\x02")
    for at in (22, central + 24):
        content[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.empty"),
        (b" \n ", "file.empty"),
        (b"x" * 9_000_000, "file.too_big"),
        (zipped({"a.bpmn": DIAGRAM})[:-30], "file.archive"),
        (zipped({"../a.bpmn": DIAGRAM}), "file.archive_path"),
        (zipped({"a/../../b.toml": b"x"}), "file.archive_path"),
        (zipped({"C:/a.toml": b"x"}), "file.archive_path"),
        (link(), "file.archive_path"),
        (zipped({"bomb.csv": b"0" * 50_000_000}), "file.bomb"),
        (lying(), "file.archive"),
        (crowded(170_000, told=3), "file.bomb"),
    ],
    ids=range(11),
)
def test_what_cannot_be_a_package_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_upload("x.zip", BytesIO(content))

    assert caught.value.reason == code


@given(
    files=st.dictionaries(
        st.from_regex(r"[a-z]{1,8}\.(toml|csv|bpmn)", fullmatch=True), st.binary(max_size=200), min_size=1
    )
)
def test_what_is_packed_comes_out_again_and_packs_the_same(files: dict[str, bytes]) -> None:
    assert read_upload("x.zip", BytesIO(packed(files))) == files
    assert packed(dict(reversed(files.items()))) == packed(files)


@given(content=st.binary(max_size=400))
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    for raw in (content, b"PK\x03\x04" + content):
        with suppress(SanbanError):
            read_upload("x", BytesIO(raw))
