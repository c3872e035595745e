"""Lights, quiet hours, the words for remaining time, and the deadline that counts among several."""

from datetime import datetime

import pytest

from engine.limits import BUFFERS, Calendar, Effective, effective, light, not_before, remaining
from tests.support.clock import shanghai

CHINA = Calendar.china()


WARN, DUE = shanghai("2026-03-12 08:30"), shanghai("2026-03-17 17:30")


@pytest.mark.parametrize(
    ("now", "warn_at", "due", "closed_at", "paused", "colour"),
    [
        ("2026-03-10 09:00", WARN, DUE, None, False, "green"),
        ("2026-03-12 08:30", WARN, DUE, None, False, "amber"),
        ("2026-03-17 17:30", WARN, DUE, None, False, "amber"),
        ("2026-03-17 17:31", WARN, DUE, None, False, "red"),
        ("2026-03-17 17:31", None, DUE, None, False, "red"),
        ("2026-03-13 09:00", None, DUE, None, False, "green"),
        ("2026-03-17 17:31", WARN, DUE, None, True, "grey"),
        ("2026-03-20 09:00", WARN, DUE, DUE, False, "green-closed"),
        ("2026-03-20 09:00", WARN, DUE, DUE, True, "green-closed"),
        ("2026-03-20 09:00", WARN, DUE, shanghai("2026-03-17 17:31"), False, "red-closed"),
        ("2026-03-20 09:00", None, None, None, False, "none"),
        ("2026-03-20 09:00", None, None, DUE, True, "none"),
    ],
)
def test_the_light_follows_the_clock(
    now: str, warn_at: datetime | None, due: datetime | None, closed_at: datetime | None, paused: bool, colour: str
) -> None:
    assert light(shanghai(now), warn_at, due, closed_at, paused) == colour


@pytest.mark.parametrize(
    ("moment", "urgency", "kind", "expected"),
    [
        ("2026-03-09 21:59", "平件", "", "2026-03-09 21:59"),
        ("2026-03-09 22:00", "平件", "", "2026-03-10 07:30"),
        ("2026-03-10 00:10", "加急", "", "2026-03-10 07:30"),
        ("2026-03-10 07:29", "平件", "", "2026-03-10 07:30"),
        ("2026-03-10 07:30", "平件", "", "2026-03-10 07:30"),
        ("2026-03-09 23:00", "特急", "", "2026-03-09 23:00"),
        ("2026-03-09 23:00", "平件", "seal-out", "2026-03-09 23:00"),
    ],
)
def test_the_night_is_quiet_except_for_what_cannot_wait(moment: str, urgency: str, kind: str, expected: str) -> None:
    assert not_before(shanghai(moment), urgency, kind, CHINA) == shanghai(expected)


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-03-09 13:30", "2026-03-11 10:00", "剩 1 天 5 小时"),
        ("2026-03-09 08:30", "2026-03-10 14:00", "剩 1 天 4 小时"),
        ("2026-03-09 08:30", "2026-03-10 17:30", "剩 2 天"),
        ("2026-03-09 13:30", "2026-03-09 16:40", "剩 3 小时 10 分"),
        ("2026-03-09 13:30", "2026-03-09 16:30", "剩 3 小时"),
        ("2026-03-09 17:05", "2026-03-09 17:30", "剩 25 分"),
        ("2026-03-09 17:05", "2026-03-10 08:40", "剩 35 分"),
        ("2026-03-11 10:30", "2026-03-09 17:30", "超期 1 天 2 小时"),
        ("2026-03-09 16:00", "2026-03-09 15:40", "超期 20 分"),
        ("2026-10-02 20:00", "2026-10-02 22:00", "剩 2 小时"),
        ("2026-10-02 22:30", "2026-10-02 22:00", "超期 30 分"),
    ],
)
def test_remaining_time_is_said_in_working_days_and_hours(now: str, due: str, words: str) -> None:
    assert remaining(shanghai(now), shanghai(due), CHINA).text_zh == words


def test_remaining_time_carries_its_numbers() -> None:
    ahead = remaining(shanghai("2026-09-24 16:00"), shanghai("2026-09-28 09:00"), CHINA)
    late = remaining(shanghai("2026-09-28 09:00"), shanghai("2026-09-24 16:00"), CHINA)

    assert (ahead.working_seconds, ahead.overdue) == (7200, False)
    assert (late.working_seconds, late.overdue) == (7200, True)
    assert remaining(shanghai("2026-03-09 09:00"), None, CHINA).text_zh == "不计时"


def test_what_runs_round_the_clock_is_said_in_natural_hours() -> None:
    now, due = shanghai("2026-03-09 17:00"), shanghai("2026-03-09 21:00")

    assert remaining(now, due, CHINA, natural=True).text_zh == "剩 4 小时"
    assert remaining(now, now.replace(second=20), CHINA).text_zh == "剩 不到 1 分"


@pytest.mark.parametrize(
    ("urgency", "named", "expected"),
    [
        ("平件", {}, None),
        ("平件", {"step": "2026-03-12 17:30"}, ("2026-03-12 17:30", "step", False)),
        (
            "平件",
            {"step": "2026-03-12 17:30", "instructed": "2026-03-11 12:00"},
            ("2026-03-11 12:00", "instruction", False),
        ),
        (
            "平件",
            {"step": "2026-03-20 17:30", "required_by": "2026-03-20 17:30"},
            ("2026-03-18 17:30", "letter", False),
        ),
        ("加急", {"required_by": "2026-03-11 10:00"}, ("2026-03-10 11:30", "letter", False)),
        ("特急", {"required_by": "2026-03-09 20:00"}, ("2026-03-09 19:00", "letter", False)),
        ("平件", {"required_by": "2026-03-10 17:30"}, ("2026-03-09 10:00", "minimum", True)),
        ("特急", {"instructed": "2026-03-09 09:10"}, ("2026-03-09 09:30", "minimum", True)),
        ("平件", {"step": "2026-03-06 17:30"}, ("2026-03-09 10:00", "minimum", True)),
    ],
)
def test_the_earliest_of_all_deadlines_counts_but_leaves_time_to_act(
    urgency: str, named: dict[str, str], expected: tuple[str, str, bool] | None
) -> None:
    instants = {name: shanghai(text) for name, text in named.items()}

    found = effective(now=shanghai("2026-03-09 09:00"), urgency=urgency, calendar=CHINA, **instants)  # type: ignore[arg-type]

    assert (found and (found.due, found.source, found.squeezed)) == (
        expected and (shanghai(expected[0]), expected[1], expected[2])
    )


def test_supervision_keeps_three_working_days_for_itself() -> None:
    found = effective(
        now=shanghai("2026-03-02 11:30"),
        urgency="加急",
        calendar=CHINA,
        required_by=shanghai("2026-03-20 17:30"),
        buffer=BUFFERS["督办"],
    )

    assert found == Effective(shanghai("2026-03-17 17:30"), "letter")
