"""What is refused when a file is uploaded (reliability.md A33 to A38), and what offices really send."""

import io
import stat
import struct
import zipfile
import zlib

import pytest

from engine.errors import BadInput
from engine.runtime import Engine
from engine.verbs import files, people
from tests.support.diagrams import crowded, zipped
from tests.support.effort import megabytes, within

RELS = (
    b'<Relationships><Relationship Id="r1" Type="http://x/%s" Target="http://x" TargetMode="External"/></Relationships>'
)


def put(engine: Engine, name: str, content: bytes) -> files.Stored:
    return files.put(engine, name, [content], people.actor(engine, "rlb1"))


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def jpeg(width: int, height: int) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(11) + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width)


def linked() -> bytes:
    """An archive with a symbolic link."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return whole.getvalue()


def overlapping() -> bytes:
    """Two entries of the directory that are the same bytes."""
    whole = bytearray(zipped({"a.txt": b"a" * 500, "b.txt": b"b" * 500}))
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 42 : at + 46] = struct.pack("<I", 0)
    return bytes(whole)


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
HARMLESS = [
    ("请示.pdf", b"%PDF-1.7 ..."),
    ("会议纪要.docx", zipped({**DOCX, "word/_rels/document.xml.rels": RELS % b"hyperlink"})),
    ("台账.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
    ("版式文件.ofd", zipped({"OFD.xml": b'<?xml version="1.0"?><ofd:OFD/>'})),
    ("名单.csv", "姓名,部门\n郝宁,人力资源部\n".encode("gbk")),
    ("说明.txt", "\ufeff说明".encode()),
    ("现场.png", png(4000, 3000)),
    ("现场.jpg", jpeg(8000, 6000)),
    ("资料.zip", zipped({"一/二.pdf": b"%PDF-1.4"})),
]
REFUSED = [
    ("a.pdf", b"<html><script>alert(1)</script>", "file.type_mismatch"),
    ("a.txt", b"\xef\xbb\xbf  <!DOCTYPE html><script>", "file.type_mismatch"),
    ("a.csv", b"MZ\0\0\0", "file.type_mismatch"),
    ("a.jpg", b"GIF89a/*<script>*/", "file.type_mismatch"),
    ("a.docx", b"%PDF-1.4", "file.type_mismatch"),
    ("a.zip", b"PK\x03\x04 broken", "file.archive"),
    ("a.zip", zipped({"zero": bytes(120_000_000)}), "file.bomb"),
    ("a.zip", zipped({f"{n}": b"" for n in range(10_001)}), "file.bomb"),
    ("a.zip", overlapping(), "file.bomb"),
    ("a.zip", zipped({"../../etc/cron.d/x": b"x"}), "file.archive_path"),
    ("a.zip", zipped({"C:\\x": b"x"}), "file.archive_path"),
    ("a.zip", linked(), "file.archive_path"),
    ("a.docx", zipped({**DOCX, "word/vbaProject.bin": b"x"}), "file.active"),
    ("a.docx", zipped({**DOCX, "word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "file.active"),
    ("a.docx", zipped({**DOCX, "word/_rels/settings.xml.rels": RELS % b"attachedTemplate"}), "file.active"),
    ("a.xlsx", zipped({"xl/activeX/activeX1.xml": b"<x/>"}), "file.active"),
    ("a.png", png(60_000, 60_000), "file.pixels"),
    ("a.jpg", jpeg(60_000, 60_000), "file.pixels"),
    ("a.pdf .exe", b"MZ", "file.type"),
    ("a.html", b"<p>", "file.type"),
]


@pytest.mark.parametrize(("name", "content"), HARMLESS, ids=[name for name, _ in HARMLESS])
def test_what_offices_send_is_kept(sqlite_office: Engine, name: str, content: bytes) -> None:
    assert put(sqlite_office, name, content).size == len(content)


ATTACKS = {
    "file.type": "A33", "file.type_mismatch": "A34", "file.bomb": "A35", "file.archive": "A35",
    "file.archive_path": "A36", "file.active": "A37", "file.pixels": "A38",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "code"), REFUSED, ids=[f"{ATTACKS[c]}-{n}" for n, (_, _, c) in enumerate(REFUSED)]
)
def test_what_lies_about_itself_or_does_harm_is_refused_and_leaves_nothing(
    sqlite_office: Engine, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        put(sqlite_office, name, content)

    assert refused.value.reason == code
    assert not [path for path in (sqlite_office.settings.home / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/cron.d/x.pdf", "x.pdf"),
        ("C:\\x.pdf", "x.pdf"),
        ("con.pdf", "_con.pdf"),
        ("LPT1.tar.pdf", "_LPT1.tar.pdf"),
        ("a\0.pdf", "a.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("长" * 300 + ".pdf", "长" * 110 + ".pdf"),
    ],
)
def test_a33_names_are_cleaned_and_never_paths(sqlite_office: Engine, name: str, kept: str) -> None:
    stored = put(sqlite_office, name, b"%PDF-1.4")

    assert stored.name == kept
    _row, path = files.get(sqlite_office, stored.id, people.actor(sqlite_office, "rlb1"))
    assert path.name == stored.digest


@pytest.mark.parametrize("told", [1_000_000, 3])
def test_a35_a_million_names_are_refused_before_anybody_counts_them(sqlite_office: Engine, told: int) -> None:
    content = crowded(1_000_000, told=told)

    def refused() -> None:
        with pytest.raises(BadInput) as bomb:
            put(sqlite_office, "a.zip", content)
        assert bomb.value.reason == "file.bomb"

    within(1, refused)
    assert megabytes(refused) < 50
