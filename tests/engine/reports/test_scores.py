"""The score of a quarter (domain.md §5.8): points by reason, heavier for major matters, within bounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.reports.scores import Deeds, entries_of, quarter, quarter_of, scores, years

NONE = Deeds(number="DB-2026-0001", title="系统验收", unit="信息中心")


def deeds(unit: str = "信息中心", **what: int) -> Deeds:
    return replace(NONE, unit=unit, **what)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "points"),
    [
        ({}, "0"),
        ({"receipts_late": 1}, "-0.5"),
        ({"reports_late": 2}, "-2"),
        ({"reports_poor": 1, "yellow": 1}, "-1.5"),
        ({"near": 1}, "-0.5"),
        ({"late_days": 1}, "-2"),
        ({"late_days": 3}, "-2"),
        ({"late_days": 4}, "-3"),
        ({"late_days": 7}, "-3"),
        ({"late_days": 8}, "-5"),
        ({"late_days": 8, "red": 1, "yellow": 1}, "-6.5"),  # scenario DB-2
        ({"late_days": 8, "red": 1, "yellow": 1, "major": True}, "-9.75"),
        ({"reworked": 1, "untrue": 1}, "-12"),
        ({"spread": 1}, "1"),
        ({"early": 1, "major": True}, "0.5"),  # what is added is not heavier
    ],
)
def test_points_follow_the_table(what: dict[str, Any], points: str) -> None:
    assert sum((entry.points for entry in entries_of(replace(NONE, **what))), Decimal(0)) == Decimal(points)


def test_a_unit_has_what_its_matters_have_and_the_best_stands_first() -> None:
    found = scores([deeds("办公室", late_days=8), deeds("办公室", red=1), deeds("财务部", early=1), deeds("采购部")])

    assert [(s.unit, s.matters, s.total) for s in found] == [
        ("财务部", 1, Decimal("100.5")),
        ("采购部", 1, Decimal(100)),
        ("办公室", 2, Decimal(94)),
    ]


def test_units_with_the_same_year_share_a_place_and_each_shows_what_it_is_made_of() -> None:
    first = scores([deeds("办公室", red=2), deeds("办公室", early=1), deeds("财务部"), deeds("采购部")])
    second = scores([deeds("办公室")])

    rows = years({"2026Q1": first, "2026Q2": second})

    assert [(row.rank, row.unit, row.matters) for row in rows] == [(1, "财务部", 1), (1, "采购部", 1), (3, "办公室", 3)]
    assert [(p.quarter, p.reason, p.times, p.points) for p in rows[2].parts] == [
        ("2026Q1", "红单", 2, Decimal(-2)),
        ("2026Q1", "提前办结且质量优", 1, Decimal("0.5")),
    ]


def test_no_more_than_five_are_added_and_nobody_falls_below_zero() -> None:
    assert scores([deeds(early=1)] * 20)[0].total == Decimal(105)
    assert scores([deeds(untrue=1)] * 20)[0].total == Decimal(0)


def test_quarters_begin_and_end_on_their_days() -> None:
    assert quarter("2026Q1") == (date(2026, 1, 1), date(2026, 4, 1))
    assert quarter("2026Q4") == (date(2026, 10, 1), date(2027, 1, 1))
    assert [quarter_of(date(2026, month, 1)) for month in (3, 4, 12)] == ["2026Q1", "2026Q2", "2026Q4"]
    for wrong in ("2026", "2026Q5", "26Q1", "2026Q", "Q1"):
        with pytest.raises(ValueError, match=wrong):
            quarter(wrong)
