"""The plan of meetings of the demo's years, written down before the first of them is proposed."""

from collections.abc import Iterator
from typing import Any

from engine.demo.clock import Diary
from engine.demo.meetings import plan_of
from engine.demo.office import Office
from engine.demo.story import rows, told
from engine.verbs import registers

PLAN = "meeting_plan"
KEEPER = "fuzhuren"
GIVEN = ("title", "category", "level", "host_unit", "host", "headcount", "budget")


def plan(office: Office, diary: Diary, back: int) -> None:
    """The lines, so many working days ago."""

    def act() -> None:
        for line in _lines(diary):
            registers.add(office.engine, PLAN, line, office.actor(KEEPER))

    office.plan(diary.at(back, "08:50"), act)


def _lines(diary: Diary) -> Iterator[dict[str, Any]]:
    for row, _at, _ordinal in rows("meetings", "meeting", diary):
        if row.get("in_plan"):
            day, _label = plan_of(row, diary)
            yield {"plan_year": day.year, "month": day.month, **{name: row[name] for name in GIVEN if name in row}}
    year = diary.calendar.local(diary.until).year
    for row in told("meetings")["planned"]:
        yield {"plan_year": year, "month": row["month"], **{name: row[name] for name in GIVEN}}
