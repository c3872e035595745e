"""Definitions through the HTTP interface: everything wrong at once, and nothing kept of what cannot run."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import definitions, instances, people
from tests.support.diagrams import BROKEN, CHANGED, ENTITY, LEAVE, zipped
from tests.support.releases import release, release_all
from tests.web.conftest import Caller, Sign


@pytest.fixture
def designer(sign: Sign) -> Caller:
    return sign("designer")


def send(
    caller: Caller, content: str | bytes, name: str = "leave.bpmn", *, path: str = "", **fields: str
) -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    form = {"file": (BytesIO(raw), name), **fields}
    return caller.post(f"/definitions{path}", data=form, content_type="multipart/form-data")


def body(answer: TestResponse) -> Any:
    return answer.get_json()


def keys(engine: Engine) -> set[str]:
    return {row.key for row in definitions.all_current(engine)}


def test_a_diagram_becomes_a_version_when_somebody_else_agrees(designer: Caller, office: Engine) -> None:
    answer = send(designer, LEAVE, note="第一版")

    assert answer.status_code == 202, answer.text
    assert (body(answer)["key"], body(answer)["version"], body(answer)["changed"]) == ("leave", 1, True)
    assert "leave" not in keys(office)
    release(office, body(answer)["number"])
    started = designer.post("/instances", {"process": "leave", "data": {"title": "请假三天"}})
    assert started.status_code == 201, started.text


def test_the_same_file_makes_no_new_version(designer: Caller, office: Engine) -> None:
    send(designer, LEAVE)
    release_all(office)

    again, changed = send(designer, LEAVE), send(designer, CHANGED)

    assert (again.status_code, body(again)["version"], body(again)["changed"]) == (200, 1, False)
    assert (again.status_code, body(again)["number"]) == (200, "")
    assert (changed.status_code, body(changed)["version"]) == (202, 2)


def test_all_problems_come_at_once_on_their_elements(designer: Caller, office: Engine) -> None:
    answer = send(designer, BROKEN)

    assert answer.status_code == 422
    found = {(p["element"], p["code"]) for p in body(answer)["problems"]}
    assert {element for element, _ in found} >= {"approve", "f3"}
    for problem in body(answer)["problems"]:
        assert set(problem) >= {"element", "line", "code", "message_zh", "message_en", "fix"}
        assert problem["line"] > 1
        assert problem["message_zh"]
    assert "leave" not in keys(office)


def test_a_check_reports_the_same_and_keeps_nothing(designer: Caller, office: Engine) -> None:
    good, bad = send(designer, LEAVE, path="/check"), send(designer, BROKEN, path="/check")

    assert (good.status_code, body(good)["ok"], body(good)["key"]) == (200, True, "leave")
    assert (bad.status_code, body(bad)["ok"]) == (200, False)
    assert body(bad)["problems"] == [
        {**problem, "severity": "error"} for problem in body(send(designer, BROKEN))["problems"]
    ]
    assert "leave" not in keys(office)


NO_DIAGRAM = b'key = "x1"\ntitle = "X"\ndiagram = "b.bpmn"'
REFUSED = (
    (b"", "a.bpmn", "file.empty"),
    (b"%PDF-1.7 nonsense", "a.pdf", "bpmn.not_bpmn"),
    (b"<html><body>hello</body></html>", "a.bpmn", "bpmn.not_bpmn"),
    (ENTITY.encode(), "a.bpmn", "bpmn.doctype"),
    (LEAVE.encode("utf-16")[:-1], "a.bpmn", "bpmn.encoding"),
    (b"PK\x03\x04 not really", "a.zip", "file.archive"),
    (zipped({"../../etc/cron.d/x.toml": b"x"}), "a.zip", "file.archive_path"),
    (zipped({"/etc/x.toml": b"x"}), "a.zip", "file.archive_path"),
    (zipped({"bomb.csv": b"0" * 30_000_000}), "a.zip", "file.bomb"),
    (zipped({f"{n}.csv": b"0" for n in range(1_000)}), "a.zip", "file.bomb"),
    (zipped({"readme.md": b"no process here"}), "a.zip", "package.invalid"),
    (zipped({"process.toml": b"key = ", "a.bpmn": LEAVE.encode()}), "a.zip", "package.invalid"),
    (zipped({"process.toml": NO_DIAGRAM, "a.bpmn": LEAVE.encode()}), "a.zip", "package.invalid"),
    (zipped({"leave.bpmn": LEAVE.encode(), "hooks.py": b"def f(given): ..."}), "a.zip", "package.hooks"),
)  # fmt: skip


@pytest.mark.parametrize(("content", "name", "code"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_process_is_refused_with_words(
    designer: Caller, office: Engine, content: bytes, name: str, code: str
) -> None:
    before = keys(office)

    answer = send(designer, content, name)

    assert (answer.status_code, body(answer)["code"]) == (422, code), answer.text
    assert body(answer)["message_zh"]
    assert keys(office) == before


@pytest.mark.parametrize(
    ("size", "code"), [(5 * 1024 * 1024 + 1, "package.too_big"), (8 * 1024 * 1024 + 1, "file.too_big")]
)
def test_a_diagram_of_one_byte_too_much_is_too_large(designer: Caller, office: Engine, size: int, code: str) -> None:
    """A6."""
    before, diagram = keys(office), LEAVE.encode().ljust(size, b"\n")

    for path in ("", "/check"):
        answer = send(designer, diagram, path=path)
        assert (answer.status_code, body(answer)["code"]) == (413, code)
    assert keys(office) == before


def test_a_shipped_package_can_be_sent_as_an_archive(designer: Caller) -> None:
    files = definitions.read_folder(SHIPPED / "archive_lending")
    files["process.toml"] = files["process.toml"].replace(
        b'title = "\xe6\xa1\xa3', b'title = "\xe7\x94\xb5\xe5\xad\x90\xe6\xa1\xa3', 1
    )

    answer = send(designer, zipped({f"archive_lending/{path}": content for path, content in files.items()}), "x.zip")

    assert answer.status_code == 202, answer.text
    assert (body(answer)["key"], body(answer)["title"], body(answer)["version"]) == (
        "archive_lending",
        "电子档案借阅",
        2,
    )


def test_one_file_is_wanted(designer: Caller) -> None:
    none = designer.post("/definitions", data={"note": "x"}, content_type="multipart/form-data")

    assert (none.status_code, body(none)["code"]) == (422, "definition.file")


@pytest.mark.parametrize("path", ["", "/check"])
def test_only_designers_may(sign: Sign, path: str) -> None:
    answer = send(sign("cwb1"), LEAVE, path=path)

    assert (answer.status_code, body(answer)["code"]) == (403, "authz.denied")


def test_people_and_posts_that_the_organisation_does_not_have_are_named(designer: Caller, office: Engine) -> None:
    diagram = LEAVE.replace(
        'name="部门审批" camunda:assignee="${initiator}"', 'name="部门审批" camunda:assignee="zhangsan"'
    ).replace('name="请假申请" camunda:assignee="${initiator}"', 'name="请假申请" camunda:candidateGroups="heago"')

    report = body(send(designer, diagram, path="/check"))
    case = body(send(designer, diagram))["number"]

    found = [w for w in report["warnings"] if w["code"] == "org.unknown"]
    assert [(w["element"], w["line"] > 0) for w in found] == [("apply", True), ("approve", True)]
    assert "岗位“heago”" in found[0]["message_zh"]
    assert "人员“zhangsan”" in found[1]["message_zh"]
    assert report["ok"] is True
    assert "人员“zhangsan”" in instances.get(office, case, people.actor(office, "zhuren")).data["doubts"]
