"""What leaves the house bears who took it: PDFs and packages of secret cases, tables, printed pages."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from engine import documents
from engine.archives import examine
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import archives, files, instances, people
from tests.support.clock import FakeClock
from tests.support.lendings import LISTED, ended, pdf
from tests.web.browsing import sign_in
from tests.web.cases import document

READER = LISTED[1]


def test_a_pdf_of_a_secret_case_comes_marked_and_everything_else_as_it_is(
    client: FlaskClient, office: Engine, clock: FakeClock, tmp_path: Path
) -> None:
    number = ended(office, clock, secret=True)
    kept = {file.name: file for file in files.of_instance(office, number, people.actor(office, READER))}
    sign_in(client, READER)

    got = {name: client.get(f"/files/{file.id}").data for name, file in kept.items()}

    assert got["数据.csv"] == b"a,b\n"
    assert got["报告.pdf"].startswith(b"%PDF")
    assert got["报告.pdf"] != pdf("Report", "Second")
    marked = tmp_path / "报告.pdf"
    marked.write_bytes(got["报告.pdf"])
    assert documents.measure(marked, "pdf") == documents.measure(_file(tmp_path, pdf("Report", "Second")), "pdf")
    assert "密封原件只给档案、文书人员" in client.get(f"/d/{number}/files").text
    lines = instances.get(office, number, people.actor(office, READER)).history
    assert {e.opinion for e in lines if e.verb == "fetch"} == {"报告.pdf（已加水印）", "照片.png", "数据.csv"}
    assert files.fetch(office, kept["报告.pdf"].id, people.actor(office, READER))[0].digest == kept["报告.pdf"].digest


def test_a_reader_of_a_secret_case_gets_a_marked_copy_and_the_archivist_the_sealed_original(
    client: FlaskClient, office: Engine, clock: FakeClock, tmp_path: Path
) -> None:
    number = ended(office, clock, secret=True)
    (line,) = archives.of_instance(office, number, people.actor(office, READER))
    sign_in(client, READER)

    copy = client.get(f"/archives/{line.id}/package")

    assert "阅览副本.zip" in unquote(copy.headers["Content-Disposition"])
    with zipfile.ZipFile(io.BytesIO(copy.data)) as package:
        assert sorted(package.namelist()) == sorted(
            [
                "处理单.pdf",
                "attachments/001-报告.pdf",
                "attachments/002-照片.png",
                "attachments/003-数据.csv",
                "说明.txt",
            ]
        )
        about = package.read("说明.txt").decode()
        assert package.read("attachments/001-报告.pdf") != pdf("Report", "Second")
    assert line.digest in about
    assert people.actor(office, READER).name in about
    assert "002-照片.png" in about
    kept = _file(tmp_path, copy.data)
    assert not examine(kept, key=office.settings.audit_secret()).whole  # it does not pass for the original
    name, place = archives.package(office, line.id, _clerk(office, READER))
    assert (name, isinstance(place, Path)) == (f"{number}.zip", True)
    assert isinstance(place, Path)
    assert examine(place, key=office.settings.audit_secret()).whole
    said = [e.opinion for e in instances.get(office, number, people.actor(office, READER)).history if e.verb == "fetch"]
    assert sorted(said) == ["归档包", "归档包阅览副本（已加水印）"]


def test_tables_bear_who_made_them_and_when(client: FlaskClient, office: Engine, clock: FakeClock) -> None:
    sign_in(client, "wenshu_a")
    name = people.actor(office, "wenshu_a").name

    for path in (
        "/registers/archive.xlsx", "/reports/timeliness/2026-03/xlsx", "/reports/year/2026/xlsx",
        "/supervision/ledger.xlsx", "/supervision/scores.xlsx", "/supervision/scores/year.xlsx",
    ):  # fmt: skip
        with zipfile.ZipFile(io.BytesIO(client.get(path).data)) as book:
            sheets = [n for n in book.namelist() if n.startswith("xl/worksheets/sheet")]
            assert all(f"导出人：{name}".encode() in book.read(n) for n in sheets), path
            assert f"导出人：{name}".encode() in book.read("docProps/core.xml"), path
    for path in ("/registers/archive.csv", "/archives/export.csv"):
        answer = client.get(path)
        assert f"-{name}-20260309T0900.csv" in unquote(answer.headers["Content-Disposition"]), path
        assert name.encode() not in answer.data.splitlines()[-1]


def test_the_step_of_a_secret_case_says_what_a_download_bears(
    client: FlaskClient, office: Engine, clock: FakeClock
) -> None:
    secret = document(office, clock, classification="普通商密", secrecy_term="长期", access_list=[READER])
    plain = document(office, clock)
    sign_in(client, READER)

    assert "PDF 加上您的水印" in client.get(f"/t/{secret}").text
    assert "PDF 加上您的水印" not in client.get(f"/t/{plain}").text


@pytest.mark.parametrize("page", ["/d/{}", "/t/{}", "/d/{}/history"])
def test_a_page_that_is_printed_says_who_printed_it(
    client: FlaskClient, office: Engine, clock: FakeClock, page: str
) -> None:
    number = document(office, clock)
    sign_in(client, "rlb_head")

    name = people.actor(office, "rlb_head").name
    assert f'<p class="print-mark">打印人 {name}　2026-03-09 09:00</p>' in client.get(page.format(number)).text


def _file(folder: Path, content: bytes) -> Path:
    place = folder / "kept"
    place.write_bytes(content)
    return place


def _clerk(office: Engine, login: str) -> Actor:
    return replace(people.actor(office, login), roles=frozenset({"user", "clerk"}))
