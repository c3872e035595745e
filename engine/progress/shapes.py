"""The shape of a register wherever it is brought from, and which changes of state it allows."""

from datetime import datetime

from engine.errors import Conflict
from engine.package import Register
from engine.runtime import Engine
from engine.store import Tx, definitions
from engine.store.registers import RecordRow


def find_register(engine: Engine, tx: Tx, name: str) -> Register | None:
    """The shape that a deployed package gives a register; the first one counts."""
    for id_ in definitions.current_ids(tx):
        found = engine.package(tx, id_).registers.get(name)
        if found is not None:
            return found
    return None


def choosable(shape: Register | None, states: str) -> frozenset[str]:
    """The states in which a record may be chosen, for a field that takes ``states``; empty: any."""
    if states == "*" or shape is None:
        return frozenset()
    return frozenset(states.split(",")) if states else frozenset(shape.choose)


def is_late(shape: Register, row: RecordRow, now: datetime) -> bool:
    """Whether the instant that a register watches has passed for a record in such a state."""
    if shape.overdue is None or row.state not in shape.overdue.states:
        return False
    due = row.data.get(shape.overdue.column)
    return bool(due) and datetime.fromisoformat(str(due)) < now


def refuse_move(shape: Register, row: RecordRow, state: str) -> None:
    """Say which changes of state a register allows when this one is not among them."""
    if shape.may_become(row.state, state):
        return
    ways = "、".join(shape.named(to) for to in shape.moves.get(row.state, ()))
    raise Conflict(
        f"“{row.label}”现在是“{shape.named(row.state)}”，不能改为“{shape.named(state)}”。",
        f"{row.label} is {row.state} and cannot become {state}",
        f"只能改为：{ways}。" if ways else "这一状态不能再变。",
        "register.move",
    )
