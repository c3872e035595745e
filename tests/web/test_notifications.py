"""The notification centre and the delivery log."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import instances, notifications, people
from tests.support.clock import FakeClock
from tests.web.browsing import post, sign_in

LENDING = {
    "archive": "HY-2025-D30-0103",
    "title": "城东热力管网改造工程施工合同",
    "origin_unit": "yyb",
    "kind": "合同档案",
    "purpose": "核对结算条款",
    "way": "室内查阅",
    "until": "2026-03-20",
}
At = Callable[[str], FlaskClient]


@pytest.fixture
def number(office: Engine, clock: FakeClock) -> str:
    """An instance whose first approver has been told of it and chased."""
    applicant = people.actor(office, "cwb1")
    done = instances.start(office, "archive_lending", LENDING, applicant)
    clock.advance(timedelta(seconds=11))
    instances.urge(office, done.number, applicant, text="请抓紧")
    return done.number


@pytest.fixture
def at(app: APIFlask) -> At:
    """The browser of a person."""
    return lambda login: sign_in(app.test_client(), login)


def unread(engine: Engine, login: str) -> int:
    return notifications.unread(engine, people.actor(engine, login))


def test_the_centre_shows_what_one_was_told_grouped_by_instance(number: str, at: At) -> None:
    page = at("cwb_head").get("/notifications").text

    assert page.count(f">{number}<") == 1
    assert "请抓紧" in page
    assert "2 条未读" in page


def test_the_centre_says_nothing_twice(number: str, at: At) -> None:
    page = at("cwb_head").get("/notifications").text

    title = re.search(r'<h2 class="cut">(.+?)</h2>', page)
    assert title is not None
    assert page.count(title[1]) == 1  # in the heading of its group, not again in each line


@pytest.mark.parametrize(("kind", "seen"), [("todo", 1), ("chase", 1), ("copy", 0), ("system", 0), ("nonsense", 2)])
def test_each_tab_shows_its_kind(number: str, at: At, kind: str, seen: int) -> None:
    page = at("cwb_head").get("/notifications", query_string={"kind": kind}).text

    assert page.count('class="notice-line') == seen


def test_looking_at_one_marks_it_read_and_goes_to_the_work(number: str, at: At, office: Engine) -> None:
    client = at("cwb_head")
    first = notifications.centre(office, people.actor(office, "cwb_head"))[0]

    answer = post(client, "/notifications/read", page="/notifications", notice=first.id, go=number)

    assert (answer.status_code, answer.location) == (303, f"/t/{number}")
    assert unread(office, "cwb_head") == 1


def test_all_can_be_marked_at_once_but_only_mine(number: str, at: At, office: Engine) -> None:
    instances.start(office, "archive_lending", LENDING, people.actor(office, "rlb1"))
    before = unread(office, "rlb_head")

    post(at("cwb_head"), "/notifications/read", page="/notifications")

    assert unread(office, "cwb_head") == 0
    assert unread(office, "rlb_head") == before


def test_somebody_elses_notice_cannot_be_marked(number: str, at: At, office: Engine) -> None:
    theirs = notifications.centre(office, people.actor(office, "cwb_head"))[0]

    post(at("rlb1"), "/notifications/read", page="/settings", notice=theirs.id)

    assert unread(office, "cwb_head") == 2


def test_a_link_out_of_the_office_is_not_followed(number: str, at: At) -> None:
    answer = post(at("cwb_head"), "/notifications/read", page="/notifications", go="/evil.example/x")

    assert answer.location == "/t/%2Fevil.example%2Fx"


def test_the_initiator_sees_who_was_told_and_who_has_read(number: str, at: At, office: Engine) -> None:
    notifications.mark_read(office, None, people.actor(office, "cwb_head"))

    page = at("cwb1").get(f"/notifications/log/{number}").text

    assert page.count("孙维民") == 2
    assert "已读" in page


def test_the_log_is_not_for_everybody(number: str, at: At) -> None:
    assert at("cwb_head").get(f"/notifications/log/{number}").status_code == 403
    assert at("rlb2").get(f"/notifications/log/{number}").status_code == 404
    assert at("ducha_a").get(f"/notifications/log/{number}").status_code == 200
