"""Records of registers that are late: a seal that is not back, a licence that is still lent."""

from dataclasses import dataclass
from datetime import datetime

from engine.model import Actor
from engine.package import Register
from engine.package.register import Overdue
from engine.progress.own_lines import hidden
from engine.progress.shapes import is_late
from engine.runtime import Engine
from engine.store import Tx, definitions, registers
from engine.store.registers import RecordRow


@dataclass(frozen=True, slots=True)
class LateRecord:
    """One record past its time, with who has it and whose it is."""

    id: int
    register: str
    title: str
    label: str
    state: str
    due: datetime
    who: str
    unit: str


def late_records(engine: Engine, actor: Actor) -> tuple[LateRecord, ...]:
    """The late records of every register that watches for this and that this person may read, the oldest first."""
    with engine.store.reading() as tx:
        shapes: dict[str, Register] = {}
        for row in definitions.all_current(tx):
            for name, shape in engine.package(tx, row.id).registers.items():
                if shape.overdue is not None and actor.roles & {*shape.readers, *shape.writers}:
                    shapes.setdefault(name, shape)
        found = [
            _late(engine, tx, name, shape, shape.overdue, row)
            for name, shape in shapes.items()
            for row in _seen(engine, tx, name, shape, actor)
            if shape.overdue is not None
        ]
    return tuple(sorted(found, key=lambda one: one.due))


def _seen(engine: Engine, tx: Tx, name: str, shape: Register, actor: Actor) -> list[RecordRow]:
    """The late ones that this person may know of."""
    late = [row for row in registers.standing(tx, name) if is_late(shape, row, engine.now())]
    unseen = hidden(tx, engine.directory(tx), shape, actor, late)
    return [row for row in late if row.id not in unseen]


def _late(engine: Engine, tx: Tx, name: str, shape: Register, watch: Overdue, row: RecordRow) -> LateRecord:
    directory = engine.directory(tx)
    person = directory.person(str(row.data.get(watch.who) or ""))
    unit = directory.unit(str(row.data.get(watch.unit) or "")) if watch.unit else directory.main_unit(person)
    return LateRecord(
        id=row.id,
        register=name,
        title=shape.title,
        label=row.label,
        state=shape.named(row.state),
        due=datetime.fromisoformat(str(row.data[watch.column])),
        who=person.name if person else "",
        unit=unit.short if unit else "",
    )
