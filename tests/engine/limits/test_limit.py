"""Reading limits: what is accepted, what is refused and how the refusal is named."""

from datetime import UTC, datetime

import pytest

from engine.errors import InvalidLimit
from engine.limits import Calendar, before, by_urgency, deadline, notice_before, parse_limit, parse_offset, resume, rung

CHINA = Calendar.china()
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "time.limit"),
        ("3", "time.limit"),
        ("3 days", "time.limit"),
        ("三天", "time.limit"),
        ("WD", "time.limit"),
        ("1.5WD", "time.limit"),
        ("-1WD", "time.limit"),
        ("-P1D", "time.limit"),
        ("P-1D", "time.limit"),
        ("P", "time.limit"),
        ("PT", "time.limit"),
        ("P1DT", "time.limit"),
        ("3WD; DROP TABLE timer", "time.limit"),
        ("9" * 5000 + "WD", "time.limit"),
        ("NaNCH", "time.limit"),
        ("1e3CH", "time.limit"),
        ("0WD", "time.not_positive"),
        ("0.0CH", "time.not_positive"),
        ("PT0S", "time.not_positive"),
        ("P0D", "time.not_positive"),
        ("3661WD", "time.too_long"),
        ("999999CH", "time.too_long"),
        ("P11Y", "time.too_long"),
        ("P9999Y", "time.too_long"),
        ("PT9999999H", "time.too_long"),
        ("P3000000Y", "time.limit"),
        ("AT 0001-01-01 00:00", "time.range"),
        ("AT 9999-12-31 23:59", "time.range"),
        ("AT 2026-02-31 17:30", "time.no_date"),
        ("2026-02-29", "time.no_date"),
        ("AT 2026-13-01", "time.no_date"),
        ("AT 2026-03-20 25:00", "time.no_date"),
        ("AT tomorrow", "time.limit"),
    ],
)
def test_a_text_that_is_no_limit_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidLimit) as refused:
        parse_limit(text)

    assert refused.value.reason == reason
    assert len(refused.value.message_zh) < 120


@pytest.mark.parametrize(
    "text",
    ["T-10x", "-10", "10", "T-1 25:00", "T-1 16:99", "T-2h 16:00", "T-1.5", "T-99999", "T-99999h", "TT-1", "T--1"],
)
def test_a_text_that_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(InvalidLimit):
        parse_offset(text)


@pytest.mark.parametrize(
    ("text", "urgency", "chosen"),
    [
        ("1CH/4WH/1WD", "特急", "1CH"),
        ("1CH/4WH/1WD", "加急", "4WH"),
        ("1CH / 4WH / 1WD", "平件", "1WD"),
        ("3WD", "特急", "3WD"),
        ("—/—/10WD", "平件", "10WD"),
        ("—/—/10WD", "加急", None),
        ("none", "平件", None),
        ("—", "平件", None),
        ("", "平件", None),
        (None, "平件", None),
    ],
)
def test_the_urgency_chooses_the_limit(text: str | None, urgency: str, chosen: str | None) -> None:
    limit = by_urgency(text, urgency)

    assert (str(limit) if limit else None) == chosen


@pytest.mark.parametrize(("text", "urgency"), [("1CH/4WH", "平件"), ("1CH/4WH/1WD/2WD", "平件"), ("1WD", "急")])
def test_a_choice_that_does_not_fit_is_refused(text: str, urgency: str) -> None:
    with pytest.raises(InvalidLimit):
        by_urgency(text, urgency)


def test_a_naive_time_is_refused() -> None:
    naive = datetime(2026, 3, 9, 9, 0)  # noqa: DTZ001 - the case is a time without zone

    for limit in ("2CH", "4WH", "3WD", "15CD", "当日", "PT1H"):
        with pytest.raises(InvalidLimit, match="naive"):
            deadline(limit, naive, CHINA)
    with pytest.raises(InvalidLimit, match="naive"):
        before("T-3", naive, CHINA)


def test_a_start_outside_the_calendar_is_refused() -> None:
    for year in (1, 1969, 2200, 9999):
        with pytest.raises(InvalidLimit, match="outside"):
            deadline("3WD", datetime(year, 6, 1, tzinfo=UTC), CHINA)


def test_a_calendar_without_working_days_ends_in_an_error_and_not_in_a_loop() -> None:
    idle = Calendar(days={datetime.fromordinal(n).date(): False for n in range(719163, 803172)})

    for limit in ("1WD", "1WH", "1CD"):
        with pytest.raises(InvalidLimit, match="outside"):
            deadline(limit, MONDAY, idle)


def test_hours_before_a_bare_date_are_refused() -> None:
    with pytest.raises(InvalidLimit, match="anchor"):
        before("T-2h", MONDAY.date(), CHINA)


def test_a_limit_from_the_meeting_needs_the_meeting() -> None:
    with pytest.raises(InvalidLimit, match="anchor"):
        deadline("T-10", MONDAY, CHINA)

    meeting = datetime(2026, 7, 21, 1, 0, tzinfo=UTC)
    assert deadline("T-10", MONDAY, CHINA, anchor=meeting) == before("T-10", meeting, CHINA)


def test_a_pause_cannot_end_before_it_begins() -> None:
    with pytest.raises(InvalidLimit, match="before"):
        resume("3WD", MONDAY, MONDAY.replace(hour=5), MONDAY.replace(hour=4), CHINA)


def test_counts_outside_ten_years_are_refused() -> None:
    with pytest.raises(InvalidLimit):
        notice_before(-1, MONDAY, CHINA)
    with pytest.raises(InvalidLimit):
        notice_before(4000, MONDAY, CHINA)
    with pytest.raises(InvalidLimit):
        rung(MONDAY, 0, CHINA)
