"""The score of supervision for a quarter (domain.md §5.8): what happened to each matter in it, unit by unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from engine import limits
from engine.errors import BadInput
from engine.model import Actor, Json
from engine.reports import scores as pure
from engine.runtime import Engine
from engine.store import overview
from engine.verbs.supervision.matters import Desk
from engine.verbs.supervision.overview import CATEGORY

REPORT, REVIEW, CLOSE = "DB70", "DB75", "DB90"
MAJOR = ("重大", "上级督查")


@dataclass(frozen=True, slots=True)
class Scores:
    """A quarter with the scores of the units that this person may see."""

    quarter: str
    before: str
    after: str
    scores: tuple[pure.Score, ...]


def scores_of(engine: Engine, actor: Actor, quarter: str | None = None) -> Scores:
    """Scores of a quarter such as ``2026Q3``, by default the present one; a unit sees its own."""
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        named = quarter or pure.quarter_of(desk.today)
        first, following = _days(named)
        keys = overview.keys_of(tx, CATEGORY)
        begun = desk.calendar.at(first, time(0))
        rows = [*overview.instances_of(tx, keys), *overview.instances_of(tx, keys, running=False, since=begun)]
        rows = [row for row in rows if desk.may_see(row) and row.variables.get("handed_over")]
        visits: dict[int, list[Any]] = {}
        for visit in overview.visits_of(tx, [row.id for row in rows], [REPORT, REVIEW, CLOSE]):
            visits.setdefault(visit.instance_id, []).append(visit)
        window = _Window(desk, first, following)
        deeds = [window.deeds(row, visits.get(row.id, [])) for row in rows]
        found = [one for one in deeds if one is not None]
    before, after = date.fromordinal(first.toordinal() - 1), following
    return Scores(named, pure.quarter_of(before), pure.quarter_of(after), pure.scores(found))


@dataclass(frozen=True, slots=True)
class YearScores:
    """A year with its quarters so far and the scores of the units that this person may see."""

    year: int
    quarters: tuple[str, ...]
    rows: tuple[pure.Year, ...]


def scores_of_year(engine: Engine, actor: Actor, year: int | None = None) -> YearScores:
    """The mean of the quarters of a year, by default the present one; quarters to come are left out."""
    with engine.store.reading() as tx:
        today = Desk(engine, tx, actor).today
    wanted = year or today.year
    if not 2000 <= wanted <= today.year:
        raise BadInput(f"没有“{wanted}”这一年。", f"no year {wanted}", "写法如 2026。", "report.quarter")
    named = tuple(f"{wanted}Q{n}" for n in range(1, 5) if pure.quarter(f"{wanted}Q{n}")[0] <= today)
    found = {name: scores_of(engine, actor, name).scores for name in named}
    return YearScores(wanted, named, pure.years(found))


def _days(quarter: str) -> tuple[date, date]:
    try:
        return pure.quarter(quarter)
    except ValueError:
        raise BadInput(
            f"没有“{quarter}”这个季度。", f"no quarter {quarter!r}", "写法如 2026Q3。", "report.quarter"
        ) from None


class _Window:
    """One quarter, as days and instants of the office."""

    def __init__(self, desk: Desk, first: date, following: date) -> None:
        self.desk, self.first, self.following = desk, first, following
        self.calendar = desk.calendar

    def holds(self, moment: datetime | date | None) -> bool:
        day = self.calendar.local(moment).date() if isinstance(moment, datetime) else moment
        return day is not None and self.first <= day < self.following

    def deeds(self, row: Any, visits: Sequence[Any]) -> pure.Deeds | None:
        """What happened to a matter in the quarter; None if it was handed over later or closed before."""
        known = row.variables
        handed = datetime.fromisoformat(known["handed_over"])
        if self.calendar.local(handed).date() >= self.following:
            return None
        unit = self.desk.lead_unit(row)
        closing = [v for v in visits if v.element == CLOSE]
        closed = closing[-1].closed_at if closing and row.state == "completed" else None
        ended = closed if self.holds(closed) else None  # what has no day of its own counts when the matter is closed
        counted = ended is not None
        slips = [m for m in known.get("marks") or [] if self.holds(date.fromisoformat(m["on"]))]
        reports = [v for v in visits if v.element == REPORT and v.outcome == "submit" and self.holds(v.closed_at)]
        reviews = [v for v in visits if v.element == REVIEW and v.outcome == "poor" and self.holds(v.closed_at)]
        late = self._late(row.deadline, ended)
        return pure.Deeds(
            number=row.number,
            title=row.title,
            unit=unit.short if unit else "未定主办",
            major=known.get("importance") in MAJOR or known.get("source") in MAJOR,
            receipts_late=int(bool(known.get("receipt_late")) and self.holds(_instant(known.get("receipt_due")))),
            reports_late=sum(self._days_late(v) > 0 for v in reports),
            reports_poor=len(reviews),
            yellow=sum(m["mark"] == "slip:yellow" for m in slips),
            red=sum(m["mark"] == "slip:red" for m in slips),
            near=int(known.get("near_postpones") or 0) * counted,
            late_days=late,
            reworked=int(known.get("reworked") or 0) * counted,
            untrue=int(bool(known.get("untrue")) and counted),
            early=int(known.get("quality") == "优" and self._early(row.deadline, ended)),
        )

    def _days_late(self, visit: Any) -> int:
        """Working days; a report of the same evening has its yellow slip and is not counted twice."""
        return limits.overdue_days(visit.deadline, visit.closed_at, self.calendar) if visit.deadline else 0

    def _late(self, due: datetime | None, closed: datetime | None) -> int:
        """Working days; at least one if it was late at all."""
        if due is None or closed is None or closed <= due:
            return 0
        return max(limits.overdue_days(due, closed, self.calendar), 1)

    def _early(self, due: datetime | None, closed: datetime | None) -> bool:
        if due is None or closed is None:
            return False
        return self.calendar.local(closed).date() < self.calendar.local(due).date()


def _instant(value: Json) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
