"""A68: whoever says what they have read never writes over what came after it; drafts, packages, bindings."""

from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.runtime import Engine
from engine.verbs import definitions
from tests.support.diagrams import CHANGED, LEAVE
from tests.support.releases import release_all
from tests.web.conftest import Caller, Sign

START = "/processes/archive_lending/draft"
PAY = LEAVE.replace(
    '<bpmn:userTask id="approve" name="部门审批" camunda:assignee="${initiator}" />',
    '<bpmn:serviceTask id="approve" name="发工资" camunda:class="com.example.Pay" />',
)


def change(caller: Caller, path: str, body: Any, seen: str, *, method: str = "POST") -> TestResponse:
    headers = caller.keyed() | {"If-Match": seen}
    return caller.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)


def upload(caller: Caller, diagram: str, seen: str) -> TestResponse:
    file = (BytesIO(diagram.encode()), "leave.bpmn")
    return caller.client.post("/api/v1/definitions", data={"file": file}, headers=caller.keyed() | {"If-Match": seen})


def refused(answer: TestResponse) -> bool:
    return (answer.status_code, answer.get_json()["code"]) == (412, "object.changed")


def test_a68_a_draft_is_not_written_over_by_whoever_read_an_earlier_one(sign: Sign) -> None:
    caller = sign("cwb1")
    empty = caller.get(START).headers["ETag"]
    first = change(caller, START, {"data": {"purpose": "甲"}}, empty)

    late = change(caller, START, {"data": {"purpose": "乙"}}, empty)
    dropped = change(caller, START, None, empty, method="DELETE")
    kept = caller.get(START)
    second = change(caller, START, {"data": {"purpose": "丙"}}, kept.headers["ETag"])

    assert (empty, first.status_code, second.status_code) == ('"0"', 200, 200)
    assert refused(late)
    assert refused(dropped)
    assert kept.get_json()["data"] == {"purpose": "甲"}
    assert kept.headers["ETag"] == first.headers["ETag"]


def test_a68_of_two_who_change_the_same_version_the_second_is_told(sign: Sign, office: Engine) -> None:
    designer = sign("designer")
    made = upload(designer, LEAVE, "0")
    release_all(office)

    again, changed = upload(designer, LEAVE, "0"), upload(designer, CHANGED, "1")
    release_all(office)
    late = upload(designer, LEAVE, "1")

    assert (made.status_code, changed.status_code) == (202, 202)
    assert refused(again)
    assert refused(late)
    assert [found.row.version for found in definitions.versions(office, "leave")] == [2, 1]


def test_a68_a_binding_is_not_replaced_unseen(sign: Sign, office: Engine) -> None:
    definitions.deploy(office, {"leave.bpmn": PAY.encode()})
    admin = sign("admin")
    path = "/processes/leave/bindings"
    seen = admin.get(path).headers["ETag"]
    body = {"wanted": "class:com.example.Pay", "send": "paid = true"}

    bound = change(admin, path, body, seen)
    late = change(admin, path, body | {"send": "paid = false"}, seen)
    taken_away = change(admin, f"{path}/remove", {"wanted": body["wanted"]}, seen)

    assert bound.status_code == 200, bound.text
    assert refused(late)
    assert refused(taken_away)
    assert change(admin, f"{path}/remove", {"wanted": body["wanted"]}, bound.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("path", ["/instances", "/leaves", "/users/cwb1/roles", "/items/decisions"])
def test_a68_a_call_without_a_revision_takes_no_promise(sign: Sign, path: str) -> None:
    answer = change(sign("admin"), path, {}, "1")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "request.if_match")
