"""The ticker: it calls its duties for ever, whatever they or the clocks do."""

import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from structlog.testing import capture_logs

from engine.runtime import Engine
from engine.scheduler import Daily, Duty, Every, Ticker, run
from tests.support.abroad import opened_abroad
from tests.support.clock import FakeClock

PATIENCE = 120.0  # seconds; a bound for what must come, not a measure


class Calls:
    """Notes every call of a duty."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, engine: Engine) -> None:
        assert engine.now().tzinfo is not None
        self.times.append(monotonic())

    def __len__(self) -> int:
        return len(self.times)


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + PATIENCE
    while not condition():
        assert monotonic() < end, "waited in vain"
        sleep(0.01)


@contextmanager
def running(
    engine: Engine, *duties: Duty, lock: Path | None = None, stall_seconds: float = 60
) -> Iterator[threading.Event]:
    """Tick until the block ends; the event stops it earlier."""
    stop = threading.Event()
    thread = threading.Thread(
        target=run,
        args=(engine,),
        kwargs={"stop_event": stop, "duties": duties, "lock": lock, "stall_seconds": stall_seconds},
    )
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_duty_is_called_at_once_and_again(engine: Engine) -> None:
    calls, seldom = Calls(), Calls()
    begun = monotonic()

    with running(engine, Duty("tick", Every(0.1), calls), Duty("seldom", Every(3600), seldom)):
        until(lambda: len(calls) >= 5 and len(seldom) == 1)  # not after the first hour

    # four intervals lie between the first time and the fifth, whenever a busy machine comes to them
    assert calls.times[4] - begun > 0.35


def test_stopping_waits_for_what_runs_and_then_is_silent(engine: Engine) -> None:
    begun, ended, release = Calls(), Calls(), threading.Event()

    def slow(engine: Engine) -> None:
        begun(engine)
        release.wait(PATIENCE)
        ended(engine)

    with running(engine, Duty("slow", Every(0.05), slow)) as stop:
        until(lambda: len(begun) == 1)
        stop.set()
        threading.Timer(0.3, release.set).start()

    count = len(begun)
    assert len(ended) == count
    sleep(0.2)
    assert len(begun) == count


def test_a_broken_duty_is_called_again_and_harms_no_other(engine: Engine) -> None:
    calls, sound = Calls(), Calls()

    def broken(engine: Engine) -> None:
        calls(engine)
        raise RuntimeError("the database went away")

    with running(engine, Duty("broken", Every(0.05), broken), Duty("sound", Every(0.05), sound)):
        until(lambda: len(calls) >= 3 and len(sound) >= 3)


@pytest.mark.parametrize(
    ("times", "said"), [(2, ["duty put off"] * 2), (3, ["duty put off", "duty put off", "duty failed"])]
)
def test_a_duty_that_finds_the_database_locked_is_put_off_before_it_is_a_fault(
    engine: Engine, times: int, said: list[str]
) -> None:
    failing = [sqlite3.OperationalError("database is locked")] * times
    done = threading.Event()

    def work(_engine: Engine) -> None:
        if failing:
            raise failing.pop()
        done.set()

    with capture_logs() as lines:
        ticker = Ticker(engine, [Duty("busy", Every(0.05), work)])
        ticker.start()
        assert done.wait(PATIENCE)
        ticker.stop()

    assert [line["event"] for line in lines] == said


def test_a_slow_duty_neither_overlaps_itself_nor_holds_up_others(engine: Engine) -> None:
    release, quick = threading.Event(), Calls()
    inside: list[int] = []
    most: list[int] = []

    def slow(_engine: Engine) -> None:
        inside.append(1)
        most.append(len(inside))
        release.wait(PATIENCE)
        inside.pop()

    with running(engine, Duty("slow", Every(0.05), slow), Duty("quick", Every(0.05), quick), stall_seconds=0.2):
        until(lambda: len(quick) >= 20)
        assert most == [1]
        release.set()
        until(lambda: len(most) >= 3)

    assert set(most) == {1}


def test_a_ticker_whose_next_tick_moved_away_is_started_anew(engine: Engine) -> None:
    # What a wall clock set back by an hour does to APScheduler: the next tick is an hour away.
    calls = Calls()
    ticker = Ticker(engine, [Duty("tick", Every(0.05), calls)])
    ticker.start()
    try:
        until(lambda: len(calls) >= 2)
        assert ticker.stalled(PATIENCE) == []
        assert ticker._scheduler is not None
        ticker._scheduler.pause()
        until(lambda: ticker.stalled(0.3) == ["tick"])
        before = len(calls)
        assert ticker.silences()["tick"] > 0.3

        ticker.restart()

        until(lambda: len(calls) >= before + 3)
        until(lambda: ticker.stalled(0.3) == [])
    finally:
        ticker.stop()


def test_the_watchdog_finds_a_dead_clockwork_by_itself(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    started: list[Ticker] = []
    start = Ticker.start

    def noted(ticker: Ticker) -> None:
        start(ticker)
        started.append(ticker)

    monkeypatch.setattr(Ticker, "start", noted)

    with running(engine, Duty("tick", Every(0.05), calls), stall_seconds=0.4):
        until(lambda: len(calls) >= 2)
        before = len(started)  # a busy machine may have stalled it already
        assert started[0]._scheduler is not None
        started[0]._scheduler.remove_all_jobs()
        until(lambda: len(started) > before)
        count = len(calls)
        until(lambda: len(calls) >= count + 3)


def test_a_daily_duty_waits_for_its_time_and_comes_once_a_day(engine: Engine, clock: FakeClock) -> None:
    calls, ticks = Calls(), Calls()
    daily = Duty("digest", Daily(time(8, 30), seconds=0.02), calls)

    def rounds() -> None:
        count = len(ticks)
        until(lambda: len(ticks) >= count + 5)

    clock.at("2026-03-09 08:29")
    with running(engine, daily, Duty("tick", Every(0.02), ticks)):
        rounds()
        assert len(calls) == 0
        clock.at("2026-03-09 08:30")
        until(lambda: len(calls) == 1)
        clock.at("2026-03-09 23:59")
        rounds()
        assert len(calls) == 1
        clock.at("2026-03-10 08:00")
        rounds()
        assert len(calls) == 1
        clock.at("2026-03-10 11:00")
        until(lambda: len(calls) == 2)
        rounds()

    assert len(calls) == 2


@pytest.mark.parametrize(
    ("midnight", "hours", "came"),
    [
        ("2026-03-08T00:00-05:00", 23, {"01:30": "2026-03-08T01:30-05:00", "02:30": "2026-03-08T03:00-04:00"}),
        ("2026-11-01T00:00-04:00", 25, {"01:30": "2026-11-01T01:30-04:00", "02:30": "2026-11-01T02:30-05:00"}),
    ],
    ids=["forward", "back"],
)
def test_a_daily_duty_comes_once_on_a_day_on_which_the_clocks_change(
    engine: Engine, clock: FakeClock, midnight: str, hours: int, came: dict[str, str]
) -> None:
    calls: list[tuple[str, datetime]] = []
    ticks, begun = Calls(), clock.set(midnight)

    def named(name: str) -> Duty:
        return Duty(name, Daily(time.fromisoformat(name), 0.02), lambda office: calls.append((name, office.now())))

    def live_through(now: datetime) -> None:
        count, due = len(ticks), sum(datetime.fromisoformat(text) <= now for text in came.values())
        until(lambda: len(ticks) >= count + 5 and len(calls) >= due)

    with (
        opened_abroad(engine, clock) as abroad,
        running(abroad, named("01:30"), named("02:30"), Duty("tick", Every(0.02), ticks)),
    ):
        for half in (0, 1, 2, 3, 4, 5, 6, 7, 8, 2 * hours - 1):
            live_through(clock.set((begun + half * timedelta(minutes=30)).isoformat()))

    assert calls == [(name, datetime.fromisoformat(text)) for name, text in came.items()]


def test_a_daily_duty_that_failed_is_tried_again_the_same_day(engine: Engine) -> None:
    calls = Calls()

    def fails_twice(engine: Engine) -> None:
        calls(engine)
        if len(calls) < 3:
            raise RuntimeError("no mail server")

    with running(engine, Duty("digest", Daily(time(8, 30), seconds=0.02), fails_twice)):
        until(lambda: len(calls) == 3)
        sleep(0.1)

    assert len(calls) == 3


def test_only_one_process_ticks_and_another_takes_over(engine: Engine, tmp_path: Path) -> None:
    lock, calls = tmp_path / "home" / "scheduler.lock", Calls()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(f"""
                import fcntl, pathlib, sys
                path = pathlib.Path({str(lock)!r})
                path.parent.mkdir()
                file = path.open("a")
                fcntl.flock(file, fcntl.LOCK_EX)
                print("held", flush=True)
                sys.stdin.read()
            """),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        with running(engine, Duty("tick", Every(0.05), calls), lock=lock):
            sleep(0.5)
            assert len(calls) == 0
            holder.kill()
            holder.wait(PATIENCE)
            until(lambda: len(calls) >= 2)
    finally:
        holder.kill()
        holder.communicate()


def test_a_standby_can_be_stopped(engine: Engine, tmp_path: Path) -> None:
    lock, first, second = tmp_path / "scheduler.lock", Calls(), Calls()

    with running(engine, Duty("tick", Every(0.05), first), lock=lock):
        until(lambda: len(first) >= 1)
        with running(engine, Duty("tick", Every(0.05), second), lock=lock):
            sleep(0.2)

    assert len(second) == 0
