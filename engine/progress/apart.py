"""Records that may not overlap: no room is booked twice and no car is in two places.

A leader may be asked for twice at once, if somebody says why (``despite``).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from engine import limits, org
from engine.errors import FormProblems
from engine.model import Json
from engine.package import Apart, Register
from engine.store import Tx, registers
from engine.store.registers import HeldRow, RecordRow
from forms import FieldProblem

NO_HOLD = frozenset({"rejected", "withdrawn", "voided", "terminated"})  # what such an instance asked for is free again
MOST = 5  # suggestions
BOOKED_AHEAD = timedelta(days=400)  # no line is written earlier than that before its time
Things: TypeAlias = Callable[[str], Register | None]  # finds the register of what is taken


def nothing(_row: HeldRow) -> bool:
    """Nobody is told what a record is for."""
    return False


class House(NamedTuple):
    """What puts times and people into words, and whether whoever asks may know what a record is for."""

    calendar: limits.Calendar
    directory: org.Directory
    reads: Callable[[HeldRow], bool] = nothing


def refuse_overlaps(tx: Tx, name: str, shape: Register, added: int, house: House, things: Things) -> None:
    """Refuse to keep a record that was just added if another one holds its time; the problem says what is free.

    Adding has locked the register until this transaction ends, so that of two at once the second sees the first.
    """
    rows = holding(tx, name, shape, since=_earliest(shape, registers.by_id(tx, added), house))
    mine = next((row for row in rows if row.id == added), None)
    if mine is None:
        return  # in this state it holds nothing
    problems = list(overlaps(tx, name, shape, mine, rows, house, things))
    if problems:
        raise FormProblems(problems)


def _earliest(shape: Register, line: RecordRow, house: House) -> datetime | None:
    """No line that may meet this one was written before."""
    spans = [span_of(rule, line, house) for rule in shape.apart]
    return min((span[0] - BOOKED_AHEAD for span in spans if span is not None), default=None)


def holding(tx: Tx, name: str, shape: Register, *, since: datetime | None) -> list[HeldRow]:
    """The lines of a register that hold a time and were written since then."""
    states = frozenset(state for rule in shape.apart for state in rule.states or (shape.state,))
    return registers.held(tx, name, states, since=since) if states else []


def overlaps(
    tx: Tx, name: str, shape: Register, mine: HeldRow, rows: Sequence[HeldRow], house: House, things: Things
) -> Iterator[FieldProblem]:
    """One problem for each record that is in the way of this one."""
    others = [row for row in rows if row.label != mine.label and row.instance_state not in NO_HOLD]
    for rule in shape.apart:
        states = rule.states or (shape.state,)
        if mine.state not in states or (rule.despite and mine.data.get(rule.despite)):
            continue
        for other in others:
            if other.state in states and (both := _meet(rule, mine, other, house)):
                if rule.despite:
                    yield _warning(shape, rule, both, other, house)
                else:
                    instead = _names(free(tx, name, shape, mine, house, things))
                    yield _problem(shape, rule, mine, other, house, instead)


def free(tx: Tx, name: str, shape: Register, mine: HeldRow, house: House, things: Things) -> list[RecordRow]:
    """What else is free at the time of a record and fits it, the smallest first; nothing if that cannot be known."""
    rule = next(iter(shape.apart), None)
    reference = next((c.refers_to for c in shape.column if rule is not None and c.id == rule.by), "")
    of = things(reference) if reference else None
    if rule is None or of is None or span_of(rule, mine, house) is None:
        return []
    states = frozenset(rule.states or (shape.state,))
    rows = registers.held(tx, name, states)
    others = [row for row in rows if row.label != mine.label and row.instance_state not in NO_HOLD]

    def suits(thing: RecordRow) -> bool:
        there = replace(mine, data={**mine.data, rule.by: thing.label})
        offered = not of.choose or thing.state in of.choose
        return offered and _fits(rule, thing, mine) and not any(_meet(rule, there, other, house) for other in others)

    found = [t for t in registers.standing(tx, reference) if t.label != mine.data.get(rule.by) and suits(t)]
    return sorted(found, key=lambda thing: [_size(thing.data.get(column)) for column in rule.fits])


def _fits(rule: Apart, thing: RecordRow, mine: HeldRow) -> bool:
    """Whether a thing has what a record asks for: as much of a number, the same of anything else."""
    for column, asked in rule.fits.items():
        wanted, has = mine.data.get(asked), thing.data.get(column)
        if wanted in (None, "", False):
            continue
        enough = _size(has) >= _size(wanted) if isinstance(wanted, int) and wanted is not True else has == wanted
        if not enough:
            return False
    return True


def _size(value: Json) -> int:
    return value if isinstance(value, int) else 0


def _names(found: Sequence[RecordRow]) -> str:
    return "、".join(thing.label for thing in found[:MOST])


def _meet(rule: Apart, mine: HeldRow, other: HeldRow, house: House) -> list[str]:
    """What both records take in the same time."""
    theirs_too = taken_by(rule, other)
    both = [one for one in taken_by(rule, mine) if one in theirs_too]
    own, theirs = span_of(rule, mine, house), span_of(rule, other, house)
    if not both or own is None or theirs is None:
        return []
    free = timedelta(minutes=rule.margin)
    return both if own[0] < theirs[1] + free and theirs[0] < own[1] + free else []


def taken_by(rule: Apart, row: HeldRow) -> list[str]:
    """What a record takes: one room, or each of several people."""
    value = row.data.get(rule.by)
    return [str(one) for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]


def span_of(rule: Apart, row: HeldRow | RecordRow, house: House) -> tuple[datetime, datetime] | None:
    """From when to when a record holds its thing; None if that is not known."""
    start, end = (_moment(row.data.get(column), house) for column in (rule.start, rule.end))
    return (start, end) if start and end else None


def _moment(value: Json, house: House) -> datetime | None:
    """An instant of a form; one without zone is the office's clock."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=house.calendar.zone) if moment and not moment.tzinfo else moment


def _problem(shape: Register, rule: Apart, mine: HeldRow, other: HeldRow, house: House, instead: str) -> FieldProblem:
    value = mine.data[rule.by]
    person = house.directory.person(value) if isinstance(value, str) else None
    what, label = person.name if person else value, next(c.label for c in shape.column if c.id == rule.by)
    local = [house.calendar.local(moment) for moment in span_of(rule, other, house) or ()]
    when = "至".join(f"{moment:%m月%d日 %H:%M}" for moment in local)
    free = f"（前后各留 {rule.margin} 分钟）" if rule.margin else ""
    by = other.number or other.label
    return FieldProblem(
        rule.by,
        label,
        "form.taken",
        f"“{what}”{when}已有安排{free}，见 {by}；请改时间或另选{f'，同一时段可用：{instead}' if instead else ''}",
        f"{value} is taken by {by} from {' to '.join(moment.isoformat() for moment in local)}"
        + (f"; free then: {instead}" if instead else ""),
    )


def _warning(shape: Register, rule: Apart, both: Sequence[str], other: HeldRow, house: House) -> FieldProblem:
    """Who has something else at that time, and what if whoever asks may know; with a reason both are kept."""
    people = [house.directory.person(one) for one in both]
    who = "、".join(person.name if person else one for person, one in zip(people, both, strict=True))
    start, end = (house.calendar.local(moment) for moment in span_of(rule, other, house) or ())
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m月%d日 %H:%M}"
    told = house.reads(other)
    topic = str(other.data.get(rule.about) or "") if told else ""
    what = f"：{topic}（{other.number or other.label}）" if topic else "，内容不便公开"
    label = next(c.label for c in shape.column if c.id == rule.despite)
    return FieldProblem(
        rule.despite,
        label,
        "form.engaged",
        f"{who} {start:%m月%d日 %H:%M}至{until} 已有安排{what}；请改时间，确需同时安排的，在“{label}”写明如何协调",
        f"{', '.join(both)} engaged from {start.isoformat()} to {end.isoformat()}"
        + (f" by {other.number or other.label}" if told else "")
        + f"; choose another time, or say in {rule.despite} why both are kept",
    )
