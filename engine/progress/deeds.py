"""What happened to a matter of supervision within some days, for the scores of quarters and the figures of reports."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from engine import limits, org
from engine.model import Json
from engine.reports.scores import Deeds
from engine.store import Tx, overview

REPORT, REVIEW, CLOSE = "DB70", "DB75", "DB90"
MAJOR: Final = ("重大", "上级督查")


def visits_by_matter(tx: Tx, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The closed visits of matters at the steps that count, by matter."""
    found: dict[int, list[Any]] = {}
    for visit in overview.visits_of(tx, ids, [REPORT, REVIEW, CLOSE]):
        found.setdefault(visit.instance_id, []).append(visit)
    return found


class Window:
    """Some days, such as a quarter, as the office counts them; ``following`` is the first day after."""

    def __init__(self, directory: org.Directory, calendar: limits.Calendar, first: date, following: date) -> None:
        self.directory, self.calendar, self.first, self.following = directory, calendar, first, following

    def holds(self, moment: datetime | date | None) -> bool:
        day = self.calendar.local(moment).date() if isinstance(moment, datetime) else moment
        return day is not None and self.first <= day < self.following

    def deeds(self, row: Any, visits: Sequence[Any]) -> Deeds | None:
        """What happened to a matter in these days; None if it was handed over later or closed before."""
        known = row.variables
        handed = datetime.fromisoformat(known["handed_over"])
        if self.calendar.local(handed).date() >= self.following:
            return None
        unit = self.directory.unit(known.get("lead_unit") or "")
        closing = [v for v in visits if v.element == CLOSE]
        closed = closing[-1].closed_at if closing and row.state == "completed" else None
        ended = closed if self.holds(closed) else None  # what has no day of its own counts when the matter is closed
        counted = ended is not None
        slips = [m for m in known.get("marks") or [] if self.holds(date.fromisoformat(m["on"]))]
        reports = [v for v in visits if v.element == REPORT and v.outcome == "submit" and self.holds(v.closed_at)]
        reviews = [v for v in visits if v.element == REVIEW and v.outcome == "poor" and self.holds(v.closed_at)]
        late = self._late(row.deadline, ended)
        return Deeds(
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
            spread=int(bool(known.get("commended")) and counted),
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
