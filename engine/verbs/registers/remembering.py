"""Registers whose every change by hand stands in the record of the house too: what they hold binds everybody."""

from collections.abc import Sequence

from engine.model import Actor, Json
from engine.package import Register
from engine.runtime import Engine
from engine.store import Tx, house_record
from engine.store.registers import NewLine

MOST = 200  # labels that one entry names


def remember(engine: Engine, tx: Tx, name: str, shape: Register, lines: Sequence[NewLine], actor: Actor) -> None:
    """One entry for what was written in one go; nothing for a register that keeps to itself."""
    if not shape.recorded or not lines:
        return
    detail: dict[str, Json] = {
        "register": name,
        "lines": [{"label": one.label, "state": one.state, "new": one.corrects_id is None} for one in lines[:MOST]],
        "many": len(lines),
    }
    house_record.append(tx, "register", engine.now(), actor_id=actor.id, detail=detail)
