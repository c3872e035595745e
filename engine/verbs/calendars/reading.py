"""A year of the calendar as a page shows it, and how far a change has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine import limits
from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import Tx, calendars
from engine.store.calendars import ChangeRow

FIRST_YEAR, LAST_YEAR = 2004, 2099


@dataclass(frozen=True, slots=True)
class DayView:
    """One day: ``kind`` is work, off, weekend, makeup (调休上班) or half; ``own`` was set in this very scope."""

    day: date
    kind: str
    name: str
    hours: str
    own: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A change and the job that counts open deadlines anew: ``done`` of ``total`` instances looked at."""

    id: int
    at: datetime
    by: str
    kind: str
    note: str
    state: str  # waiting | running | done
    total: int
    done: int
    moved: int
    failed: int
    finished: datetime | None
    lines: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How much is done, 100 only at the very end."""
        if self.state == "done":
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class YearView:
    """Everything the page of a year needs; ``provisional`` while the notice of that year is not in."""

    year: int
    scope: str
    months: tuple[tuple[DayView, ...], ...]
    provisional: bool
    working_days: int
    hours: tuple[limits.HoursSetting, ...]
    usual: str  # office hours in force outside the seasons
    scopes: tuple[tuple[str, str], ...]  # code and name of the units
    changes: tuple[Change, ...]


def year(engine: Engine, number: int, actor: Actor, *, scope: str = "") -> YearView:
    """A year of the house, or of one unit."""
    require_admin(actor)
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise BadInput(f"年份须在 {FIRST_YEAR}—{LAST_YEAR} 之间。", "year out of range", "请检查年份。", "time.range")
    with engine.store.reading() as tx:
        calendar, settings = calendar_of(engine, tx, scope), calendars.days(tx)
        units = engine.directory(tx).units
        own = {s.day: s for s in settings if s.scope == scope}
        named = {s.day: s.name for s in settings if s.scope in ("", scope) and s.name}
        days = [date(number, 1, 1) + timedelta(days=n) for n in range(366)]
        views = [_day(calendar, d, named.get(d, ""), d in own) for d in days if d.year == number]
        return YearView(
            year=number,
            scope=scope,
            months=tuple(tuple(v for v in views if v.day.month == month) for month in range(1, 13)),
            provisional=number not in calendar.published,
            working_days=sum(v.kind in ("work", "makeup", "half") for v in views),
            hours=tuple(h for h in calendars.hours(tx) if h.scope == scope),
            usual=said(calendar.hours),
            scopes=tuple((u.code, u.name) for u in units if u.active and u.kind != "external"),
            changes=tuple(_change(row) for row in calendars.changes(tx, 8)),
        )


def change(engine: Engine, change_id: int, actor: Actor) -> Change:
    """One change with its progress."""
    require_admin(actor)
    with engine.store.reading() as tx:
        row = calendars.change(tx, change_id)
    if row is None:
        raise NotFound(f"没有日历变更 {change_id}。", f"no calendar change {change_id}", "请从日历页打开。")
    return _change(row)


def calendar_of(engine: Engine, tx: Tx, scope: str) -> limits.Calendar:
    """The calendar of a unit by its code; of the house for no code."""
    if not scope:
        return engine.calendar(tx)
    unit = engine.directory(tx).unit(scope)
    if unit is None or unit.code != scope:
        raise NotFound(f"没有单位“{scope}”。", f"no unit {scope!r}", "请从列表选择单位。")
    return engine.calendar(tx, unit.id)


def require_admin(actor: Actor | None) -> None:
    """None is the installation itself."""
    if actor is not None and "admin" not in actor.roles:
        raise NotAllowed("只有系统管理员可以维护日历。", "only administrators keep the calendar", "请联系系统管理员。")


def kind_of(calendar: limits.Calendar, day: date) -> str:
    """What a day is, in one word."""
    if not calendar.is_working(day):
        return "weekend" if day.weekday() >= 5 and day not in calendar.days else "off"
    if day in calendar.day_hours:
        return "half"
    return "makeup" if day.weekday() >= 5 else "work"


def said(hours: limits.Hours) -> str:
    """08:30–12:00、13:30–17:30."""
    return "、".join(f"{first:%H:%M}–{last:%H:%M}" for first, last in hours)


def _day(calendar: limits.Calendar, day: date, name: str, own: bool) -> DayView:
    kind = kind_of(calendar, day)
    return DayView(day, kind, name, said(calendar.hours_on(day)) if kind in ("work", "makeup", "half") else "", own)


def _change(row: ChangeRow) -> Change:
    lines: Sequence[str] = row.detail.get("lines", ()) if isinstance(row.detail, dict) else ()
    return Change(
        id=row.id,
        at=row.at,
        by=row.by or "系统",
        kind=row.kind,
        note=row.note,
        state=row.state,
        total=row.total,
        done=row.done,
        moved=row.moved,
        failed=row.failed,
        finished=row.finished_at,
        lines=tuple(lines),
    )
