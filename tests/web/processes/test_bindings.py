"""The page of what stands in for code of others, and the same over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import bindings, definitions, instances, people
from tests.support.clock import FakeClock
from tests.support.outside import Outside, outside, says
from tests.web.browsing import post, sign_in
from tests.web.conftest import Sign

WANTED = "delegateExpression:${payBean}"
DIAGRAM = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 targetNamespace="t"><process id="payment" name="\xe4\xbb\x98\xe6\xac\xbe" isExecutable="true"><startEvent id="s"/>
 <userTask id="a" camunda:assignee="${initiator}"/>
 <serviceTask id="pay" name="&lt;b&gt;" camunda:delegateExpression="${payBean}"/>
 <endEvent id="e"/><sequenceFlow id="f1" sourceRef="s" targetRef="pay"/>
 <sequenceFlow id="f2" sourceRef="pay" targetRef="a"/>
 <sequenceFlow id="f3" sourceRef="a" targetRef="e"/></process></definitions>"""


@pytest.fixture
def place() -> Iterator[Outside]:
    with outside() as found:
        yield found


@pytest.fixture
def office(office: Engine, place: Outside, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """The office with the process, allowed to call the place."""
    definitions.deploy(office, {"payment.bpmn": DIAGRAM})
    allowed = {"outgoing_hosts": place.host, "processes": tmp_path / "packages"}
    engine = open_engine(now=clock, settings=Settings(home=office.settings.home).model_copy(update=allowed))
    yield engine
    engine.close()


def test_an_instance_says_what_it_waits_for_until_an_administrator_binds_it(
    client: FlaskClient, office: Engine, place: Outside, clock: FakeClock
) -> None:
    number = instances.start(office, "payment", {"title": "付款"}, people.actor(office, "rlb1")).number
    sign_in(client, "admin")
    assert WANTED in client.get(f"/d/{number}").text
    assert "1 项等待绑定" in client.get("/processes/payment").text
    page = client.get("/processes/payment/bindings").text
    assert "等待绑定" in page
    assert "<b>" not in page.split("环节：")[1][:40]  # names of a diagram are shown, not run

    place.answers = [says({"ok": 1})]
    sent = {
        "wanted": WANTED,
        "url": f"{place.url}/pay",
        "method": "PUT",
        "send": "what = title",
        "take": "paid = answer.ok",
    }
    assert post(client, "/processes/payment/bindings", page="/processes/payment/bindings", **sent).status_code == 303
    assert "正在由外部系统处理" not in client.get(f"/d/{number}").text
    for _ in range(3):
        clock.advance(timedelta(seconds=20))
        bindings.perform_due(office)

    assert place.asked[0][:3] == ("PUT", "/pay", {"what": "付款"})
    assert WANTED not in client.get(f"/d/{number}").text
    assert "已绑定" in client.get("/processes/payment/bindings").text


def test_what_is_refused_stays_in_the_form_with_the_reason(client: FlaskClient) -> None:
    sign_in(client, "admin")

    sent = {"wanted": WANTED, "url": "http://169.254.169.254/x", "send": "a = 1"}
    answer = post(client, "/processes/payment/bindings", page="/processes/payment/bindings", **sent)

    assert answer.status_code == 422
    assert "SANBAN_OUTGOING_HOSTS" in answer.text
    assert 'value="http://169.254.169.254/x"' in answer.text


def test_a_designer_looks_but_does_not_bind(client: FlaskClient) -> None:
    sign_in(client, "designer")

    assert "由系统管理员绑定" in client.get("/processes/payment/bindings").text
    page = "/processes/payment"
    assert post(client, "/processes/payment/bindings", page=page, wanted=WANTED, send="a = 1").status_code == 403


def test_functions_of_the_server_are_offered_to_bind(client: FlaskClient, office: Engine, sign: Sign) -> None:
    folder = office.settings.processes / "payment"
    folder.mkdir(parents=True)
    (folder / "process.toml").write_text('key = "payment"', encoding="utf-8")
    (folder / "hooks.py").write_text("def pay(given): return {}\n\ndef _own(given): ...", encoding="utf-8")
    sign_in(client, "admin")
    page = client.get("/processes/payment/bindings").text
    assert "<option>pay</option>" in page
    assert "_own" not in page

    post(client, "/processes/payment/bindings", page="/processes/payment/bindings", wanted=WANTED, hook="pay")

    assert "<option selected>pay</option>" in client.get("/processes/payment/bindings").text
    (stub,) = sign("admin").get("/processes/payment/bindings").get_json()["stubs"]
    assert (stub["binding"]["hook"], stub["hook"]) == ("pay", "")
    refused = sign("admin").post("/processes/payment/bindings", {"wanted": WANTED, "hook": "_own"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "package.no_hook")


def test_a_call_that_was_given_up_is_tried_again_from_the_page(
    client: FlaskClient, office: Engine, place: Outside, clock: FakeClock
) -> None:
    admin = people.actor(office, "admin")
    bindings.bind(office, "payment", WANTED, {"url": place.url, "take": "ok = answer.ok"}, admin)
    place.answers = [says({}, 404), says({"ok": 1})]
    number = instances.start(office, "payment", {"title": "付款"}, people.actor(office, "rlb1")).number
    clock.advance(timedelta(seconds=20))
    bindings.perform_due(office)
    sign_in(client, "admin")
    assert "等待系统管理员重试" in client.get(f"/d/{number}").text

    (failed,) = bindings.given_up(office, "payment")
    page = "/processes/payment/bindings"
    assert post(client, f"/processes/payment/calls/{failed.id}/retry", page=page).status_code == 303
    bindings.perform_due(office)

    assert bindings.given_up(office, "payment") == ()
    assert "等待系统管理员重试" not in client.get(f"/d/{number}").text


def test_programs_bind_and_free_too(sign: Sign) -> None:
    admin = sign("admin")
    facts = {"wanted": WANTED, "send": "ok = true"}

    (stub,) = admin.post("/processes/payment/bindings", facts).get_json()["stubs"]
    assert (stub["wanted"], stub["elements"], stub["binding"]["send"]) == (WANTED, ["<b>"], "ok = true")
    assert sign("designer").get("/processes/payment/bindings").get_json()["stubs"] == [stub]
    assert sign("designer").post("/processes/payment/bindings", facts).status_code == 403
    assert sign("rlb1").get("/processes/payment/bindings").status_code == 403
    freed = admin.post("/processes/payment/bindings/remove", {"wanted": WANTED}).get_json()
    assert freed["stubs"][0]["binding"] is None
    assert admin.post("/processes/payment/bindings/remove", {"wanted": WANTED}).status_code == 404
    assert admin.post("/processes/payment/calls/9/retry").status_code == 404


def test_the_incidents_lead_to_the_page_where_versions_are_bound(client: FlaskClient, office: Engine) -> None:
    instances.start(office, "payment", {"title": "付款"}, people.actor(office, "rlb1"))
    definitions.deploy(office, {"payment.bpmn": DIAGRAM.replace(b"payBean", b"bankBean")})
    sign_in(client, "admin")

    listed = client.get("/incidents").text
    page = client.get("/processes/payment/bindings").text

    assert "等待绑定" in listed
    assert 'href="/processes/payment/bindings"' in listed
    assert "版本：第 1 版" in page
    assert "版本：第 2 版" in page
    sent = {"wanted": WANTED, "send": "paid = 1", "version": "1"}
    assert post(client, "/processes/payment/bindings", page="/processes/payment/bindings", **sent).status_code == 303
    assert "第 1 版：按赋值处理" in client.get("/processes/payment/bindings").text
    gone = {"wanted": WANTED, "version": "1"}
    where = "/processes/payment/bindings"
    assert post(client, f"{where}/remove", page=where, **gone).status_code == 303
    assert "第 1 版：" not in client.get(where).text
