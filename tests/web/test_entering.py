"""Signing in by steps: a code, a password of one's own, a second factor; until the last one nothing opens."""

import re
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.verbs import notifications, people
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.telephone import code_at, enrol
from tests.web.cases import item_of
from tests.web.conftest import Caller
from tests.web.pages import Person
from tests.web.test_confirming import APPROVER, approved
from tests.web.test_confirming import number as number

OWN = "石狮子路口第七盏灯"
FURTHER, SECURITY = "/login/further", "/settings/security"
SECRET = re.compile(r'<code class="secret" translate="no">([A-Z2-7 ]+)</code>')


def secret_of(page: str) -> str:
    found = SECRET.search(page)
    assert found is not None
    return found[1].replace(" ", "")


def opens(client: FlaskClient) -> list[int]:
    return [client.get(path).status_code for path in ("/inbox", "/settings/security", "/admin/users", "/here")]


def test_a_first_password_opens_one_page_until_another_is_chosen(office: Engine, app: APIFlask) -> None:
    found = people.issue_password(office, "cwb1", None)
    person = Person(app.test_client(), "cwb1", found.text)
    assert person.answer.location == FURTHER
    assert 200 not in opens(person.client)
    page = person.open(FURTHER).text
    assert "只能用来设置自己的密码" in page
    assert 'autocomplete="new-password"' in page

    unfit = person.send(FURTHER, {"new": "12345678"}, page=FURTHER)
    same = person.send(FURTHER, {"new": found.text}, page=FURTHER)
    done = person.send(FURTHER, {"new": OWN}, page=FURTHER)

    assert (unfit.status_code, same.status_code) == (422, 422)
    assert "太容易猜到" in unfit.text
    assert (done.status_code, done.location) == (303, "/")
    assert person.open("/inbox").status_code == 200
    assert person.open(FURTHER).status_code == 303
    assert Person(app.test_client(), "cwb1", OWN).answer.location == "/"
    assert Person(app.test_client(), "cwb1", found.text).answer.status_code == 401


def test_the_step_is_what_the_session_says_and_not_what_a_form_asks_for(
    office: Engine, app: APIFlask, clock: FakeClock
) -> None:
    enrol(office, "cwb1")
    found = people.issue_password(office, "cwb1", None)
    clock.advance(timedelta(minutes=1))
    person = Person(app.test_client(), "cwb1", found.text)

    skipped = person.send(FURTHER, {"new": OWN, "do": "begin"}, page=FURTHER)

    assert skipped.status_code == 401
    assert "请输入动态验证码" in skipped.text
    assert people.sign_in(office, "cwb1", found.text).login == "cwb1"


def test_with_a_second_factor_the_password_alone_opens_nothing(office: Engine, app: APIFlask, clock: FakeClock) -> None:
    secret, codes = enrol(office, "cwb1")
    clock.advance(timedelta(minutes=1))
    person = Person(app.test_client(), "cwb1")
    assert person.answer.location == FURTHER
    assert person.open("/inbox").status_code == 303
    assert 'autocomplete="one-time-code"' in person.open(FURTHER).text

    wrong = person.send(FURTHER, {"code": "000000"}, page=FURTHER)
    clock.advance(timedelta(seconds=5))
    right = person.send(FURTHER, {"code": code_at(secret, clock())}, page=FURTHER)

    assert wrong.status_code == 401
    assert "This code is wrong" in wrong.text
    assert right.status_code == 303
    assert person.open("/inbox").status_code == 200
    again = Person(app.test_client(), "cwb1")
    assert again.send(FURTHER, {"code": codes[0]}, page=FURTHER).status_code == 303
    assert again.open("/inbox").status_code == 200


def test_who_must_have_a_factor_sets_it_up_before_anything_else(
    office: Engine, app: APIFlask, clock: FakeClock
) -> None:
    office.settings = office.settings.model_copy(update={"factor_for": "admin"})
    person = Person(app.test_client(), "admin")
    assert "须使用动态验证码" in person.open(FURTHER).text
    assert person.open("/admin/users").status_code == 303
    person.send(FURTHER, {"do": "begin"}, page=FURTHER)
    page = person.open(FURTHER).text
    assert "<svg" in page

    done = person.send(FURTHER, {"code": code_at(secret_of(page), clock())}, page=FURTHER)

    assert done.status_code == 200
    assert len(re.findall(r"<li><code", done.text)) == 8
    assert person.open("/admin/users").status_code == 200
    assert "不能取消" in person.open(SECURITY).text


def test_ones_own_page_sets_a_factor_up_renews_its_codes_and_does_without(
    office: Engine, app: APIFlask, clock: FakeClock
) -> None:
    person = Person(app.test_client(), "cwb1")
    clock.advance(timedelta(minutes=office.settings.confirm_minutes, seconds=1))
    post = {
        name: f"{SECURITY}/factor{end}" for name, end in (("begin", ""), ("confirm", "/confirm"), ("codes", "/codes"))
    }
    assert person.send(post["begin"], {}, page=SECURITY).status_code == 422  # without the password
    assert person.send(post["begin"], {"_password": PASSWORD}, page=SECURITY).status_code == 303
    page = person.open(SECURITY).text
    secret = secret_of(page)

    done = person.send(post["confirm"], {"code": code_at(secret, clock())}, page=SECURITY)

    assert len(re.findall(r"<li><code", done.text)) == 8
    shown = person.open(SECURITY).text
    assert "<li><code" not in shown
    assert "恢复码还剩 <b>8</b> 个" in shown
    clock.advance(timedelta(minutes=office.settings.confirm_minutes, seconds=1))
    assert person.send(post["codes"], {"_password": PASSWORD}, page=SECURITY).status_code == 422
    said = {"_password": PASSWORD, "_code": code_at(secret, clock())}
    renewed = person.send(post["codes"], said, page=SECURITY)
    assert renewed.status_code == 200
    assert renewed.text != done.text
    gone = person.send(f"{SECURITY}/factor/remove", {}, page=SECURITY)
    assert gone.status_code == 303
    assert "启用动态验证码" in person.open(SECURITY).text
    assert "取消了动态验证码" in notifications.centre(office, people.actor(office, "cwb1"))[0].title


def test_an_approval_of_a_seal_asks_for_the_code_too(
    office: Engine, app: APIFlask, number: str, clock: FakeClock
) -> None:
    secret, _codes = enrol(office, APPROVER)
    clock.advance(timedelta(minutes=1))
    person = Person(app.test_client(), APPROVER)
    person.send(FURTHER, {"code": code_at(secret, clock())}, page=FURTHER)
    clock.advance(timedelta(minutes=11))
    address, item = f"/t/{number}", item_of(office, number, APPROVER)
    assert 'name="_code"' in person.open(f"{address}?item={item}").text

    def decide(**said: str) -> int:
        fields = {"_item": str(item), "_outcome": "approve", "_opinion": "同意。", **said}
        return person.send(f"{address}/decide", fields).status_code

    assert decide(_password=PASSWORD) == 422
    assert not approved(office, number)
    assert decide(_password=PASSWORD, _code=code_at(secret, clock())) == 303
    assert approved(office, number)


def test_a_program_says_the_code_with_the_password(office: Engine, app: APIFlask, clock: FakeClock) -> None:
    secret, _codes = enrol(office, "cwb1")
    clock.advance(timedelta(minutes=1))
    client, said = app.test_client(), {"login": "cwb1", "password": PASSWORD}

    without = client.post("/api/v1/tokens", json=said)
    right = client.post("/api/v1/tokens", json=said | {"code": code_at(secret, clock())})
    again = client.post("/api/v1/tokens", json=said | {"code": code_at(secret, clock())})

    assert (without.status_code, without.get_json()["code"]) == (401, "auth.code_needed")
    assert right.status_code == 200
    assert (again.status_code, again.get_json()["code"]) == (401, "auth.code")


def test_administrators_see_what_waits_and_the_password_is_shown_once(
    office: Engine, app: APIFlask, clock: FakeClock
) -> None:
    passwords.add_person(office, "anquan", "安全员", OWN, roles=("user", "security"))
    admin, security = Person(app.test_client(), "admin"), Person(app.test_client(), "anquan", OWN)
    page = "/admin/users/cwb1/roles"
    assert "三员未分立" not in admin.open("/admin/users").text
    assert "发放初始密码" not in admin.open(page).text.replace("申请初始密码", "")

    assert admin.send("/admin/users/cwb1/password/ask", {}, page=page).status_code == 303
    assert admin.send("/admin/users/cwb1/password", {}, page=page).status_code == 403
    assert "待发初始密码 1 人" in security.open("/admin/users").text
    clock.advance(timedelta(minutes=11))
    assert security.send("/admin/users/cwb1/password", {}, page=page).status_code == 403  # without the password
    shown = security.send("/admin/users/cwb1/password", {"_password": OWN}, page=page)

    found = re.search(r'first-password"><code translate="no">([a-z2-9-]{14})<', shown.text)
    assert found is not None
    assert found[1] not in security.open(page).text
    assert "no-store" in shown.headers["Cache-Control"]
    assert Person(app.test_client(), "cwb1", found[1]).answer.location == FURTHER


def test_a_house_without_a_security_administrator_is_told_so(app: APIFlask) -> None:
    assert "三员未分立" in Person(app.test_client(), "admin").open("/admin/users").text


@pytest.mark.parametrize("call", ["password/ask", "password/drop", "subject/forget"])
def test_calls_answer_how_somebody_gets_in(office: Engine, app: APIFlask, call: str) -> None:
    admin = Caller(app.test_client(), "admin")

    answer = admin.post(f"/users/cwb1/{call}")

    assert answer.status_code == 200, answer.text
    assert admin.get("/users/cwb1/access").get_json() == {
        "password": "own",
        "until": None,
        "asked": call == "password/ask",
        "asked_by": people.actor(office, "admin").name if call == "password/ask" else "",
        "factor": False,
    }


def test_a_call_binds_and_forgets_a_subject_with_a_fresh_token(office: Engine, app: APIFlask, clock: FakeClock) -> None:
    office.settings = office.settings.model_copy(update={"oidc_issuer": "https://idp.example"})
    admin = Caller(app.test_client(), "admin")

    bound = admin.post("/users/cwb1/subject", {"subject": "248289"})

    assert bound.get_json() == {"subject": "248289", "issuer": "https://idp.example", "password": True}
    assert admin.post("/users/cwb1/subject", {"subject": "other"}).status_code == 409
    assert people.sign_in_as(office, people.Told("https://idp.example", "248289")).login == "cwb1"
    clock.advance(timedelta(minutes=11))
    assert admin.post("/users/cwb1/subject/forget").get_json()["code"] == "auth.confirm"
    fresh = Caller(app.test_client(), "admin")
    assert fresh.post("/users/cwb1/subject/forget").get_json()["subject"] == ""
    assert fresh.post("/users/cwb1/factor/reset").get_json()["code"] == "auth.step"
