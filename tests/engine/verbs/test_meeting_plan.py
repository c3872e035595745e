"""The plan of a year: meetings begun from it name their line, and the year shows what was held."""

from typing import Any

import pytest

from engine.demo.organisation import load_organisation
from engine.errors import BadInput, Conflict, FormProblems
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import definitions, instances, meeting_plan, people, registers, replanning, work
from engine.verbs.meeting_plan import Year
from tests.support.clock import FakeClock
from tests.support.gatherings import propose

LINE = {
    "plan_year": 2026,
    "title": "安全生产大会",
    "category": "推进会、调度会",
    "level": "中型",
    "month": 3,
    "host_unit": "ahb",
    "host": "vp_a",
    "headcount": 45,
    "budget": "3000.00",
}
NAME = "2026年 安全生产大会"


@pytest.fixture
def office(any_engine: Engine, clock: FakeClock) -> Engine:
    clock.at("2026-01-05 09:00")
    load_organisation(any_engine)
    definitions.deploy(any_engine, definitions.read_folder(SHIPPED / "meeting_preparation"))
    registers.add(any_engine, "meeting_plan", LINE, people.actor(any_engine, "zhuren"))
    registers.add(
        any_engine, "meeting_plan", LINE | {"title": "年中会", "month": 7}, people.actor(any_engine, "zhuren")
    )
    return any_engine


def meet(office: Engine, start: str, **more: Any) -> str:
    return propose(office, "安全生产大会", start=f"{start} 09:00", end=f"{start} 11:00", **more)


def year(office: Engine, login: str = "zhuren", asked: str = "2026") -> Year:
    return meeting_plan.year(office, people.actor(office, login), asked=asked)


def test_a_form_is_begun_from_a_line_of_the_plan(office: Engine) -> None:
    package = definitions.package(office, "meeting_preparation")
    rights = registers.start_rights(office, package)
    drafter = people.actor(office, "ahb1")

    begun = registers.begun_from(office, package, rights, "plan", NAME, drafter)

    kept = ("title", "category", "level", "host_unit", "host", "headcount", "budget")
    assert begun == {"plan": NAME, **{name: LINE[name] for name in kept}}
    assert registers.begun_from(office, package, rights, "plan", "2026年 没有的会", drafter) == {}
    assert registers.begun_from(office, package, rights, "title", NAME, drafter) == {}


def test_the_year_shows_what_is_in_preparation_held_called_off_and_not_planned(
    office: Engine, clock: FakeClock
) -> None:
    number = meet(office, "2026-03-12", plan=NAME, approved=True)
    meet(office, "2026-03-13", planned=False, necessity="上级要求。", approved=False)

    (march, (line,)), (july, (other,)) = year(office).months
    assert (march, july) == (3, 7)
    assert [(one.number, one.state) for one in line.meetings] == [(number, "going")]
    assert (line.going, line.held, line.late, other.meetings) == (True, False, False, ())
    assert [one.start.day for one in year(office).unplanned] == [13]

    replanning.call_off(office, number, people.actor(office, "zhuren"), reason="不开了。", agreed_at=None)
    assert [one.state for one in year(office).months[0][1][0].meetings] == ["called_off"]
    clock.at("2026-04-01 09:00")
    assert year(office).months[0][1][0].late
    assert not year(office).months[1][1][0].late


def test_a_small_meeting_that_the_department_has_held_counts(office: Engine, clock: FakeClock) -> None:
    number = meet(office, "2026-03-12", plan=NAME, level="小型", headcount=20, approved=False)
    for login in ("zhuren", "vp_a"):
        for item in [i for i in instances.get(office, number, people.actor(office, login)).items if i.state == "open"]:
            work.decide(office, item.id, "approve", people.actor(office, login), opinion="同意。")
    assert not year(office).held
    clock.at("2026-03-16 09:00")

    assert (year(office).held, len(year(office).lines)) == (1, 2)


def test_who_may_not_open_a_meeting_sees_that_it_is_held_and_not_its_name(office: Engine) -> None:
    meet(office, "2026-03-12", plan=NAME, approved=False)

    (one,) = year(office, "rlb2").months[0][1][0].meetings

    assert (one.number, one.title, one.unit) == ("", "", "安全环保部")


def test_a_line_that_was_dropped_is_not_begun_from_and_is_no_miss(office: Engine, clock: FakeClock) -> None:
    clerk = people.actor(office, "zhuren")
    record = year(office).months[0][1][0].record
    registers.change(office, record, {}, "并入年中会。", clerk, state="dropped")
    clock.at("2026-04-01 09:00")

    assert not year(office).months[0][1][0].late
    assert len(year(office).lines) == 1
    with pytest.raises(FormProblems):
        meet(office, "2026-04-12", plan=NAME)


def test_a_line_stands_once_and_a_year_is_a_year(office: Engine) -> None:
    with pytest.raises(Conflict):
        registers.add(office, "meeting_plan", LINE, people.actor(office, "zhuren"))
    for wrong in ("x", "26", "9999", "２０２６"):
        with pytest.raises(BadInput):
            year(office, asked=wrong)
    assert year(office, asked="2025").months == ()
