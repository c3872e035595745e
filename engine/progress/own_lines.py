"""Which lines of registers somebody knows of: those of cases they may open, and by hand those of their own company."""

from collections.abc import Sequence
from typing import TypeAlias

from engine.model import Actor
from engine.org import Directory, Unit
from engine.package import Register
from engine.progress.caretakers import only_keeps
from engine.progress.permission import veiled
from engine.store import Tx, knowers
from engine.store.registers import HeldRow, RecordRow

Row: TypeAlias = RecordRow | HeldRow


def hidden(tx: Tx, directory: Directory, shape: Register, actor: Actor, rows: Sequence[Row]) -> set[int]:
    """Lines whose words this person does not read: of secret cases, and for people of a company of all other houses."""
    cases = veiled(tx, actor, (row.instance_id for row in rows))
    return {
        row.id
        for row in rows
        if row.instance_id in cases or (row.instance_id is None and not _near(directory, shape, actor, row))
    }


def not_to_choose(tx: Tx, directory: Directory, shape: Register, actor: Actor, rows: Sequence[RecordRow]) -> set[int]:
    """What forms do not offer: lines of secret cases, and those of another company; what the group has is for all."""
    written = {row.instance_id for row in rows if row.instance_id is not None}
    secret = veiled(tx, actor, written if only_keeps(actor.roles) else knowers.with_list(tx, written))
    found = {row.id for row in rows if row.instance_id in secret}
    if actor.reach is None:
        return found
    began = knowers.units_of(tx, written)
    for row in rows:
        units = _units(directory, shape, row) if row.instance_id is None else [directory.unit(began[row.instance_id])]
        if units and not any(_open(directory, actor, unit) for unit in units):
            found.add(row.id)
    return found


def _near(directory: Directory, shape: Register, actor: Actor, row: Row) -> bool:
    units = _units(directory, shape, row)
    return actor.reach is None or not units or any(unit.id in actor.reach for unit in units)


def _open(directory: Directory, actor: Actor, unit: Unit | None) -> bool:
    """Of one's own company, or of none but the group."""
    return unit is None or directory.company_of(unit) is None or (actor.reach is not None and unit.id in actor.reach)


def _units(directory: Directory, shape: Register, row: Row) -> list[Unit]:
    """Whose a line by hand is: of units that it names, else of whoever wrote it; what a package brings is nobody's."""
    named = [directory.unit(str(row.data.get(c.id) or "")) for c in shape.column if c.type == "unit"]
    found = [unit for unit in named if unit is not None]
    if found or row.created_by is None:
        return found
    unit = directory.main_unit(directory.person(row.created_by))
    return [unit] if unit is not None else []
