"""What rows of the lists still allow or lack: decisions that can be taken back, fields a draft still needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import FormProblems, SanbanError
from engine.model import Actor, Json
from engine.progress import Case, load
from engine.progress.case import constants
from engine.progress.data import checked, constants_of, rights
from engine.progress.undo import refusal
from engine.runtime import Engine
from engine.store import Tx, definitions, instances, work
from engine.store.undoing import undoable


def retractable(engine: Engine, tx: Tx, rows: Sequence[Any], actor: Actor) -> frozenset[int]:
    """The ids of those among these items whose decision this person could take back now."""
    last = undoable(tx, list({row.instance_id for row in rows}))
    found = [row.id for row in rows if last.get(row.instance_id) == row.id]
    return frozenset(i for i in found if not refusal(_case(engine, tx, i, actor), work.by_id(tx, i), actor))


def _case(engine: Engine, tx: Tx, item_id: int, actor: Actor) -> Case:
    return load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)


def missing(engine: Engine, tx: Tx, scope: str, data: Mapping[str, Json], actor: Actor) -> tuple[str, ...]:
    """Labels of the fields that a draft has to fill in or mend; nothing where its form is not to be had any more."""
    kind, _, key = scope.partition(":")
    try:
        if kind == "start":
            _check_start(engine, tx, key, data, actor)
        elif kind == "item" and key.isdecimal():
            _check_item(engine, tx, int(key), data, actor)
    except FormProblems as error:
        return tuple(dict.fromkeys(p.label for p in error.problems))
    except SanbanError:
        return ()  # the process was archived or the item has gone: opening the draft says so
    return ()


def _check_start(engine: Engine, tx: Tx, process: str, data: Mapping[str, Json], actor: Actor) -> None:
    package = engine.package(tx, definitions.current_id(tx, process))
    allowed = rights(package, None)
    checked(
        engine,
        tx,
        package,
        _writable(data, allowed),
        previous=package.empty,
        permissions=allowed,
        constants=constants_of(engine, tx, actor),
        actor=actor,
    )


def _check_item(engine: Engine, tx: Tx, item_id: int, data: Mapping[str, Json], actor: Actor) -> None:
    case = _case(engine, tx, item_id, actor)
    allowed = rights(case.package, case.package.plans[work.by_id(tx, item_id).element])
    checked(
        engine,
        tx,
        case.package,
        _writable(data, allowed),
        previous=case.row.variables,
        permissions=allowed,
        constants=constants(case),
        actor=actor,
        instance_id=case.row.id,
    )


def _writable(data: Mapping[str, Json], allowed: Mapping[str, str]) -> dict[str, Json]:
    """Without the opinion and whatever else lies in a draft beside the fields."""
    return {name: value for name, value in data.items() if allowed.get(name) == "write"}
