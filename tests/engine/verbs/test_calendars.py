"""The calendar is data: days, years, hours, units; a change counts every open deadline anew, once and with progress."""

from datetime import date, timedelta

import pytest

from engine.errors import BadInput, InvalidLimit, NotAllowed
from engine.model import Done
from engine.runtime import Engine
from engine.verbs import calendars, instances, notifications, stopping, timers
from tests.engine.conftest import Login
from tests.engine.limits.test_notice import NOTICE_2026
from tests.support.clock import FakeClock, shanghai

NOTICE_2027 = NOTICE_2026.replace("2026", "2027").replace("1月4日（周日）上班", "1月3日（周日）上班")
NOTICE_2027 = (
    "国务院办公厅关于2027年部分节假日安排的通知\n"
    "一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n"
    "二、春节：2月5日至11日放假调休，共7天。2月14日（周日）上班。\n"
    "三、清明节：4月3日至5日放假，共3天。\n"
)


@pytest.fixture
def memo(office: Engine, who: Login) -> Done:
    """A 平件 memo on the desk of the 核稿 since Monday 2026-03-09, 09:00: due on Tuesday, the whole on the 23rd."""
    return instances.start(office, "memo", {"title": "签报"}, who("bgs1"))


def due_of(office: Engine, who: Login, number: str) -> dict[str, object]:
    found = instances.get(office, number, who("auditor"))
    step = next(item.deadline for item in found.items if item.state in ("open", "paused"))
    return {"step": step, "whole": found.deadline}


def settle(office: Engine, clock: FakeClock) -> None:
    clock.advance(timedelta(seconds=3))
    calendars.work_off(office)


def test_the_table_holds_what_was_published(office: Engine, who: Login) -> None:
    found = calendars.year(office, 2026, who("admin"))

    kinds = {view.day: view.kind for month in found.months for view in month}
    assert (found.working_days, found.provisional) == (248, False)
    assert (kinds[date(2026, 2, 17)], kinds[date(2026, 2, 14)]) == ("off", "makeup")
    assert calendars.year(office, 2027, who("admin")).provisional


def test_a_day_off_moves_every_open_deadline_once_and_says_so(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    change = calendars.set_day(office, date(2026, 3, 10), "off", who("admin"), name="停电检修")
    settle(office, clock)

    found = calendars.change(office, change, who("admin"))
    assert due_of(office, who, memo.number) == {
        "step": shanghai("2026-03-11 17:30"),
        "whole": shanghai("2026-03-24 17:30"),
    }
    assert (found.state, found.done, found.total, found.moved, found.percent) == ("done", 1, 1, 1, 100)
    said = [e.opinion for e in instances.get(office, memo.number, who("auditor")).history if e.verb == "calendar"]
    assert len(said) == 1
    assert "停电检修" in said[0]
    assert "核稿 03-10 17:30 → 03-11 17:30" in said[0]
    assert "整件 03-23 17:30 → 03-24 17:30" in said[0]
    assert calendars.work_off(office) == 0


def test_rungs_that_wait_move_along_and_those_that_spoke_stay(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-10 08:31")  # the warning of the day has spoken
    timers.fire_due(office)
    calendars.set_day(office, date(2026, 3, 11), "off", who("admin"))
    settle(office, clock)

    rows = [t for t in timers.of_instance(office, memo.number, who("admin")) if t.level == "step"]
    found = {t.rung: (t.state, t.due) for t in rows}
    assert found["warn"] == ("fired", shanghai("2026-03-10 08:30"))
    assert found["due"] == ("waiting", shanghai("2026-03-10 17:30"))
    assert found["late-1"] == ("waiting", shanghai("2026-03-12 08:30"))


def test_a_unit_may_have_days_and_hours_of_its_own(office: Engine, who: Login, clock: FakeClock) -> None:
    calendars.set_day(office, date(2026, 3, 10), "off", who("admin"), scope="rlb")
    calendars.set_hours(
        office,
        "08:00-12:00、14:00-18:00",
        who("admin"),
        scope="rlb",
        name="夏令",
        first=date(2026, 3, 1),
        last=date(2026, 3, 31),
    )

    theirs = instances.start(office, "memo", {"title": "签报"}, who("rlb1"))
    ours = instances.start(office, "memo", {"title": "签报"}, who("bgs1"))
    assert due_of(office, who, theirs.number)["step"] == shanghai("2026-03-11 18:00")
    assert due_of(office, who, ours.number)["step"] == shanghai("2026-03-10 17:30")


def test_a_half_day_ends_at_noon(office: Engine, who: Login) -> None:
    calendars.set_day(office, date(2026, 3, 10), "half", who("admin"), hours="8:30-12:00", name="妇女节活动")

    done = instances.start(office, "memo", {"title": "签报"}, who("bgs1"))
    assert due_of(office, who, done.number)["step"] == shanghai("2026-03-10 12:00")
    kinds = {v.day: (v.kind, v.hours) for m in calendars.year(office, 2026, who("admin")).months for v in m}
    assert kinds[date(2026, 3, 10)] == ("half", "08:30–12:00")


def test_a_day_can_be_let_be_again(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    calendars.set_day(office, date(2026, 3, 10), "off", who("admin"))
    calendars.set_day(office, date(2026, 3, 10), "plain", who("admin"))
    settle(office, clock)

    assert due_of(office, who, memo.number)["step"] == shanghai("2026-03-10 17:30")


def test_the_notice_of_next_year_is_previewed_applied_and_ends_the_estimate(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-12-30 10:00")
    done = instances.start(office, "memo", {"title": "签报"}, who("bgs1"))
    assert due_of(office, who, done.number)["whole"] == shanghai("2027-01-14 17:30")

    seen = calendars.preview(office, NOTICE_2027, who("admin"))
    assert seen.publishes
    assert [(d.day.day, d.before, d.after) for d in seen.days if d.changed][:1] == [(5, "工作", "休")]
    assert due_of(office, who, done.number)["whole"] == shanghai("2027-01-14 17:30"), "a preview changes nothing"

    calendars.apply_holidays(office, "2027-01-04,休,调休\n" + "2027-01-09,班,调休", who("admin"))
    calendars.apply_holidays(office, NOTICE_2027, who("admin"))
    settle(office, clock)
    assert due_of(office, who, done.number)["whole"] == shanghai("2027-01-14 17:30")
    found = calendars.year(office, 2027, who("admin"))
    assert not found.provisional
    assert [c.state for c in found.changes] == ["done", "done"]


def test_administrators_are_warned_once_a_week_from_the_fifth_of_november(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    def told() -> int:
        return sum(n.event == "T-HOLIDAY" for n in notifications.centre(office, who("admin")))

    clock.at("2026-11-04 08:30")
    calendars.check(office)
    assert calendars.warning(office) is None
    assert told() == 0

    clock.at("2026-11-05 08:30")
    calendars.check(office)
    calendars.check(office)
    found = calendars.warning(office)
    assert found is not None
    assert found.year == 2027
    assert told() == 1

    clock.at("2026-11-12 08:30")
    calendars.check(office)
    assert told() == 2
    calendars.apply_holidays(office, NOTICE_2027, who("admin"))
    assert calendars.warning(office) is None


def test_a_suspended_instance_is_counted_anew_when_it_goes_on(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-09 10:00")
    stopping.suspend(office, memo.number, who("admin"), reason="等文件")
    calendars.set_day(office, date(2026, 3, 10), "off", who("admin"))
    settle(office, clock)
    clock.at("2026-03-09 11:00")
    stopping.resume(office, memo.number, who("admin"))

    assert due_of(office, who, memo.number)["step"] == shanghai("2026-03-11 17:30")


def test_what_cannot_be_is_refused_and_only_administrators_may(office: Engine, who: Login) -> None:
    day = date(2026, 3, 10)
    for kind, hours in (("maybe", ""), ("half", "早上"), ("half", "12:00-08:30")):
        with pytest.raises((BadInput, InvalidLimit)):
            calendars.set_day(office, day, kind, who("admin"), hours=hours)
    with pytest.raises(BadInput):
        calendars.set_hours(office, "08:30-12:00", who("admin"), first=day)
    with pytest.raises(NotAllowed):
        calendars.set_day(office, day, "off", who("bgs1"))
    assert calendars.year(office, 2026, who("admin")).changes == ()
