"""The calendars of a house: what holds for all, and what single units do otherwise (domain.md §6.1, §6.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from engine.errors import BadInput, InvalidLimit
from engine.limits.calendar import OFFICE_HOURS, SHANGHAI, Calendar, Hours, Season, shifts_of

Written = Sequence[Sequence[str]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySetting:
    """One day that is not as its weekday says, or has hours of its own; ``scope`` is a unit, empty for all."""

    scope: str
    day: date
    working: bool
    hours: Written = None
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursSetting:
    """Office hours of a scope: of the whole year without days, else of a season; ``id`` names it to be dropped."""

    id: int
    scope: str
    name: str
    first: date | None
    last: date | None
    hours: Written


@dataclass(slots=True)
class Book:
    """Everything a house has set; gives the calendar of a unit by the chain of its units, the nearest first."""

    days: tuple[DaySetting, ...] = ()
    hours: tuple[HoursSetting, ...] = ()
    published: frozenset[int] = frozenset()
    zone: ZoneInfo = SHANGHAI
    _own: frozenset[str] = frozenset()
    _made: dict[tuple[str, ...], Calendar] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._own = frozenset({s.scope for s in self.days} | {s.scope for s in self.hours}) - {""}

    @property
    def by_unit(self) -> bool:
        """Whether any unit has settings of its own."""
        return bool(self._own)

    def calendar(self, chain: Sequence[str] = ()) -> Calendar:
        """The calendar of a unit; units without settings of their own share one, so that its tables are built once."""
        key = tuple(scope for scope in chain if scope in self._own) if self._own else ()
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._make((*key, ""))
        return found

    def _make(self, scopes: Sequence[str]) -> Calendar:
        days: dict[date, DaySetting] = {}
        for scope in reversed(scopes):
            days |= {s.day: s for s in self.days if s.scope == scope}
        whole: Hours = OFFICE_HOURS
        for scope in reversed(scopes):
            whole = next((hours_of(s.hours) for s in self.hours if s.scope == scope and s.first is None), whole)
        seasons = [s for scope in scopes for s in self.hours if s.scope == scope and s.first is not None]
        return Calendar(
            hours=whole,
            zone=self.zone,
            days={day: s.working for day, s in days.items()},
            day_hours={day: hours_of(s.hours) for day, s in days.items() if s.working and s.hours},
            published=self.published,
            seasons=tuple(Season(s.first, s.last or s.first, hours_of(s.hours)) for s in seasons if s.first),
        )


def hours_of(written: Written) -> Hours:
    """Office hours as they are kept, ``[["08:30", "12:00"]]``; InvalidLimit when they overlap or run backwards."""
    found = tuple((time.fromisoformat(first), time.fromisoformat(last)) for first, last in written or ())
    shifts_of(found)
    return found


def read_hours(text: str) -> list[list[str]]:
    """Office hours as people write them, ``08:30-12:00、13:30-17:30``; BadInput names what is wrong."""
    found: list[list[str]] = []
    for part in text.replace("，", "、").replace(",", "、").replace("；", "、").replace(" ", "").split("、"):
        first, _, last = part.replace("—", "-").replace("–", "-").replace("至", "-").replace("：", ":").partition("-")
        try:
            found.append([f"{time.fromisoformat(clock.zfill(5)):%H:%M}" for clock in (first, last)])
        except ValueError:
            raise _bad_hours(part) from None
    try:
        hours_of(found)
    except InvalidLimit:
        raise _bad_hours(text) from None
    return found


def _bad_hours(text: str) -> BadInput:
    return BadInput(
        f"办公时段“{text[:40]}”认不出来。",
        f"bad office hours {text[:40]!r}",
        "写法如 08:30-12:00、13:30-17:30，先后有序、互不重叠。",
        code="calendar.hours",
    )
