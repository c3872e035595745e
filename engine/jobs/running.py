"""Doing what is in the queue, part by part, on any number of threads, processes and machines.

A part is leased to whoever does it. The lease is renewed while they live; if they die somebody else takes the part when
it has run out. Nothing is kept in memory that another could not read in the rows.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import structlog

from engine.errors import Altered, Incident, NotAllowed, SanbanError
from engine.jobs.kinds import KINDS, Kind
from engine.model import Actor
from engine.progress.damaged import tell
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import Tx, altered_rows, jobs
from engine.store.jobs import JobItem, JobRow
from engine.store.pulse import LOST
from engine.store.tables import job, job_item
from engine.verbs import people

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
AT_ONCE = 20  # parts leased in one transaction
TURN_SECONDS = 10.0  # then the caller may stop, or another job has its turn


def perform_due(engine: Engine, kinds: Mapping[str, Kind] = KINDS, *, seconds: float = TURN_SECONDS) -> int:
    """Work on everything that waits, in turns, for about that long; how many parts were settled."""
    if engine.settings.jobs != "here":
        return 0
    end, settled = monotonic() + seconds, 0

    def enough() -> bool:
        return monotonic() >= end

    while not enough():
        with engine.store.reading() as tx:
            waiting = jobs.open_jobs(tx)
        done = sum(_some(engine, job_id, kinds, enough) for job_id in waiting)
        settled += done
        if not done:
            break
    return settled


def perform(
    engine: Engine, job_id: int, kinds: Mapping[str, Kind] = KINDS, *, enough: Callable[[], bool] = lambda: False
) -> int:
    """Work on one job until nothing of it waits, or ``enough`` says so; how many parts were settled."""
    settled = 0
    while not enough() and (done := _some(engine, job_id, kinds, enough)):
        settled += done
    return settled


def _some(engine: Engine, job_id: int, kinds: Mapping[str, Kind], enough: Callable[[], bool]) -> int:
    """Lease some parts of a job and do them; 0 if none was free."""
    try:
        with engine.store.transaction() as tx:
            row = jobs.by_id(tx, job_id)
            if row is None or row.ended_at is not None:
                return 0
            items = jobs.claim(tx, row, engine.now(), engine.now() + LEASE, AT_ONCE)
    except Altered:  # its parts wait until somebody has mended it; the other jobs go on
        with engine.store.transaction() as tx:
            tell(tx, [altered_rows.of(job, job_id)], engine.now())
        return 0
    done = 0
    with _alive(engine, items):
        while done < len(items) and (not done or not enough()):
            _do(engine, items[done], kinds.get(row.kind))
            done += 1
    with engine.store.transaction() as tx:
        jobs.put_back(tx, items[done:])
        ended = jobs.finish(tx, job_id, engine.now())
        if ended is not None:
            _tell(engine, tx, ended)
    return done


def _do(engine: Engine, item: JobItem, kind: Kind | None) -> None:
    try:
        if not item.sound:
            raise Altered(f"任务 {job_item.name}:{item.id}", altered_rows.code_of(job_item))
        if kind is None:
            raise Incident(f"没有“{item.kind}”这种任务。", f"no job of kind {item.kind!r}", "请升级后重试。")
        state, told = "done", kind.perform(engine, item, _asker(engine, item))
    except SanbanError as error:
        state, told = "failed", f"{error.message_zh}{error.hint}"
    except LOST:
        raise
    except Exception:  # one part that crashes must not stop the others
        log.exception("part of a job failed", job=item.job_id, part=item.id)
        state, told = "failed", "系统出错，已记入日志。"
    with engine.store.transaction() as tx:
        jobs.settle(tx, item, state=state, told=told, at=engine.now())
        if not item.sound:
            tell(tx, [altered_rows.of(job_item, item.id)], engine.now())


def _asker(engine: Engine, item: JobItem) -> Actor | None:
    """Who asked, with the rights of this moment."""
    if item.person_id is None:
        return None
    found = people.actor_by_id(engine, item.person_id)
    if found is None:
        raise NotAllowed("发起人已停用，未再办理。", "who asked for it has left")
    return found


@contextmanager
def _alive(engine: Engine, items: Sequence[JobItem]) -> Iterator[None]:
    """Renew the leases of these parts until the block ends."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_SECONDS):
            try:
                with engine.store.transaction() as tx:
                    jobs.renew(tx, items, engine.now() + LEASE)
            except LOST:
                log.warning("a lease could not be renewed", parts=len(items))

    thread = threading.Thread(target=renew, name="leases", daemon=True)
    if items:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if items:
            thread.join()


def _tell(engine: Engine, tx: Tx, row: JobRow) -> None:
    """The person who asked may have left the page long ago."""
    if row.person_id is None:
        return
    found = jobs.counts(tx, row.id)
    facts = {"title": row.title, "state": row.state, "done": found.get("done", 0), "failed": found.get("failed", 0)}
    announce(engine, tx, "T-JOB", {row.person_id: facts}, link=f"/jobs/{row.id}")
