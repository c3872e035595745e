"""Who may know what a time is taken for: whoever reads the register, may open its case, or is the one it concerns."""

from collections.abc import Sequence

from engine import limits, org
from engine.model import Actor
from engine.package import Register
from engine.progress.apart import House, nothing, overlaps, refuse_overlaps, taken_by
from engine.progress.own_lines import hidden
from engine.progress.permission import viewer
from engine.progress.shapes import find_register
from engine.runtime import Engine
from engine.store import Tx, searching
from engine.store.registers import HeldRow
from forms import FieldProblem


def known_to(tx: Tx, directory: org.Directory, shape: Register, actor: Actor, rows: Sequence[HeldRow]) -> set[int]:
    """Lines whose subject this person may know: no secret case that is not theirs, and nothing of another company."""
    unseen = hidden(tx, directory, shape, actor, rows)
    opened = searching.visible(tx, viewer(tx, actor), {row.instance_id for row in rows if row.instance_id is not None})
    reads = bool(actor.roles & {*shape.readers, *shape.writers})
    return {
        row.id
        for row in rows
        if row.id not in unseen and (reads or row.instance_id in opened or _concerns(shape, row, actor.login))
    }


def house_of(
    tx: Tx, shape: Register, actor: Actor | None, calendar: limits.Calendar, directory: org.Directory
) -> House:
    """What refusals are worded with, for one person; the clock is told of nothing."""
    if actor is None:
        return House(calendar, directory, nothing)
    return House(calendar, directory, lambda row: row.id in known_to(tx, directory, shape, actor, [row]))


def keep_apart(engine: Engine, tx: Tx, name: str, shape: Register, added: int, actor: Actor) -> None:
    """Refuse a line that somebody has just added by hand if others hold its time and nobody says why."""
    if shape.apart:
        house = house_of(tx, shape, actor, engine.calendar(tx), engine.directory(tx))
        refuse_overlaps(tx, name, shape, added, house, lambda things: find_register(engine, tx, things))


def in_the_way(
    engine: Engine, tx: Tx, name: str, shape: Register, actor: Actor, mine: HeldRow, rows: Sequence[HeldRow]
) -> list[FieldProblem]:
    """The same for a line that is not written yet."""
    house = house_of(tx, shape, actor, engine.calendar(tx), engine.directory(tx))
    return list(overlaps(tx, name, shape, mine, rows, house, lambda things: find_register(engine, tx, things)))


def _concerns(shape: Register, row: HeldRow, login: str) -> bool:
    return any(login in taken_by(rule, row) for rule in shape.apart)
