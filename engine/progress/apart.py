"""Records that may not overlap: no room is booked twice and no car is in two places."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from engine import limits, org
from engine.errors import FormProblems
from engine.model import Json
from engine.package import Apart, Register
from engine.store import Tx, registers
from engine.store.registers import HeldRow, RecordRow
from forms import FieldProblem

NO_HOLD = frozenset({"rejected", "withdrawn", "voided", "terminated"})  # what such an instance asked for is free again
MOST = 5  # suggestions


class House(NamedTuple):
    """What puts times and people into words."""

    calendar: limits.Calendar
    directory: org.Directory


def refuse_overlaps(
    tx: Tx, name: str, shape: Register, added: int, house: House, things: Callable[[str], Register | None]
) -> None:
    """Refuse to keep a record that was just added if another one holds its time; the problem says what is free.

    ``things`` finds the register of what is taken.

    Adding has locked the register until this transaction ends, so that of two at once the second sees the first.
    """
    rules = [(rule, frozenset(rule.states or (shape.state,))) for rule in shape.apart]
    rows = registers.held(tx, name, frozenset().union(*(states for _rule, states in rules))) if rules else []
    mine = next((row for row in rows if row.id == added), None)
    if mine is None:
        return  # in this state it holds nothing
    others = [row for row in rows if row.label != mine.label and row.instance_state not in NO_HOLD]
    problems = [
        _problem(shape, rule, mine, other, house, _names(free(tx, name, shape, mine, house, things)))
        for rule, states in rules
        for other in others
        if mine.state in states and other.state in states and _meet(rule, mine, other, house)
    ]
    if problems:
        raise FormProblems(problems)


def free(
    tx: Tx, name: str, shape: Register, mine: HeldRow, house: House, things: Callable[[str], Register | None]
) -> list[RecordRow]:
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


def _meet(rule: Apart, mine: HeldRow, other: HeldRow, house: House) -> bool:
    if mine.data.get(rule.by) in (None, "") or mine.data[rule.by] != other.data.get(rule.by):
        return False
    own, theirs = span_of(rule, mine, house), span_of(rule, other, house)
    if own is None or theirs is None:
        return False
    free = timedelta(minutes=rule.margin)
    return own[0] < theirs[1] + free and theirs[0] < own[1] + free


def span_of(rule: Apart, row: HeldRow, house: House) -> tuple[datetime, datetime] | None:
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
