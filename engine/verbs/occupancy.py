"""A week of things that are taken for a time: which room is free when, who has booked it, and by which process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine.errors import NotFound
from engine.model import Actor
from engine.package import Register
from engine.progress.apart import House
from engine.progress.permission import viewer
from engine.progress.shapes import find_register
from engine.progress.weeks import by_day, lines, week_of
from engine.runtime import Engine
from engine.store import Tx, registers, searching
from engine.store.registers import HeldRow

ROOMS = "room_booking"


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
        days = week_of(day, today)
        rows = list(lines(tx, register, shape, days, house))
        seen = searching.visible(tx, viewer(tx, actor), {row.instance_id for row, _s, _e in rows if row.instance_id})
        by, holding = shape.apart[0].by, frozenset(shape.apart[0].states or (shape.state,))
        taken: dict[str, list[Taken]] = {}
        for row, start, end in rows:
            one = _told(row, start, end, house, open_to=row.instance_id in seen, over=row.state not in holding)
            taken.setdefault(str(row.data[by]), []).append(one)
        known = _known(engine, tx, shape, by)
        names = [*known, *(name for name in taken if name not in known)]
        things = (Thing(one, known.get(one, ()), by_day(taken.get(one, ()), days, house.calendar)) for one in names)
        return Week(days, today, shape.apart[0].margin, tuple(things))


def _told(row: HeldRow, start: datetime, end: datetime, house: House, *, open_to: bool, over: bool) -> Taken:
    unit = house.directory.unit(str(row.data.get("unit") or ""))
    topic = str(row.data.get("topic") or row.label) if open_to else ""
    number = (row.number or "") if open_to else ""
    return Taken(start, end, unit.called if unit else "", topic, number, over)


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
