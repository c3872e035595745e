"""Workers in processes of their own, killed in the middle: nothing is lost, nothing is done twice."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from engine import open_engine
from engine.jobs import distributed, perform_due
from engine.runtime import Engine
from engine.store import jobs as rows
from engine.store.tables import history
from engine.verbs import jobs, people, work
from engine.verbs.work import Choice
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began
from tests.support.postgres import owning

Worker = subprocess.Popen[str]


def choices(engine: Engine, count: int, who: Login) -> list[Choice]:
    """So many items on the desk of the office's checker."""
    numbers = [began(engine, who, "joint", f"第{n}件") for n in range(count)]
    return [Choice(at(engine, who, number, "One").id, number, "approve", "同意。") for number in numbers]


@contextmanager
def worker(engine: Engine, how: str) -> Iterator[Worker]:
    environment = {
        **os.environ,
        "SANBAN_DATABASE_URL": engine.store.url,
        "SANBAN_HOME": str(engine.settings.home),
        "SANBAN_JOBS": how,
    }
    command = [sys.executable, "-m", "tests.engine.jobs.worker", how]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.02)


def done(engine: Engine, job: int) -> int:
    with engine.store.reading() as tx:
        return rows.counts(tx, job).get("done", 0)


def ended(engine: Engine, job: int) -> bool:
    with engine.store.reading() as tx:
        row = rows.by_id(tx, job)
    return row is not None and row.ended_at is not None


def decisions(engine: Engine) -> list[int]:
    """How often each instance was decided."""
    with engine.store.reading() as tx:
        decided = select(func.count()).where(history.c.verb == "decide").group_by(history.c.instance_id)
        return list(tx.execute(decided).scalars())


def test_a_worker_killed_in_mid_job_loses_nothing_and_doubles_nothing(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    wanted = choices(office, 12, who)
    clock.set(datetime.now(UTC).isoformat())
    job = work.decide_later(office, wanted, who("hegao_a"))

    with worker(office, "here") as process:
        until(lambda: done(office, job) >= 2)
        process.kill()
        process.wait()
    clock.set((datetime.now(UTC) + timedelta(seconds=31)).isoformat())
    perform_due(office)

    found = jobs.get(office, job, who("hegao_a"))
    assert (found.state_label, found.done, found.failures) == ("完成", 12, ())
    assert decisions(office) == [1] * 12


@pytest.fixture
def distributing(postgres_office: Engine, clock: FakeClock) -> Iterator[Engine]:
    """The office on PostgreSQL with Procrastinate."""
    clock.set(datetime.now(UTC).isoformat())
    settings = postgres_office.settings.model_copy(update={"jobs": "procrastinate"})
    engine = open_engine(now=clock, settings=settings)
    with owning(engine) as owner:
        assert distributed().prepare(owner)
    assert not distributed().prepare(engine)
    yield engine
    engine.close()


def who_of(engine: Engine) -> Login:
    return lambda login: people.actor(engine, login)


@pytest.mark.postgres
def test_two_workers_of_procrastinate_share_a_job_and_one_of_them_may_be_killed(distributing: Engine) -> None:
    hegao = people.actor(distributing, "hegao_a")
    job = work.decide_later(distributing, choices(distributing, 60, who_of(distributing)), hegao)
    assert perform_due(distributing) == 0, "the scheduler leaves it to the workers"

    with worker(distributing, "procrastinate") as first, worker(distributing, "procrastinate"):
        until(lambda: done(distributing, job) >= 5)
        first.kill()
        until(lambda: ended(distributing, job))

    found = jobs.get(distributing, job, hegao)
    assert (found.state_label, found.done, found.failures) == ("完成", 60, ())
    assert decisions(distributing) == [1] * 60


@pytest.mark.postgres
def test_a_job_that_every_worker_forgot_is_handed_out_again(distributing: Engine) -> None:
    hegao = people.actor(distributing, "hegao_a")
    here = open_engine(now=distributing.now, settings=distributing.settings.model_copy(update={"jobs": "here"}))
    job = work.decide_later(here, choices(here, 3, who_of(distributing)), hegao)
    here.close()

    with worker(distributing, "procrastinate"):
        until(lambda: ended(distributing, job))

    assert jobs.get(distributing, job, hegao).done == 3
