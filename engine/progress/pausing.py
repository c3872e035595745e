"""停表: while an instance is suspended nothing is due; afterwards deadlines move by the pause (domain.md §6.5)."""

from datetime import datetime

from engine import limits
from engine.progress.case import Case
from engine.progress.rearming import limit_behind, move_activity, move_rung
from engine.progress.timing import limit_of, warn_at
from engine.store import timers, work
from engine.store.timers import TimerRow


def pause(case: Case) -> None:
    """Stop all clocks of an instance and take its items from the lists."""
    case.row.state = "suspended"
    work.turn(case.tx, case.row.id, "open", "paused")
    timers.pause_instance(case.tx, case.row.id)


def thaw(case: Case) -> list[TimerRow]:
    """Make what was stopped open and waiting again, as it was; the timers that had been stopped."""
    case.row.state = "running"
    stopped = [t for t in timers.of_instance(case.tx, case.row.id) if t.state == "paused"]
    work.turn(case.tx, case.row.id, "paused", "open")
    timers.wait_again(case.tx, case.row.id)
    return stopped


def go_on(case: Case, since: datetime) -> None:
    """Start the clocks again: deadlines of steps, stages and the whole move by the time since the pause began."""
    stopped = thaw(case)
    case.open = [
        move_activity(case, a, later(case, a.limit_text, a.deadline, since)) if a.deadline else a for a in case.open
    ]
    whole = next((t for t in stopped if t.level == "instance"), None)
    if case.row.deadline is not None and whole is not None:
        case.row.deadline = later(case, limit_behind(case, whole)[0], case.row.deadline, since)
    for timer in stopped:
        if timer.kind == "rung":
            _retime(case, timer, since)


def later(case: Case, text: str, due: datetime, since: datetime) -> datetime:
    """A deadline after a pause that ends now; an instant named by the form stays where it is."""
    _text, limit, moment = limit_of(case, text) if text else ("", None, None)
    if limit is None or moment is not None:
        return due
    return limits.postpone(limit, due, since, case.now, case.calendar)


def _retime(case: Case, timer: TimerRow, since: datetime) -> None:
    text, started = limit_behind(case, timer)
    old = datetime.fromisoformat(str(timer.facts["deadline"]))
    due = later(case, text, old, since)
    if due == old:
        return
    _text, limit, _moment = limit_of(case, text)
    times = move_rung(case, timer, due, limit, started)
    if timer.level == "instance":
        case.row.warn_at = warn_at(times)
