"""Rules of small processes that only come out when more than one of them meet (domain.md §9)."""

from datetime import datetime
from typing import Any

import pytest

from engine.errors import FormProblems
from engine.examples import play
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.verbs import instances, notifications, people, registers, schedules, work
from tests.processes.test_schedules import begun
from tests.processes.test_small_packages import decide, start
from tests.support.clock import FakeClock
from tests.support.matters import hand_over


def refused(office: Engine, key: str, example: str, login: str, **changes: Any) -> list[str]:
    with pytest.raises(FormProblems) as problems:
        start(office, key, example, login, **changes)
    return [p.path for p in problems.value.problems]


def state(office: Engine, number: str) -> tuple[str, list[str]]:
    view = instances.get(office, number, people.actor(office, "auditor"))
    return view.state, [i.element for i in view.items if i.state == "open"]


def test_x01_a_file_seven_working_days_late_stops_further_lending_until_it_is_back(
    office: Engine, clock: FakeClock
) -> None:
    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    script = (SHIPPED / "archive_lending" / "examples" / "lent.toml").read_text("utf-8")
    before = script[: script.index('[[expect]]\nat = "2026-03-17 08:30"')]
    late = '[[expect]]\nat = "2026-03-26 08:30"\nstates = { "archive_lending:借-2026-1" = "frozen" }\n'
    assert play(office, go, before + late).faults == []

    assert refused(office, "archive_lending", "reading-room", "cwb1") == ["way"]
    assert start(office, "archive_lending", "reading-room", "cwb2")
    number = next(row.number for row in begun(office, "archive_lending") if row.title.startswith("城东"))
    decide(office, number, "JY70", "dangan_a", "done", check_ok=True)
    assert start(office, "archive_lending", "reading-room", "cwb1")


def test_x03_without_a_free_car_one_is_hired_and_its_cost_is_entered(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    number = start(office, "car_use", "in-town", "tzb1")
    decide(office, number, "YC20", "tzb_head")
    decide(office, number, "YC40", "cheliang_a", "dispatch", ride="社会车辆")
    assert state(office, number) == ("running", ["YC60"])

    with pytest.raises(FormProblems) as costless:
        decide(office, number, "YC60", "cheliang_a", "done")
    decide(office, number, "YC60", "cheliang_a", "done", social_cost="180.00")

    assert [p.path for p in costless.value.problems] == ["social_cost"]
    (line,) = registers.rows(office, "vehicle_use", people.actor(office, "auditor")).lines
    assert (line.data["social_cost"], line.data["vehicle"], line.state) == ("180.00", None, "returned")


def test_x03_a_trip_on_a_day_off_says_so(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    saturday = {"start_at": "2026-03-14T09:00:00+08:00", "end_at": "2026-03-14T12:00:00+08:00"}

    assert refused(office, "car_use", "in-town", "tzb1", **saturday) == ["holiday"]
    number = start(office, "car_use", "in-town", "tzb1", **saturday, holiday=True)
    decide(office, number, "YC20", "tzb_head")

    items = instances.get(office, number, people.actor(office, "auditor")).items
    assert [(i.element, i.performer) for i in items if i.state == "open"] == [
        ("YC30", people.actor(office, "vp_a").name)
    ]


def test_x06_what_is_dear_goes_the_way_of_procurement_and_comes_back_to_be_stored(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    number = start(office, "supply_issue", "bought", "xxb1")
    decide(office, number, "LY20", "xxb_head")
    decide(office, number, "LY30", "zhuren")
    decide(office, number, "LY40", "huiwu_b", "fail")
    bought = {"quotes": "三家询价，取最低", "supplier": "泉城办公用品店", "bought": 10, "cost": "6200.00"}
    with pytest.raises(FormProblems) as dear:
        decide(office, number, "LY50", "huiwu_b", "done", **bought)

    decide(office, number, "LY50", "huiwu_b", "procure")

    assert [p.path for p in dear.value.problems] == ["cost"]
    (child,) = instances.get(office, number, people.actor(office, "auditor")).children
    begun_case = instances.get(office, child, people.actor(office, "auditor"))
    assert (begun_case.process, begun_case.data["subject"], begun_case.data["kind"]) == (
        "procurement",
        "采购硒鼓",
        "物资采购",
    )
    assert [(i.element, i.performer) for i in begun_case.items if i.state == "open"] == [
        ("CG10", people.actor(office, "huiwu_b").name)
    ]
    assert state(office, number) == ("running", [])


def test_x07_assets_and_licences_are_counted_once_a_year_by_the_calendar(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-05-29 09:00")
    schedules.start_due(office)
    clock.at("2026-06-02 09:01")
    schedules.start_due(office)
    clock.at("2026-12-02 09:01")
    schedules.start_due(office)

    held = {row.title: state(office, row.number) for row in begun(office, "asset_inventory")}
    assert held == {"2026年度证照盘点": ("running", ["PC20"]), "2026年度固定资产盘点": ("running", ["PC20"])}


def test_x10_an_issue_of_the_month_before_counts_for_that_month_alone(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-08-31 09:00")
    number = start(office, "bulletin", "issued", "bgs1", kind="工作通报")
    for step, login, outcome, data in (
        ("NK20", "fuzhuren", "pass", {}),
        ("NK30", "hegao_a", "done", {"proofs": ["一校", "二校", "三校"]}),
        ("NK40", "zhuren", "approve", {}),
        ("NK60", "wenshu_a", "done", {"sent_ways": ["电子"], "sent_at": "2026-08-31"}),
    ):
        decide(office, number, step, login, outcome, **data)

    for day in ("2026-09-01 09:01", "2026-10-01 09:01", "2026-10-08 09:01"):
        clock.at(day)
        schedules.start_due(office)

    late = {row.title for row in begun(office, "bulletin") if row.title.startswith("工作通报：2026")}
    assert late == {"工作通报：2026-09应出未出"}  # that of August came on its last day


def test_x15_no_day_off_between_the_first_and_the_last_is_left_without_somebody(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    friday = {"day": "2026-03-13", "day_kind": "工作日", "officer": "bgs1", "leader": "vp_a"}
    weekend = [{**friday, "day": f"2026-03-{day}", "day_kind": "双休日", "officer": "bgs2"} for day in (14, 15)]
    monday = {**friday, "day": "2026-03-16"}

    assert refused(office, "duty_roster", "holiday", "wenshu_a", days=[friday, weekend[0], monday]) == ["days"]
    assert start(office, "duty_roster", "holiday", "wenshu_a", days=[friday, *weekend, monday])


def test_x23_distant_projects_are_asked_every_month(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    schedules.start_due(office)
    for day in ("2026-03-11 09:01", "2026-04-13 09:01"):
        clock.at(day)
        schedules.start_due(office)

    asked = sorted(row.title[:7] for row in begun(office, "training") if row.variables["kind"] == "询问对接")
    assert asked == ["2026-01", "2026-02", "2026-03"]


def test_x12_an_original_stays_out_for_three_working_days_or_says_why(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    long = {"return_due": "2026-03-09T17:30:00+08:00"}

    assert refused(office, "licence_lending", "lent", "tzb1", **long) == ["return_due"]
    assert start(office, "licence_lending", "lent", "tzb1", **long, long_note="外地投标。")


def test_x17_each_seal_of_who_leaves_a_post_is_handed_over_in_a_case_of_its_own(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    posts = {"giver": "yinzhang_a", "receiver": "bgs1", "post": "yinzhang", "phone": "0531-68120101"}
    number = start(office, "post_rotation", "editor", "zhuren", **posts)
    decide(office, number, "LG30", "yinzhang_a", "done", goods="公章一枚。", unfinished="无", accounts="无")
    for login in ("yinzhang_a", "bgs1", "fuzhuren"):
        decide(office, number, "LG40", login, "done")

    (child,) = instances.get(office, number, people.actor(office, "auditor")).children
    view = instances.get(office, child, people.actor(office, "auditor"))
    told = {name: view.data[name] for name in ("operation", "seal", "new_keeper", "handover_witness")}
    assert told == {"operation": "保管人变更", "seal": "公章", "new_keeper": "bgs1", "handover_witness": "fuzhuren"}
    assert [(i.element, i.performer) for i in view.items if i.state == "open"] == [
        ("YZ10", people.actor(office, "yinzhang_a").name)
    ]


def test_x17_the_inspectors_hear_when_a_matter_of_theirs_changes_hands(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    matter = hand_over(office, "泵站改造", lead="cgb", due="2026-04-30 17:30")
    auditor = people.actor(office, "auditor")
    holder = next(i for i in instances.get(office, matter, auditor).items if i.state == "open")
    person = people.actor_by_id(office, holder.performer_id or 0)
    assert person is not None
    posts = {"giver": person.login, "receiver": "cgb2", "witness": "fuzhuren", "post": None}
    number = start(office, "post_rotation", "editor", "zhuren", **posts)
    given = {"goods": "无", "unfinished": "无", "accounts": "无"}
    for _ in range(6):
        for item in (i for i in instances.get(office, number, auditor).items if i.state == "open"):
            actor = people.actor_by_id(office, item.performer_id or 0)
            assert actor is not None
            outcome = {"LG20": "approve"}.get(item.element, "done")
            work.decide(office, item.id, outcome, actor, data=given if item.element == "LG30" else {}, opinion="。")

    clock.at("2026-03-09 09:01")
    told = [n.body for n in notifications.centre(office, people.actor(office, "ducha_a"), limit=50)]
    assert any("督办事项" in body and "换人办理" in body for body in told)


def test_x25_figures_are_reused_only_by_those_they_are_shared_with(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    first = start(office, "data_request", "reported", "tzb1")
    decide(office, first, "SB20", "yyb_head")
    decide(office, first, "SB30", "ahb_head", "done", value="1215")
    decide(office, first, "SB40", "tzb1", "done", share_all=False, shared_with=["cwb"])
    again = {"existing": "数-2026-1", "source_unit": None, "due": None}

    assert refused(office, "data_request", "reported", "rlb1", **again) == ["existing"]
    assert start(office, "data_request", "reported", "cwb2", **again)


def test_a_topic_brings_its_materials(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")

    assert refused(office, "agenda_topic", "passed", "tzb1", materials=[]) == ["materials"]
