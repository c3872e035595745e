"""The numbers of a supervision report: the matters of some days, as they stand when a schedule asks for them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from engine import limits, org
from engine.model import Json
from engine.progress.deeds import CLOSE, Window, visits_by_matter
from engine.reports.circulars import Matter, circular, points
from engine.reports.scores import Points, scores
from engine.store import Tx, inbox, overview

CATEGORY: Final = "督办"
SPECIAL: Final = "专项督办"
TABLES: Final = ("units", "added", "going", "closed", "late")
UNTOLD: Final = "（知悉范围内事项）"  # a report is read by everybody


def figures(
    tx: Tx,
    directory: org.Directory,
    calendar: limits.Calendar,
    now: datetime,
    *,
    days: tuple[date, date],
    pick: Sequence[tuple[Json, Json]],
    worth: Points,
) -> dict[str, Json]:
    """``summary``, a table for each name of ``TABLES`` and ``points``; ``pick``: fields and texts, see ``_picked``."""
    first, last = days
    since, until = calendar.at(first, time(0)), calendar.at(last + timedelta(days=1), time(0))
    running, ended = _handed_over(tx, since)
    rows = [r for r in (*running, *ended) if _picked(r.variables, pick)]
    held = inbox.holders(tx, [r.id for r in running], now)
    lights = {r.id: _light(r, [h.deadline for h in held.get(r.id, [])], now) for r in running}
    visits = visits_by_matter(tx, [r.id for r in rows])
    closings = {id: v.closed_at for id, own in visits.items() for v in own if v.element == CLOSE}
    house = _House(directory, calendar, now)
    matters = [house.matter(r, closings.get(r.id), lights.get(r.id, "")) for r in rows]
    found = circular(sorted(matters, key=lambda m: m.number), since, until)
    window = Window(directory, calendar, first, last + timedelta(days=1))
    deeds = [d for r in rows if (d := window.deeds(r, visits.get(r.id, []))) is not None]
    taken = points(scores(deeds, worth))
    return {"summary": found.summary, **{name: list(getattr(found, name)) for name in TABLES}, "points": list(taken)}


def _light(row: Any, parts: Sequence[datetime | None], now: datetime) -> str:
    shown = row.frozen_light or limits.light(now, row.warn_at, row.deadline)
    return limits.whole_light("grey" if row.state == "suspended" else str(shown), parts, now)


def campaigns(tx: Tx, calendar: limits.Calendar, days: tuple[date, date]) -> list[Json]:
    """The campaigns of special matters that were handed over by the last day and not closed before the first."""
    first, last = days
    since, until = calendar.at(first, time(0)), calendar.at(last + timedelta(days=1), time(0))
    running, ended = _handed_over(tx, since)
    special = [r.variables for r in (*running, *ended) if r.variables.get("kind") == SPECIAL]
    known = [v for v in special if datetime.fromisoformat(v["handed_over"]) < until]
    return sorted({str(v.get("campaign") or "").strip() for v in known})


def _handed_over(tx: Tx, since: datetime) -> tuple[list[Any], list[Any]]:
    """Matters under way, and those that have ended since then."""
    keys = overview.keys_of(tx, CATEGORY)
    running = overview.instances_of(tx, keys, counted=True)
    ended = overview.instances_of(tx, keys, running=False, since=since, counted=True)
    begun, over = ([r for r in rows if r.variables.get("handed_over")] for rows in (running, ended))
    return begun, over


def _picked(known: dict[str, Any], pick: Sequence[tuple[Json, Json]]) -> bool:
    """Whether the first field contains its text, and every further one is its text."""
    texts = [(str(known.get(str(field)) or "").strip(), str(text or "")) for field, text in pick]
    return all(text in held if n == 0 else text == held for n, (held, text) in enumerate(texts))


class _House:
    """What turns a row into a line of the report."""

    def __init__(self, directory: org.Directory, calendar: limits.Calendar, now: datetime) -> None:
        self.directory, self.calendar, self.now = directory, calendar, now

    def matter(self, row: Any, closing: datetime | None, light: str) -> Matter:
        known, due = row.variables, row.deadline
        unit = self.directory.unit(known.get("lead_unit") or "")
        reports: Sequence[dict[str, Any]] = known.get("reports") or [{}]
        last = reports[-1] if row.known_to is None else {}
        closed = closing if row.state == "completed" else None
        return Matter(
            number=row.number,
            title=row.title if row.known_to is None else UNTOLD,
            unit=unit.short if unit else "未定主办",
            handed=datetime.fromisoformat(known["handed_over"]),
            due=due,
            due_words=f"{self.calendar.local(due):%Y-%m-%d %H:%M}" if due else "",
            closed=closed,
            percent=last.get("percent"),
            problems=last.get("problems") or "",
            next=last.get("next") or "",
            help=bool(last.get("help_wanted")),
            light=light,
            late_days=limits.overdue_days(due, closed or self.now, self.calendar) if due else 0,
        )
