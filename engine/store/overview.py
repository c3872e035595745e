"""What supervisors and meeting coordinators look over: running instances of a category with who holds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.store import guards, judging
from engine.store.covered import FORM, WORDS
from engine.store.database import Tx
from engine.store.tables import activity, definition, history, instance, record, timer

# everything but the snapshot, which is large and of no use to a list
_LISTED = (
    instance.c.id,
    instance.c.definition_id,
    instance.c.process,
    instance.c.number,
    instance.c.title,
    instance.c.state,
    instance.c.initiator_id,
    instance.c.unit_id,
    instance.c.known_to,
    instance.c.variables,
    instance.c.started_at,
    instance.c.ended_at,
    instance.c.deadline,
    instance.c.warn_at,
    instance.c.frozen_light,
    instance.c.urgency,
    instance.c.stages,
    instance.c.row_digest,
    instance.c.known_digest,
    instance.c.form_digest,
)


@dataclass(frozen=True, slots=True)
class InstanceRung:
    """A rung for the deadline of a whole instance that has fired or waits."""

    instance_id: int
    rung: str
    ladder: str
    deadline: str
    due: datetime
    fired: bool


def keys_of(tx: Tx, category: str, *, listed: bool = False) -> list[str]:
    """Keys of the processes of a category, by what their current version says; ``listed``: those with a checklist."""
    rows = tx.all(select(*guards.columns(WORDS)).where(definition.c.current))
    for r in rows:  # what belongs to a category is counted, and a count cannot be judged
        judging.guarded(tx, WORDS, r)
    of_it = (r for r in rows if r.manifest.get("category") == category)
    return [str(r.key) for r in of_it if not listed or r.manifest.get("checklist")]


def instances_of(
    tx: Tx,
    keys: Sequence[str],
    *,
    running: bool = True,
    since: datetime | None = None,
    limit: int = 2000,
    counted: bool = False,
) -> Sequence[Any]:
    """Rows of these processes, newest first: those under way (or paused), or those that ended since a moment.

    A row whose form is not as it was written shows nothing of it; where they are ``counted`` it is refused.
    """
    statement = select(*_LISTED).where(instance.c.process.in_(list(keys))).order_by(instance.c.id.desc()).limit(limit)
    if running:
        statement = statement.where(instance.c.state.in_(("running", "suspended")))
    else:
        statement = statement.where(instance.c.state.not_in(("running", "suspended")))
        if since is not None:
            statement = statement.where(instance.c.ended_at >= since)
    rows = tx.execute(statement).all()
    for row in rows if counted else ():
        judging.guarded(tx, FORM, row)
    return judging.filled(tx, judging.veiled(tx, judging.headed(tx, rows, "")))


def begun_since(tx: Tx, process: str, since: datetime, *, limit: int = 5000) -> list[tuple[int, dict[str, Any]]]:
    """Instances of a process that began after a moment, with their variables; what was voided or withdrawn is none."""
    statement = (
        select(instance.c.id, *guards.columns(FORM))
        .where(instance.c.process == process, instance.c.started_at >= since)
        .where(instance.c.state.not_in(("voided", "withdrawn")))
        .order_by(instance.c.id.desc())
        .limit(limit)
    )
    return [(int(r.id), dict(judging.guarded(tx, FORM, r).variables)) for r in tx.all(statement)]


def chased_since(tx: Tx, instance_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, datetime]]:
    """How often each instance was chased since a moment, and when last."""
    if not instance_ids:
        return {}
    rows = tx.execute(
        select(history.c.instance_id, func.count().label("times"), func.max(history.c.at).label("last"))
        .where(history.c.instance_id.in_(list(instance_ids)), history.c.verb == "urge", history.c.at >= since)
        .group_by(history.c.instance_id)
    ).all()
    return {int(r.instance_id): (int(r.times), r.last) for r in rows}


def rungs_of(tx: Tx, instance_ids: Sequence[int]) -> list[InstanceRung]:
    """The rungs of these instances in order of time; what was cancelled or merged, and daily reminders, are none."""
    if not instance_ids:
        return []
    rows = tx.execute(
        select(timer.c.instance_id, timer.c.rung, timer.c.due, timer.c.state, timer.c.facts)
        .where(
            timer.c.instance_id.in_(list(instance_ids)),
            timer.c.kind == "rung",
            timer.c.level == "instance",
            timer.c.state.in_(("waiting", "fired")),
            timer.c.rung.not_like("daily-%"),
        )
        .order_by(timer.c.due, timer.c.id)
    ).all()
    return [
        InstanceRung(
            int(r.instance_id),
            str(r.rung),
            str(r.facts.get("ladder", "")),
            str(r.facts.get("deadline", "")),
            r.due,
            r.state == "fired",
        )
        for r in rows
    ]


def visits_of(tx: Tx, instance_ids: Sequence[int], elements: Sequence[str]) -> Sequence[Any]:
    """Closed visits of these steps: instance, step, outcome, deadline and end."""
    if not instance_ids:
        return []
    columns = (
        activity.c.instance_id,
        activity.c.element,
        activity.c.outcome,
        activity.c.deadline,
        activity.c.closed_at,
    )
    statement = select(*columns).where(
        activity.c.instance_id.in_(list(instance_ids)),
        activity.c.element.in_(list(elements)),
        activity.c.closed_at.is_not(None),
    )
    return tx.execute(statement.order_by(activity.c.id)).all()


def corrections(tx: Tx, register: str) -> dict[int, int]:
    """Lines of a register that another line corrects, with that line: whichever month either stands in."""
    rows = tx.all(
        select(record.c.corrects_id, record.c.id)
        .where(record.c.register == register, record.c.corrects_id.is_not(None))
        .order_by(record.c.ordinal)
    )
    return {int(r.corrects_id): int(r.id) for r in rows}


def begun_by(tx: Tx, person_id: int, since: datetime) -> int:
    """How many instances somebody has started since an instant."""
    begun = (instance.c.initiator_id == person_id, instance.c.started_at > since)
    return int(tx.scalar(select(func.count()).where(*begun)))
