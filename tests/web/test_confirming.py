"""A seal is approved by whoever has just said the password, not by whoever sits in front of an open browser."""

from datetime import timedelta
from typing import Any

import pytest
from apiflask import APIFlask

from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.support.clock import FakeClock
from tests.web.cases import HEAD, item_of, seal_use
from tests.web.conftest import Caller
from tests.web.pages import Person

APPROVER = "party_vice"
AGAIN = "须再次输入登录密码"


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """A use of a seal that waits for the leader in charge."""
    found = seal_use(office, clock)
    work.decide(office, item_of(office, found, HEAD), "approve", people.actor(office, HEAD))
    clock.advance(timedelta(seconds=30))
    return found


def approved(office: Engine, number: str) -> bool:
    view = instances.get(office, number, people.actor(office, APPROVER))
    return any(item.element == "YY50" and item.outcome == "approve" for item in view.items)


def test_an_approval_of_a_seal_asks_for_the_password_again(
    office: Engine, app: APIFlask, clock: FakeClock, number: str
) -> None:
    person = Person(app.test_client(), APPROVER)
    address, item = f"/t/{number}", item_of(office, number, APPROVER)

    def decide(**more: Any) -> Any:
        fields = {"_item": str(item), "_outcome": "approve", "_opinion": "同意。", **more}
        return person.send(f"{address}/decide", fields)

    fresh = person.open(f"{address}?item={item}").text
    clock.advance(timedelta(minutes=11))
    stale = person.open(f"{address}?item={item}").text
    without, wrong = decide(), decide(_password="wrong-word-entirely")
    clock.advance(timedelta(seconds=5))

    assert ('name="_password"' in fresh, 'name="_password"' in stale) == (False, True)
    assert (without.status_code, AGAIN in without.text) == (422, True)
    assert (wrong.status_code, "用户名或密码不正确" in wrong.text) == (422, True)
    assert not approved(office, number)
    assert decide(_password=PASSWORD).status_code == 303
    assert approved(office, number)


def test_a_program_needs_a_fresh_token_for_it(office: Engine, app: APIFlask, clock: FakeClock, number: str) -> None:
    caller, item = Caller(app.test_client(), APPROVER), item_of(office, number, APPROVER)
    clock.advance(timedelta(minutes=11))

    refused = caller.post(f"/items/{item}/decision", {"outcome": "approve", "opinion": "同意。"})

    assert (refused.status_code, refused.get_json()["code"]) == (403, "auth.confirm")
    again = Caller(app.test_client(), APPROVER)
    assert again.post(f"/items/{item}/decision", {"outcome": "approve", "opinion": "同意。"}).status_code == 200
