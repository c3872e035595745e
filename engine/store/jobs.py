"""Rows of long work: a job and its parts; a part is leased while somebody does it, and settled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, or_, select, update

from engine.store import guarding, guards, judging
from engine.store.columns import WAITING, Json
from engine.store.covered import RESULT
from engine.store.database import Tx
from engine.store.tables import job, job_item

ALTERED = "altered"  # in place of the state of a job that is not as it was written
STATES = frozenset((*guards.TO_DO, *guards.SETTLED))
MOST_ATTEMPTS = 5  # a part that was begun that often and never ended kills whoever does it


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to do: how a page names it, and what whoever does it must know."""

    label: str
    facts: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class JobItem:
    """A part that is being done; ``shared`` is what all parts of its job have in common."""

    id: int
    job_id: int
    kind: str
    person_id: int | None
    shared: Mapping[str, Json]
    label: str
    facts: Json
    attempts: int
    sound: bool = True  # whether it is as it was written; what is not, is not done

    @property
    def key(self) -> str:
        """The same for every attempt: the idempotency key of a verb that does this part."""
        return f"job-{self.job_id}-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One job."""

    id: int
    kind: str
    title: str
    state: str
    person_id: int | None
    facts: Mapping[str, Json]
    link: str
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


_COLUMNS = [job.c.id, *guards.columns(job)]
_BY_ID = select(*_COLUMNS).where(job.c.id == bindparam("key"))
_OPEN = select(job.c.id).where(job.c.ended_at.is_(None)).order_by(job.c.id)
_COUNTS = (
    select(job_item.c.state, func.count().label("n"))
    .where(job_item.c.job_id == bindparam("job"))
    .group_by(job_item.c.state)
)
_FREE = or_(
    job_item.c.state == WAITING, and_(job_item.c.state == "running", job_item.c.lease_until <= bindparam("now"))
)
_CLAIM = (
    select(job_item.c.id, job_item.c.attempts, *guards.columns(job_item))
    .where(job_item.c.job_id == bindparam("job"), _FREE)
    .order_by(job_item.c.ordinal)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(job_item)
    .where(job_item.c.id == bindparam("key"))
    .values(state="running", attempts=job_item.c.attempts + 1, lease_until=bindparam("until"))
)
_HELD = (
    job_item.c.id == bindparam("key"),
    job_item.c.state == "running",
    job_item.c.attempts == bindparam("seen"),
)
_RENEW = update(job_item).where(*_HELD).values(lease_until=bindparam("until"))
_PUT_BACK = update(job_item).where(*_HELD).values(state="waiting", attempts=job_item.c.attempts - 1, lease_until=None)
_SETTLE = (
    update(job_item)
    .where(*_HELD)
    .values(
        state=bindparam("new_state"),
        told=bindparam("words"),
        ended_at=bindparam("at"),
        lease_until=None,
        told_digest=bindparam("new_digest"),
    )
)


def add(tx: Tx, parts: Sequence[Part], **values: Any) -> int:
    """Write a job with its parts; its id."""
    job_id = tx.insert(job, state="waiting", **values)
    rows = [
        {"job_id": job_id, "ordinal": n, "label": p.label[:200], "facts": p.facts, "state": "waiting", "attempts": 0}
        for n, p in enumerate(parts, 1)
    ]
    tx.insert_many(job_item, rows)
    return job_id


def by_id(tx: Tx, job_id: int, *, lock: bool = False) -> JobRow | None:
    """A job; Altered if it is not as it was written."""
    found = tx.first(_BY_ID.with_for_update() if lock else _BY_ID, key=job_id)
    return None if found is None else judging.shaped(tx, job, JobRow, found)


def open_jobs(tx: Tx) -> list[int]:
    return [int(r.id) for r in tx.all(_OPEN)]


def latest(tx: Tx, person_id: int | None, most: int) -> list[JobRow]:
    """The newest jobs of a person, or of everybody."""
    statement = select(*_COLUMNS).order_by(job.c.asked_at.desc(), job.c.id.desc()).limit(most)
    if person_id is not None:
        statement = statement.where(job.c.person_id == person_id)
    return [_listed(tx, r) for r in tx.all(statement)]


def _listed(tx: Tx, row: Any) -> JobRow:
    """One that is not as it was written says so, and has no result to be seen."""
    fields = {name: getattr(row, name) for name in JobRow.__dataclass_fields__}
    if not judging.holds(tx, job, row):
        fields |= {"title": judging.HIDDEN, "state": ALTERED, "link": "", "person_id": None}
    return JobRow(**fields)


def counts(tx: Tx, job_id: int) -> dict[str, int]:
    """Parts by state; one whose state is none waits to be mended, and its job has not ended before."""
    found: dict[str, int] = {}
    for r in tx.all(_COUNTS, job=job_id):
        state = r.state if r.state in STATES else "waiting"
        found[state] = found.get(state, 0) + int(r.n)
    return found


def failures(tx: Tx, job_id: int, most: int) -> list[tuple[str, str]]:
    """Label and reason of the parts that failed."""
    rows = tx.all(
        select(job_item.c.told_digest, *guards.columns(job_item), job_item.c.told)
        .where(job_item.c.job_id == job_id, job_item.c.state == "failed")
        .order_by(job_item.c.ordinal)
        .limit(most)
    )
    return [
        (
            r.label if judging.holds(tx, job_item, r) else judging.HIDDEN,
            r.told if judging.holds(tx, RESULT, r) else judging.HIDDEN,
        )
        for r in rows
    ]


# ------------------------------------------------------------------ doing


def claim(tx: Tx, row: JobRow, now: datetime, until: datetime, most: int) -> list[JobItem]:
    """Lease some parts that nobody does, or whose doer died; what was begun too often is settled as failed."""
    taken = []
    for r in tx.all(_CLAIM, job=row.id, now=now, most=most):
        tx.execute(_TAKE, {"key": r.id, "until": until})
        item = JobItem(
            id=r.id, job_id=row.id, kind=row.kind, person_id=row.person_id, shared=row.facts,
            label=r.label, facts=r.facts, attempts=r.attempts + 1,
            sound=judging.holds(tx, job_item, r),
        )  # fmt: skip
        if r.attempts >= MOST_ATTEMPTS:
            settle(tx, item, state="failed", told=f"办理进程 {r.attempts} 次中断，未再重试。", at=now)
        else:
            taken.append(item)
    if row.started_at is None and taken:
        guarding.change_one(tx, job, row.id, {"state": "running", "started_at": now})
    return taken


def renew(tx: Tx, items: Sequence[JobItem], until: datetime) -> None:
    """Say that the doer of these parts is alive."""
    if items:
        tx.execute(_RENEW, [{"key": i.id, "seen": i.attempts, "until": until} for i in items])


def put_back(tx: Tx, items: Sequence[JobItem]) -> None:
    """Give up parts that were leased and not begun."""
    if items:
        tx.execute(_PUT_BACK, [{"key": i.id, "seen": i.attempts} for i in items])


def settle(tx: Tx, item: JobItem, *, state: str, told: str, at: datetime) -> bool:
    """Write down how a part went; False if it is settled already, or somebody else does it now."""
    values = {"key": item.id, "seen": item.attempts, "new_state": state, "words": told[:400], "at": at}
    said = {"job_id": item.job_id, "told": values["words"], "ended_at": at}
    values["new_digest"] = guards.of(tx.audit_key, RESULT, said)
    return tx.execute(_SETTLE, values).rowcount == 1


def finish(tx: Tx, job_id: int, now: datetime) -> JobRow | None:
    """End a job whose last part is settled; the job if this call ended it."""
    row = by_id(tx, job_id, lock=True)
    if row is None or row.ended_at is not None:
        return None
    found = counts(tx, job_id)
    if found.get("waiting") or found.get("running"):
        return None
    guarding.change_one(tx, job, job_id, {"state": _result(found), "ended_at": now})
    return by_id(tx, job_id)


def _result(found: Mapping[str, int]) -> str:
    if found.get("cancelled"):
        return "cancelled"
    if not found.get("failed"):
        return "done"
    return "partial" if found.get("done") else "failed"


def cancel(tx: Tx, job_id: int, now: datetime) -> int:
    """Drop the parts that nobody has begun; how many."""
    by_id(tx, job_id, lock=True)
    waiting = (job_item.c.job_id == job_id, job_item.c.state == WAITING)
    digest = guards.of(tx.audit_key, RESULT, {"job_id": job_id, "told": "", "ended_at": now})
    statement = update(job_item).where(*waiting)
    return tx.execute(statement.values(state="cancelled", ended_at=now, told="", told_digest=digest)).rowcount


def retry(tx: Tx, job_id: int) -> int:
    """Let the parts that failed wait again; how many."""
    by_id(tx, job_id, lock=True)
    statement = update(job_item).where(job_item.c.job_id == job_id, job_item.c.state == "failed")
    digest = guards.of(tx.audit_key, RESULT, {"job_id": job_id, "told": "", "ended_at": None})
    anew = statement.values(state="waiting", attempts=0, told="", ended_at=None, told_digest=digest)
    again = tx.execute(anew).rowcount
    if again:
        guarding.change_one(tx, job, job_id, {"state": "running", "ended_at": None})
    return again


def forget(tx: Tx, before: datetime) -> int:
    """Delete jobs that ended before this; how many."""
    old = [r.id for r in tx.all(select(job.c.id).where(job.c.ended_at < before).limit(200))]
    if old:
        tx.execute(delete(job_item).where(job_item.c.job_id.in_(old)))
        tx.execute(delete(job).where(job.c.id.in_(old)))
    return len(old)
