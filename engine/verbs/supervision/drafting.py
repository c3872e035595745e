"""Drafts of the monthly circular, the weekly special report and the quarter's report on board decisions, with numbers.

A duty looks whether one is due and starts the process that revises, reviews and issues it, once for each period.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from engine import limits
from engine.model import Actor, Json
from engine.org import Facts, resolve
from engine.progress import answer, begin, command, prepare, write_down
from engine.reports import scores
from engine.reports.circulars import Circular, Matter, circular
from engine.runtime import Engine, evaluate
from engine.store import definitions, overview
from engine.verbs.supervision.matters import SEE_ALL, Desk
from engine.verbs.supervision.overview import CATEGORY
from engine.verbs.supervision.scoring import CLOSE

PROCESS: Final = "supervision_report"
MONTHLY, WEEKLY, BOARD = "督查通报", "专项督办周报", "董事会决议执行情况"
SPECIAL, BOARD_WORDS = "专项督办", "董事会"
MORNING, AFTERNOON = time(9), time(15)
FIFTH = 5
INSPECTOR: Final = "post('ducha')"


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due now: for the days ``first`` to ``last``."""

    kind: str
    period: str
    first: date
    last: date


def draft_due(engine: Engine) -> int:
    """Start what is due and was not started yet; how many were. Without the process or an inspector nothing happens."""
    with engine.store.reading() as tx:
        calendar = engine.calendar(tx)
        installed = definitions.current(tx, PROCESS) is not None
    if not installed:
        return 0
    return sum(_draft(engine, due) for due in due_reports(engine.now(), calendar))


def due_reports(now: datetime, calendar: limits.Calendar) -> Iterator[Due]:
    """Reports whose moment has come today or earlier in the same week or month."""
    local = calendar.local(now)
    today = local.date()
    this = today.replace(day=1)
    if _reached(local, _nth_working(this, calendar), MORNING):
        last = this - timedelta(days=1)
        yield Due(MONTHLY, f"{last:%Y-%m}", last.replace(day=1), last)
        if this.month in (1, 4, 7, 10):
            named = scores.quarter_of(last)
            yield Due(BOARD, named, scores.quarter(named)[0], last)
    monday = today - timedelta(days=today.weekday())
    day = _report_day(monday, calendar)
    if day is not None and _reached(local, day, AFTERNOON):
        yield Due(WEEKLY, f"{monday:%G-W%V}", monday, day)


def _reached(local: datetime, day: date, at: time) -> bool:
    return (local.date(), local.time()) >= (day, at)


def _nth_working(first: date, calendar: limits.Calendar) -> date:
    day, left = first, FIFTH
    while True:
        left -= calendar.is_working(day)
        if left == 0:
            return day
        day += timedelta(days=1)


def _report_day(monday: date, calendar: limits.Calendar) -> date | None:
    """Friday, or the last working day of a week whose Friday is off; None for a week without any."""
    friday = monday + timedelta(days=4)
    if calendar.is_working(friday):
        return friday
    return max((day for n in range(7) if calendar.is_working(day := monday + timedelta(days=n))), default=None)


def _draft(engine: Engine, due: Due) -> bool:
    with engine.store.reading() as tx:
        drafted = [*overview.instances_of(tx, [PROCESS]), *overview.instances_of(tx, [PROCESS], running=False)]
        if any((r.variables.get("kind"), r.variables.get("period")) == (due.kind, due.period) for r in drafted):
            return False
        directory = engine.directory(tx)
        people = resolve(INSPECTOR, Facts(), directory, engine.now(), evaluate=evaluate, needed=False).performers
        if not people:
            return False
        starter = Actor(people[0].id, people[0].login, people[0].name, roles=SEE_ALL)
        found = figures(Desk(engine, tx, starter), due)
    if not found.units:
        return False  # no special campaign, no decision of the board, nothing under supervision: nothing to report on
    with command(engine, starter, f"draft:{due.kind}:{due.period}", [due.kind, due.period]) as cmd:
        if cmd.known is not None:
            return False  # another node was first
        case = prepare(engine, cmd.tx, PROCESS, _data(due, found), starter, cmd.now)
        begin(case, write_down, submitted=False)
        cmd.answer(answer(case))
    return True


def _data(due: Due, found: Circular) -> dict[str, Json]:
    tables = {name: list(getattr(found, name)) for name in ("units", "added", "going", "closed", "late")}
    return {
        "title": f"{due.period} {due.kind}",
        "kind": due.kind,
        "period": due.period,
        "since": due.first.isoformat(),
        "until": due.last.isoformat(),
        "summary": found.summary,
        "urgency": "平件",
        **tables,
    }


def figures(desk: Desk, due: Due) -> Circular:
    """The numbers of a period as they stand now."""
    since, until = desk.calendar.at(due.first, time(0)), desk.calendar.at(due.last + timedelta(days=1), time(0))
    keys = overview.keys_of(desk.tx, CATEGORY)
    running = overview.instances_of(desk.tx, keys)
    lights = {m.id: m.light for m in desk.matters(running)}
    rows = [*running, *overview.instances_of(desk.tx, keys, running=False, since=since)]
    rows = [r for r in rows if r.variables.get("handed_over") and _fits(r, due.kind)]
    closings = {v.instance_id: v.closed_at for v in overview.visits_of(desk.tx, [r.id for r in rows], [CLOSE])}
    matters = [_matter(desk, r, closings.get(r.id), lights.get(r.id, "")) for r in rows]
    return circular(sorted(matters, key=lambda m: m.number), since, until)


def _fits(row: Any, kind: str) -> bool:
    known = row.variables
    if kind == WEEKLY:
        return bool(known.get("kind") == SPECIAL)
    return kind != BOARD or BOARD_WORDS in str(known.get("source_ref") or "")


def _matter(desk: Desk, row: Any, closing: datetime | None, light: str) -> Matter:
    known = row.variables
    unit = desk.lead_unit(row)
    last = (known.get("reports") or [{}])[-1]
    closed = closing if row.state == "completed" else None
    due = row.deadline
    return Matter(
        number=row.number,
        title=row.title,
        unit=unit.short if unit else "未定主办",
        handed=datetime.fromisoformat(known["handed_over"]),
        due=due,
        due_words=f"{desk.calendar.local(due):%Y-%m-%d %H:%M}" if due else "",
        closed=closed,
        percent=last.get("percent"),
        problems=last.get("problems") or "",
        next=last.get("next") or "",
        help=bool(last.get("help_wanted")),
        light=light,
        late_days=limits.overdue_days(due, closed or desk.now, desk.calendar) if due else 0,
    )
