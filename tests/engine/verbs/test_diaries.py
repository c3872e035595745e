"""Leaders' diaries: kept by hand, imported, written by meetings; two things at once are told before they are kept."""

from datetime import date
from typing import Any

import pytest

from engine.demo.organisation import load_organisation
from engine.errors import BadInput, FormProblems, NotAllowed
from engine.package.register import read_register
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import definitions, diaries, instances, people, registers, replanning
from tests.support.clock import FakeClock
from tests.support.gatherings import propose

DIARY = "leader_diary"
VISIT = {
    "leaders": ["vp_a"],
    "start_at": "2026-03-12T14:00:00+08:00",
    "end_at": "2026-03-12T17:00:00+08:00",
    "topic": "到二级公司 A 调研",
    "kind": "调研",
    "place": "二级公司 A",
}


@pytest.fixture
def office(any_engine: Engine, clock: FakeClock) -> Engine:
    clock.at("2026-03-09 09:00")
    load_organisation(any_engine)
    definitions.deploy(any_engine, definitions.read_folder(SHIPPED / "meeting_preparation"))
    return any_engine


def note(office: Engine, login: str = "zhuren", **changes: Any) -> int:
    return registers.add(office, DIARY, VISIT | changes, people.actor(office, login)).id


def meet(office: Engine, title: str = "安全生产大会", *, hour: str = "15:00", **more: Any) -> str:
    more.setdefault("approved", False)
    return propose(office, title, start=f"2026-03-12 {hour}", end="2026-03-12 18:00", **more)


def engaged(office: Engine, login: str, name: str, day: str = "2026-03-12") -> list[tuple[str, str]]:
    """What somebody reads in a leader's diary of a day: hours and topic."""
    week = diaries.week(office, people.actor(office, login), day=day)
    diary = next(one for one in week.people if one.name == name)
    found = diary.days[week.days.index(date.fromisoformat(day))][0]
    return [(f"{one.start.astimezone(office.zone):%H:%M}", one.topic) for one in found]


def said(refused: pytest.ExceptionInfo[FormProblems]) -> list[tuple[str, str, str]]:
    return [(one.path, one.code, one.message_zh) for one in refused.value.problems]


def test_a_meeting_holds_its_chair_and_the_leaders_who_must_attend_from_its_proposal_on(office: Engine) -> None:
    meet(office, leaders=["gm", "vp_a"])

    assert engaged(office, "zhuren", "沈怀瑾") == [("15:00", "安全生产大会")]
    assert engaged(office, "zhuren", "梁启航") == [("15:00", "安全生产大会")]
    assert engaged(office, "zhuren", "贺晋川") == []


def test_whoever_proposes_a_meeting_is_told_who_is_engaged_when_and_with_what(office: Engine) -> None:
    note(office)

    with pytest.raises(FormProblems) as refused:
        meet(office)

    ((path, code, words),) = said(refused)
    assert (path, code) == ("clash_note", "form.engaged")
    # whoever proposes it reads no diaries: that the time is taken is all they hear
    assert words.startswith("沈怀瑾 03月12日 14:00至17:00 已有安排，内容不便公开；请改时间")
    assert meet(office, hour="17:00") == "HY-2026-0001"  # one begins when the other ends, and no number is lost


def test_two_things_at_once_are_kept_if_somebody_says_how_they_are_settled(office: Engine) -> None:
    note(office)

    number = meet(office, clash_note="调研提前到 14:45 结束，已与沈总联络员商定。")

    week = diaries.week(office, people.actor(office, "zhuren"), day="2026-03-12")
    diary = next(one for one in week.people if one.name == "沈怀瑾")
    visit, meeting = diary.days[3][0]
    assert visit.clash
    assert meeting.clash
    assert meeting.note == "调研提前到 14:45 结束，已与沈总联络员商定。"
    assert instances.get(office, number, people.actor(office, "zhuren")).data["clash_note"] == meeting.note


def test_of_a_meeting_they_take_part_in_people_are_told_the_name_and_of_others_only_the_time(office: Engine) -> None:
    first = meet(office)  # by ahb1
    own = {"category": "专题会", "host_unit": "cwb", "coordinator": "rlb2"}

    with pytest.raises(FormProblems) as mine:
        meet(office, "另一个会")
    with pytest.raises(FormProblems) as others:
        instances.start(
            office, "meeting_preparation",
            {
                "title": "预算会", "level": "小型", "mode": "现场", "start_at": "2026-03-12T16:00:00+08:00",
                "end_at": "2026-03-12T17:00:00+08:00", "venue": "小会议室", "host": "vp_a", "agenda": "预算。",
                "attendees": "财务部。", "headcount": 8, "planned": True, **own,
            },
            people.actor(office, "rlb2"),
        )  # fmt: skip

    assert f"安全生产大会（{first}）" in said(mine)[0][2]
    assert "安全生产大会" not in said(others)[0][2]
    assert first not in said(others)[0][2]


def test_what_a_secret_meeting_is_about_stands_in_no_diary(office: Engine) -> None:
    number = meet(office, "并购谈判预备会", secrecy="商密")

    with pytest.raises(FormProblems) as refused:
        note(office)

    assert engaged(office, "gm", "沈怀瑾") == [("15:00", "商密会议")]
    assert engaged(office, "rlb2", "沈怀瑾") == [("15:00", "")]
    assert f"商密会议（{number}）" in said(refused)[0][2]
    assert "并购" not in str(registers.rows(office, DIARY, people.actor(office, "zhuren")).lines)


def test_a_change_of_day_moves_the_entry_and_calling_off_gives_it_back(office: Engine) -> None:
    number = meet(office, approved=True)
    moved = {"start_at": "2026-03-20T09:00:00+08:00", "end_at": "2026-03-20T11:00:00+08:00"}

    replanning.change(office, number, moved, people.actor(office, "zhuren"), reason="领导另有安排。")
    assert engaged(office, "zhuren", "沈怀瑾") == []
    assert engaged(office, "zhuren", "沈怀瑾", "2026-03-20") == [("09:00", "安全生产大会")]

    replanning.call_off(office, number, people.actor(office, "zhuren"), reason="不开了。")
    assert engaged(office, "zhuren", "沈怀瑾", "2026-03-20") == []


def test_a_change_into_a_time_that_is_taken_needs_the_coordinators_words(office: Engine) -> None:
    number = meet(office, hour="09:00", approved=True)
    note(office, start_at="2026-03-20T09:00:00+08:00", end_at="2026-03-20T11:00:00+08:00")
    moved = {"start_at": "2026-03-20T10:00:00+08:00", "end_at": "2026-03-20T12:00:00+08:00"}
    coordinator = people.actor(office, "fuzhuren")

    with pytest.raises(FormProblems) as refused:
        replanning.change(office, number, moved, coordinator, reason="改期。", agreed_at=office.now())
    settled = moved | {"clash_note": "调研改由副职带队。"}
    replanning.change(office, number, settled, coordinator, reason="改期。", agreed_at=office.now())

    # the coordinator reads diaries, and is told what it is
    assert "到二级公司 A 调研（程-2026-" in said(refused)[0][2]
    assert len(engaged(office, "zhuren", "沈怀瑾", "2026-03-20")) == 2


def test_a_withdrawn_meeting_holds_nobody(office: Engine) -> None:
    instances.void(office, meet(office), people.actor(office, "admin"), reason="不开了。")

    assert engaged(office, "zhuren", "沈怀瑾") == []
    assert note(office)


def test_an_entry_by_hand_is_held_against_meetings_and_needs_a_reason_too(office: Engine) -> None:
    meet(office)

    with pytest.raises(FormProblems) as refused:
        note(office)

    assert "安全生产大会（HY-2026-0001）" in said(refused)[0][2]
    assert note(office, clash_note="先到会讲话，16:00 出发。")


def test_the_entry_of_a_meeting_is_not_changed_in_the_register(office: Engine) -> None:
    meet(office)
    clerk = people.actor(office, "zhuren")
    (line,) = registers.rows(office, DIARY, clerk).lines

    with pytest.raises(NotAllowed) as refused:
        registers.change(office, line.id, {"place": "别处"}, "换地方", clerk)

    assert refused.value.reason == "register.of_case"


def test_a_table_of_engagements_is_taken_in_and_rows_in_the_way_are_named(office: Engine) -> None:
    meet(office)
    clerk = people.actor(office, "zhuren")
    head = "领导,开始,结束,事由,类别,地点,日程冲突说明\n"
    free = "沈怀瑾、梁启航,2026-03-13 09:00,2026-03-13 11:00,走访市国资委,活动,市国资委,\n"
    taken = "沈怀瑾,2026-03-12 16:00,2026-03-12 17:00,接待来访,接待,,\n"
    twice = "梁启航,2026-03-13 10:00,2026-03-13 12:00,赴项目部,调研,,\n"
    why = "沈怀瑾,2026-03-12 16:00,2026-03-12 17:00,接待来访,接待,,会议由贺总代为主持\n"

    looked = registers.preview(office, DIARY, (head + free + taken + twice).encode(), "日程.csv", clerk)
    with pytest.raises(BadInput):
        registers.take_in(office, DIARY, (head + taken).encode(), "日程.csv", clerk)
    registers.take_in(office, DIARY, (head + free + why).encode(), "日程.csv", clerk)

    assert [(fault.line, fault.column) for fault in looked.faults] == [(3, "日程冲突说明"), (4, "日程冲突说明")]
    assert "梁启航 03月13日 09:00至11:00 已有安排" in looked.faults[1].message_zh
    assert engaged(office, "zhuren", "梁启航", "2026-03-13") == [("09:00", "走访市国资委")]


def test_everybody_sees_that_a_leader_is_engaged_and_few_with_what(office: Engine) -> None:
    note(office)

    assert engaged(office, "rlb2", "沈怀瑾") == [("14:00", "")]
    assert engaged(office, "vp_a", "沈怀瑾") == [("14:00", "到二级公司 A 调研")]
    assert engaged(office, "gm", "沈怀瑾") == [("14:00", "到二级公司 A 调研")]
    assert engaged(office, "admin", "沈怀瑾") == [("14:00", "")]


def test_a_company_sees_its_own_people_and_not_the_groups_leaders(office: Engine) -> None:
    note(office, leaders=["vp_a", "ca_gm"])

    week = diaries.week(office, people.actor(office, "ca_zhuren"), day="2026-03-12")

    assert [one.name for one in week.people] == [people.directory(office).person("ca_gm").name]  # type: ignore[union-attr]
    assert [(one.topic, one.number) for one in week.people[0].days[3][0]] == [("", "")]


def test_leaves_and_authorities_stand_in_the_week(office: Engine) -> None:
    head = people.actor(office, "vp_b")
    until = office.now().replace(day=11, hour=9)
    people.substitute(office, "vp_b", "tzb_head", head, since=office.now(), until=until, reason="出差")

    week = diaries.week(office, people.actor(office, "rlb2"), day="2026-03-09")

    away = next(one for one in week.people if one.name == "贺晋川").days
    assert [[gone.by for gone in day[1]] for day in away[:4]] == [[tzb(office)], [tzb(office)], [tzb(office)], []]


def tzb(office: Engine) -> str:
    person = people.directory(office).person("tzb_head")
    assert person is not None
    return person.name


def test_a_register_that_people_write_keeps_times_apart_only_with_a_reason_to_override() -> None:
    text = (SHIPPED / "meeting_preparation/registers/leader_diary.toml").read_text(encoding="utf-8")

    assert read_register(text, DIARY).apart[0].despite == "clash_note"
    with pytest.raises(Exception, match="despite"):
        read_register(text.replace('despite = "clash_note"\n', ""), DIARY)
    with pytest.raises(Exception, match="no column because"):
        read_register(text.replace('despite = "clash_note"', 'despite = "because"'), DIARY)
