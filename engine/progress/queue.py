"""Asking for long work: a job is written in the transaction of the change that needs it; never lost, never invented."""

from collections.abc import Mapping, Sequence

from engine.errors import BadInput
from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import Tx, handing, jobs
from engine.store.jobs import JobItem, Part

MOST_PARTS = 100_000
PARTS_TO_A_HAND = 50  # several workers take up one large job
MOST_HANDS = 8


def ask(
    engine: Engine,
    tx: Tx,
    kind: str,
    title: str,
    parts: Sequence[Part],
    actor: Actor | None,
    *,
    shared: Mapping[str, Json] | None = None,
    link: str = "",
) -> int:
    """Put a job into the queue, done soon after this transaction; its number, for ``/jobs/<number>``.

    ``kind`` names an entry of ``engine.jobs.KINDS``; ``link`` is where its result will be seen.
    """
    if not 1 <= len(parts) <= MOST_PARTS:
        raise BadInput(
            f"一次任务须有 1–{MOST_PARTS} 项。", f"a job has 1 to {MOST_PARTS} parts", "请分批进行。", "job.size"
        )
    job_id = jobs.add(
        tx,
        parts,
        kind=kind,
        title=title[:200],
        person_id=actor.id if actor else None,
        facts=dict(shared or {}),
        link=link,
        asked_at=engine.now(),
    )
    hand_out(engine, tx, job_id, len(parts))
    return job_id


def hand_out(engine: Engine, tx: Tx, job_id: int, parts: int) -> None:
    """Tell the workers of other machines, if there are any; the worker beside the scheduler looks by itself."""
    if engine.settings.jobs == "procrastinate":
        handing.defer(tx, job_id, min(MOST_HANDS, 1 + (parts - 1) // PARTS_TO_A_HAND))


def settle(engine: Engine, tx: Tx, item: JobItem, told: str = "") -> bool:
    """Mark a part as done inside the transaction of its work: then it happens exactly once.

    False if somebody else has taken it over; the caller rolls back.
    """
    return jobs.settle(tx, item, state="done", told=told, at=engine.now())
