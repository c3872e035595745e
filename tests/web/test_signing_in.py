"""Sessions: who comes in, where they go on, and when a session is over."""

from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import people
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.web.pages import Person


def test_every_page_asks_for_a_login_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/inbox?due=overdue")

    assert answer.status_code == 303
    assert answer.location == "/login?next=/inbox?due%3Doverdue"


def test_a_wrong_password_and_an_unknown_login_read_the_same(client: FlaskClient) -> None:
    wrong = Person(client, "zhuren", "not the password").answer
    unknown = Person(client, "nobody", "not the password").answer

    assert wrong.status_code == unknown.status_code == 401
    assert "用户名或密码不正确" in wrong.text
    assert "用户名或密码不正确" in unknown.text


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\r\nb",
        "",
    ],
)
def test_next_never_leads_to_another_server(client: FlaskClient, address: str) -> None:
    """A52."""
    person = Person(client, "nobody", "wrong")

    answer = person.send("/login", {"login": "zhuren", "password": "sanban-demo", "next": address}, page="/login")

    assert answer.status_code == 303
    assert answer.location == "/"


def test_next_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    person = Person(client, "nobody", "wrong")

    answer = person.send("/login", {"login": "zhuren", "password": "sanban-demo", "next": "/mine?q=1"}, page="/login")

    assert answer.location == "/mine?q=1"


def test_logging_in_begins_a_new_session(client: FlaskClient) -> None:
    """A47."""
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"

    Person(client, "zhuren")

    with client.session_transaction() as after:
        assert "planted" not in after


def test_a_session_ends_after_eight_hours_by_logout_and_by_a_new_password(
    app: APIFlask, office: Engine, clock: FakeClock
) -> None:
    tired, leaving, renewed = (Person(app.test_client(), "zhuren") for _ in range(3))
    leaving.send("/logout", {})
    assert leaving.open("/inbox").status_code == 303

    passwords.give(office, "zhuren", "another-password")
    assert renewed.open("/inbox").status_code == 303

    fresh = Person(app.test_client(), "zhuren", "another-password")
    clock.advance(timedelta(hours=7))
    assert fresh.open("/inbox").status_code == 200
    clock.advance(timedelta(hours=2))
    assert fresh.open("/inbox").status_code == 303
    assert tired.open("/inbox").status_code == 303


def test_who_is_disabled_is_out_at_once(client: FlaskClient, office: Engine) -> None:
    person = Person(client, "rlb1")
    people.deactivate(office, "rlb1", people.actor(office, "admin"))

    assert person.open("/inbox").status_code == 303


def test_a_form_from_elsewhere_is_refused(client: FlaskClient) -> None:
    Person(client, "zhuren")

    assert client.post("/settings/theme", data={"theme": "dark"}).status_code == 403
    assert client.post("/logout").status_code == 403


def test_a_script_whose_session_is_over_is_sent_to_the_login(client: FlaskClient) -> None:
    answer = client.get("/inbox", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login?next=")


def test_cookies_are_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = Person(client, "zhuren").answer.headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a45_wrong_passwords_cost_more_and_more_time_for_known_and_unknown_alike(
    app: APIFlask, client: FlaskClient, clock: FakeClock
) -> None:
    waits: dict[str, list[int]] = {}

    for login in ("zhuren", "nobody"):
        for _ in range(7):
            assert Person(client, login, "wrong").answer.status_code == 401
            early = Person(client, login, "sanban-demo").answer
            assert early.status_code == 429
            assert "秒后再试" in early.text
            waits.setdefault(login, []).append(int(early.headers["Retry-After"]))
            clock.advance(timedelta(seconds=waits[login][-1]))

    assert waits["zhuren"] == waits["nobody"] == [3, 6, 12, 24, 48, 60, 60]
    # whoever knows the password comes in when the time is over, and begins anew
    assert Person(client, "zhuren").answer.status_code == 303
    assert Person(app.test_client(), "zhuren", "wrong").answer.status_code == 401
    assert Person(app.test_client(), "zhuren").answer.headers["Retry-After"] == "3"


def test_a45_a_token_costs_the_same_patience(client: FlaskClient) -> None:
    wrong = client.post("/api/v1/tokens", json={"login": "zhuren", "password": "wrong"})
    early = client.post("/api/v1/tokens", json={"login": "zhuren", "password": "sanban-demo"})

    assert (wrong.status_code, wrong.get_json()["code"]) == (401, "auth.failed")
    assert (early.status_code, early.get_json()["code"], early.get_json()["retry_after"]) == (429, "auth.slow", 3)
