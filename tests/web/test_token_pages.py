"""Access tokens on the page of one's settings: made with the password said again, shown once, revoked by number."""

import re
from datetime import timedelta
from html import unescape

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.store.tables import person
from engine.verbs.people import tokens
from tests.support import telephone
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.pages import Person

PAGE = "/settings/tokens"
TEXT = re.compile(r'<code class="secret" translate="no">([^<]+)</code>')
ROW = re.compile(r'<th scope="row">(\d+)')


@pytest.fixture
def me(client: FlaskClient) -> Person:
    return Person(client, "rlb1")


def make(me: Person, **given: str) -> TestResponse:
    return me.send(PAGE, {"scope": "read", "days": "7", "_password": PASSWORD, **given}, page=PAGE)


def text_of(answer: TestResponse) -> str:
    found = TEXT.search(answer.text)
    assert found is not None
    return unescape(found[1])


def called(app: APIFlask, text: str, path: str, **body: str) -> int:
    """What the interface answers a program with this token."""
    program, headers = app.test_client(), {"Authorization": f"Bearer {text}", "Idempotency-Key": path}
    answer = program.post(f"/api/v1{path}", json=body, headers=headers) if body else None
    return (answer or program.get(f"/api/v1{path}", headers=headers)).status_code


def test_a_token_is_shown_once_listed_without_its_text_and_reaches_as_far_as_was_chosen(
    app: APIFlask, office: Engine, clock: FakeClock, me: Person
) -> None:
    assert "没有有效的访问令牌" in me.open(PAGE).text

    answer = make(me)
    text, listed = text_of(answer), me.open(PAGE).text

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert tokens.bearer(office, text).scope == "read"
    assert called(app, text, "/inbox") == 200
    assert called(app, text, "/instances", process="document_issue") == 403
    assert text not in listed
    assert len(ROW.findall(listed)) == 1
    assert f"{clock() + timedelta(days=7, hours=8):%Y-%m-%d %H:%M}" in listed


def test_a_revoked_token_opens_nothing_any_more(app: APIFlask, me: Person) -> None:
    text = text_of(make(me, scope="all"))
    number = ROW.findall(me.open(PAGE).text)[0]

    ended = me.send(f"{PAGE}/{number}/end", {}, page=PAGE)
    again = me.send(f"{PAGE}/{number}/end", {}, page=PAGE)

    assert (ended.status_code, ended.headers["Location"]) == (303, PAGE)
    assert called(app, text, "/inbox") == 401
    assert again.status_code == 422
    assert "没有这个访问令牌，或它已失效" in again.text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"_password": "wrong"}, "密码不正确"),
        ({"_password": ""}, "密码不正确"),
        ({"days": "31"}, "有效期 1 至 30 天"),
        ({"days": "0"}, "有效期 1 至 30 天"),
        ({"days": "七"}, "有效期 1 至 30 天"),
        ({"scope": "everything"}, "范围应为"),
        ({"scope": ""}, "范围应为"),
    ],
    ids=str,
)
def test_what_is_wrong_makes_no_token_and_is_said(office: Engine, me: Person, given: dict[str, str], said: str) -> None:
    before = everything(office)["token"]

    answer = make(me, **given)

    assert answer.status_code == 422
    assert said in answer.text
    assert TEXT.search(answer.text) is None
    assert everything(office)["token"] == before


def test_nobody_sees_or_ends_a_token_of_somebody_else(app: APIFlask, me: Person) -> None:
    text = text_of(make(me))
    number = ROW.findall(me.open(PAGE).text)[0]
    other = Person(app.test_client(), "admin")

    assert ROW.findall(other.open(PAGE).text) == []
    assert other.send(f"{PAGE}/{number}/end", {}, page=PAGE).status_code == 422
    assert called(app, text, "/inbox") == 200


def test_whoever_has_a_second_factor_says_a_code_too(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    me = Person(app.test_client(), "cwb1")
    secret, _codes = telephone.enrol(office, "cwb1")
    clock.advance(timedelta(minutes=1))

    lacking = make(me)
    made = make(me, _code=telephone.code_at(secret, clock()))

    assert 'name="_code"' in me.open(PAGE).text
    assert (lacking.status_code, made.status_code) == (422, 200)
    assert tokens.bearer(office, text_of(made)).actor.login == "cwb1"


def test_whoever_has_no_password_here_only_ends_tokens(app: APIFlask, office: Engine) -> None:
    me = Person(app.test_client(), "rlb2")
    text = text_of(make(me))
    with office.store.transaction() as tx:  # whoever comes from the provider never had one
        tx.execute(update(person).where(person.c.login == "rlb2").values(password_hash=""))
    number = ROW.findall(me.open(PAGE).text)[0]

    seen, answer = me.open(PAGE).text, make(me)
    ended = me.send(f"{PAGE}/{number}/end", {}, page=PAGE)

    assert 'name="_password"' not in seen
    assert "不能新建访问令牌" in seen
    assert answer.status_code == 422
    assert ended.status_code == 303
    assert called(app, text, "/inbox") == 401


def test_in_english_the_page_says_the_same(me: Person) -> None:
    me.send("/settings/language", {"language": "en", "next": "/inbox"})

    answer = make(me, scope="work")

    assert "Shown this once" in answer.text
    assert "Also works on your own cases" in answer.text
    assert 'value="work" checked' in answer.text
