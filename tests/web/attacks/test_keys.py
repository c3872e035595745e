"""A67: a call that changes something carries a key; repeated with it, it is done once and answered alike."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from werkzeug.routing import Rule

from tests.support.diagrams import CHANGED
from tests.support.diagrams import LEAVE as LEAVE_FILE
from tests.web.attacks.conftest import House
from tests.web.attacks.test_interface import told
from tests.web.conftest import Caller
from web.api.blueprint import KEYLESS


def changing(house: House) -> Iterator[tuple[Rule, str]]:
    """Every call that needs a key, with its method."""
    for rule in house.app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint not in KEYLESS:
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"POST", "DELETE"}))


def test_a67_no_call_that_changes_something_goes_without_a_key(house: House) -> None:
    admin, wrong = house.caller("admin"), []
    with house.unchanged():
        for rule, method in changing(house):
            path = re.sub(r"<(int:)?\w+>", lambda found: "1" if found[1] else "x", rule.rule)
            answer = admin.client.open(path, method=method, json={}, headers=admin.headers)
            if (answer.status_code, told(answer)["code"]) != (400, "idem.missing") or not told(answer)["hint"]:
                wrong.append((rule.rule, method, answer.text))
    spec = admin.client.get("/api/v1/openapi.json").get_json()["paths"]
    required = {
        (path, method)
        for path, calls in spec.items()
        for method, call in calls.items()
        if any(p["name"] == "Idempotency-Key" and p["required"] for p in call.get("parameters", ()))
    }

    assert wrong == []
    assert required == {(re.sub(r"<(?:int:)?(\w+)>", r"{\1}", r.rule), m.lower()) for r, m in changing(house)}


def test_a67_what_changes_nothing_asks_for_no_key(house: House) -> None:
    admin = Caller(house.app.test_client(), "admin")  # of its own: the token ends

    moved = admin.client.post(
        f"/api/v1/instances/{house.number}/move/preview", json={"enter": ["FW10"]}, headers=admin.headers
    )
    gone = admin.client.delete("/api/v1/tokens/current", headers=admin.headers)

    assert (moved.status_code, gone.status_code) == (200, 204)


LEAVE = {"since": "2026-03-16T00:00:00+08:00", "until": "2026-03-18T00:00:00+08:00"}
# calls whose verb keeps no key of its own: what is sent, and what else might be sent with the same key
ALONE: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("admin", "/leaves", LEAVE | {"login": "cwb1"}, LEAVE | {"login": "ahb1"}),
    ("admin", "/substitutions", LEAVE | {"login": "cwb1", "by": "cwb_head"}, LEAVE | {"login": "cwb1", "by": "ahb1"}),
    ("admin", "/users/cwb1/roles", {"give": ["clerk"]}, {"give": ["leader"]}),
    ("admin", "/users/cwb1/deactivate", {"reason": "离岗"}, {"reason": "借调"}),
    ("ahb1", "/processes/document_issue/draft", {"data": {"title": "甲"}}, {"data": {"title": "乙"}}),
)


@pytest.mark.parametrize(("login", "path", "body", "other"), ALONE, ids=[path for _, path, _, _ in ALONE])
def test_a67_a_repeated_call_about_people_is_answered_alike_and_done_once(
    house: House, login: str, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    caller = house.caller(login)
    first = caller.post(path, body, key=f"a67 {path}")

    with house.unchanged():
        again = caller.post(path, body, key=f"a67 {path}")
        mixed_up = caller.post(path, other, key=f"a67 {path}")

    assert first.status_code in (200, 201), first.text
    assert (again.status_code, again.get_json()) == (first.status_code, first.get_json())
    assert (mixed_up.status_code, told(mixed_up)["code"]) == (422, "idem.mismatch")


def test_a67_an_upload_repeated_with_its_key_is_answered_alike(house: House) -> None:
    designer = house.caller("designer")

    def deploy(diagram: str, key: str) -> Any:
        return designer.post("/definitions", key=key, data={"file": (BytesIO(diagram.encode()), "leave.bpmn")})

    first = deploy(LEAVE_FILE, "a67-file")
    with house.unchanged():
        again, mixed_up = deploy(LEAVE_FILE, "a67-file"), deploy(CHANGED, "a67-file")

    assert first.status_code == 202, first.text
    assert (again.status_code, again.get_json()) == (202, first.get_json())
    assert (mixed_up.status_code, told(mixed_up)["code"]) == (422, "idem.mismatch")


def test_a67_what_was_refused_leaves_its_key_for_another_try(house: House) -> None:
    admin = house.caller("admin")
    with house.unchanged():
        refused = admin.post("/leaves", LEAVE | {"login": "nobody"}, key="a67-again")

    assert refused.status_code in (404, 422)
    assert admin.post("/leaves", LEAVE | {"login": "ahb1"}, key="a67-again").status_code == 201
