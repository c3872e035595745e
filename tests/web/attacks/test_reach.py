"""A55: a token does no more than it was issued for, less than its person may, and ends when it is told to."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from werkzeug.routing import Rule

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.verbs import people
from engine.verbs.people import tokens
from tests.support import passwords
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.attacks.conftest import House
from tests.web.attacks.test_interface import told
from tests.web.cases import HEAD
from tests.web.conftest import Caller
from tests.web.test_policies import listed
from web.api.blueprint import CHANGES_NOTHING, PUBLIC
from web.api.reach import ENDS_ITSELF, WORK

OWN_AFFAIRS = ("person", "reader", "runner", "performer")  # policies of what takes no office
# whom one lets act in one's place, and other tokens: more than work
WIDER = {"api.substitute", "api.end_substitution", "api.take_leave", "api.end_leave", "api.end_token"}


class Narrow(Caller):
    """A program whose token reaches only so far."""

    def __init__(self, house: House, login: str, scope: str, **more: Any) -> None:
        self.client = house.app.test_client()
        answer = self.client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD, "scope": scope, **more})
        assert (answer.status_code, answer.get_json()["scope"]) == (200, scope)
        self.headers = {"Authorization": f"Bearer {answer.get_json()['token']}"}


def changing(app: APIFlask) -> Iterator[tuple[Rule, str]]:
    """Every call that changes something, with its method."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and rule.endpoint not in (*PUBLIC, *CHANGES_NOTHING, ENDS_ITSELF):
            yield from ((rule, method) for method in sorted((rule.methods or set()) & {"POST", "DELETE"}))


@pytest.mark.parametrize("scope", ["read", "work"])
def test_a55_a_token_refuses_every_call_beyond_its_scope_whoever_has_it(house: House, scope: str) -> None:
    admin, wrong, within = Narrow(house, "admin", scope), [], set()
    before = everything(house.engine)
    for rule, method in changing(house.app):
        path = re.sub(r"<(int:)?\w+>", lambda found: "999999" if found[1] else "none", rule.rule)
        answer = admin.client.open(path, method=method, json={}, headers=admin.keyed())
        if (answer.get_json(silent=True) or {}).get("code") != "auth.scope":
            within.add(rule.endpoint)
        elif answer.status_code != 403 or not told(answer)["hint"]:
            wrong.append((rule.rule, method, answer.status_code))
    after = everything(house.engine)

    assert wrong == []
    # to drop a draft that is not there is done, and its key is kept
    assert {name for name in after if after[name] != before[name]} <= ({"idempotency"} if scope == "work" else set())
    assert within == (WORK if scope == "work" else set())


def test_a55_what_work_reaches_are_ones_own_affairs_and_nothing_of_an_office(house: House) -> None:
    policies, calls = listed(), {rule.endpoint for rule, _ in changing(house.app)}

    assert {one for one in calls if policies[one][0] in OWN_AFFAIRS} == WORK | WIDER


def test_a55_a_token_for_reading_reads_and_one_for_work_decides(house: House) -> None:
    reading, working, body = Narrow(house, HEAD, "read"), Narrow(house, HEAD, "work"), {"outcome": "nonsense"}

    with house.unchanged():
        assert reading.get("/inbox").status_code == 200
        assert reading.get(f"/items/{house.item}").status_code == 200
        refused = reading.post(f"/items/{house.item}/decision", body)
        understood = working.post(f"/items/{house.item}/decision", body)

    assert (refused.status_code, told(refused)["code"]) == (403, "auth.scope")
    assert (understood.status_code, told(understood)["code"]) == (422, "work.outcome")


def test_a55_no_scope_is_wider_than_its_person(house: House) -> None:
    whole = Narrow(house, "cwb1", "all")

    with house.unchanged():
        answer = whole.post("/users/rlb1/deactivate", {"reason": "离岗"})

    assert (answer.status_code, told(answer)["code"]) == (403, "authz.denied")


def test_a55_who_holds_a_token_cannot_widen_it(house: House) -> None:
    narrow = Narrow(house, HEAD, "read")
    epoch, _scope, secret = narrow.headers["Authorization"].split()[1].split(".")

    for text in (f"{epoch}.all.{secret}", f"{epoch}.{secret}", f"{epoch}.work.{secret}"):
        answer = narrow.client.get("/api/v1/inbox", headers={"Authorization": f"Bearer {text}"})
        assert (answer.status_code, told(answer)["code"]) == (401, "auth.token")


@pytest.mark.parametrize("wrong", [{"scope": "root"}, {"scope": ["all"]}, {"days": 0}, {"days": 31}, {"days": "7"}])
def test_a55_a_scope_or_a_time_that_is_none_is_refused(house: House, wrong: dict[str, Any]) -> None:
    sent = {"login": HEAD, "password": PASSWORD, **wrong}

    answer = house.app.test_client().post("/api/v1/tokens", json=sent)

    assert (answer.status_code, told(answer)["code"]) == (422, "request.invalid")


def test_a55_tokens_are_listed_and_ended_by_number(app: APIFlask, office: Engine, clock: FakeClock) -> None:
    lost, here, other = (Caller(app.test_client(), login) for login in (HEAD, HEAD, "cwb1"))
    rows = here.get("/tokens").get_json()["items"]
    assert [row["current"] for row in rows] == [True, False]
    number = rows[1]["id"]

    assert other.client.delete(f"/api/v1/tokens/{number}", headers=other.headers).status_code == 404
    assert lost.get("/inbox").status_code == 200
    assert here.client.delete(f"/api/v1/tokens/{number}", headers=here.headers).status_code == 204

    assert lost.get("/inbox").status_code == 401
    assert here.client.delete(f"/api/v1/tokens/{number}", headers=here.headers).status_code == 404
    assert [row["id"] for row in here.get("/tokens").get_json()["items"]] == [rows[0]["id"]]
    clock.advance(timedelta(days=31))
    assert tokens.kept(office, people.actor(office, HEAD)) == ()


def test_a55_a_token_for_a_day_ends_after_a_day(app: APIFlask, clock: FakeClock) -> None:
    client = app.test_client()
    sent = {"login": HEAD, "password": PASSWORD, "scope": "read", "days": 1}
    headers = {"Authorization": f"Bearer {client.post('/api/v1/tokens', json=sent).get_json()['token']}"}

    clock.advance(timedelta(hours=23))
    before = client.get("/api/v1/inbox", headers=headers).status_code
    clock.advance(timedelta(hours=2))

    assert (before, client.get("/api/v1/inbox", headers=headers).status_code) == (200, 401)


def test_a_new_password_leaves_no_token_in_the_list(app: APIFlask, office: Engine) -> None:
    Caller(app.test_client(), HEAD)
    assert len(tokens.kept(office, people.actor(office, HEAD))) == 1

    passwords.give(office, HEAD, "六月的雨下得正好")

    assert tokens.kept(office, people.actor(office, HEAD)) == ()
