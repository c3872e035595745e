"""What must hold for every start, limit and calendar, not only for the examples."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.limits import Calendar, before, deadline, notice_before, overdue_days, resume, rung

CHINA = Calendar.china()
FIRST, LAST = datetime(2024, 1, 1), datetime(2027, 12, 1)  # noqa: DTZ001 - hypothesis adds the zone

instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
dates = st.dates(date(2024, 1, 1), date(2027, 12, 1))
calendars = st.dictionaries(dates, st.booleans(), max_size=20).map(CHINA.with_days)
amounts = st.integers(1, 40)
units = st.sampled_from(("CH", "WH", "WD", "CD"))


@given(calendars, instants, st.timedeltas(timedelta(0), timedelta(days=40)), amounts, units)
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, start: datetime, delay: timedelta, amount: int, unit: str
) -> None:
    limit = f"{amount}{unit}"

    assert deadline(limit, start, calendar) <= deadline(limit, start + delay, calendar)


@given(calendars, instants, amounts, units)
def test_more_time_is_never_less(calendar: Calendar, start: datetime, amount: int, unit: str) -> None:
    due, later = deadline(f"{amount}{unit}", start, calendar), deadline(f"{amount + 1}{unit}", start, calendar)

    assert start < due <= later
    assert due < later or unit == "CD"


@given(calendars, instants, amounts)
def test_working_days_end_at_closing_time_of_a_working_day(calendar: Calendar, start: datetime, n: int) -> None:
    due = deadline(f"{n}WD", start, calendar)

    assert calendar.is_working(calendar.day_of(due))
    assert due == calendar.closing(calendar.day_of(due))
    assert calendar.working_days_between(start, due) == n


@given(calendars, dates, amounts)
def test_before_undoes_a_deadline_on_working_days(calendar: Calendar, day: date, n: int) -> None:
    start = calendar.closing(calendar.on_or_after(day))

    due = deadline(f"{n}WD", start, calendar)

    assert before(f"T-{n}", due, calendar) == start
    assert before(f"T+{n}", start, calendar) == due


@given(calendars, instants, st.integers(1, 300 * 3600))
def test_working_hours_are_exactly_the_working_seconds_between(calendar: Calendar, start: datetime, n: int) -> None:
    due = deadline(f"PT{n}S", start, calendar)
    hours = calendar.add_working(start, n * 1_000_000)

    assert calendar.working_seconds(start, hours) == n
    assert calendar.working_seconds(calendar.add_working(hours, -n * 1_000_000), hours) == n
    assert hours >= due


@given(calendars, dates, st.integers(0, 86_399), st.integers(0, 86_399), st.integers(1, 60))
def test_within_time_off_the_moment_of_arrival_does_not_matter(
    calendar: Calendar, day: date, first: int, second: int, hours: int
) -> None:
    calendar = calendar.with_days({day: False})
    midnight = calendar.opening(day) - timedelta(hours=8, minutes=30)
    one, other = midnight + timedelta(seconds=first), midnight + timedelta(seconds=second)

    for limit in (f"{hours}WH", f"{hours}WD", "当日"):
        assert deadline(limit, one, calendar) == deadline(limit, other, calendar)


@given(calendars, instants, instants)
def test_working_time_adds_up(calendar: Calendar, one: datetime, other: datetime) -> None:
    middle = min(one, other) + abs(one - other) / 2

    whole = calendar.working_micros(one, other)

    assert whole == calendar.working_micros(one, middle) + calendar.working_micros(middle, other)
    assert whole == -calendar.working_micros(other, one)
    assert abs(whole) <= abs(other - one) / timedelta(microseconds=1)


@given(calendars, dates, st.integers(0, 40))
def test_a_notice_is_never_shorter_than_promised(calendar: Calendar, day: date, n: int) -> None:
    latest = calendar.day_of(notice_before(n, day, calendar))

    assert (day - latest).days >= n
    assert calendar.is_working(latest)


@given(calendars, instants, st.integers(1, 30))
def test_the_kth_rung_begins_the_kth_overdue_day(calendar: Calendar, due: datetime, k: int) -> None:
    at = rung(due, k, calendar)

    assert overdue_days(due, at, calendar) == k
    assert overdue_days(due, calendar.opening(calendar.day_of(at)) - timedelta(hours=9), calendar) == k - 1


@given(
    calendars,
    instants,
    amounts,
    units,
    st.timedeltas(timedelta(0), timedelta(days=20)),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_a_pause_never_takes_time_away(
    calendar: Calendar, start: datetime, amount: int, unit: str, begin: timedelta, length: timedelta
) -> None:
    limit = f"{amount}{unit}"
    paused = start + begin

    due = deadline(limit, start, calendar)
    moved = resume(limit, start, paused, paused + length, calendar)

    assert moved >= due
    if paused < due and unit == "WH":
        assert (
            calendar.working_micros(start, paused) + calendar.working_micros(paused + length, moved)
            == amount * 3600 * 10**6
        )
    if paused >= due or length == timedelta(0):
        assert moved == due
