"""A week of things that are taken for a time: which room is free when, who has booked it, and by which process."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.errors import BadInput, NotFound
from engine.model import Actor
from engine.package import Register
from engine.progress.apart import NO_HOLD, House, span_of
from engine.progress.permission import viewer
from engine.progress.shapes import find_register
from engine.runtime import Engine
from engine.store import Tx, registers, searching
from engine.store.registers import HeldRow

ROOMS = "room_booking"
BOOKED_AHEAD = timedelta(days=400)  # no line is written earlier than that before its time
DAYS = 7
FARTHEST = 20  # years


@dataclass(frozen=True, slots=True)
class Taken:
    """From when to when, by which unit; without number and topic for whoever may not open what it is taken for."""

    start: datetime
    end: datetime
    unit: str
    topic: str
    number: str
    over: bool  # it has been given back


@dataclass(frozen=True, slots=True)
class Thing:
    """One room, what its own register says of it, and what it is taken for on each day."""

    name: str
    notes: tuple[str, ...]
    days: tuple[tuple[Taken, ...], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday."""

    days: tuple[date, ...]
    today: date
    margin: int  # minutes kept free between two
    things: tuple[Thing, ...]


def week(engine: Engine, actor: Actor, *, day: str = "", register: str = ROOMS) -> Week:
    """The week of a day (``2026-03-09``; today if left out) with every thing that the register is about."""
    with engine.store.reading() as tx:
        shape = find_register(engine, tx, register)
        if shape is None or not shape.apart:
            raise NotFound("没有会议室预定登记簿。", f"no register {register} of times", "请先发布会议室预定流程。")
        house = House(engine.calendar(tx), engine.directory(tx))
        today = house.calendar.local(engine.now()).date()
        monday = _monday(day, today)
        days = tuple(monday + timedelta(days=n) for n in range(DAYS))
        rows = list(_rows(tx, register, shape, days, house))
        seen = searching.visible(tx, viewer(tx, actor), {row.instance_id for row, _s, _e in rows if row.instance_id})
        by, holding = shape.apart[0].by, frozenset(shape.apart[0].states or (shape.state,))
        taken: dict[str, list[Taken]] = {}
        for row, start, end in rows:
            one = _told(row, start, end, house, open_to=row.instance_id in seen, over=row.state not in holding)
            taken.setdefault(str(row.data[by]), []).append(one)
        known = _known(engine, tx, shape, by)
        names = [*known, *(name for name in taken if name not in known)]
        things = tuple(Thing(name, known.get(name, ()), _by_day(taken.get(name, ()), days, house)) for name in names)
        return Week(days, today, shape.apart[0].margin, things)


def _monday(day: str, today: date) -> date:
    try:
        found = date.fromisoformat(day) if day else today
        if abs(found.year - today.year) > FARTHEST:
            raise ValueError(day)
        return found - timedelta(days=found.weekday())
    except ValueError:
        raise BadInput(f"“{day}”不是日期。", f"{day!r} is no date", "写法如 2026-03-09。", "form.type") from None


def _rows(
    tx: Tx, register: str, shape: Register, days: Sequence[date], house: House
) -> Iterator[tuple[HeldRow, datetime, datetime]]:
    """What lies in these days: what is held, and what was given back after use."""
    rule, zone = shape.apart[0], house.calendar.zone
    first = datetime.combine(days[0], time(), zone)
    last = datetime.combine(days[-1], time(), zone) + timedelta(days=1)
    holding = frozenset(rule.states or (shape.state,))
    # a record that is over has moved on, and can be taken no more; one that was set free can
    over = {s for s in shape.states if s not in holding and not set(shape.moves.get(s, ())) & holding}
    for row in registers.held(tx, register, holding | over, since=first - BOOKED_AHEAD):
        span = span_of(rule, row, house)
        if span is None or row.instance_state in NO_HOLD or not row.data.get(rule.by):
            continue
        if span[0] < last and first < span[1]:
            yield row, *span


def _told(row: HeldRow, start: datetime, end: datetime, house: House, *, open_to: bool, over: bool) -> Taken:
    unit = house.directory.unit(str(row.data.get("unit") or ""))
    topic = str(row.data.get("topic") or row.label) if open_to else ""
    number = (row.number or "") if open_to else ""
    return Taken(start, end, (unit.short or unit.name) if unit else "", topic, number, over)


def _known(engine: Engine, tx: Tx, shape: Register, by: str) -> Mapping[str, tuple[str, ...]]:
    """The things that may be chosen, each with what stands beside its name."""
    name = next((c.refers_to for c in shape.column if c.id == by), "")
    things = find_register(engine, tx, name) if name else None
    if things is None:
        return {}
    rows = (row for row in registers.standing(tx, name) if not things.choose or row.state in things.choose)
    return {row.label: _notes(things, row.data, row.label) for row in rows}


def _notes(things: Register, data: Mapping[str, object], label: str) -> tuple[str, ...]:
    found = []
    for column in things.column:
        value = data.get(column.id)
        if column.type in ("text", "select") and value and value != label:
            found.append(str(value))
        elif column.type == "integer" and value is not None:
            found.append(f"{column.label} {value}")
        elif column.type == "boolean" and value is True:
            found.append(column.label)
    return tuple(found)


def _by_day(taken: Sequence[Taken], days: Sequence[date], house: House) -> tuple[tuple[Taken, ...], ...]:
    def on(day: date) -> tuple[Taken, ...]:
        begin = datetime.combine(day, time(), house.calendar.zone)
        found = [one for one in taken if one.start < begin + timedelta(days=1) and begin < one.end]
        return tuple(sorted(found, key=lambda one: (one.start, one.end)))

    return tuple(on(day) for day in days)
