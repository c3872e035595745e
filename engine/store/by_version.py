"""What the settled rows say of each version of a process: how long its steps took, and how many cases came back."""

from dataclasses import dataclass

from sqlalchemy import func, select

from engine.store.database import Tx
from engine.store.settled import LIVE
from engine.store.tables import definition, instance, settled_case, settled_item


@dataclass(frozen=True, slots=True)
class StepRow:
    """The finished work at one step of one version."""

    version: int
    element: str
    step: str
    done: int
    seconds: int  # of working time, pauses deducted
    late: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """The cases of one version."""

    version: int
    started: int
    ended: int
    returned: int


def steps(tx: Tx, process: str, versions: tuple[int, ...]) -> list[StepRow]:
    """Sums by version and step; a case that was moved counts in the version it is in now."""
    item, done = settled_item.c, settled_item.c.done_at.is_not(None)
    found = tx.all(
        select(
            definition.c.version,
            item.element,
            func.min(item.step).label("step"),
            func.count().label("done"),
            func.sum(item.seconds).label("seconds"),
            func.count().filter(item.done_at > item.due_at).label("late"),
        )
        .select_from(
            settled_item.join(instance, instance.c.id == item.instance_id).join(
                definition, definition.c.id == instance.c.definition_id
            )
        )
        .where(item.snapshot_id == LIVE, item.process == process, done, definition.c.version.in_(versions))
        .group_by(definition.c.version, item.element)
    )
    return [StepRow(r.version, r.element, r.step, int(r.done), int(r.seconds), int(r.late)) for r in found]


def cases(tx: Tx, process: str, versions: tuple[int, ...]) -> list[CaseRow]:
    """The cases of each version: how many were begun, have ended, and came back at least once."""
    case = settled_case.c
    found = tx.all(
        select(
            definition.c.version,
            func.count().label("started"),
            func.count(case.ended_at).label("ended"),
            func.count().filter(case.returns > 0).label("returned"),
        )
        .select_from(
            settled_case.join(instance, instance.c.id == case.instance_id).join(
                definition, definition.c.id == instance.c.definition_id
            )
        )
        .where(case.snapshot_id == LIVE, case.process == process, definition.c.version.in_(versions))
        .group_by(definition.c.version)
    )
    return [CaseRow(r.version, int(r.started), int(r.ended), int(r.returned)) for r in found]
