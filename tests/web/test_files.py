"""Attachments on their way in and out."""

import io

from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from tests.support.clock import FakeClock
from tests.support.diagrams import zipped
from tests.web.cases import DRAFTER, HEAD, document
from tests.web.pages import Person
from web import create_app

PDF = b"%PDF-1.4 \xe5\x86\xac\xe5\xad\xa3"


def send(person: Person, name: str, content: bytes = PDF) -> TestResponse:
    """What is answered to an upload."""
    return person.send("/files", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def upload(person: Person, name: str, content: bytes = PDF) -> str:
    """Id of a file somebody has sent."""
    answer = send(person, name, content)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def test_a_file_comes_back_as_it_went_under_its_own_name(client: FlaskClient) -> None:
    person = Person(client, DRAFTER)
    kept = upload(person, "附件1 检查分组表.pdf")

    answer = person.open(f"/files/{kept}")

    assert answer.data == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "%E9%99%84%E4%BB%B6" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_type_that_is_no_document_is_refused_by_name(client: FlaskClient) -> None:
    person = Person(client, DRAFTER)

    answer = person.send("/files", {"file": (io.BytesIO(b"MZ"), "工具.exe")}, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "“工具.exe”类型不允许" in answer.text


def test_a_file_of_nobodys_instance_is_seen_by_its_sender_only(app: APIFlask) -> None:
    kept = upload(Person(app.test_client(), DRAFTER), "草稿.pdf")

    assert Person(app.test_client(), "cwb1").open(f"/files/{kept}").status_code == 404


def test_participants_read_the_files_of_an_instance(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    kept = upload(Person(app.test_client(), DRAFTER), "检查分组表.xlsx", zipped({"xl/workbook.xml": b"<workbook/>"}))
    number = document(office, clock, attachments=[kept])
    head = Person(app.test_client(), HEAD)

    assert "检查分组表.xlsx" in head.open(f"/t/{number}").text
    assert "检查分组表.xlsx" in head.open(f"/d/{number}/files").text
    assert head.open(f"/files/{kept}").status_code == 200


def test_without_a_script_files_travel_with_the_form(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    person = Person(app.test_client(), DRAFTER)
    fields = {"attachments": "", "attachments-upload": (io.BytesIO(PDF), "说明.pdf"), "title": "关于试点的通知"}

    person.send("/start/document_issue/draft", fields, page="/start/document_issue", content_type="multipart/form-data")

    page = person.open("/start/document_issue").text
    assert "说明.pdf" in page
    assert 'value="关于试点的通知"' in page


def test_a39_more_than_the_limit_is_413_whether_the_server_or_the_verb_sees_it(
    office: Engine, clock: FakeClock
) -> None:
    settings = Settings(home=office.settings.home, max_upload_mb=1)
    engine = open_engine(now=clock, settings=settings)
    person = Person(create_app(engine).test_client(), DRAFTER)

    answers = [send(person, "大.pdf", b"%PDF-" + bytes(size)) for size in (1_100_000, 3_000_000)]
    engine.close()

    assert [answer.status_code for answer in answers] == [413, 413]
    assert "文件超过 1 MB。" in answers[0].text
    assert "上传的内容太大。" in answers[1].text


def test_a43_a_file_the_scanner_has_not_seen_is_named_and_not_handed_out(office: Engine, clock: FakeClock) -> None:
    settings = Settings(home=office.settings.home, scanner="tcp://127.0.0.1:1")
    engine = open_engine(now=clock, settings=settings)
    app = create_app(engine)
    kept = upload(Person(app.test_client(), DRAFTER), "方案.pdf")
    number = document(engine, clock, attachments=[kept])
    head = Person(app.test_client(), HEAD)

    answer, page = head.open(f"/files/{kept}"), head.open(f"/d/{number}/files").text
    engine.close()

    assert (answer.status_code, "正在等待病毒扫描" in answer.text) == (409, True)
    assert "等待病毒扫描" in page
