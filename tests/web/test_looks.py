"""Pages and calls that show or print a secret case keep a line of it."""

from collections import Counter

from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import instances, people
from tests.support.clock import FakeClock
from tests.web.browsing import sign_in
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Sign


def lines(office: Engine, number: str) -> Counter[tuple[str, str]]:
    """Who looked and printed, by name."""
    history = instances.get(office, number, people.actor(office, DRAFTER)).history
    return Counter((entry.actor, entry.label) for entry in history if entry.verb in ("look", "print"))


def test_the_pages_of_a_secret_case_say_who_opened_and_printed_it(
    client: FlaskClient, office: Engine, clock: FakeClock, sign: Sign
) -> None:
    number = document(office, clock, classification="普通商密", secrecy_term="长期", access_list=[HEAD])
    head = people.actor(office, HEAD).name
    sign_in(client, HEAD)

    for _ in range(2):
        assert client.get(f"/d/{number}").status_code == 200
        assert client.get(f"/t/{number}?item={item_of(office, number, HEAD)}").status_code == 200
    assert client.get(f"/d/{number}/print").status_code == 200
    called = sign(DRAFTER).get(f"/instances/{number}")

    drafter = people.actor(office, DRAFTER).name
    assert lines(office, number) == {(head, "查看"): 1, (head, "打印"): 1, (drafter, "查看"): 1}
    assert called.get_json()["revision"] == instances.get(office, number, people.actor(office, DRAFTER)).revision
    assert "查看" in client.get(f"/d/{number}/history").text
    assert sign_in(client.application.test_client(), "cwb1").get(f"/d/{number}").status_code in (403, 404)
    assert len(lines(office, number)) == 3


def test_an_ordinary_case_keeps_no_line_of_who_opened_it(client: FlaskClient, office: Engine, clock: FakeClock) -> None:
    number = document(office, clock)
    sign_in(client, HEAD)

    client.get(f"/d/{number}")
    client.get(f"/d/{number}/print")

    assert lines(office, number) == {}
