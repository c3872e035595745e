"""The number an instance gets from a series: the next one, or one that was reserved for it."""

from datetime import datetime

from engine import limits
from engine.errors import BadInput
from engine.package import Series
from engine.progress.assigning import said
from engine.progress.case import Case, names
from engine.progress.timing import instant
from engine.store import numbers, registers


def number_for(case: Case, series: Series) -> str:
    """Take a number in this transaction, so that a failure leaves no gap; its text."""
    known = names(case)
    name = str(said(case, series.name, known))
    day = instant(known.get(series.year), case) if series.year else None
    year = year_of(case.calendar, day or case.now)
    if series.until and year < year_of(case.calendar, case.now) and not _in_time(case, series, year):
        year = year_of(case.calendar, case.now)
    wanted = str(known.get(series.reserved) or "").strip() if series.reserved else ""
    if wanted:
        return _reserved(case, name, year, wanted)
    ordinal = registers.take(case.tx, name, year)
    text = series.text_of(name, year, ordinal)
    numbers.note(case.tx, series=name, year=year, ordinal=ordinal, text=text, instance_id=case.row.id, at=case.now)
    return text


def _in_time(case: Case, series: Series, year: int) -> bool:
    """Whether the number may still be one of that year: up to a day of the next (domain.md §2.8)."""
    return case.calendar.local(case.now).date().isoformat() <= f"{year + 1}-{series.until}"


def year_of(calendar: limits.Calendar, moment: datetime) -> int:
    """The year of the office's own day."""
    return calendar.local(moment).year


def _reserved(case: Case, name: str, year: int, wanted: str) -> str:
    """补号: a reserved number of this very series, once."""
    found = numbers.by_text(case.tx, name, wanted)
    if found is None or found.year != year or not numbers.claim(case.tx, found, case.row.id, case.now):
        free = [row.text for row in numbers.of_series(case.tx, name, year, states=(numbers.RESERVED,))]
        raise BadInput(
            f"“{wanted}”不是“{name}”{year} 年的预留号，或已被使用。",
            f"{wanted!r} is no reserved number of {name} in {year}",
            f"可用的预留号：{'、'.join(free[:10])}。" if free else "没有预留号；请留空，由系统取下一个号。",
            "number.not_reserved",
        )
    return found.text
