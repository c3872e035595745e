"""Before the calendar runs out: take over years that the library has learnt, and warn the administrators."""

from dataclasses import dataclass
from datetime import date, datetime, time

from engine import limits
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import Tx, calendars
from engine.verbs.calendars.changing import take_over

WARN_FROM = (11, 5)  # the notice of the next year has usually been out for days (domain.md §6.10)


@dataclass(frozen=True, slots=True)
class Warning:
    """The next year is not in the calendar: how many deadlines of it are provisional."""

    year: int
    timers: int


def warning(engine: Engine) -> Warning | None:
    """What to warn of today; None outside the season or when the next year is in."""
    with engine.store.reading() as tx:
        return _warning(engine, tx)


def check(engine: Engine) -> None:
    """Once a day: learn new years, and tell every administrator once a week while the next one is missing."""
    _learn(engine)
    with engine.store.transaction() as tx:
        found = _warning(engine, tx)
        if found is not None:
            _tell(engine, tx, found)


def _learn(engine: Engine) -> None:
    known = limits.Calendar.china()
    with engine.store.reading() as tx:
        missing = sorted(known.published - calendars.published(tx))
    for year in missing:
        marks = [limits.DayMark(d, w, "") for d, w in sorted(known.days.items()) if d.year == year]
        take_over(engine, limits.Holidays(year, tuple(marks)), None, kind="seed", source="chinesecalendar")


def _warning(engine: Engine, tx: Tx) -> Warning | None:
    calendar = engine.calendar(tx)
    today = calendar.day_of(engine.now())
    if (today.month, today.day) < WARN_FROM or today.year + 1 in calendar.published:
        return None
    return Warning(today.year + 1, calendars.timers_since(tx, _new_year(calendar, today)))


def _new_year(calendar: limits.Calendar, today: date) -> datetime:
    return calendar.at(date(today.year + 1, 1, 1), time(0))


def _tell(engine: Engine, tx: Tx, found: Warning) -> None:
    week = engine.calendar(tx).local(engine.now()).strftime("%G-%V")
    facts = {"year": found.year, "n": found.timers}
    told = {person.id: facts for person in engine.directory(tx).admins}
    announce(engine, tx, "T-HOLIDAY", told, link="/admin/calendars/import", once=f"calendar:{found.year}:{week}")
