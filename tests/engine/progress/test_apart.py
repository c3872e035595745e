"""Records that may not overlap: a room, a car and its driver are in one place at a time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine.demo.organisation import load_organisation
from engine.errors import FormProblems, InvalidPackage, SanbanError
from engine.package.register import read_register
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import definitions, instances, people, registers, replanning, work
from tests.support.clock import FakeClock

ASKED = {
    "topic": "月度安全例会",
    "room": "第二会议室",
    "start_at": "2026-03-12T09:00:00+08:00",
    "end_at": "2026-03-12T11:00:00+08:00",
    "headcount": 20,
    "urgency": "平件",
}


@pytest.fixture
def office(any_engine: Engine, clock: FakeClock) -> Engine:
    load_organisation(any_engine)
    definitions.deploy(any_engine, definitions.read_folder(SHIPPED / "room_booking"))
    return any_engine


def book(office: Engine, login: str, **changes: Any) -> str:
    return instances.start(office, "room_booking", ASKED | changes, people.actor(office, login)).number


def standing(office: Engine) -> list[tuple[str, str]]:
    found = registers.rows(office, "room_booking", people.actor(office, "auditor"), standing=True)
    return [(line.label, line.state) for line in found.lines]


def test_a_room_is_not_booked_twice_and_half_an_hour_is_kept_free(office: Engine) -> None:
    first = book(office, "ahb1")

    for start, end in (("10:00", "12:00"), ("08:00", "08:45"), ("11:29", "12:00"), ("08:00", "18:00")):
        with pytest.raises(FormProblems) as refused:
            book(office, "tzb1", start_at=f"2026-03-12T{start}:00+08:00", end_at=f"2026-03-12T{end}:00+08:00")
        (problem,) = refused.value.problems
        assert (problem.path, problem.code) == ("room", "form.taken")
        assert (
            f"“第二会议室”03月12日 09:00至03月12日 11:00已有安排（前后各留 30 分钟），见 {first}" in problem.message_zh
        )
    book(office, "tzb1", start_at="2026-03-12T11:30:00+08:00", end_at="2026-03-12T12:00:00+08:00")
    book(office, "tzb1", room="项目评审会议室")

    assert [state for _label, state in standing(office)] == ["held"] * 3


def test_whoever_finds_a_room_taken_is_told_what_is_free_then_and_large_enough(office: Engine) -> None:
    book(office, "ahb1")
    book(
        office, "rlb1", room="项目评审会议室", start_at="2026-03-12T11:15:00+08:00", end_at="2026-03-12T12:00:00+08:00"
    )

    for changes, found in (
        ({}, "视频会议室、第一会议室"),  # the smallest first, and not the one that is needed a quarter of an hour later
        ({"headcount": 35}, "第一会议室"),
        ({"end_at": "2026-03-12T10:30:00+08:00"}, "项目评审会议室、视频会议室、第一会议室"),
    ):
        with pytest.raises(FormProblems) as refused:
            book(office, "tzb1", **changes)
        assert f"同一时段可用：{found}" in refused.value.problems[0].message_zh


def test_what_is_refused_leaves_nothing_behind(office: Engine) -> None:
    book(office, "ahb1")

    with pytest.raises(FormProblems):
        book(office, "tzb1")

    assert len(standing(office)) == 1
    assert book(office, "tzb1", room="项目评审会议室") == "HS-2026-0002"  # and no number is lost


def test_a_booking_that_was_withdrawn_holds_nothing(office: Engine) -> None:
    first = book(office, "ahb1")
    instances.withdraw(office, first, people.actor(office, "ahb1"), reason="会议取消")

    assert book(office, "tzb1") != first


def test_of_two_at_once_one_gets_the_room(office: Engine) -> None:
    def attempt(login: str) -> str:
        try:
            return book(office, login)
        except SanbanError as error:
            return error.reason

    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(attempt, ("ahb1", "tzb1", "cgb1", "rlb1")))

    assert sorted(found)[1:] == ["form.taken"] * 3
    assert len(standing(office)) == 1


# ---------------------------------------------------------------- meetings book by the same lines

MEETING = {
    "title": "安全生产推进会", "category": "推进会、调度会", "level": "中型", "mode": "现场", "host_unit": "ahb",
    "start_at": ASKED["start_at"], "end_at": ASKED["end_at"], "room": "第二会议室", "host": "vp_a",
    "agenda": "部署整改。", "attendees": "各部门负责人", "headcount": 38, "planned": True, "coordinator": "fuzhuren",
    "secretary_lead": "bgs1", "venue_lead": "huiwu_a", "it_lead": "xxb1", "logistics_lead": "huiwu_b",
    "reception_lead": "bgs_liaison", "publicity_lead": "dqb1", "security_lead": "ahb1",
}  # fmt: skip


@pytest.fixture
def gathering(office: Engine) -> Engine:
    definitions.deploy(office, definitions.read_folder(SHIPPED / "meeting_preparation"))
    return office


def propose(office: Engine, **changes: Any) -> str:
    asked = MEETING | changes
    return instances.start(office, "meeting_preparation", asked, people.actor(office, "ahb1")).number


def approve(office: Engine, number: str) -> None:
    for login in ("zhuren", "vp_a"):
        actor = people.actor(office, login)
        work.decide(office, work.all_mine(office, number, actor)[0].id, "approve", actor)


def test_a_meeting_holds_its_room_from_the_proposal_on_against_bookings_and_meetings(gathering: Engine) -> None:
    number = propose(gathering)

    for asked in ("room_booking", "meeting_preparation"):
        with pytest.raises(FormProblems) as refused:
            _ = book(gathering, "tzb1") if asked == "room_booking" else propose(gathering)
        assert (refused.value.problems[0].path, refused.value.problems[0].code) == ("room", "form.taken")
        assert number in refused.value.problems[0].message_zh
    view = instances.get(gathering, number, people.actor(gathering, "auditor"))
    assert (view.data["venue"], view.data["keeper"]) == ("第二会议室", "huiwu_b")
    with pytest.raises(FormProblems):
        propose(gathering, room="项目评审会议室")  # more people than seats


def test_a_meeting_elsewhere_books_nothing(gathering: Engine) -> None:
    propose(gathering, room=None, venue="市会议中心")

    assert standing(gathering) == []


def test_a_change_moves_the_booking_and_is_refused_where_the_room_is_taken(gathering: Engine) -> None:
    number = propose(gathering)
    approve(gathering, number)
    other = book(gathering, "tzb1", start_at="2026-03-13T09:00:00+08:00", end_at="2026-03-13T11:00:00+08:00")
    head = people.actor(gathering, "zhuren")
    friday = {"start_at": "2026-03-13T10:00:00+08:00", "end_at": "2026-03-13T12:00:00+08:00"}

    with pytest.raises(FormProblems) as refused:
        replanning.change(gathering, number, friday, head, reason="改期。")
    assert other in refused.value.problems[0].message_zh
    replanning.change(gathering, number, {**friday, "room": "第一会议室"}, head, reason="改期、换场。")

    assert book(gathering, "cgb1").startswith("HS-")  # the former room and time are free again
    found = registers.rows(gathering, "room_booking", people.actor(gathering, "auditor"), standing=True)
    mine = next(line for line in found.lines if line.number == number)
    assert (mine.data["room"], mine.data["start_at"], mine.data["keeper"]) == (
        "第一会议室", friday["start_at"], "huiwu_a",
    )  # fmt: skip


def test_a_meeting_that_is_called_off_frees_its_room(gathering: Engine) -> None:
    number = propose(gathering)
    approve(gathering, number)

    replanning.call_off(gathering, number, people.actor(gathering, "zhuren"), reason="取消。")

    assert standing(gathering)[0][1] == "released"
    assert book(gathering, "tzb1").startswith("HS-")


def test_of_a_meeting_and_bookings_at_once_one_gets_the_room(gathering: Engine) -> None:
    def attempt(login: str) -> str:
        try:
            return propose(gathering) if login == "ahb1" else book(gathering, login)
        except SanbanError as error:
            return error.reason

    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(attempt, ("tzb1", "ahb1", "cgb1", "ahb1")))

    assert sorted(found)[1:] == ["form.taken"] * 3
    assert [state for _label, state in standing(gathering)] == ["held"]


SHAPE = """
title = "预定"
{keys}
[[column]]
id = "room"
label = "会议室"
[[column]]
id = "start_at"
label = "开始"
[[apart]]
by = "room"
from = "start_at"
to = "{end}"
"""


@pytest.mark.parametrize(
    ("keys", "end", "said"),
    [
        ("moves = { active = ['active'] }", "end_at", "no column end_at"),
        ("", "start_at", "only processes may write"),
        ("moves = { active = ['active'] }\nwriters = ['clerk']", "start_at", "only processes may write"),
    ],
)
def test_a_shape_that_cannot_be_kept_is_refused(keys: str, end: str, said: str) -> None:
    with pytest.raises(InvalidPackage, match=said):
        read_register(SHAPE.format(keys=keys, end=end), "booking")
