"""``/rooms``: every room with what it is taken for, day by day, as far as whoever looks may know it."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.errors import NotFound
from engine.runtime import Engine
from engine.verbs import instances, occupancy, people, replanning
from tests.support.clock import FakeClock
from tests.support.gatherings import propose
from tests.web.browsing import sign_in

BOOKED = {
    "topic": "月度安全例会", "room": "项目评审会议室", "start_at": "2026-03-12T09:00:00+08:00",
    "end_at": "2026-03-12T11:00:00+08:00", "headcount": 20, "urgency": "平件",
}  # fmt: skip


@pytest.fixture
def booked(office: Engine, clock: FakeClock) -> Engine:
    """A booking on Thursday, and a meeting on Friday that its proposal has booked."""
    clock.at("2026-03-09 09:00")
    instances.start(office, "room_booking", BOOKED, people.actor(office, "ahb1"))
    propose(office, "安全生产大会", start="2026-03-13 14:00", end="2026-03-13 17:00", room="第一会议室")
    return office


def taken(office: Engine, login: str, day: str = "") -> dict[str, list[tuple[date, str, str]]]:
    week = occupancy.week(office, people.actor(office, login), day=day)
    return {
        thing.name: [(week.days[n], one.topic, one.unit) for n, ones in enumerate(thing.days) for one in ones]
        for thing in week.things
    }


def test_the_week_shows_bookings_and_meetings_beside_the_rooms_that_are_free(booked: Engine) -> None:
    found = taken(booked, "ahb1")

    assert found["项目评审会议室"] == [(date(2026, 3, 12), "月度安全例会", "安全环保部")]
    assert found["第一会议室"] == [(date(2026, 3, 13), "安全生产大会", "安全环保部")]
    assert found["第二会议室"] == found["视频会议室"] == []
    assert all(spans == [] for spans in taken(booked, "ahb1", "2026-03-16").values())


def test_others_see_that_a_room_is_taken_and_not_what_for(booked: Engine) -> None:
    assert taken(booked, "cwb1")["项目评审会议室"] == [(date(2026, 3, 12), "", "安全环保部")]


def test_what_was_withdrawn_or_called_off_is_free_again(booked: Engine) -> None:
    instances.withdraw(booked, "HS-2026-0001", people.actor(booked, "ahb1"), reason="不开了。")
    replanning.call_off(booked, "HY-2026-0001", people.actor(booked, "zhuren"), reason="不开了。")

    assert all(spans == [] for spans in taken(booked, "ahb1").values())


def test_page_leads_to_what_one_may_open_and_to_the_weeks_beside(booked: Engine, client: FlaskClient) -> None:
    page = sign_in(client, "ahb1").get("/rooms?day=2026-03-12").text

    assert '<a href="/d/HS-2026-0001"' in page
    assert re.search(r"主楼 3 层　大会议室　容纳人数 120　视频设备", page)
    assert 'href="/rooms?day=2026-03-02"' in page
    assert 'href="/rooms?day=2026-03-16"' in page
    assert "前后各留 30 分钟" in page
    assert not re.search(r"<[^>]+\sstyle=|\son\w+=", page)
    other = sign_in(client.application.test_client(), "cwb1").get("/rooms?day=2026-03-12").text
    assert "月度安全例会" not in other
    assert "已占用" in other


@pytest.mark.parametrize("day", ["x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused_with_what_to_write(booked: Engine, client: FlaskClient, day: str) -> None:
    answer = sign_in(client, "ahb1").get(f"/rooms?day={day}")

    assert answer.status_code == 422
    assert "2026-03-09" in answer.text


def test_a_register_without_times_has_no_week(office: Engine) -> None:
    with pytest.raises(NotFound, match="no register"):
        occupancy.week(office, people.actor(office, "ahb1"), register="seal")
