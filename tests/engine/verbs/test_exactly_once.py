"""No timer is lost, doubled or early: processes that are killed, clocks that jump, hours of standstill."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from engine import open_engine, scheduler
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import history, notices
from engine.store import timers as rows
from engine.verbs import instances, people, timers
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.postgres import TestPostgres

WORKER = """
import sys, time
from engine import open_engine
from engine.settings import Settings
from engine.verbs import timers
engine = open_engine(sys.argv[1], settings=Settings(home=sys.argv[2]))
print("ready", flush=True)
while True:
    timers.fire_due(engine)
    time.sleep(0.02)
"""
WORKERS, MEMOS, KILLS, SECONDS = 3, 40, 4, 300


def worker(office: Engine) -> "subprocess.Popen[bytes]":
    url, home = office.settings.url(), str(office.settings.home)
    return subprocess.Popen([sys.executable, "-c", WORKER, url, home], stdout=subprocess.PIPE, cwd=os.getcwd())


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_processes_that_are_killed_lose_and_double_nothing(kind: str, request: pytest.FixtureRequest) -> None:
    office: Engine = request.getfixturevalue(f"{kind}_office")
    engine = open_engine(office.settings.url(), settings=Settings(home=office.settings.home))
    someone = people.actor(engine, "rlb1")
    numbers = [instances.start(engine, "memo", {"title": f"签报 {n}"}, someone).number for n in range(MEMOS)]
    expected = _due_soon(engine, numbers)
    running = [worker(office) for _ in range(WORKERS)]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()

    for _ in range(KILLS):
        time.sleep(0.3)
        victim = running.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        running.append(worker(office))
    until = time.monotonic() + SECONDS
    while _waiting(engine, expected) and time.monotonic() < until:
        time.sleep(0.1)
    for one in running:
        one.kill()
        one.wait()

    _each_fired_once(engine, numbers, expected)
    engine.close()


@pytest.mark.postgres
def test_a_database_that_crashes_and_restarts_under_the_ticks_loses_and_doubles_nothing(
    postgres: TestPostgres, postgres_office: Engine
) -> None:
    url, settings = postgres_office.settings.url(), Settings(home=postgres_office.settings.home)
    name = str(make_url(url).database)
    postgres.survive_crashes(name)
    engine = open_engine(url, settings=settings)
    someone = people.actor(engine, "rlb1")
    numbers = [instances.start(engine, "memo", {"title": f"签报 {n}"}, someone).number for n in range(MEMOS)]
    expected, stop = _due_soon(engine, numbers), threading.Event()
    nodes = [open_engine(url, settings=settings) for _ in range(2)]
    only = [duty for duty in scheduler.DUTIES if duty.name == "timers"]
    ticking = [
        threading.Thread(target=scheduler.run, args=(node,), kwargs={"stop_event": stop, "duties": only})
        for node in nodes
    ]
    with capture_logs():  # drawing a traceback with all its values takes seconds
        for thread in ticking:
            thread.start()
        time.sleep(1.2)
        postgres.kill_a_backend(name)
        time.sleep(0.8)
        postgres.restart()
        until = time.monotonic() + SECONDS
        while _fired(url, settings) < len(expected) and time.monotonic() < until:
            time.sleep(0.2)
        stop.set()
        for thread in ticking:
            thread.join(SECONDS)
    for node in (engine, *nodes):
        node.close()  # every connection of theirs is dead

    engine = open_engine(url, settings=settings)
    _each_fired_once(engine, numbers, expected)
    engine.close()


def _each_fired_once(engine: Engine, numbers: list[str], expected: set[int]) -> None:
    settled = [t for t in _timers(engine, numbers) if t.id in expected]
    assert {t.state for t in settled} == {"fired"}, "nothing is lost"
    assert all(t.fired_at is not None and t.fired_at >= t.due for t in settled), "nothing is early"
    assert set(_told(engine, numbers).values()) == {1}, "nobody hears twice"
    assert set(_logged(engine, numbers).values()) == {1}, "nothing is written twice"


def _fired(url: str, settings: Settings) -> int:
    """How many timers have fired, asked on a fresh connection; none while the database is away."""
    engine = open_engine(url, settings=settings)
    try:
        with engine.store.reading() as tx:
            return len(rows.fired(tx))
    except OperationalError:
        return 0
    finally:
        engine.close()


@pytest.mark.parametrize("jumps", [(), (-1,), (1, -1), (-1, 1, -1)], ids=str)
def test_a_clock_that_jumps_by_an_hour_fires_the_same_timers_once(
    office: Engine, who: Login, clock: FakeClock, jumps: tuple[int, ...]
) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    hops = list(jumps)

    for moment in ("2026-03-10 08:30", "2026-03-10 17:30", "2026-03-11 08:30", "2026-03-13 08:30", "2026-03-13 10:00"):
        clock.at(moment)
        timers.fire_due(office)
        if hops:
            clock.advance(timedelta(hours=hops.pop(0)))
            timers.fire_due(office)
            clock.at(moment)
            timers.fire_due(office)

    fired = {t.rung: t.state for t in timers.of_instance(office, number, who("admin")) if t.level == "step"}
    assert fired == {"warn": "fired", "due": "fired", "late-1": "fired", "late-2": "fired", "late-3": "waiting"}
    assert set(_logged(office, [number]).values()) == {1}
    assert set(_told(office, [number]).values()) == {1}


def test_after_two_hours_of_standstill_only_the_highest_rung_speaks(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = instances.start(office, "memo", {"title": "签报", "urgency": "特急"}, who("rlb1")).number
    clock.advance(timedelta(hours=4))  # due after one hour, then three rungs within two more

    timers.fire_due(office)
    timers.fire_due(office)

    states = Counter(t.state for t in timers.of_instance(office, number, who("admin")) if t.level == "step")
    assert states == {"merged": 4, "fired": 1}
    assert sum(_logged(office, [number]).values()) == 1


def _due_soon(engine: Engine, numbers: list[str]) -> set[int]:
    """One rung of each memo becomes due within the next two seconds; their ids."""
    chosen = [t for t in _timers(engine, numbers) if (t.level, t.rung) == ("step", "due")]
    now = datetime.now(UTC)
    with engine.store.transaction() as tx:
        for n, timer in enumerate(chosen):
            rows.move(tx, timer.id, now + timedelta(seconds=1 + 2 * n / len(chosen)), timer.facts)
    return {timer.id for timer in chosen}


def _timers(engine: Engine, numbers: list[str]) -> list[rows.TimerRow]:
    watcher = people.actor(engine, "auditor")
    with engine.store.reading() as tx:
        ids = [instances.get(engine, number, watcher).id for number in numbers]
        return [timer for i in ids for timer in rows.of_instance(tx, i)]


def _waiting(engine: Engine, expected: set[int]) -> bool:
    with engine.store.reading() as tx:
        due = rows.due_instances(tx, datetime.now(UTC) + timedelta(seconds=10), 1000)
        return any(t.id in expected for i in due for t in rows.due_of(tx, i, datetime.now(UTC) + timedelta(seconds=10)))


def _told(engine: Engine, numbers: list[str]) -> Counter[tuple[str, str, str]]:
    """How often each person heard of each event of each instance."""
    watcher = people.actor(engine, "auditor")
    ids = [instances.get(engine, number, watcher).id for number in numbers]
    with engine.store.reading() as tx:
        found = [(i, notice, login) for i in ids for notice, login in notices.of_instance(tx, i)]
    chased = [(str(i), n.title, login) for i, n, login in found if n.kind == "chase"]
    assert chased
    return Counter(chased)


def _logged(engine: Engine, numbers: list[str]) -> Counter[tuple[str, str]]:
    """How often each rung is in the history of each instance."""
    watcher = people.actor(engine, "auditor")
    ids = [instances.get(engine, number, watcher).id for number in numbers]
    with engine.store.reading() as tx:
        found = [(i, row) for i in ids for row in history.of_instance(tx, i)]
    return Counter(
        (str(i), f"{row.detail['level']}:{row.detail['rung']}") for i, row in found if row.verb == "rung"
    )  # fmt: skip
