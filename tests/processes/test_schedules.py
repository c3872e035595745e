"""The shipped packages that the calendar starts (domain.md §3.3, §6.10, §9)."""

from typing import Any

from engine.runtime import Engine
from engine.store import overview
from engine.verbs import doctor, instances, people, schedules
from tests.support.clock import FakeClock


def begun(office: Engine, process: str) -> list[Any]:
    with office.store.reading() as tx:
        return list(overview.instances_of(tx, [process]))


def test_the_inventory_of_seals_begins_by_itself_in_december_and_asks_each_keeper(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-11-30 17:00")
    schedules.start_due(office)
    assert begun(office, "seal_inventory") == []
    clock.at("2026-12-01 09:00")

    schedules.start_due(office)
    schedules.start_due(office)

    (row,) = begun(office, "seal_inventory")
    assert row.title == "2026年度印章清查"
    view = instances.get(office, row.number, people.actor(office, "zhuren"))
    assert {i.element for i in view.items if i.state == "open"} == {"PD20"}
    assert len([i for i in view.items if i.state == "open"]) == 5


def test_backups_drills_seminars_and_late_bulletins_come_by_the_calendar(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-06 09:00")
    schedules.start_due(office)
    clock.at("2026-04-08 09:00")

    schedules.start_due(office)

    checks = [(r.variables["kind"], r.variables["period"]) for r in begun(office, "it_inspection")]
    assert sorted(checks) == [
        ("季度恢复演练", "2026Q1"),
        ("每日备份校验", "2026-03-06"),
        ("每日备份校验", "2026-04-08"),
    ]
    # that of January was missed and is made up for once, that of April came in time
    seminars = {r.title for r in begun(office, "training") if r.variables["kind"] == "座谈会"}
    assert seminars == {"2025Q4办公室工作座谈会", "2026Q1办公室工作座谈会"}
    assert {r.title for r in begun(office, "bulletin")} == {
        "工作通报：2026-02应出未出", "工作动态：2026-02应出未出",
        "工作通报：2026-03应出未出", "工作动态：2026-03应出未出", "集团内参：2026Q1应出未出",
    }  # fmt: skip


def test_the_roster_of_the_next_month_begins_in_the_last_days_of_this_one(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-26 17:00")
    schedules.start_due(office)
    assert [row.title for row in begun(office, "duty_roster")] == ["2026年3月值班表"]  # missed, and made up for
    clock.at("2026-03-27 09:00")  # the third working day from the end of March

    schedules.start_due(office)
    schedules.start_due(office)

    row = next(one for one in begun(office, "duty_roster") if one.title == "2026年4月值班表")
    assert len(begun(office, "duty_roster")) == 2
    view = instances.get(office, row.number, people.actor(office, "zhuren"))
    assert [(item.element, item.state) for item in view.items] == [("ZB10", "open")]
    days = {line["day"]: line["day_kind"] for line in row.variables["days"]}
    assert [int(day[-2:]) for day in days] == [4, 5, 6, 11, 12, 18, 19, 25, 26]  # 清明节, and every Saturday and Sunday
    assert days["2026-04-06"] == "法定节假日"


def test_a_month_that_is_planned_by_hand_is_not_begun_again(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-11-24 10:00")
    given = {
        "period": "2026年12月",
        "days": [{"day": "2026-12-01", "day_kind": "工作日", "officer": "bgs1", "leader": "vp_a"}],
        "urgency": "平件",
    }
    instances.start(office, "duty_roster", given, people.actor(office, "wenshu_a"))
    clock.at("2026-11-26 09:00")

    schedules.start_due(office)

    assert len(begun(office, "duty_roster")) == 1


def test_somebody_answers_for_every_schedule(office: Engine) -> None:
    assert not [f for f in doctor.examine(office).findings if f.code == "schedule.nobody"]
