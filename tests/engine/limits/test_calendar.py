"""The working calendar: published days, overrides, unpublished years, seasons, the after-hours rule."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from chinese_calendar import is_workday

from engine.errors import InvalidLimit
from engine.limits import Calendar, Season, deadline, rung
from tests.support.clock import shanghai

CHINA = Calendar.china()


def test_every_day_of_the_published_years_agrees_with_the_notice() -> None:
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(730)]

    assert all(CHINA.is_working(day) == is_workday(day) for day in days)
    per_month = [sum(CHINA.is_working(day) for day in days[365:] if day.month == month) for month in range(1, 13)]
    assert per_month == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert CHINA.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_an_unpublished_year_is_monday_to_friday_without_the_days_fixed_by_law() -> None:
    assert CHINA.provisional(date(2027, 1, 4))
    assert not CHINA.is_working(date(2027, 1, 1))
    assert not CHINA.is_working(date(2027, 10, 1))
    assert CHINA.is_working(date(2027, 2, 8))
    assert not CHINA.is_working(date(2027, 2, 6))


def test_publishing_a_year_ends_the_estimate() -> None:
    known = CHINA.with_days({date(2027, 1, 4): False, date(2027, 1, 2): True}, published=[2027])

    assert not known.provisional(date(2027, 1, 4))
    assert deadline("2WD", shanghai("2026-12-30 10:00"), known) == shanghai(
        "2027-01-01 17:30"
    )  # no notice says it is off
    assert deadline("3WD", shanghai("2026-12-30 10:00"), known) == shanghai("2027-01-02 17:30")
    assert CHINA.provisional(date(2027, 1, 4))


def test_local_days_come_before_the_published_ones() -> None:
    typhoon = CHINA.with_days({date(2026, 3, 10): False, date(2026, 3, 14): True})

    assert deadline("1WD", shanghai("2026-03-09 09:00"), typhoon) == shanghai("2026-03-11 17:30")
    assert deadline("4WD", shanghai("2026-03-09 09:00"), typhoon) == shanghai("2026-03-14 17:30")
    assert deadline("1WD", shanghai("2026-03-09 09:00"), CHINA) == shanghai("2026-03-10 17:30")


def test_a_calendar_cannot_be_changed_from_outside() -> None:
    days = {date(2026, 3, 10): False}
    calendar = Calendar(days=days)
    days[date(2026, 3, 11)] = False

    assert calendar.is_working(date(2026, 3, 11))
    assert calendar == Calendar(days={date(2026, 3, 10): False})
    assert hash(calendar) == hash(Calendar(days={date(2026, 3, 10): False}))


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-03-09 17:30", "1WD", "2026-03-10 17:30"),
        ("2026-03-09 17:31", "1WD", "2026-03-11 17:30"),
        ("2026-03-14 10:00", "1WD", "2026-03-17 17:30"),
        ("2026-03-09 07:00", "1WD", "2026-03-10 17:30"),
        ("2026-03-13 18:00", "1CD", "2026-03-17 17:30"),
        ("2026-03-13 18:00", "2WH", "2026-03-16 10:30"),
        ("2026-03-13 18:00", "2CH", "2026-03-13 20:00"),
    ],
)
def test_next_workday_counts_what_comes_after_hours_as_tomorrow(start: str, limit: str, due: str) -> None:
    generous = Calendar(days=CHINA.days, published=CHINA.published, after_hours_rule="next_workday")

    assert deadline(limit, shanghai(start), generous) == shanghai(due)


def test_summer_hours_move_the_end_of_the_day_and_its_beginning() -> None:
    summer = ((time(8), time(12)), (time(14, 30), time(18)))
    calendar = Calendar(
        days=CHINA.days,
        published=CHINA.published,
        seasons=(Season(date(2026, 6, 1), date(2026, 9, 30), summer),),
    )

    assert deadline("1WD", shanghai("2026-05-29 10:00"), calendar) == shanghai("2026-06-01 18:00")
    assert deadline("4WH", shanghai("2026-05-29 15:30"), calendar) == shanghai("2026-06-01 10:00")
    assert rung(shanghai("2026-05-29 17:30"), 1, calendar) == shanghai("2026-06-01 08:00")
    assert calendar.working_seconds(shanghai("2026-05-29 00:00"), shanghai("2026-06-02 00:00")) == 15 * 3600


def test_another_zone_keeps_its_own_office_hours_through_the_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = Calendar(zone=berlin, published=frozenset({2026}))
    friday = datetime(2026, 3, 27, 16, 30, tzinfo=berlin)

    assert deadline("1WD", friday, calendar) == datetime(2026, 3, 30, 17, 30, tzinfo=berlin)
    assert deadline("2WH", friday, calendar) == datetime(2026, 3, 30, 9, 30, tzinfo=berlin)
    # natural hours are real hours: the night of the change has one less
    late = datetime(2026, 3, 28, 23, 0, tzinfo=berlin)
    assert deadline("4CH", late, calendar).astimezone(berlin).hour == 4


def test_office_hours_out_of_order_are_refused() -> None:
    for hours in (
        ((time(12), time(8, 30)),),
        ((time(8, 30), time(13)), (time(12), time(17))),
        ((time(9), time(9)),),
        (),
    ):
        with pytest.raises(InvalidLimit):
            Calendar(hours=hours)


def test_working_seconds_count_only_office_time_and_have_a_sign() -> None:
    begin, end = shanghai("2026-09-24 16:00"), shanghai("2026-09-28 09:00")

    assert CHINA.working_seconds(begin, end) == 2 * 3600
    assert CHINA.working_seconds(end, begin) == -2 * 3600
    assert CHINA.working_seconds(shanghai("2026-09-25 00:00"), shanghai("2026-09-27 23:00")) == 0


def test_parts_of_a_second_are_kept() -> None:
    start = shanghai("2026-03-09 09:00").replace(microsecond=123_457)

    assert deadline("4WH", start, CHINA) == shanghai("2026-03-09 14:30").replace(microsecond=123_457)
    assert deadline("1WH", start.astimezone(UTC), CHINA).microsecond == 123_457
