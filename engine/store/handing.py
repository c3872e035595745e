"""Hands a job to Procrastinate in an open transaction of ours: its SQL function writes rows of the same database."""

from sqlalchemy import bindparam, text

from engine.store.database import Tx

QUEUE = "sanban"
TASK = "sanban.perform"

# the function is Procrastinate's own way for callers with a transaction of their own
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(array_agg("
    "ROW(:queue, :task, 0, NULL, NULL, jsonb_build_object('job_id', CAST(:job AS bigint)), NULL)"
    "::procrastinate_job_to_defer_v1)) FROM generate_series(1, :hands)"
).bindparams(bindparam("queue", QUEUE), bindparam("task", TASK))

_PREPARED = text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
# a job that waits and is in nobody's queue: its workers died, or it was asked for under another setting
_FORGOTTEN = text(
    "SELECT job.id FROM job WHERE job.ended_at IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM procrastinate_jobs p WHERE p.task_name = :task AND p.status IN ('todo', 'doing')"
    " AND CAST(p.args ->> 'job_id' AS bigint) = job.id) ORDER BY job.id FOR UPDATE SKIP LOCKED"
).bindparams(bindparam("task", TASK))


def is_prepared(tx: Tx) -> bool:
    """Whether this database has Procrastinate's tables."""
    return bool(tx.scalar(_PREPARED))


def defer_forgotten(tx: Tx) -> int:
    """Hand out again what nobody has; how many jobs."""
    found = [int(r.id) for r in tx.all(_FORGOTTEN)]
    for job_id in found:
        defer(tx, job_id, 1)
    return len(found)


def defer(tx: Tx, job_id: int, hands: int) -> None:
    """Let that many workers take up the job as soon as this transaction is committed."""
    tx.execute(_DEFER, {"job": job_id, "hands": hands})
