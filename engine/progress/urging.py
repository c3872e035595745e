"""Once a working day: what is urged on a day off counts for the working day before it."""

from datetime import date

from engine.model import Json
from engine.progress.case import Case
from engine.store import history

URGERS = frozenset({"supervisor", "clerk", "admin"})


def urging_day(case: Case) -> date:
    """The working day that an urging of now belongs to."""
    return case.calendar.on_or_before(case.calendar.local(case.now).date())


def urged(case: Case, verb: str) -> dict[str, Json]:
    """The two sides of an urging: when it was done before, and now."""
    before = history.latest(case.tx, [case.row.id], verb, case.row.started_at).get(case.row.id)
    return {
        "before": {"urged": before.isoformat() if before else None},
        "after": {"urged": case.now.isoformat()},
    }
