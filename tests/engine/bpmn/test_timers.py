"""Dates, durations, repetitions and cron times."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn.timers import Due, after, first_due, next_due
from engine.errors import ExpressionError

NOW = datetime(2026, 1, 31, 1, 0, tzinfo=UTC)  # Saturday 09:00 in Shanghai


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT2H", NOW + timedelta(hours=2)),
        ("P1D", NOW + timedelta(days=1)),
        ("P1W", NOW + timedelta(weeks=1)),
        ("P1M", datetime(2026, 2, 28, 1, 0, tzinfo=UTC)),
        ("P1Y2M", datetime(2027, 3, 31, 1, 0, tzinfo=UTC)),
        ("PT1.5H", NOW + timedelta(minutes=90)),
    ],
)
def test_durations_are_added_by_the_calendar(text: str, expected: datetime) -> None:
    assert after(text, NOW) == expected


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", "2026-05-01T08:30:00+08:00", datetime(2026, 5, 1, 0, 30, tzinfo=UTC)),
        ("date", "2026-05-01T00:30:00Z", datetime(2026, 5, 1, 0, 30, tzinfo=UTC)),
        ("date", "2026-05-01T08:30", datetime(2026, 5, 1, 0, 30, tzinfo=UTC)),
        ("cycle", "R3/PT1H", NOW + timedelta(hours=1)),
        ("cycle", "R/2026-02-01T00:00:00Z/P1D", datetime(2026, 2, 1, tzinfo=UTC)),
        ("cycle", "0 30 8 ? * MON-FRI", datetime(2026, 2, 2, 0, 30, tzinfo=UTC)),
        ("cycle", "0 0/5 * * * ?", NOW + timedelta(minutes=5)),
        ("cycle", "30 8 * * 1", datetime(2026, 2, 2, 0, 30, tzinfo=UTC)),
        ("cycle", "0 0 9 1 * ?", datetime(2026, 2, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_first_moment_of_a_timer(kind: str, text: str, expected: datetime) -> None:
    assert first_due(kind, text, NOW).moment == expected


def test_three_rounds_are_three_rounds() -> None:
    due: Due | None = first_due("cycle", "R3/PT1H", NOW)
    moments = []
    while due is not None:
        moments.append(due.moment)
        due = next_due(due, due.moment)

    assert moments == [NOW + timedelta(hours=n) for n in (1, 2, 3)]


def test_an_endless_repetition_catches_up_years_at_once() -> None:
    due = first_due("cycle", "R/PT1S", NOW)

    late = next_due(due, NOW + timedelta(days=3650, milliseconds=300))

    assert late is not None
    assert late.moment == NOW + timedelta(days=3650, seconds=1)


@pytest.mark.parametrize("text", ["* *", "61 * * * * ?", "0 0 0 31 2 ?", "x y z a b"])
def test_a_cron_time_that_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        first_due("cycle", text, NOW)

    assert caught.value.reason == "time.cron"
