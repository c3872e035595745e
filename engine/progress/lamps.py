"""The light of a whole instance beyond its clock: stopped, turned amber for another reason, and the slips it earned."""

from collections.abc import Iterable
from datetime import datetime

from engine import limits
from engine.progress.case import Case

CALM = "calm"  # variable: the deadline and the instant of its warning before the light was turned amber
UNDER = "pinned_over"  # variable: the stopped light under one that was pinned, in a list
PINNED = ("green", "amber", "red")


def freeze(case: Case, word: str) -> None:
    """Stop the light as it is (``light``), pin a colour, or take the pin off (``back``); nothing for no word."""
    known = case.row.variables
    if word == "light":
        case.row.frozen_light = limits.light(case.now, case.row.warn_at, case.row.deadline)
    elif word in PINNED:
        under = known.get(UNDER) or [case.row.frozen_light]  # pinned twice, the first is what comes back
        case.row.variables = case.row.variables | {UNDER: under}
        case.row.frozen_light = word
    elif word == "back" and known.get(UNDER):
        case.row.frozen_light = known[UNDER][0]
        case.row.variables = case.row.variables | {UNDER: None}


def thaw(case: Case) -> None:
    """The light follows its clock again."""
    case.row.frozen_light = None


def warn(case: Case, *, on: bool) -> bool:
    """Amber because something else than the deadline is wrong, or as the clock says; whether it turns from green."""
    held = case.row.variables.get(CALM)
    deadline = case.row.deadline.isoformat() if case.row.deadline else None
    if on and held is None and deadline is not None:
        green = limits.light(case.now, case.row.warn_at, case.row.deadline) == "green"
        before = case.row.warn_at.isoformat() if case.row.warn_at else None
        case.row.variables = case.row.variables | {CALM: [deadline, before]}
        case.row.warn_at = min(filter(None, [case.row.warn_at, case.now]))
        return green
    if not on and held is not None:
        case.row.variables = case.row.variables | {CALM: None}  # a variable that is taken away would come back
        if held[0] == deadline:  # a deadline that was moved since has a warning of its own
            case.row.warn_at = datetime.fromisoformat(held[1]) if held[1] else None
    return False


def mark(case: Case, marks: Iterable[str]) -> None:
    """Keep with the instance that a slip was issued or a list names it, with the day."""
    kept = list(case.row.variables.get("marks") or [])
    today = case.calendar.local(case.now).date().isoformat()
    added = [{"mark": one, "on": today} for one in marks]
    if added:
        case.row.variables = case.row.variables | {"marks": kept + added}
