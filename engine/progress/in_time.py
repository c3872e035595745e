"""Outcomes that may be given only for some time after their step has opened: 退办 within a working day."""

from datetime import datetime

from engine import limits
from engine.errors import Conflict
from engine.package import Plan
from engine.progress.case import Case
from engine.store.instances import ActivityRow


def last_moment(case: Case, activity: ActivityRow, plan: Plan, outcome: str) -> datetime | None:
    """Until when this outcome may be given; None if it always may."""
    limit = limits.by_urgency(plan.within.get(outcome), case.row.urgency)
    return limits.deadline(limit, activity.opened_at, case.calendar) if limit is not None else None


def require_in_time(case: Case, activity: ActivityRow, plan: Plan, outcome: str) -> None:
    """Refuse an outcome whose time is over."""
    last = last_moment(case, activity, plan, outcome)
    if last is not None and last < case.now:
        raise Conflict(
            f"“{plan.label(outcome)}”的期限已过（{case.calendar.local(last):%m-%d %H:%M}）。",
            f"{outcome} was possible until {case.calendar.local(last):%Y-%m-%d %H:%M}",
            "请继续办理；确需改由别人办的，请转办或与办公室联系。",
            "work.too_late",
        )
