"""A week of the leaders: meetings and other engagements, leaves and authorities, as far as whoever looks may know."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine import org
from engine.errors import NotFound
from engine.model import Actor
from engine.package import Register
from engine.progress.apart import House, taken_by
from engine.progress.engaged import known_to
from engine.progress.shapes import find_register
from engine.progress.weeks import bounds, by_day, lines, week_of
from engine.runtime import Engine
from engine.store import Tx, absences
from engine.store.registers import HeldRow

DIARIES = "leader_diary"
LEADER = "leader"  # the role


@dataclass(frozen=True, slots=True)
class Engaged:
    """From when to when; topic, place, number and note are empty for whoever may not know them."""

    start: datetime
    end: datetime
    kind: str
    topic: str
    place: str
    number: str
    record: int  # the line in the register, 0 for whoever may not read that
    note: str  # why it is kept beside something else
    over: bool
    clash: bool = False  # something else is held at that time


@dataclass(frozen=True, slots=True)
class Away:
    """Not in office, or somebody else signs."""

    start: datetime
    end: datetime
    by: str  # who acts for them; empty on a leave without a person named
    leave: bool


@dataclass(frozen=True, slots=True)
class Diary:
    """One person's week: for each day what they are engaged in, and who acts for them."""

    name: str
    title: str
    days: tuple[tuple[tuple[Engaged, ...], tuple[Away, ...]], ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday; ``keeps``: whether this person writes into the diaries."""

    days: tuple[date, ...]
    today: date
    people: tuple[Diary, ...]
    keeps: bool


def week(engine: Engine, actor: Actor, *, day: str = "") -> Week:
    """The week of a day with every leader of one's own house, and whoever else is held in it."""
    with engine.store.reading() as tx:
        shape = find_register(engine, tx, DIARIES)
        if shape is None or not shape.apart:
            raise NotFound("没有领导日程台账。", f"no register {DIARIES}", "请先发布会议筹备流程。")
        house = House(engine.calendar(tx), engine.directory(tx))
        today = house.calendar.local(engine.now()).date()
        days = week_of(day, today)
        found = list(lines(tx, DIARIES, shape, days, house))
        known = known_to(tx, house.directory, shape, actor, [row for row, _start, _end in found])
        reads = bool(actor.roles & {*shape.readers, *shape.writers})
        engaged: dict[str, list[Engaged]] = {}
        for row, start, end in found:
            told = _told(shape, row, start, end, known=row.id in known, reads=reads)
            for login in taken_by(shape.apart[0], row):
                engaged.setdefault(login, []).append(told)
        people = _people(house.directory, actor, engaged)
        away = _away(tx, house, people, days)
        diaries = (_diary(house, one, engaged.get(one.login, ()), away.get(one.id, ()), days) for one in people)
        return Week(days, today, tuple(diaries), bool(actor.roles & set(shape.writers)))


def _told(shape: Register, row: HeldRow, start: datetime, end: datetime, *, known: bool, reads: bool) -> Engaged:
    def text(column: str) -> str:
        return str(row.data.get(column) or "") if known else ""

    return Engaged(
        start,
        end,
        kind=text("kind"),
        topic=text("topic"),
        place=text("place"),
        number=(row.number or "") if known else "",
        record=row.id if known and reads else 0,
        note=text("clash_note"),
        over=row.state != shape.state,
    )


def _people(directory: org.Directory, actor: Actor, engaged: dict[str, list[Engaged]]) -> list[org.Person]:
    """Leaders first; a company sees its own, the group the group's."""

    def near(person: org.Person) -> bool:
        unit = directory.main_unit(person)
        if actor.reach is not None:
            return unit is not None and unit.id in actor.reach
        return directory.company_of(unit) is None

    own = [person for person in directory.persons if person.active and near(person)]
    leaders = [person for person in own if LEADER in person.roles]
    return leaders + [person for person in own if LEADER not in person.roles and person.login in engaged]


def _away(tx: Tx, house: House, people: Sequence[org.Person], days: Sequence[date]) -> dict[int, list[Away]]:
    since, until = bounds(days, house.calendar)
    found: dict[int, list[Away]] = {}
    for leave in absences.leaves_within(tx, [person.id for person in people], since, until):
        found.setdefault(leave.person_id, []).append(Away(leave.since, leave.until, "", leave=True))
    for row in house.directory.substitutions:
        deputy = house.directory.person(row.substitute_id)
        if row.since < until and since < row.until and deputy is not None:
            found.setdefault(row.principal_id, []).append(Away(row.since, row.until, deputy.name, leave=False))
    return found


def _diary(
    house: House, person: org.Person, engaged: Sequence[Engaged], away: Sequence[Away], days: Sequence[date]
) -> Diary:
    held = [one for one in engaged if not one.over]
    marked = [_marked(one, held) for one in engaged]
    cut = zip(by_day(marked, days, house.calendar), by_day(away, days, house.calendar), strict=True)
    return Diary(person.name, house.directory.title_of(person), tuple(cut))


def _marked(one: Engaged, held: Sequence[Engaged]) -> Engaged:
    others = [other for other in held if other is not one and other.start < one.end and one.start < other.end]
    if one.over or not others:
        return one
    return replace(one, clash=True)
