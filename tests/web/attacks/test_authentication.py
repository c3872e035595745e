"""A46 to A57: passwords, sessions, cookies, forms from elsewhere, forged hosts, and doors that should not exist."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from engine.errors import BadInput, NotAllowed, TooSoon
from engine.runtime import Engine
from engine.verbs import people
from engine.verbs.people import signing
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.web.attacks.conftest import House
from tests.web.cases import DRAFTER, HEAD
from tests.web.conftest import Caller
from tests.web.pages import Person

COMMON = ["12345678", "password", "iloveyou", "qwertyuiop", "PASSWORD1", "11111111", "abababab"]
NAMED = ["sanban-demo", "my-Sanban-2026", "cwb1-2026-secret", "三办三办三办三办"]


@pytest.mark.parametrize("password", [*COMMON, *NAMED, "short", "x" * 201])
def test_a46_a_password_that_would_be_guessed_is_refused(house: House, password: str) -> None:
    me = people.actor(house.engine, "cwb1")

    with house.unchanged(), pytest.raises(BadInput) as refused:
        people.change_password(house.engine, me, "sanban-demo", password)
    assert refused.value.reason == "auth.password"


def test_a46_a_new_password_needs_the_old_one_and_ends_everything(app: APIFlask, clock: FakeClock) -> None:
    here, elsewhere = (Person(app.test_client(), DRAFTER) for _ in range(2))
    wrong = here.send(
        "/settings/security/password", {"old": "wrong", "new": "六月的雨下得正好"}, page="/settings/security"
    )
    assert wrong.status_code == 422
    assert elsewhere.open("/inbox").status_code == 200
    clock.advance(timedelta(minutes=1))  # after a wrong one the next try has to wait

    done = here.send(
        "/settings/security/password", {"old": "sanban-demo", "new": "六月的雨下得正好"}, page="/settings/security"
    )

    assert done.status_code == 303
    assert [p.open("/inbox").status_code for p in (here, elsewhere)] == [303, 303]
    assert Person(app.test_client(), DRAFTER, "六月的雨下得正好").answer.status_code == 303


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("sanban")
    assert found is not None
    return found.value


def open_with(app: Flask, value: str) -> int:
    """What the inbox answers to somebody who has only this cookie."""
    client = app.test_client()
    client.set_cookie("sanban", value)
    return client.get("/inbox").status_code


def signed(key: str, payload: dict[str, object]) -> str:
    """A session cookie as a program with this key would sign it."""
    forger = Flask("forger")
    forger.secret_key = key or None
    serializer = SecureCookieSessionInterface().get_signing_serializer(forger)
    return str(serializer.dumps(payload)) if serializer else "e30.x.y"


def test_a48_a_cookie_that_was_edited_or_signed_by_others_opens_nothing(house: House) -> None:
    person = house.person(DRAFTER)
    real = cookie(person.client)
    head, _, tail = real.partition(".")
    with person.client.session_transaction() as kept:
        payload = dict(kept)
    assert open_with(house.app, real) == 200

    forged = {
        "cut": head,
        "unsigned": f"{head}..",
        "edited": f"{head[:-2]}xx.{tail}",
        "another key": signed("k" * 48, payload),
        "no key": signed("", payload),
        "nonsense": "'; DROP TABLE session; --",
        "empty": "",
    }

    assert {name: open_with(house.app, value) for name, value in forged.items()} == dict.fromkeys(forged, 303)


def test_a48_another_person_in_a_signed_cookie_is_nobody(house: House) -> None:
    """Even with the key of the server: the session belongs to one person."""
    with house.person(DRAFTER).client.session_transaction() as kept:
        payload = dict(kept) | {"_user_id": str(people.actor(house.engine, "admin").id)}

    assert open_with(house.app, signed(str(house.app.secret_key), payload)) == 303


def test_a49_whoever_copied_the_cookie_is_out_at_once(app: APIFlask, office: Engine) -> None:
    admin = people.actor(office, "admin")
    endings: dict[str, Callable[[Person, str], object]] = {
        "cwb1": lambda person, _login: person.send("/logout", {}),
        "rlb1": lambda _person, login: passwords.give(office, login, "六月的雨下得正好"),
        "vp_b": lambda _person, login: people.deactivate(office, login, admin, to="vp_a"),
        "wenshu_a": lambda _person, login: people.sign_out(office, login, admin),
        "zhuren": lambda _person, login: people.end_sessions(office, people.actor(office, login)),
    }

    for login, end in endings.items():
        person = Person(app.test_client(), login)
        copied = cookie(person.client)
        before = open_with(app, copied)
        end(person, login)

        assert (login, before, open_with(app, copied)) == (login, 200, 303)


def test_a49_a_session_is_ended_from_the_list(app: APIFlask) -> None:
    here, there = Person(app.test_client(), DRAFTER), Person(app.test_client(), DRAFTER)
    number = next(
        s.id for s in people.open_sessions(app.extensions["sanban"], people.actor(app.extensions["sanban"], DRAFTER))
    )

    stranger = Person(app.test_client(), "cwb1")
    refused = stranger.send("/settings/security/end", {"session": str(number)}, page="/settings/security")
    assert (refused.status_code, there.open("/inbox").status_code) == (422, 200)

    assert here.send("/settings/security/end", {}, page="/settings/security").status_code == 303
    assert (here.open("/inbox").status_code, there.open("/inbox").status_code) == (200, 303)


def test_a50_no_get_changes_anything_and_no_form_from_elsewhere_counts(house: House) -> None:
    person, rules = house.person(HEAD), [r for r in house.app.url_map.iter_rules() if not r.arguments]
    pages = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    changing = [r.rule for r in rules if "POST" in (r.methods or ()) and not r.endpoint.startswith("api.")]

    with house.unchanged():
        for path in changing:
            if path not in pages:
                assert person.open(path).status_code in (403, 404, 405), path
            refused = 400 if path == "/login/sso/backchannel" else 403  # no form: what counts there is a signature
            for fields, headers in (
                ({}, {"Origin": "https://evil.example"}),
                ({"csrf_token": "guessed"}, {}),
            ):
                assert person.client.post(path, data=fields, headers=headers).status_code == refused, path
            answer = person.client.post(path, data="{}", content_type="text/plain")
            assert answer.status_code == refused, path


def test_a51_no_page_can_be_put_into_a_frame(house: House) -> None:
    answer = house.person(HEAD).open(f"/t/{house.number}")

    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "gopher"}, {"X-Forwarded-For": "127.0.0.1"},
     {"Forwarded": "host=evil.example"}, {"X-Original-URL": "/admin/users"}],
)  # fmt: skip
def test_a53_forged_forwarding_headers_count_for_nothing(house: House, headers: dict[str, str]) -> None:
    for path in ("/", "/inbox", f"/t/{house.number}"):
        answer = house.person(HEAD).open(path, **headers)

        assert answer.status_code in (200, 302, 303)
        assert "evil.example" not in answer.text + answer.headers.get("Location", "")


def test_a54_a_link_of_a_mail_shows_a_page_and_never_acts(house: House) -> None:
    """Links carry no right: a scanner that fetches them, or another person, does nothing with them."""
    link = f"/d/{house.number}"
    house.person("cwb1"), house.person(HEAD)

    with house.unchanged():
        scanner = house.app.test_client().get(link)
        other = house.person("cwb1").open(link)
        own = house.person(HEAD).open(f"{link}?outcome=approve&decide=1")

    assert (scanner.status_code, other.status_code) == (303, 404)
    assert scanner.location.startswith("/login")
    assert own.status_code in (200, 303)


def test_a55_a_token_is_no_wider_than_its_person_of_this_moment(office: Engine, app: APIFlask) -> None:
    caller = Caller(app.test_client(), "admin")
    assert caller.get("/users").status_code == 200

    people.sign_out(office, "admin", None)

    assert caller.get("/users").status_code == 401


@pytest.mark.parametrize(
    "path", ["/setup", "/install", "/init", "/admin/setup", "/register", "/signup", "/api/v1/setup"]
)
def test_a56_there_is_no_page_that_sets_up_a_second_time(house: House, path: str) -> None:
    for client in (house.app.test_client(), house.person("admin").client):
        assert client.get(path).status_code in (404, 401)
        assert client.post(path, data={"login": "root", "password": "六月的雨下得正好"}).status_code in (
            400,
            401,
            404,
            405,
        )


@pytest.mark.parametrize("path", ["/console", "/__debugger__", "/.git/config", "/.env", "/debug", "/server-status"])
def test_a57_nothing_for_developers_is_there(house: House, path: str) -> None:
    answer = house.app.test_client().get(path + "?__debugger__=yes&cmd=resource&f=style.css")

    assert answer.status_code == 404
    assert house.app.debug is False


def test_a57_the_numbers_are_for_this_machine_or_a_token(house: House) -> None:
    stranger = house.app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    here = house.app.test_client().get("/metrics")

    assert (stranger.status_code, here.status_code) == (404, 200)


def test_a89_a_storm_of_logins_leaves_room_for_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "_PATIENCE", 0.01)
    held = [signing._CHECKS.acquire(timeout=60) for _ in range(4)]
    try:
        with pytest.raises(TooSoon) as busy:
            people.sign_in(house.engine, "cwb1", "sanban-demo")
        answer = house.app.test_client().post("/api/v1/tokens", json={"login": "cwb1", "password": "sanban-demo"})
    finally:
        for _ in held:
            signing._CHECKS.release()

    assert busy.value.reason == "auth.busy"
    assert (answer.status_code, answer.get_json()["code"]) == (429, "auth.busy")
    assert answer.headers["Retry-After"] == "5"
    with pytest.raises(NotAllowed):
        people.sign_in(house.engine, "nobody-at-all", "x")
