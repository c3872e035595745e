"""The tester of limits says which hours counted and what was skipped, by name."""

from datetime import date

import pytest

from engine.limits import Calendar, deadline, explain
from tests.support.clock import shanghai

CHINA = Calendar.china()
NAMES = {date(2026, 2, d): "春节" for d in range(15, 24)} | {date(2026, 9, d): "中秋节" for d in (25, 26, 27)}


@pytest.mark.parametrize(
    ("start", "limit", "told"),
    [
        ("2026-03-13 16:30", "4WH", ["13 计 1 小时", "14-15 -周末", "16 计 3 小时"]),
        ("2026-02-14 16:30", "4WH", ["14 调休上班，计 1 小时", "15-23 -春节", "24 计 3 小时"]),
        ("2026-03-13 18:00", "2WH", ["13 -已下班", "14-15 -周末", "16 计 2 小时"]),
        ("2026-02-13 16:00", "3WD", ["13 -收到当日不计", "14 调休上班，计 1 天", "15-23 -春节", "24-25 计 2 天"]),
        ("2026-09-24 17:50", "3WD", ["24 -收到当日不计", "25-27 -中秋节", "28-30 计 3 天"]),
        ("2026-09-10 09:00", "15CD", ["10 -收到当日不计", "11-24 计 14 天", "25-27 -中秋节，顺延", "28 计 1 天"]),
        ("2026-03-13 16:00", "当日", ["13 -收到当日不计", "14-15 -周末", "16 计 1 天"]),
        ("2026-10-02 20:00", "2CH", []),
    ],
)
def test_every_stretch_is_named(start: str, limit: str, told: list[str]) -> None:
    found = explain(limit, shanghai(start), CHINA, NAMES)

    said = [
        f"{s.first.day}{f'-{s.last.day}' if s.last != s.first else ''} {'' if s.counts else '-'}{s.text}"
        for s in found.stretches
    ]
    assert said == told
    assert found.due == deadline(limit, shanghai(start), CHINA)
    assert found.rule.endswith("。")


def test_what_reaches_into_an_unpublished_year_is_provisional() -> None:
    assert explain("5WD", shanghai("2026-12-30 10:00"), CHINA, {}).provisional
    assert not explain("5WD", shanghai("2026-12-01 10:00"), CHINA, {}).provisional
    assert not explain("99CH", shanghai("2026-12-30 10:00"), CHINA, {}).provisional
