"""Seven days of a register of times: which lines lie in them, and what is taken on each day."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar

from engine import limits
from engine.errors import BadInput
from engine.package import Register
from engine.progress.apart import BOOKED_AHEAD, NO_HOLD, House, span_of
from engine.store import Tx, registers
from engine.store.registers import HeldRow

DAYS = 7
FARTHEST = 20  # years


class Span(Protocol):
    """Something that has its time."""

    @property
    def start(self) -> datetime: ...

    @property
    def end(self) -> datetime: ...


Taken = TypeVar("Taken", bound=Span)


def week_of(day: str, today: date) -> tuple[date, ...]:
    """The seven days from Monday around a day (``2026-03-09``; today if left out)."""
    try:
        found = date.fromisoformat(day) if day else today
        if abs(found.year - today.year) > FARTHEST:
            raise ValueError(day)
        monday = found - timedelta(days=found.weekday())
    except ValueError:
        raise BadInput(f"“{day}”不是日期。", f"{day!r} is no date", "写法如 2026-03-09。", "form.type") from None
    return tuple(monday + timedelta(days=n) for n in range(DAYS))


def bounds(days: Sequence[date], calendar: limits.Calendar) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last."""
    last = datetime.combine(days[-1], time(), calendar.zone) + timedelta(days=1)
    return datetime.combine(days[0], time(), calendar.zone), last


def lines(
    tx: Tx, register: str, shape: Register, days: Sequence[date], house: House
) -> Iterator[tuple[HeldRow, datetime, datetime]]:
    """What lies in these days: what is held, and what was given back after use."""
    rule = shape.apart[0]
    first, last = bounds(days, house.calendar)
    holding = frozenset(rule.states or (shape.state,))
    # a record that is over has moved on, and can be taken no more; one that was set free can
    over = {s for s in shape.states if s not in holding and not set(shape.moves.get(s, ())) & holding}
    for row in registers.held(tx, register, holding | over, since=first - BOOKED_AHEAD):
        span = span_of(rule, row, house)
        if span is None or row.instance_state in NO_HOLD or not row.data.get(rule.by):
            continue
        if span[0] < last and first < span[1]:
            yield row, *span


def by_day(taken: Sequence[Taken], days: Sequence[date], calendar: limits.Calendar) -> tuple[tuple[Taken, ...], ...]:
    """The same for each day, the earliest first; what lasts longer stands on each of its days."""

    def on(day: date) -> tuple[Taken, ...]:
        begin = datetime.combine(day, time(), calendar.zone)
        found = [one for one in taken if one.start < begin + timedelta(days=1) and begin < one.end]
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))

    return tuple(on(day) for day in days)
