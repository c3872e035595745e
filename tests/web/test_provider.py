"""Signing in by an OpenID provider on a real port: who comes in, who does not, and which answers are believed."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from pydantic import ValidationError
from werkzeug.test import TestResponse

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import house_record
from engine.verbs import people
from tests.support.clock import FakeClock
from tests.support.provider import (
    CLIENT,
    Claims,
    Provider,
    another_key,
    by_client_secret,
    by_public_key,
    changed_afterwards,
    of_another_kind,
    running_provider,
    settings_for,
    unsigned,
)
from tests.web.cases import item_of
from tests.web.pages import Person
from tests.web.test_confirming import APPROVER, approved
from tests.web.test_confirming import number as number
from web import create_app

SUBJECT = "248289761001"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def answer_of(address: str) -> str:
    """Where the provider sends a browser that comes with this address."""
    try:
        build_opener(_Stay()).open(address, timeout=5)
    except OSError as answer:  # a redirect that is not followed
        found = str(answer.headers["Location"])  # type: ignore[attr-defined]
        parts = urlsplit(found)
        return f"{parts.path}?{parts.query}"
    raise AssertionError("the provider did not send anybody back")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider as it is when nobody has told it to cheat."""
    clean = Provider(key=running.key)
    for name in ("person", "cheat", "sign", "metadata", "keeps_old_logins", "asked", "codes"):
        setattr(running, name, getattr(clean, name))
    return running


@pytest.fixture
def office(furnished_home: Path, clock: FakeClock, tmp_path: Path, provider: Provider) -> Iterator[Engine]:
    """An office that signs in by the provider and binds by login."""
    shutil.copytree(furnished_home, tmp_path / "office")
    settings = settings_for(provider, tmp_path / "office")
    engine = open_engine(now=clock, settings=settings)
    yield engine
    engine.close()


def sign_in(client: FlaskClient, path: str = "/login/sso?next=/mine") -> TestResponse:
    """The whole way: to the provider, and back with what it says."""
    return client.get(answer_of(client.get(path).location))


def test_somebody_comes_in_by_the_provider_and_is_bound_once(office: Engine, app: APIFlask, provider: Provider) -> None:
    client = app.test_client()
    assert 'href="/login/sso?next=' in client.get("/login?next=/mine").text

    first, again = sign_in(client), sign_in(app.test_client(), "/login/sso?next=//evil.example")

    assert (first.status_code, first.location) == (303, "/mine")
    assert (again.status_code, again.location) == (303, "/")
    assert client.get("/inbox").status_code == 200
    asked = provider.asked[0]
    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    me = people.actor(office, "cwb1")
    assert len(people.open_sessions(office, me)) == 2
    with office.store.reading() as tx:
        assert [(e.verb, e.detail["login"]) for e in house_record.entries(tx)] == [("bound", "cwb1")]


def test_leaving_ends_the_session_here_and_offers_to_leave_there(
    office: Engine, app: APIFlask, provider: Provider
) -> None:
    client = app.test_client()
    sign_in(client)
    token = Person.hidden(_as_person(client), "/inbox")

    left = client.post("/logout", data=token)

    assert people.open_sessions(office, people.actor(office, "cwb1")) == ()
    assert "同时退出统一认证" in client.get(left.location).text
    out = client.get("/login/sso/out")
    assert out.location.startswith(f"{provider.issuer}/out?")
    assert client.get("/inbox").status_code == 303


def _as_person(client: FlaskClient) -> Person:
    person = Person.__new__(Person)
    person.client = client
    return person


Cheat = tuple[Callable[[Claims], Claims] | None, Callable[[Provider, Claims], str] | None]
CHEATS: dict[str, Cheat] = {
    "signed by another key": (None, another_key),
    "not signed at all": (None, unsigned),
    "signed with the public key as a secret": (None, by_public_key),
    "signed with the secret of the client": (None, by_client_secret),
    "changed after it was signed": (None, changed_afterwards),
    "no token but words": (None, lambda _p, _c: "not.a.token"),
    "expired": (lambda c: c | {"exp": int(time.time()) - 600, "iat": int(time.time()) - 900}, None),
    "without an end": (lambda c: {k: v for k, v in c.items() if k != "exp"}, None),
    "of tomorrow": (lambda c: c | {"nbf": int(time.time()) + 86400}, None),
    "for another client": (lambda c: c | {"aud": "another-office"}, None),
    "for several, and not said for which": (lambda c: c | {"aud": [CLIENT, "another-office"]}, None),
    "for several, and made for the other": (lambda c: c | {"aud": [CLIENT, "other"], "azp": "other"}, None),
    "without an audience": (lambda c: {k: v for k, v in c.items() if k != "aud"}, None),
    "of another issuer": (lambda c: c | {"iss": "https://evil.example"}, None),
    "without an issuer": (lambda c: {k: v for k, v in c.items() if k != "iss"}, None),
    "with the nonce of another login": (lambda c: c | {"nonce": "another"}, None),
    "without a nonce": (lambda c: {k: v for k, v in c.items() if k != "nonce"}, None),
    "without a nonce, and says that it knows none": (
        lambda c: {k: v for k, v in c.items() if k != "nonce"} | {"nonce_supported": False},
        None,
    ),
    "without a subject": (lambda c: {k: v for k, v in c.items() if k != "sub"}, None),
    "with an empty subject": (lambda c: c | {"sub": ""}, None),
    "of another kind": (None, of_another_kind),
    "for another access token": (lambda c: c | {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, None),
}


def test_no_forged_token_is_believed(office: Engine, app: APIFlask, provider: Provider) -> None:
    believed = []

    for name, (cheat, sign) in CHEATS.items():
        provider.cheat, provider.sign = cheat, sign
        client = app.test_client()
        answer = sign_in(client)
        if answer.status_code != 403 or "统一认证返回的结果无效" not in answer.text or "not valid" not in answer.text:
            believed.append((name, answer.status_code))
        assert client.get("/inbox").status_code == 303

    assert believed == []
    with office.store.reading() as tx:
        assert house_record.entries(tx) == []


def test_an_answer_that_nobody_asked_for_is_refused(app: APIFlask, provider: Provider) -> None:
    victim, attacker = app.test_client(), app.test_client()
    back = answer_of(attacker.get("/login/sso").location)
    own = answer_of(victim.get("/login/sso").location)

    for address in (
        back,  # a login that somebody else began: state
        "/login/sso/back",
        own.replace("state=", "state=x"),
        own.replace("iss=http", "iss=https"),
        "/login/sso/back?error=access_denied&state=x",
    ):
        assert victim.get(address).status_code == 403
    assert attacker.get(back).status_code == 303
    assert attacker.get("/inbox").status_code == 200
    assert app.test_client().get(back).status_code == 403  # the code is used up, and the state is not there


def test_a_provider_with_another_name_or_without_an_answer_lets_nobody_in(office: Engine, provider: Provider) -> None:
    provider.metadata = {"issuer": "http://127.0.0.1:1"}
    other = create_app(office).test_client()
    assert other.get("/login/sso").status_code == 403
    provider.metadata = {}
    assert other.get("/login/sso").status_code == 303  # asked anew: the wrong answer was not kept

    office.settings = office.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9"})
    down = create_app(office).test_client()
    answer = down.get("/login/sso")

    assert (answer.status_code, "统一认证暂时不能访问" in answer.text) == (503, True)
    assert Person(down, "cwb1").answer.status_code == 303  # who has a password comes in all the same


FOUND: tuple[tuple[Claims, str, str], ...] = (
    ({"sub": "1", "preferred_username": "nobody"}, "login", "auth.stranger"),
    ({"sub": "1", "preferred_username": "cwb1"}, "never", "auth.stranger"),
    ({"sub": "1", "preferred_username": "admin"}, "login", "auth.stranger"),  # the three are bound by hand
    ({"sub": "1", "email": "cwb1@huayuan.example"}, "mail", "auth.stranger"),  # not verified
    ({"sub": "1", "email": "cwb1@huayuan.example", "email_verified": "true"}, "mail", "auth.stranger"),
    ({"sub": "1", "email": "CWB1@huayuan.example", "email_verified": True}, "mail", ""),
    ({"sub": "2", "preferred_username": "CWB2"}, "login", ""),
    ({"sub": "2"}, "login", "auth.left"),
)
WORDS = {
    "": (),
    "auth.stranger": ("没有与之对应的本系统账号", "no account here"),
    "auth.left": ("账号已停用", "is disabled"),
}


def test_who_is_found_the_first_time_and_who_is_not(office: Engine, app: APIFlask, provider: Provider) -> None:
    wrong, signed_in = [], app.test_client()

    for person, how, code in FOUND:
        office.settings = office.settings.model_copy(update={"oidc_bind": how})
        provider.person = person
        if code == "auth.left":
            assert sign_in(signed_in).status_code == 303
            people.deactivate(office, "cwb2", None, to="cwb1")
            assert signed_in.get("/inbox").location.startswith("/login")
        answer = sign_in(app.test_client())
        if answer.status_code != (403 if code else 303) or not all(word in answer.text for word in WORDS[code]):
            wrong.append((person, how, answer.status_code))

    assert wrong == []


def test_refused_and_accepted_logins_stand_in_the_log_without_names(
    app: APIFlask, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    provider.person = {"sub": "1", "preferred_username": "a-stranger"}
    sign_in(app.test_client())
    provider.person = {"sub": SUBJECT, "preferred_username": "cwb1"}
    sign_in(app.test_client())

    said = capsys.readouterr().err
    lines = [json.loads(line) for line in said.splitlines()]
    told = [(line["event"], line.get("code"), line.get("via")) for line in lines]
    assert ("sign-in refused", "auth.stranger", "provider") in told
    assert ("signed in", None, "provider") in told
    assert "a-stranger" not in said


def test_a_seal_is_approved_after_a_fresh_login_at_the_provider(
    office: Engine, app: APIFlask, clock: FakeClock, provider: Provider, number: str
) -> None:
    provider.person = {"sub": "7", "preferred_username": APPROVER}
    client = app.test_client()
    sign_in(client)
    person = _as_person(client)
    item = item_of(office, number, APPROVER)
    fields = {"_item": str(item), "_outcome": "approve", "_opinion": "同意。"}
    clock.advance(timedelta(minutes=11))

    stale = person.open(f"/t/{number}?item={item}").text
    assert "/login/sso/confirm" in stale
    assert person.send(f"/t/{number}/decide", fields).status_code == 422

    provider.keeps_old_logins = True
    assert "没有要求重新登录" in sign_in(client, "/login/sso/confirm").text
    provider.keeps_old_logins = False
    provider.person = {"sub": "8", "preferred_username": "cwb1"}
    assert "不是您本人" in sign_in(client, "/login/sso/confirm").text
    assert person.send(f"/t/{number}/decide", fields).status_code == 422
    assert not approved(office, number)

    provider.person = {"sub": "7"}
    done = sign_in(client, "/login/sso/confirm")
    assert (done.status_code, "已确认是您本人" in done.text) == (200, True)
    assert provider.asked[-1]["prompt"] == "login"
    assert provider.asked[-1]["max_age"] == "0"
    assert person.send(f"/t/{number}/decide", fields).status_code == 303
    assert approved(office, number)


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://idp.example", "oidc_client_id": "a"},
        {"oidc_issuer": "idp.example", "oidc_client_id": "a"},
        {"oidc_issuer": "https://idp.example"},
        {"oidc_issuer": "https://idp.example", "oidc_client_id": "a", "oidc_scopes": "profile"},
        {"oidc_bind": "name"},
    ],
)
def test_settings_of_a_provider_that_cannot_be_meant_stop_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_without_a_provider_there_is_no_button_and_no_way(
    engine: Engine,
) -> None:
    client = create_app(engine).test_client()

    assert "/login/sso" not in client.get("/login").text
    answer = client.get("/login/sso/back?code=a&state=b")
    assert (answer.status_code, "没有设置统一认证" in answer.text) == (404, True)
