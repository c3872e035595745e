"""What a text of holidays would change, before anything is changed."""

from dataclasses import dataclass
from datetime import date, datetime, time

from engine import limits
from engine.model import Actor
from engine.runtime import Engine
from engine.store import calendars
from engine.verbs.calendars.reading import calendar_of, kind_of, require_admin

WORDS = {"work": "工作", "off": "休", "weekend": "周末", "makeup": "班", "half": "半天"}


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day and what it was and becomes, in words."""

    day: date
    before: str
    after: str
    name: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The days of the text; ``kept`` are own days of that year that the text does not name."""

    year: int | None
    publishes: bool
    days: tuple[DayChange, ...]
    kept: tuple[DayChange, ...]
    instances: int
    timers: int

    @property
    def changed(self) -> int:
        """How many days become something else."""
        return sum(d.changed for d in self.days)


def preview(engine: Engine, text: str, actor: Actor, *, scope: str = "") -> Preview:
    """Read the notice or table and compare it with the calendar as it is."""
    require_admin(actor)
    found = limits.read_holidays(text)
    with engine.store.reading() as tx:
        calendar = calendar_of(engine, tx, scope)
        days = tuple(_compared(calendar, mark) for mark in found.days)
        named = {mark.day for mark in found.days}
        own = [s for s in calendars.days(tx) if s.scope == scope and s.day not in named]
        first = min((d.day for d in days if d.changed), default=None)
        return Preview(
            year=found.year,
            publishes=found.year is not None and found.year not in calendar.published and not scope,
            days=days,
            kept=tuple(
                DayChange(s.day, WORDS[kind_of(calendar, s.day)], "", s.name, False)
                for s in own
                if s.day.year == found.year
            ),
            instances=calendars.watched(tx),
            timers=calendars.timers_since(tx, _begin(calendar, first)) if first else 0,
        )


def _compared(calendar: limits.Calendar, mark: limits.DayMark) -> DayChange:
    before = kind_of(calendar, mark.day)
    after = ("makeup" if mark.day.weekday() >= 5 else "work") if mark.working else "off"
    changed = calendar.is_working(mark.day) != mark.working or (mark.working and mark.day in calendar.day_hours)
    return DayChange(mark.day, WORDS[before], WORDS[after], mark.name, changed)


def _begin(calendar: limits.Calendar, day: date) -> datetime:
    return calendar.at(day, time(0))
