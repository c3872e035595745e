"""Dates, durations, repetitions and cron times."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine import bpmn
from engine.bpmn.timers import Due, after, first_due, next_due
from engine.errors import ExpressionError

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
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
    assert after(text, NOW, SHANGHAI) == expected


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
    assert first_due(kind, text, NOW, SHANGHAI).moment == expected


def test_three_rounds_are_three_rounds() -> None:
    due: Due | None = first_due("cycle", "R3/PT1H", NOW, SHANGHAI)
    moments = []
    while due is not None:
        moments.append(due.moment)
        due = next_due(due, due.moment, SHANGHAI)

    assert moments == [NOW + timedelta(hours=n) for n in (1, 2, 3)]


def test_an_endless_repetition_catches_up_years_at_once() -> None:
    due = first_due("cycle", "R/PT1S", NOW, SHANGHAI)

    late = next_due(due, NOW + timedelta(days=3650, milliseconds=300), SHANGHAI)

    assert late is not None
    assert late.moment == NOW + timedelta(days=3650, seconds=1)


def later(first: datetime, hours: float) -> datetime:
    return first + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "hours", "following", "left"),
    [
        ("R3/PT1H", 1, 2, 1), ("R3/PT1H", 2.5, 3, 0), ("R3/PT1H", 3, None, 0), ("R3/PT1H", 9, None, 0),
        ("R1/PT1H", 1, None, 0), ("R/PT1H", 1, 2, -1), ("R/PT1H", 5.5, 6, -1), ("R/PT1H", 6, 7, -1),
        ("R/P1DT12H", 100, 108, -1), ("R999999/PT1S", 24, 24 + 1 / 3600, 999_999 - 24 * 3600 - 1),
        ("R999999/PT1S", 999_999, None, 0), ("0 0 * * * ?", 5.5, 6, -1),
        ("* * * * * ?", 24 * 365, 24 * 365 + 1 / 3600, -1),
    ],
)  # fmt: skip
def test_missed_rounds_count_and_are_not_made_up_for(
    text: str, hours: float, following: float | None, left: int
) -> None:
    due = next_due(first_due("cycle", text, NOW, SHANGHAI), later(NOW, hours), SHANGHAI)

    assert (due and due.moment) == (None if following is None else later(NOW, following))
    assert due is None or due.rounds == left


@pytest.mark.parametrize("text", ["PT1H", "2026-05-01T08:30:00+08:00", "R1/PT1H"])
def test_what_comes_once_has_no_second_round(text: str) -> None:
    due = first_due("duration", text, NOW, SHANGHAI)

    assert next_due(due, due.moment, SHANGHAI) is None


def test_missed_rounds_of_months_are_counted_too() -> None:
    assert next_due(first_due("cycle", "R6/P1M", NOW, SHANGHAI), later(NOW, 24 * 365), SHANGHAI) is None

    due = next_due(first_due("cycle", "R/P1M", NOW, SHANGHAI), datetime(2027, 3, 15, tzinfo=UTC), SHANGHAI)

    assert due is not None
    assert datetime(2027, 3, 15, tzinfo=UTC) < due.moment < datetime(2027, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("text", ["* *", "61 * * * * ?", "0 0 0 31 2 ?", "x y z a b"])
def test_a_cron_time_that_never_comes_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        first_due("cycle", text, NOW, SHANGHAI)

    assert caught.value.reason == "time.cron"


def rounds(text: str, start: datetime, zone: ZoneInfo, count: int) -> list[str]:
    """The first rounds of a repetition, as the clock of the zone shows them."""
    due: Due | None = first_due("cycle", text, start, zone)
    shown: list[str] = []
    while due is not None and len(shown) < count:
        shown.append(f"{due.moment.astimezone(zone):%m-%d %H:%M}")
        due = next_due(due, due.moment, zone)
    return shown


@pytest.mark.parametrize(
    ("text", "zone", "shown"),
    [
        ("R/P1M", SHANGHAI, ["02-28 09:00", "03-31 09:00", "04-30 09:00", "05-31 09:00"]),
        ("R3/P1M", SHANGHAI, ["02-28 09:00", "03-31 09:00", "04-30 09:00"]),
        ("R/2026-01-31T07:00:00+08:00/P1M", SHANGHAI, ["01-31 07:00", "02-28 07:00", "03-31 07:00", "04-30 07:00"]),
        ("R/2024-02-29T08:00:00+08:00/P1Y", SHANGHAI, ["02-29 08:00", "02-28 08:00", "02-28 08:00", "02-28 08:00",
                                                       "02-29 08:00"]),
        ("R/2026-03-28T08:00:00+01:00/P1D", BERLIN, ["03-28 08:00", "03-29 08:00", "03-30 08:00"]),
        ("R/2026-03-28T08:00:00+01:00/PT24H", BERLIN, ["03-28 08:00", "03-29 09:00", "03-30 09:00"]),
        ("0 30 8 * * ?", BERLIN, ["01-31 08:30", "02-01 08:30"]),
    ],
)  # fmt: skip
def test_every_round_is_counted_from_the_first_by_the_clock_of_the_office(
    text: str, zone: ZoneInfo, shown: list[str]
) -> None:
    assert rounds(text, NOW, zone, len(shown)) == shown


@pytest.mark.parametrize("late", [0, 30, 45, 70])
@pytest.mark.parametrize("text", ["0 30 0 * * ?", "0 30 1 * * ?", "0 30 2 * * ?", "0 30 8 * * ?"])
@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"), ("Europe/Berlin", "2026-03-29"),
     ("Europe/Berlin", "2026-10-25"), ("Asia/Shanghai", "2026-03-08"), ("Asia/Shanghai", "2026-11-01")],
)  # fmt: skip
def test_a_time_of_the_day_comes_once_a_day_when_the_clocks_change_and_whoever_keeps_time_is_late(
    zone: str, day: str, text: str, late: int
) -> None:
    office, wait = ZoneInfo(zone), timedelta(minutes=late)
    start = datetime.fromisoformat(day).replace(tzinfo=office) - timedelta(days=1)
    due: Due | None = first_due("cycle", text, start.astimezone(UTC), office)
    shown: list[str] = []

    while due is not None and len(shown) < 4:
        shown.append(f"{due.moment.astimezone(office):%m-%d}")
        due = next_due(due, due.moment + wait, office)

    assert shown == [f"{start + timedelta(days=n):%m-%d}" for n in range(4)]


@pytest.mark.parametrize(("zone", "day"), [("America/New_York", "2026-11-01"), ("Europe/Berlin", "2026-10-25")])
def test_what_begins_in_the_repeated_hour_waits_for_a_time_to_come(zone: str, day: str) -> None:
    office = ZoneInfo(zone)
    midnight = datetime.fromisoformat(day).replace(tzinfo=office).astimezone(UTC)

    for minutes in range(0, 300, 7):
        begun = midnight + timedelta(minutes=minutes)
        assert first_due("cycle", "0 0/15 * * * ?", begun, office).moment > begun
        assert first_due("duration", "PT90M", begun, office).moment == begun + timedelta(minutes=90)


def test_a_month_that_was_missed_leaves_the_day_as_it_was() -> None:
    due = next_due(first_due("cycle", "R/P1M", NOW, SHANGHAI), datetime(2026, 4, 30, 2, tzinfo=UTC), SHANGHAI)

    assert due is not None
    assert due.moment == datetime(2026, 5, 31, 1, tzinfo=UTC)


def test_a_repetition_of_an_earlier_version_goes_on_from_its_last_round() -> None:
    """Its snapshot holds neither anchor nor number."""
    due = next_due(Due(NOW, -1, "P1M"), NOW, SHANGHAI)

    assert due is not None
    assert due.moment == datetime(2026, 2, 28, 1, tzinfo=UTC)


def test_a_case_restored_at_every_round_comes_on_the_31st_again() -> None:
    golden = Path(__file__).parent / "golden" / "month_cycle.json"
    process = bpmn.compile({"p.bpmn": json.loads(golden.read_text(encoding="utf-8"))["diagram"].encode()})
    step = bpmn.start(process, {}, NOW)
    seen = []
    for _ in range(3):
        assert step.next_due is not None
        seen.append(f"{step.next_due:%m-%d}")
        step = bpmn.wake(process, step.snapshot, step.next_due)

    assert seen == ["02-28", "03-31", "04-30"]
    assert [activity.element for activity in step.activities] == ["work", "report", "report", "report"]
