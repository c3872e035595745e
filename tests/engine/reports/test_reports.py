"""What counts of a piece of work, for whom, and the figures that come of it: tables of cases."""

from datetime import datetime, timedelta

import pytest

from engine import reports
from engine.limits import Calendar
from engine.reports import CaseGroup, Conformity, Figures, Group
from tests.support.clock import shanghai

CHINA = Calendar.china()
A, B, OTHER = 1, 2, 3
MON_9, TUE_17, WED_9 = shanghai("2026-03-09 09:00"), shanghai("2026-03-10 17:30"), shanghai("2026-03-11 09:00")


@pytest.mark.parametrize(
    ("stopped", "hours", "paused"),
    [
        ([], 15, 0),
        ([("2026-03-09 13:30", "2026-03-10 08:30")], 11, 4),
        ([("2026-03-09 12:00", "2026-03-09 13:30")], 15, 0),  # at lunch no clock runs anyway
        ([("2026-03-08 10:00", "2026-03-09 10:00")], 14, 1),  # only what lies inside
        ([("2026-03-09 10:00", "2026-03-09 11:00"), ("2026-03-09 10:30", "2026-03-09 12:00")], 13, 2),  # once
        ([("2026-03-01 00:00", "2026-04-01 00:00")], 0, 15),
        ([("2026-03-12 09:00", "2026-03-13 09:00")], 15, 0),  # after it was done
    ],
)
def test_working_hours_leave_pauses_out(stopped: list[tuple[str, str]], hours: float, paused: float) -> None:
    spans = [(shanghai(since), shanghai(until)) for since, until in stopped]

    found = reports.worked(MON_9, WED_9, spans, CHINA.working_seconds)

    assert found == (hours * 3600, paused * 3600)


@pytest.mark.parametrize(
    ("gone", "due", "done", "answers"),
    [
        (None, TUE_17, MON_9, B),
        (None, TUE_17, WED_9, B),  # whoever took it in time answers for it
        (A, TUE_17, WED_9, A),  # A left the post empty: B only does the work
        (A, TUE_17, None, A),
        (A, TUE_17, TUE_17, B),  # in time after all
        (A, None, WED_9, B),  # without a deadline nothing is late
    ],
)
def test_lateness_of_an_empty_post_is_that_of_whoever_left_it(
    gone: int | None, due: datetime | None, done: datetime | None, answers: int
) -> None:
    assert reports.charged(B, gone, due, done) == answers


def group(charged: int | None, person: int | None, post: int | None = 10, **figures: int) -> Group:
    return Group("memo", "check", "核稿", 5, post, charged, person, Figures(**figures))


def test_deadline_counts_for_one_and_the_work_for_the_other() -> None:
    groups = [
        group(A, A, on_time=3, done=3, seconds=3 * 3600),
        group(A, B, late=1, done=1, seconds=7200, stood_in=1),
        group(A, None, unfinished=1),
    ]

    found = reports.lines(groups, "person")

    assert found[A, 10] == Figures(on_time=3, late=1, unfinished=1, done=3, seconds=3 * 3600)
    assert found[B, 10] == Figures(done=1, seconds=7200, stood_in=1)
    assert reports.total(groups) == Figures(3, 1, 1, 4, 5 * 3600, 1)
    assert (found[A, 10].due, found[A, 10].rate, found[A, 10].mean_hours) == (5, 60.0, 1.0)
    assert (found[B, 10].due, found[B, 10].rate, found[B, 10].mean_hours) == (0, None, 2.0)


def test_two_posts_of_one_person_are_two_lines() -> None:
    groups = [
        group(A, A, post=10, on_time=1, done=1),
        group(A, A, post=11, late=1, done=1),
        group(OTHER, OTHER, done=2),
    ]

    found = reports.lines(groups, "person")

    assert [(found[A, post].on_time, found[A, post].late) for post in (10, 11)] == [(1, 0), (0, 1)]
    assert sum(f.done for f in reports.lines(groups, "post").values()) == 4


def test_what_was_neither_due_nor_done_is_no_line() -> None:
    assert reports.lines([group(A, None)], "unit") == {}


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(0, 0, None), (0, 3, 0.0), (1, 3, 33.3), (3, 3, 100.0), (9999, 10_000, 99.9), (1999, 2000, 99.9)],
)
def test_what_is_not_all_is_never_told_as_all(part: int, whole: int, share: float | None) -> None:
    assert reports.percent(part, whole) == share


@pytest.mark.parametrize(
    ("month", "by", "found"),
    [("2026-10", 1, "2026-11"), ("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2026-03", -12, "2025-03")],
)
def test_months_beside_each_other(month: str, by: int, found: str) -> None:
    assert reports.beside(month, by) == found
    assert reports.is_month(found)


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-1", "2026-01-01", "0026-01", "２０２６-01"])
def test_what_is_no_month(text: str) -> None:
    assert not reports.is_month(text)


def test_month_is_told_in_one_sentence() -> None:
    told = reports.summary("2026-10", Figures(8, 1, 1, 9, 9 * 5400), 85.0, started=4, returned=1, backlog=2)

    assert told == (
        "2026 年 10 月应办结 10 个环节，按时办结 8 个，按时率 80%，比上月降 5 个百分点，超期办结 1 个、到期未办 1 个，"
        "平均用时 1.5 工作小时，发起 4 件，被退回 1 件，退回率 25%；超总时限未结 2 件。"
    )
    assert "没有到期或办结的环节" in reports.summary("2026-10", Figures(), None, started=0, returned=0, backlog=0)


def test_pauses_that_touch_are_not_counted_twice() -> None:
    spans = [(MON_9, MON_9 + timedelta(hours=1)), (MON_9 + timedelta(hours=1), MON_9 + timedelta(hours=2))]

    assert reports.worked(MON_9, WED_9, spans, CHINA.working_seconds)[1] == 7200


def test_conformity_is_the_share_of_cases_without_a_fault_by_unit_process_and_person() -> None:
    groups = [
        CaseGroup("memo", 5, A, Conformity(started=3, faulty=1, points=2)),
        CaseGroup("memo", 6, B, Conformity(started=1, faulty=1, points=3)),
        CaseGroup("vote", 5, B, Conformity(started=4)),
    ]

    whole = reports.conformity_of(groups)

    assert (whole, whole.rate, whole.fault_rate) == (Conformity(8, 2, 5), 75.0, 25.0)
    assert reports.case_lines(groups, "unit") == {5: Conformity(7, 1, 2), 6: Conformity(1, 1, 3)}
    assert reports.case_lines(groups, "process") == {"memo": Conformity(4, 2, 5), "vote": Conformity(4)}
    assert reports.case_lines(groups, "initiator") == {A: Conformity(3, 1, 2), B: Conformity(5, 1, 3)}
    assert Conformity().rate is None
