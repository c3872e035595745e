"""停表 without scripts: asked for on the task, allowed and ended on the page of the instance; the same for programs."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import instances, people
from tests.browser.office import DOCUMENT
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in
from tests.web.conftest import Sign

ASKED = {"code": "P2", "basis": "已报市国资委", "days": "3"}


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """A document on the desk of the drafter's head."""
    done = instances.start(office, "document_issue", DOCUMENT, people.actor(office, "rlb1"))
    clock.advance(timedelta(seconds=30))
    return done.number


def test_a_pause_is_asked_for_allowed_shown_and_ended(client: FlaskClient, number: str, clock: FakeClock) -> None:
    head = sign_in(client, "rlb_head")
    task = f"/t/{number}"
    assert f"{task}/pause" in head.get(task).text
    assert "P4 专家评审" in head.get(f"{task}/pause").text

    asked = post(head, f"{task}/pause", page=f"{task}/pause", **ASKED)
    assert asked.status_code == 303
    page = head.get(f"/d/{number}").text
    assert "申请停表" in page
    assert 'value="approve"' not in page, "nobody allows their own"

    boss = sign_in(client.application.test_client(), "admin")
    where = boss.get(f"/d/{number}").text
    address = where.partition('class="pause-acts" method="post" action="')[2].partition('"')[0]
    assert post(boss, address, page=f"/d/{number}", do="approve", words="同意。").status_code == 303
    clock.advance(timedelta(minutes=20))
    assert "计时已停" in head.get(task).text
    assert "lamp grey" in head.get("/inbox").text
    assert "停表中" in head.get(f"/d/{number}").text

    post(head, address, page=f"/d/{number}", do="end", words="批复已到")
    done = head.get(f"/d/{number}/history").text
    assert "恢复计时" in done
    assert "批复已到" in done
    assert "已报市国资委" in done
    assert "lamp grey" not in head.get("/inbox").text


@pytest.mark.parametrize("fields", [{"code": "P7"}, {"days": "21"}, {"days": "x"}, {"basis": ""}])
def test_what_is_missing_is_said_in_the_dialog(client: FlaskClient, number: str, fields: dict[str, str]) -> None:
    head = sign_in(client, "rlb_head")

    answer = post(head, f"/t/{number}/pause", page=f"/t/{number}/pause", **{**ASKED, **fields})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_an_act_that_is_not_theirs_changes_nothing_and_says_so(client: FlaskClient, number: str) -> None:
    head = sign_in(client, "rlb_head")
    post(head, f"/t/{number}/pause", page=f"/t/{number}/pause", **ASKED)

    for doing in ("approve", "whatever"):
        assert post(head, f"/d/{number}/pauses/1", page="/settings/look", do=doing).status_code == 303
    assert "申请停表" in head.get(f"/d/{number}").text


def test_programs_do_the_same(sign: Sign, number: str) -> None:
    head, admin = sign("rlb_head"), sign("admin")
    item = head.mine(number)

    assert head.post(f"/items/{item}/pause", {**ASKED, "days": 30}).status_code == 422
    assert head.post(f"/items/{item}/pause", {**ASKED, "days": 3}, key="one").status_code == 200
    assert head.post(f"/items/{item}/pause", {**ASKED, "days": 3}, key="one").status_code == 200
    pause = head.get(f"/instances/{number}/pauses").get_json()["pauses"]
    assert [(p["code"], p["state"]) for p in pause] == [("P2", "asked")]
    assert head.post(f"/pauses/{pause[0]['id']}/approve", {}).status_code == 403
    assert admin.post(f"/pauses/{pause[0]['id']}/approve", {"opinion": "同意"}).status_code == 200
    assert admin.post(f"/pauses/{pause[0]['id']}/refuse", {"reason": "晚了"}).get_json()["code"] == "pause.state"
    assert head.post(f"/pauses/{pause[0]['id']}/end", {}).status_code == 200
    assert [p["state"] for p in head.get(f"/instances/{number}/pauses").get_json()["pauses"]] == ["ended"]


def test_the_page_of_timers_says_why_a_clock_stands(client: FlaskClient, number: str) -> None:
    head = sign_in(client, "rlb_head")
    post(head, f"/t/{number}/pause", page=f"/t/{number}/pause", **ASKED)
    boss = sign_in(client.application.test_client(), "admin")
    post(boss, f"/d/{number}/pauses/1", page=f"/d/{number}", do="approve")

    assert f"/supervision/{number}" in head.get(f"/d/{number}").text
    page = head.get(f"/supervision/{number}").text

    assert "停表中" in page
    assert "到期自动恢复计时" in page
