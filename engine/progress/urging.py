"""Once a working day: what is urged on a day off counts for the working day before it."""

from datetime import date

from engine.progress.case import Case

URGERS = frozenset({"supervisor", "clerk", "admin"})


def urging_day(case: Case) -> date:
    """The working day that an urging of now belongs to."""
    return case.calendar.on_or_before(case.calendar.local(case.now).date())
