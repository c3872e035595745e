"""Ladders: which rung comes when, to whom, and what a broken ladder file says."""

import pytest

from engine.errors import InvalidPackage
from engine.limits import (
    Calendar,
    Ladder,
    RungTime,
    deadline,
    load_ladders,
    shipped_ladders,
)
from tests.support.clock import SHANGHAI, shanghai

CHINA = Calendar.china()
LADDERS = shipped_ladders()


def clock(times: tuple[RungTime, ...]) -> dict[str, str]:
    return {time.rung.key: time.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") for time in times}


def test_the_six_ladders_are_shipped() -> None:
    assert set(LADDERS) == {"ESC-DOC", "ESC-SEAL", "ESC-SEAL-OUT", "ESC-MTG", "ESC-SUP", "ESC-SUP-NODE"}


def test_scenario_db_2_climbs_the_ladder_across_the_holidays() -> None:
    start = shanghai("2026-09-07 10:00")
    due = deadline("20CD", start, CHINA)

    times = LADDERS["ESC-SUP"].schedule(urgency="平件", start=start, due=due, limit="20CD", calendar=CHINA)

    assert clock(times) == {
        "half": "2026-09-17 09:15",  # 59.25 of 118.5 working hours
        "warn": "2026-09-22 08:30",
        "today": "2026-09-28 08:30",
        "today-again": "2026-09-28 15:30",
        "late-1": "2026-09-29 08:30",
        "late-2": "2026-10-08 08:30",
        "late-3": "2026-10-13 08:30",
        "late-4": "2026-10-23 08:30",
    }
    assert [time.rung.level for time in times] == ["L0", "L1", "L2", "L2", "L3", "L4", "L5", "L6"]


def test_a_node_of_a_plan_climbs_no_further_than_the_leader_in_charge() -> None:
    start, due = shanghai("2026-09-07 10:00"), shanghai("2026-09-15 17:30")

    times = LADDERS["ESC-SUP-NODE"].schedule(urgency="平件", start=start, due=due, limit=None, calendar=CHINA)

    assert clock(times) == {
        "warn": "2026-09-14 08:30",
        "today": "2026-09-15 08:30",
        "due": "2026-09-15 17:30",
        "late-1": "2026-09-16 08:30",
        "late-2": "2026-09-18 08:30",
    }
    assert [time.rung.level for time in times] == ["L1", "L2", "L2", "L3", "L4"]


def test_a_second_red_slip_is_an_event_of_the_ladder_and_comes_at_no_time() -> None:
    rung = LADDERS["ESC-SUP"].on("red_twice", "平件")

    assert rung is not None
    assert (rung.level, rung.to, "blame" in rung.actions) == ("L6", ("post('ducha')", "principal('party')"), True)


def test_half_of_the_time_is_told_only_where_there_are_more_than_five_working_days() -> None:
    start = shanghai("2026-03-09 09:00")

    for limit, told in (("5WD", False), ("6WD", True), ("4WH", False)):
        times = LADDERS["ESC-SUP"].schedule(
            urgency="平件", start=start, due=deadline(limit, start, CHINA), limit=limit, calendar=CHINA
        )
        assert ("half" in clock(times)) is told, limit


def test_major_matters_climb_one_notch_earlier() -> None:
    times = LADDERS["ESC-SUP"].schedule(
        urgency="加急",
        start=shanghai("2026-03-02 11:30"),
        due=shanghai("2026-03-17 17:30"),
        limit="AT 2026-03-17 17:30",
        calendar=CHINA,
        weight="major",
    )

    rungs = clock(times)
    assert rungs["warn"] == "2026-03-12 08:30"
    assert rungs["today"] == "2026-03-17 08:30"
    assert rungs["today-again"] == "2026-03-17 15:30"
    assert rungs["late-1"] == "2026-03-17 17:30"
    assert rungs["late-2"] == "2026-03-18 08:30"
    assert rungs["late-3"] == "2026-03-20 08:30"


def test_a_rung_says_the_overdue_day_it_comes_on_for_this_weight() -> None:
    rungs = {each.key: each for each in LADDERS["ESC-SUP"].rungs if each.late}
    days = {
        weight: [rungs[f"late-{n}"].overdue_day(major=weight == "major") for n in (1, 2, 3)]
        for weight in ("normal", "major")
    }

    assert days == {"normal": [1, 3, 7], "major": [0, 1, 3]}
    assert LADDERS["ESC-SUP"].rungs[0].overdue_day(major=False) is None


@pytest.mark.parametrize(
    ("limit", "start", "warning"),
    [
        ("15WD", "2026-03-09 09:00", "2026-03-25 08:30"),
        ("10WD", "2026-03-09 09:00", "2026-03-18 08:30"),
        ("9WD", "2026-03-09 09:00", "2026-03-19 08:30"),
        ("3WD", "2026-03-09 09:00", "2026-03-11 08:30"),
        # 7 hours and two whole days are 22 hours: 5.5 hours before the end
        ("2WD", "2026-03-09 09:00", "2026-03-11 10:30"),
        ("4WH", "2026-03-09 09:00", "2026-03-09 13:30"),
        ("4CH", "2026-03-09 22:00", "2026-03-10 01:00"),
    ],
)
def test_supervision_warns_by_the_length_of_the_limit(limit: str, start: str, warning: str) -> None:
    begin = shanghai(start)
    due = deadline(limit, begin, CHINA)

    times = LADDERS["ESC-SUP"].schedule(urgency="平件", start=begin, due=due, limit=limit, calendar=CHINA)

    assert clock(times)["warn"] == warning


@pytest.mark.parametrize(
    ("urgency", "limit", "start", "expected"),
    [
        (
            "特急",
            "2CH",
            "2026-10-02 20:00",
            {
                "warn": "2026-10-02 21:30",
                "due": "2026-10-02 22:00",
                "late-1": "2026-10-02 22:30",
                "late-2": "2026-10-02 23:00",
                "late-3": "2026-10-03 00:00",
            },
        ),
        (
            "加急",
            "4WH",
            "2026-03-13 15:30",
            {
                "warn": "2026-03-16 09:30",
                "due": "2026-03-16 10:30",
                "late-1": "2026-03-16 14:00",
                "late-2": "2026-03-17 08:30",
                "late-3": "2026-03-19 08:30",
            },
        ),
        (
            "平件",
            "1WD",
            "2026-09-24 15:00",
            {
                "warn": "2026-09-28 08:30",
                "due": "2026-09-28 17:30",
                "late-1": "2026-09-29 08:30",
                "late-2": "2026-10-08 08:30",
                "late-3": "2026-10-13 08:30",
            },
        ),
        (
            "平件",
            "4WH",
            "2026-03-09 09:00",
            {
                "warn": "2026-03-09 13:30",
                "due": "2026-03-09 14:30",
                "late-1": "2026-03-10 08:30",
                "late-2": "2026-03-12 08:30",
                "late-3": "2026-03-18 08:30",
            },
        ),
    ],
)
def test_documents_climb_by_urgency(urgency: str, limit: str, start: str, expected: dict[str, str]) -> None:
    begin = shanghai(start)
    due = deadline(limit, begin, CHINA)

    times = LADDERS["ESC-DOC"].schedule(urgency=urgency, start=begin, due=due, limit=limit, calendar=CHINA)

    assert clock(times) == expected


def test_a_seal_that_is_away_is_asked_back_by_the_clock() -> None:
    ladder = LADDERS["ESC-SEAL-OUT"]
    due = shanghai("2026-03-13 17:30")

    times = ladder.schedule(urgency="平件", start=shanghai("2026-03-13 09:00"), due=due, limit="当日", calendar=CHINA)

    assert ladder.kind == "seal-out"
    assert clock(times) == {
        "warn": "2026-03-13 15:30",
        "due": "2026-03-13 17:30",
        "late-1": "2026-03-13 19:30",
        "late-2": "2026-03-16 08:30",
        "late-3": "2026-03-17 08:30",
    }
    assert "light:red" in times[3].rung.actions
    assert "seal:suspend" in times[4].rung.actions


def test_the_approval_of_a_seal_climbs_alike_for_every_urgency() -> None:
    start = shanghai("2026-03-09 09:00")
    due = deadline("4WH", start, CHINA)

    times = LADDERS["ESC-SEAL"].schedule(urgency="加急", start=start, due=due, limit="4WH", calendar=CHINA)

    assert clock(times) == {
        "warn": "2026-03-09 13:30",
        "due": "2026-03-09 14:30",
        "late-1": "2026-03-10 09:30",
        "late-2": "2026-03-10 09:30",  # not 08:30: a higher level never comes before a lower one
        "late-3": "2026-03-12 08:30",
    }


def test_a_starred_item_near_the_meeting_alarms_at_once() -> None:
    ladder = LADDERS["ESC-MTG"]
    far, near = shanghai("2026-07-10 17:30"), shanghai("2026-07-20 15:30")
    meeting, start = shanghai("2026-07-21 09:00"), shanghai("2026-06-29 10:00")

    late = {
        (due, weight): clock(
            ladder.schedule(
                urgency="平件", start=start, due=due, limit="T-7", calendar=CHINA, weight=weight, anchor=meeting
            )
        ).get("late-2")
        for due in (far, near)
        for weight in ("normal", "major")
    }

    assert late == {
        (far, "normal"): None,
        (near, "normal"): None,
        (far, "major"): "2026-07-17 08:30",
        (near, "major"): "2026-07-20 15:30",
    }


def test_a_failed_check_is_an_event_and_not_a_time() -> None:
    ladder = LADDERS["ESC-MTG"]

    rung = ladder.on("check_failed", "平件")

    assert rung is not None
    assert rung.to == ("in_charge(performer())",)
    times = ladder.schedule(
        urgency="平件", start=shanghai("2026-07-01 09:00"), due=shanghai("2026-07-20 16:00"), limit=None, calendar=CHINA
    )
    assert "late-3" not in clock(times)


def test_reminders_before_the_start_are_left_out_and_the_warning_comes_at_once() -> None:
    start = shanghai("2026-03-17 16:30")

    times = LADDERS["ESC-SUP"].schedule(
        urgency="平件", start=start, due=shanghai("2026-03-18 10:00"), limit="AT 2026-03-18 10:00", calendar=CHINA
    )
    meeting = LADDERS["ESC-MTG"].schedule(
        urgency="平件", start=start, due=shanghai("2026-03-17 17:30"), limit="T-1", calendar=CHINA
    )

    assert clock(times)["today-again"] == "2026-03-17 17:00"
    assert clock(meeting)["warn"] == "2026-03-17 16:30"


def test_leaders_are_never_reported_to_their_superiors() -> None:
    for ladder in (LADDERS["ESC-DOC"], LADDERS["ESC-SEAL"], LADDERS["ESC-SUP"]):
        for rung in ladder.rungs:
            told = ladder.addressed(rung, leader=True)
            if rung.late:
                assert told.to == ("liaison(performer())", "post('zhuren')")
                assert not any(action.startswith("list:") for action in told.actions)
            else:
                assert told == rung
            assert ladder.addressed(rung, leader=False) == rung


def test_supervision_reminds_every_working_day_without_a_rung_of_its_own() -> None:
    ladder, due = LADDERS["ESC-SUP"], shanghai("2026-09-28 17:30")
    schedule = ladder.schedule(
        urgency="平件", start=shanghai("2026-09-07 10:00"), due=due, limit="20CD", calendar=CHINA
    )
    taken = tuple(time.at for time in schedule)

    reminders, now = [], due
    for _ in range(5):
        reminder = ladder.reminder(due=due, after=now, calendar=CHINA, taken=taken)
        assert reminder is not None
        now = reminder.at
        reminders.append((reminder.rung.key, now.astimezone(SHANGHAI).strftime("%m-%d %H:%M")))

    assert reminders == [
        ("daily-2", "09-30 08:30"),
        ("daily-4", "10-09 08:30"),
        ("daily-5", "10-10 08:30"),
        ("daily-6", "10-12 08:30"),
        ("daily-8", "10-14 08:30"),
    ]
    assert LADDERS["ESC-DOC"].reminder(due=due, after=due, calendar=CHINA) is None


@pytest.mark.parametrize("urgency", ["特急", "加急", "平件"])
@pytest.mark.parametrize("ladder", LADDERS.values(), ids=LADDERS)
def test_every_ladder_warns_once_and_keeps_its_order(ladder: Ladder, urgency: str) -> None:
    start = shanghai("2026-03-09 09:00")
    due = deadline("10WD", start, CHINA)

    times = ladder.schedule(urgency=urgency, start=start, due=due, limit="10WD", calendar=CHINA)

    assert [time.at for time in times] == sorted(time.at for time in times)
    assert len({time.rung.key for time in times}) == len(times)
    assert sum("light:amber" in time.rung.actions and time.rung.key == "warn" for time in times) == 1
    assert all(time.at > due for time in times if time.rung.late)


GOOD = """
[ESC-BORROW]
title = "档案归还"
[[ESC-BORROW.rungs]]
key = "late-1"
when = "day+1"
to = ["performer()"]
template = "T-OVER"
"""


def test_a_package_may_bring_its_own_ladder() -> None:
    ladder = load_ladders(GOOD)["ESC-BORROW"]

    times = ladder.schedule(
        urgency="平件",
        start=shanghai("2026-03-09 09:00"),
        due=shanghai("2026-03-13 17:30"),
        limit="4WD",
        calendar=CHINA,
    )

    assert clock(times) == {"late-1": "2026-03-16 08:30"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[ESC-BORROW]", "[ESC-BORROW"),
        ("ESC-BORROW", "esc"),
        ('title = "档案归还"', ""),
        ('title = "档案归还"', 'title = "档案归还"\ncolour = "red"'),
        ('when = "day+1"', 'when = "day+x"'),
        ('when = "day+1"', 'when = "tomorrow"'),
        ('when = "day+1"', 'when = "left 120%"'),
        ('when = "day+1"', 'when = "due+0CH"'),
        ('when = "day+1"', 'when = "near 2CH"'),
        ('when = "day+1"', "when = []"),
        ('when = "day+1"', 'when = [{ days = -1, at = "due" }]'),
        ('when = "day+1"', ""),
        ('key = "late-1"', 'key = "Late 1"'),
        ('key = "late-1"', 'key = "late-1"\nurgency = ["急"]'),
        ('key = "late-1"', 'key = "late-1"\nweight = "huge"'),
        ('key = "late-1"', 'key = "late-1"\naction = ["seal:melt"]'),
        ('to = ["performer()"]', 'to = "performer()"'),
        ('template = "T-OVER"', ""),
        (GOOD, GOOD + GOOD.partition('还"')[2]),
        (GOOD, '[ESC-BORROW]\ntitle = "空"\n'),
    ],
)
def test_a_broken_ladder_is_refused_with_its_name(old: str, new: str) -> None:
    with pytest.raises(InvalidPackage, match="ladder") as refused:
        load_ladders(GOOD.replace(old, new))

    assert refused.value.reason == "package.ladder"
