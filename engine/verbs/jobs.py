"""Long work as people see it: how far it is, what failed, stopping it, trying again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import Conflict, NotFound
from engine.model import Actor
from engine.progress.queue import hand_out
from engine.runtime import Engine
from engine.store import Tx, jobs
from engine.store.jobs import JobRow

KEPT = timedelta(days=30)
SHOWN_FAILURES = 200
OVERSEERS = frozenset({"admin", "auditor"})
STATES = {
    "waiting": "排队中",
    "running": "进行中",
    "done": "完成",
    "partial": "部分完成",
    "failed": "失败",
    "cancelled": "已取消",
    jobs.ALTERED: "数据与写入时不一致",
}


@dataclass(frozen=True, slots=True)
class JobView:
    """One job; ``seconds_left`` is a guess from its own pace, None while there is none."""

    id: int
    title: str
    state: str
    state_label: str
    asked: datetime
    asked_by: str
    ended: datetime | None
    total: int
    done: int
    failed: int
    cancelled: int
    left: int
    seconds_left: int | None
    link: str
    failures: tuple[tuple[str, str], ...]  # label, reason
    mine: bool


def get(engine: Engine, job_id: int, actor: Actor) -> JobView:
    """A job that one asked for oneself, or as administrator any."""
    with engine.store.reading() as tx:
        row = _readable(tx, job_id, actor)
        return _view(engine, tx, row, actor, jobs.failures(tx, row.id, SHOWN_FAILURES))


def latest(engine: Engine, actor: Actor, *, everybody: bool = False, limit: int = 50) -> tuple[JobView, ...]:
    """Jobs, newest first: one's own, or those of everybody for administrators."""
    whose = None if everybody and _oversees(actor) else actor.id
    with engine.store.reading() as tx:
        return tuple(_view(engine, tx, row, actor, ()) for row in jobs.latest(tx, whose, min(limit, 200)))


def cancel(engine: Engine, job_id: int, actor: Actor) -> JobView:
    """Stop a job: what has been done stays, what is being done ends, the rest is dropped."""
    with engine.store.transaction() as tx:
        row = _writable(tx, job_id, actor)
        if row.ended_at is not None:
            raise Conflict("这项任务已经结束，不能取消。", "this job has ended", "可查看结果。", "job.ended")
        jobs.cancel(tx, job_id, engine.now())
        jobs.finish(tx, job_id, engine.now())
        return _view(engine, tx, _readable(tx, job_id, actor), actor, jobs.failures(tx, job_id, SHOWN_FAILURES))


def retry(engine: Engine, job_id: int, actor: Actor) -> JobView:
    """Try again what failed, and nothing else."""
    with engine.store.transaction() as tx:
        row = _writable(tx, job_id, actor)
        again = jobs.retry(tx, job_id)
        if not again:
            raise Conflict("没有失败的项目可以重试。", "nothing has failed", "可查看结果。", "job.nothing_failed")
        hand_out(engine, tx, row.id, again)
        return _view(engine, tx, _readable(tx, job_id, actor), actor, ())


def forget_old(engine: Engine) -> int:
    """Delete jobs that ended more than thirty days ago; how many."""
    with engine.store.transaction() as tx:
        return jobs.forget(tx, engine.now() - KEPT)


def _readable(tx: Tx, job_id: int, actor: Actor) -> JobRow:
    row = jobs.by_id(tx, job_id)
    if row is None or (row.person_id != actor.id and not _oversees(actor)):
        raise NotFound("没有这项任务，或不是您发起的。", "no such job", "任务结果保留 30 天。", "job.unknown")
    return row


def _oversees(actor: Actor) -> bool:
    """A job of somebody else may be about any company, so a company looks at none."""
    return actor.reach is None and bool(actor.roles & OVERSEERS)


def _writable(tx: Tx, job_id: int, actor: Actor) -> JobRow:
    row = _readable(tx, job_id, actor)
    if row.person_id != actor.id and "admin" not in actor.roles:
        raise NotFound("没有这项任务，或不是您发起的。", "no such job", "请由发起人或管理员操作。", "job.unknown")
    return row


def _view(engine: Engine, tx: Tx, row: JobRow, actor: Actor, failures: Sequence[tuple[str, str]]) -> JobView:
    found = jobs.counts(tx, row.id)
    settled = sum(found.get(state, 0) for state in ("done", "failed", "cancelled"))
    left = found.get("waiting", 0) + found.get("running", 0)
    plain = row.person_id != actor.id and "auditor" not in actor.roles  # a part is called by the title of its case
    asker = engine.directory(tx).person(row.person_id) if row.person_id is not None else None
    return JobView(
        id=row.id,
        title=row.title,
        state=row.state,
        state_label=STATES[row.state],
        asked=row.asked_at,
        asked_by=asker.name if asker else "系统",
        ended=row.ended_at,
        total=settled + left,
        done=found.get("done", 0),
        failed=found.get("failed", 0),
        cancelled=found.get("cancelled", 0),
        left=left,
        seconds_left=_guess(row, engine.now(), settled, left),
        link=row.link,
        failures=tuple((f"第 {n} 项" if plain else label, why) for n, (label, why) in enumerate(failures, 1)),
        mine=row.person_id == actor.id,
    )


def _guess(row: JobRow, now: datetime, settled: int, left: int) -> int | None:
    if row.started_at is None or not settled or not left:
        return None
    return round((now - row.started_at).total_seconds() / settled * left)
