"""The designer's pages without scripts."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.errors import Conflict
from engine.runtime import Engine
from engine.store import files as stored
from engine.verbs import definitions, instances, people
from tests.support.diagrams import BROKEN, CHANGED, ENTITY, LEAVE, zipped
from tests.support.releases import release, release_all
from tests.web.browsing import post, sign_in


@pytest.fixture
def designer(client: FlaskClient) -> FlaskClient:
    return sign_in(client, "designer")


def upload(client: FlaskClient, content: str | bytes, *, name: str = "leave.bpmn", process: str = "") -> TestResponse:
    file = (BytesIO(content.encode() if isinstance(content, str) else content), name)
    answer = post(client, "/processes/check", page="/processes", file=file, process=process)
    return client.get(answer.location) if answer.status_code == 303 else answer


def submit(client: FlaskClient, content: str, note: str = "试行") -> TestResponse:
    file = (BytesIO(content.encode()), "leave.bpmn")
    kept = post(client, "/processes/check", page="/processes", file=file).location
    return post(client, f"{kept}/publish", page=kept, note=note)


def publish(client: FlaskClient, office: Engine, content: str, note: str = "试行") -> TestResponse:
    """Submitted by the designer and agreed to by the director."""
    sent = submit(client, content, note)
    release_all(office)
    return sent


def versions(engine: Engine) -> list[int]:
    return [row.version for row in definitions.all_current(engine) if row.key == "leave"]


def kept(engine: Engine) -> int:
    with engine.store.reading() as tx:
        return sum(stored.by_id(tx, str(n)) is not None for n in range(1, 20))


def test_an_upload_that_runs_is_published_with_a_note(designer: FlaskClient, office: Engine) -> None:
    report = upload(designer, LEAVE)
    assert report.status_code == 200
    assert "可以运行" in report.text
    assert versions(office) == []

    done = submit(designer, LEAVE)

    assert done.location.startswith("/d/FB-")
    assert versions(office) == []
    assert "已提交“请假”第 1 版" in designer.get(done.location).text
    number = release_all(office)[0]
    assert versions(office) == [1]
    assert number in designer.get("/processes/leave").text


def test_publishing_needs_a_note(designer: FlaskClient, office: Engine) -> None:
    answer = submit(designer, LEAVE, note=" ")

    assert answer.status_code == 422
    assert "请填写发布说明" in answer.text
    assert versions(office) == []


def test_an_unchanged_file_cannot_be_published(designer: FlaskClient, office: Engine) -> None:
    publish(designer, office, LEAVE)

    page = upload(designer, LEAVE).text

    assert "与第 1 版相同" in page
    assert "/publish" not in page


def test_what_publishing_changes_is_said_before(designer: FlaskClient, office: Engine) -> None:
    publish(designer, office, LEAVE)
    instances.start(office, "leave", {"title": "请假三天"}, people.actor(office, "cwb1"))

    page = upload(designer, CHANGED).text

    assert "新增 2，删除 0，修改 2" in page
    assert "<b>1 件在办</b>继续按原来的版本办理（第 1 版 1 件）；新发起的用第 2 版" in page
    assert "名称 部门审批 → 部门负责人审批" in page


def test_running_instances_keep_their_version(designer: FlaskClient, office: Engine) -> None:
    publish(designer, office, LEAVE)
    done = instances.start(office, "leave", {"title": "请假三天"}, people.actor(office, "cwb1"))

    publish(designer, office, CHANGED, note="增加核对")

    assert instances.get(office, done.number, people.actor(office, "cwb1")).version == 1
    page = designer.get("/processes/leave").text
    assert "第 2 版" in page
    assert "1 件在办" in page
    assert "增加核对" in page


def test_problems_are_listed_and_leave_nothing_behind(designer: FlaskClient, office: Engine) -> None:
    answer = upload(designer, BROKEN)

    assert answer.status_code == 422
    assert "complexGateway" in answer.text
    assert 'data-goto="approve"' in answer.text
    assert 'data-goto="f3"' in answer.text
    assert "不能发布" in answer.text
    assert "/publish" not in answer.text
    assert (versions(office), kept(office)) == ([], 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [(ENTITY, "DOCTYPE"), ("%PDF-1.7", "不是有效的 BPMN"), ("<html></html>", "不是有效的 BPMN"), (" ", "文件是空的")],
)
def test_what_is_no_diagram_is_refused_with_words(
    designer: FlaskClient, office: Engine, content: str, words: str
) -> None:
    answer = upload(designer, content, name="evil.bpmn")

    assert answer.status_code == 422
    assert words in answer.text
    assert "data-designer" not in answer.text
    assert "root:" not in answer.text
    assert (versions(office), kept(office)) == ([], 0)


def test_an_archive_with_a_program_is_refused_with_words(designer: FlaskClient, office: Engine) -> None:
    answer = upload(designer, zipped({"a.bpmn": LEAVE.encode(), "HOOKS.py": b"def f(given): ..."}), name="a.zip")

    assert answer.status_code == 422
    assert "不能带 hooks.py" in answer.text
    assert (versions(office), kept(office)) == ([], 0)


def test_a_diagram_sent_from_a_process_replaces_its_diagram(designer: FlaskClient, office: Engine) -> None:
    package = definitions.package(office, "archive_lending")
    changed = package.xml.decode().replace('name="部门负责人审批"', 'name="部门审批"')

    page = upload(designer, changed, process="archive_lending").text

    assert "与第 1 版的差别" in page
    assert "forms/jieyue.toml" in page
    assert "名称 部门负责人审批 → 部门审批" in page


def test_two_versions_are_compared(designer: FlaskClient, office: Engine) -> None:
    publish(designer, office, LEAVE)
    publish(designer, office, CHANGED, note="增加核对")

    page = designer.get("/processes/leave/diff/1...2").text

    assert "新增 2，删除 0，修改 2" in page
    assert designer.get("/processes/leave/diff/1...9").status_code == 404


def test_a_version_can_be_looked_at_and_taken_away(designer: FlaskClient, office: Engine) -> None:
    publish(designer, office, LEAVE)
    publish(designer, office, CHANGED, note="增加核对")

    page = designer.get("/processes/leave/versions/1")
    diagram = designer.get("/processes/leave/versions/1/diagram")
    archive = designer.get("/processes/leave/versions/1/package")

    assert "部门审批" in page.text
    assert (diagram.text, diagram.mimetype) == (LEAVE, "text/plain")
    assert archive.data[:2] == b"PK"
    assert designer.get("/processes/leave/versions/7").status_code == 404


def test_a_diagram_in_another_encoding_is_shown_as_it_reads(designer: FlaskClient, office: Engine) -> None:
    raw = LEAVE.replace('encoding="UTF-8"', 'encoding="GB18030"').encode("gb18030")
    sent = post(designer, "/processes/check", page="/processes", file=(BytesIO(raw), "leave.bpmn"))
    post(designer, f"{sent.location}/publish", page=sent.location, note="国标编码")
    release_all(office)

    assert "请假申请" in designer.get("/processes/leave/versions/1/diagram").text


def test_somebody_elses_upload_is_not_there(designer: FlaskClient, app: object, office: Engine) -> None:
    sent = post(designer, "/processes/check", page="/processes", file=(BytesIO(LEAVE.encode()), "leave.bpmn"))
    other = sign_in(designer.application.test_client(), "admin")

    assert other.get(sent.location).status_code == 404


@pytest.mark.parametrize(
    "path", ["/processes", "/processes/document_issue", "/processes/document_issue/versions/1/diagram"]
)
def test_the_designers_pages_are_not_for_everybody(client: FlaskClient, path: str) -> None:
    assert sign_in(client, "cwb1").get(path).status_code == 403


def test_hostile_names_are_shown_as_text(designer: FlaskClient) -> None:
    page = upload(designer, LEAVE.replace("部门审批", "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;")).text

    assert "<script>alert" not in page


def test_the_director_reads_what_an_upload_changes_and_publishes_it(
    designer: FlaskClient, client: FlaskClient, office: Engine
) -> None:
    publish(designer, office, LEAVE)
    instances.start(office, "leave", {"title": "请假三天"}, people.actor(office, "cwb1"))
    number = submit(designer, CHANGED, note="增加核对").location.rsplit("/", 1)[-1]
    director = sign_in(designer.application.test_client(), "zhuren")

    case = director.get(f"/d/{number}").text
    (link,) = set(re.findall(r"/processes/uploads/\d+", case))
    page = director.get(link)

    assert page.status_code == 200
    assert "新增 2，删除 0，修改 2" in page.text
    assert "<b>1 件在办</b>继续按原来的版本办理（第 1 版 1 件）" in page.text
    assert number in page.text
    assert "/publish" not in page.text
    assert director.get("/processes").status_code == 403
    assert sign_in(designer.application.test_client(), "cwb1").get(link).status_code in (403, 404)
    release(office, number)
    assert next(one.row.source for one in definitions.versions(office, "leave")) == number


def test_nobody_publishes_what_they_have_uploaded_themselves(designer: FlaskClient, office: Engine) -> None:
    people.change_roles(office, "zhuren", people.actor(office, "admin"), give=["designer"])
    director = sign_in(designer.application.test_client(), "zhuren")
    number = submit(director, LEAVE).location.rsplit("/", 1)[-1]

    (item,) = instances.get(office, number, people.actor(office, "zhuren")).items[-1:]

    assert (item.state, item.element) == ("open", "FB20")
    assert item.performer != "苏文博"
    assert versions(office) == []


def test_of_two_uploads_for_one_version_the_second_is_refused_when_it_is_agreed_to(
    designer: FlaskClient, office: Engine
) -> None:
    first, second = (submit(designer, one).location.rsplit("/", 1)[-1] for one in (LEAVE, CHANGED))
    release(office, first)

    with pytest.raises(Conflict) as caught:
        release(office, second)

    assert caught.value.reason == "definition.outdated"
    assert versions(office) == [1]
    assert release(office, second, outcome="refuse").state == "rejected"


@pytest.mark.parametrize("login", ["admin", "zhuren"])
def test_only_designers_upload(client: FlaskClient, office: Engine, login: str) -> None:
    sign_in(client, login)
    sent = post(client, "/processes/check", page="/inbox", file=(BytesIO(LEAVE.encode()), "leave.bpmn"))

    assert sent.status_code == 403
    assert kept(office) == 0


def test_whoever_may_only_look_is_offered_no_upload(client: FlaskClient) -> None:
    page = sign_in(client, "admin").get("/processes").text

    assert "document_issue" in page
    assert "/processes/check" not in page
