"""Every route has one policy, and as every role it answers as its policy says; what is refused changes nothing."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.store import registers
from engine.verbs import files, people
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.cases import HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person

POLICIES = tomllib.loads((Path(__file__).parents[2] / "web" / "policies.toml").read_text(encoding="utf-8"))
REFUSED = (403, 404)
# who has which role and no part in the case; the drafter and the head are the ones who have
ROLES = {
    "user": "cwb1",
    "clerk": "wenshu_a",
    "leader": "vp_b",
    "supervisor": "ducha_a",
    "designer": "designer",
    "auditor": "auditor",
    "admin": "admin",
    "security": "anquan",
}
SEE_ALL = {"supervisor", "auditor"}
RUN = SEE_ALL | {"admin"}  # the last without reading (tests/web/test_caretakers.py)
BODIES: dict[str, dict[str, Any]] = {
    "api.decide": {"outcome": "approve"},
    "api.return_item": {"to": "FW10", "opinion": "退。"},
    "api.transfer": {"to": "cwb1"},
    "api.add": {"to": ["cwb1"]},
    "api.remove": {"reason": "不必。"},
    "api.consult": {"to": ["cwb1"], "question": "？"},
    "api.circulate": {"to": ["cwb1"]},
    "api.delegate": {"to": "cwb1"},
    "api.ask_entry": {"wish": "na", "reason": "不涉及。"},
    "api.give_opinion": {"opinion": "可以。"},
    "api.void": {"reason": "作废。"},
    "api.withdraw": {"reason": "撤销。"},
    "api.waive": {"allow": ["body:绝密"], "reason": "引用原文。"},
    "api.reopen": {"reason": "恢复。"},
    "api.record_oral": {"agreed_at": "2026-03-09T08:00:00+08:00", "witness": "cwb1"},
    "api.ask_move": {"enter": ["FW10"], "reason": "走错。"},
    "api.preview_move": {"enter": ["FW10"]},
    "api.answer_move": {"agree": True},
    "api.preview_change": {"data": {}},
    "api.change": {"data": {}, "reason": "改期。"},
    "api.call_off": {"reason": "取消。"},
    "api.confirm_change": {"words": "已知悉。"},
    "api.suspend": {"reason": "等待。"},
    "api.terminate": {"reason": "停办。"},
    "api.ask_pause": {"code": "P1", "basis": "等回函。", "days": 3},
    "api.refuse_pause": {"reason": "不必。"},
    "api.file_paper": {"number": "WS-1", "place": "3 盒"},
    "api.propose_revision": {"change": "修改", "entry": "A05", "due": "T-9", "why": "太紧。"},
    "api.preview_checklist": {"proposals": [999]},
    "api.accept_proposals": {"proposals": [999], "note": "会议决定。"},
    "api.decline_proposal": {"reason": "不必。"},
    "api.bind_subject": {"subject": "248289"},
    "api.bind": {"wanted": "java:none"},
    "api.unbind": {"wanted": "java:none"},
    "api.rotate": {"login": "cwb1", "to": "vp_b", "unit": "cwb", "post": "staff", "on": "2026-04-01"},
}


def listed() -> dict[str, list[str]]:
    """Each endpoint with the lists it stands in."""
    found: dict[str, list[str]] = {}
    for policy in ("public", "person", "reader", "runner", "performer"):
        for endpoint in POLICIES[policy]:
            found.setdefault(endpoint, []).append(policy)
    for entry in POLICIES["role"]:
        for endpoint in entry["endpoints"]:
            found.setdefault(endpoint, []).append("role:" + ",".join(entry["of"]))
    return found


def rules(app: APIFlask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with its method and policy."""
    policies = listed()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, policies[rule.endpoint][0]


def test_every_route_declares_exactly_one_policy(app: APIFlask) -> None:
    routes, policies = {rule.endpoint for rule in app.url_map.iter_rules()}, listed()

    assert sorted(routes - set(policies)) == [], "a route without a policy: add it to web/policies.toml"
    assert sorted(set(policies) - routes) == [], "a policy without its route"
    assert [endpoint for endpoint, lists in policies.items() if len(lists) != 1] == []


def correctable(office: Engine) -> int:
    """A line of a register without moves: the only kind that clerks correct."""
    with office.store.reading() as tx:
        line = registers.by_label(tx, "archive", "HY-2022-D10-0211")
    assert line is not None
    return line.id


@pytest.fixture
def address(app: APIFlask, office: Engine, clock: FakeClock) -> Any:
    """The address of a rule about one case, which the head has on the desk."""
    number = document(office, clock)
    drafter = people.actor(office, "rlb1")
    values = {
        "number": number,
        "item": item_of(office, number, HEAD),
        "file_id": files.put(office, "a.pdf", [b"%PDF-1.4"], drafter, instance=number).id,
        "key": "document_issue",
        "process": "document_issue",
        "register": "seal",
        "file": 1,
        "page": 1,
        "record": correctable(office),
        "upload": "0" * 32,
        "way": "consult",
        "old": 1,
        "new": 1,
        "filename": "none.css",
        "request_id": 999,
        "token_id": 999,
        "incident": 999,
        "notice": 999,
        "code": "T-NEW",
        "name": "follow",
        "year": 2026,
        "number_id": 999,
        "archive": 999,
        "proposal": 999,
        "login": "cwb1",
        "slip": 999,
        "row": 999,
        "leave": 999,
        "pause": 999,
        "call": 999,
        "change": 999,
        "month": "2026-03",
        "kind": "due",
    }

    def build(rule: Rule) -> str:
        # versions and jobs have numbers, that of a case has letters
        given = values | ({"number": 1} if "versions" in rule.rule or "jobs" in rule.rule else {})
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(given[found[1]]), rule.rule)

    return build


def test_without_a_login_every_route_but_the_public_ones_is_closed(app: APIFlask, office: Engine, address: Any) -> None:
    client, before = app.test_client(), everything(office)
    client.get("/login")
    wrong = []

    for rule, method, policy in rules(app):
        if policy == "public":
            continue
        answer = client.open(address(rule), method=method)
        closed = (
            answer.status_code == 401
            if rule.endpoint.startswith("api.")
            # a form without its token is refused before anybody asks who sent it
            else (answer.status_code == 403 or (answer.status_code == 303 and answer.location.startswith("/login")))
        )
        if not closed:
            wrong.append((method, rule.rule, answer.status_code))

    assert wrong == []
    assert everything(office) == before


def allowed(policy: str, roles: frozenset[str], method: str) -> bool | None:
    """Whether somebody without any part in the case may; None if it depends on the thing itself."""
    if policy.startswith("role:"):
        has = bool(roles & set(policy[5:].split(",")))
        return None if has and method != "GET" else has
    if policy == "performer":
        return False
    if policy in ("reader", "runner"):
        sees = bool(roles & (SEE_ALL if policy == "reader" else RUN))
        return None if sees and method != "GET" else sees
    return True


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_what_its_policy_says(app: APIFlask, office: Engine, address: Any, role: str) -> None:
    password = PASSWORD
    if role == "security":  # with one, the three are apart, which the others here do not see
        passwords.add_person(office, ROLES[role], "安全员", password := "六月的雨下得正好", roles=("user", role))
    person, program = Person(app.test_client(), ROLES[role], password), Caller(app.test_client(), ROLES[role], password)
    token = person.hidden("/inbox")
    roles, before, wrong = people.actor(office, ROLES[role]).roles, everything(office), []

    for rule, method, policy in rules(app):
        may = allowed(policy, roles, method)
        if policy in ("public", "person") or may is None:
            continue
        status = asked(person, program, token, rule, method, address(rule))
        # who may look at the case may hear that it is not in their hands; forms of pages lead back with a message
        closed = {*REFUSED, *((409,) if roles & SEE_ALL else ()), *((303,) if method == "POST" and page(rule) else ())}
        if (status in (401, 403)) if may else (status not in closed):
            wrong.append((rule.endpoint, method, policy, status))

    assert role in roles
    assert wrong == []
    assert everything(office) == before


def page(rule: Rule) -> bool:
    return not rule.endpoint.startswith("api.")


def asked(person: Person, program: Caller, token: dict[str, str], rule: Rule, method: str, path: str) -> int:
    """The status of one request with all that belongs to it."""
    if rule.endpoint.startswith("api."):
        if method == "GET":
            return program.get(path.removeprefix("/api/v1")).status_code
        body = BODIES.get(rule.endpoint, {})
        return program.post(path.removeprefix("/api/v1"), body).status_code
    if method == "GET":
        return person.open(path).status_code
    fields = {"outcome": "approve", "opinion": "同意。", "to": "FW10", "_reason": "更正。"}
    return person.client.post(path, data={**token, **fields}).status_code
