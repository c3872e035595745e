"""Who called, from where, and what they sent that was refused: what the log knows; and what a logout leaves behind."""

import json
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.verbs import people
from tests.support.clock import FakeClock
from tests.web.conftest import Caller
from tests.web.pages import Person
from web import create_app

CHAIN = "198.51.100.9, 203.0.113.7, 10.0.0.2"


def lines(capfd: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    return [line for line in found if line["event"] == event]


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "10.0.0.2"), (2, "203.0.113.7")])
def test_the_address_of_a_caller_is_what_trusted_proxies_say(
    office: Engine, capfd: pytest.CaptureFixture[str], proxies: int, address: str
) -> None:
    office.settings = office.settings.model_copy(update={"proxies": proxies})
    client: FlaskClient = create_app(office).test_client()
    forged = {"X-Forwarded-For": CHAIN, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"}

    answer = client.post("/api/v1/tokens", json={"login": "cwb1", "password": "wrong"}, headers=forged)
    page = client.get("/inbox", headers=forged)

    assert answer.status_code == 401
    assert [line["address"] for line in lines(capfd, "refused")] == [address]
    assert page.location == "/login?next=/inbox"


def test_what_was_refused_as_input_stands_in_the_log_by_code_and_never_by_its_words(
    app: APIFlask, capfd: pytest.CaptureFixture[str]
) -> None:
    caller, person = Caller(app.test_client(), "cwb1"), Person(app.test_client(), "cwb1")
    capfd.readouterr()

    caller.post("/instances", {"process": "none-geheim", "data": {}})
    caller.client.post("/api/v1/tokens", data="geheim", content_type="text/plain")
    person.send("/settings/security/password", {"old": PASSWORD, "new": "geheim"}, page="/settings/security")

    err = capfd.readouterr().err
    found = [json.loads(line) for line in err.splitlines()]
    told = [(line["code"], line["status"]) for line in found if line["event"] == "input refused"]
    assert ("json.type", 415) in told
    assert ("auth.password", 422) in told
    assert "geheim" not in err.replace("none-geheim", "")
    assert {line["person"] for line in found if line.get("code") == "auth.password"} == {
        people.actor(app.extensions["sanban"], "cwb1").id
    }


def test_a_logout_tells_the_browser_to_keep_nothing(app: APIFlask, clock: FakeClock) -> None:
    person = Person(app.test_client(), "cwb1")

    left = person.send("/logout", {})

    assert left.headers["Clear-Site-Data"] == '"storage"'
    assert "Clear-Site-Data" not in person.open("/login").headers
    assert person.open("/inbox").status_code == 303
