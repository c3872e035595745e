"""``/diaries``: the week of the leaders on a page and on paper, as far as whoever looks may know it."""

import re

import pytest
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import people, registers
from tests.support.clock import FakeClock
from tests.support.gatherings import propose
from tests.web.browsing import sign_in


@pytest.fixture
def kept(office: Engine, clock: FakeClock) -> Engine:
    """A visit on Thursday, and a meeting on Friday."""
    clock.at("2026-03-09 09:00")
    visit = {
        "leaders": ["vp_a"], "start_at": "2026-03-12T14:00:00+08:00", "end_at": "2026-03-12T17:00:00+08:00",
        "topic": "到二级公司调研", "kind": "调研",
    }  # fmt: skip
    registers.add(office, "leader_diary", visit, people.actor(office, "zhuren"))
    propose(office, "安全生产大会", start="2026-03-13 14:00", end="2026-03-13 17:00", leaders=["gm"])
    return office


def test_the_office_reads_what_leaders_are_engaged_in_and_may_write_it_down(kept: Engine, client: FlaskClient) -> None:
    page = sign_in(client, "zhuren").get("/diaries?day=2026-03-12").text

    assert re.search(r'href="/registers/leader_diary/\d+"><b>到二级公司调研', page)
    assert page.count('href="/d/HY-2026-0001"><b>安全生产大会') == 2  # the chair's day and the general manager's
    assert 'href="/registers/leader_diary/new"' in page
    assert 'href="/diaries?day=2026-03-02"' in page
    assert not re.search(r"<[^>]+\sstyle=|\son\w+=", page)


def test_others_see_that_a_leader_is_engaged_and_do_not_write(kept: Engine, client: FlaskClient) -> None:
    page = sign_in(client, "rlb2").get("/diaries?day=2026-03-12").text

    assert "已有安排" in page
    assert "调研" not in page
    assert "安全生产大会" not in page
    assert "/registers/leader_diary" not in page


def test_the_week_is_printed_day_by_day(kept: Engine, client: FlaskClient) -> None:
    paper = sign_in(client, "gm").get("/diaries/print?day=2026-03-12").text

    assert "领导一周安排" in paper
    assert paper.index("到二级公司调研") < paper.index("安全生产大会")


@pytest.mark.parametrize("day", ["x", "2026-02-30", "9999-12-31"])
def test_a_day_that_is_none_is_refused_with_what_to_write(kept: Engine, client: FlaskClient, day: str) -> None:
    answer = sign_in(client, "zhuren").get(f"/diaries?day={day}")

    assert answer.status_code == 422
    assert "2026-03-09" in answer.text


def test_a_clash_is_told_on_the_form_beside_the_field_that_settles_it(kept: Engine, client: FlaskClient) -> None:
    page = sign_in(client, "zhuren").get("/registers/leader_diary/new").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    given = {
        "leaders": ["vp_a"], "start_at": "2026-03-12T15:00", "end_at": "2026-03-12T16:00", "topic": "接待",
        "kind": "接待", "csrf_token": token[1] if token else "",
    }  # fmt: skip

    answer = client.post("/registers/leader_diary/new", data=given)

    assert answer.status_code == 422
    assert "沈怀瑾 03月12日 14:00至17:00 已有安排：到二级公司调研（程-2026-1）" in answer.text
