"""Rounds of the calendar: which turn is due, in which period, at which hour."""

from datetime import date, time

import pytest

from engine.errors import InvalidLimit
from engine.limits import Calendar, Round, latest
from tests.support.clock import shanghai

CHINA = Calendar.china()


@pytest.mark.parametrize(
    ("asked", "now", "period", "due"),
    [
        # 5 October 2026 lies in the holiday: the fifth working day of the month is the 13th, the 10th is worked
        (Round("month", day="WD5"), "2026-10-13 09:00", "2026-10", "2026-10-13 09:00"),
        (Round("month", day="WD5"), "2026-10-13 08:59", "2026-09", "2026-09-07 09:00"),
        (Round("month", day="WD-1"), "2026-10-31 12:00", "2026-10", "2026-10-30 09:00"),
        (Round("month", day="1"), "2026-10-08 10:00", "2026-10", "2026-10-08 09:00"),
        (Round("month", day="31"), "2026-02-28 18:00", "2026-02", "2026-02-28 09:00"),
        (Round("week", day="FRI", at=time(15)), "2026-10-09 15:00", "2026-W41", "2026-10-09 15:00"),
        # Friday 25 September is off: the working day before, which is the last of that week
        (Round("week", day="FRI/WD-1", at=time(15)), "2026-09-24 15:00", "2026-W39", "2026-09-24 15:00"),
        # Friday 2 January is off, Sunday the 4th is worked
        (Round("week", day="FRI/WD-1", at=time(15)), "2026-01-04 15:00", "2026-W01", "2026-01-04 15:00"),
        (Round("week", day="FRI", at=time(15)), "2026-01-04 15:00", "2026-W01", "2025-12-31 15:00"),
        (Round("week", day="FRI/WD-1", at=time(15)), "2026-02-20 16:00", "2026-W07", "2026-02-13 15:00"),
        # a week off has no turn
        (Round("week", day="FRI", at=time(15)), "2026-02-20 16:00", "2026-W07", "2026-02-13 15:00"),
        (Round("quarter", month=1, day="WD5"), "2026-04-30 09:00", "2026Q2", "2026-04-08 09:00"),
        (Round("quarter", month=3, day="WD5"), "2026-04-30 09:00", "2026Q1", "2026-03-06 09:00"),
        (Round("year", month=12), "2026-12-01 09:00", "2026", "2026-12-01 09:00"),
        (Round("year", month=12), "2026-11-30 09:00", "2025", "2025-12-01 09:00"),
        (Round("day", day=""), "2026-10-04 12:00", "2026-09-30", "2026-09-30 09:00"),
        (Round("day", day="", at=time(8, 30)), "2026-10-10 08:30", "2026-10-10", "2026-10-10 08:30"),
    ],
)
def test_the_last_turn_that_is_due(asked: Round, now: str, period: str, due: str) -> None:
    turn = latest(asked, shanghai(now), CHINA)

    assert turn is not None
    assert (turn.period, turn.due) == (period, shanghai(due))


def test_a_turn_knows_its_days_and_the_period_before() -> None:
    turn = latest(Round("quarter"), shanghai("2026-01-30 09:00"), CHINA)

    assert turn is not None
    assert (turn.first, turn.last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert (turn.before, turn.since, turn.until) == ("2025Q4", date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("every", "month", "day"),
    [
        ("week", 1, "WD1"),
        ("week", 1, "WD1/WD-1"),
        ("month", 2, "WD1"),
        ("month", 1, "32"),
        ("month", 1, "WD0"),
        ("day", 1, "1"),
        ("year", 13, "1"),
    ],
)
def test_what_is_no_round_is_refused(every: str, month: int, day: str) -> None:
    with pytest.raises(InvalidLimit):
        Round(every, month, day)  # type: ignore[arg-type]
