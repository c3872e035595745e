"""Keeps time and nothing else: calls the duties of the table, again and again; what is due is in the database.

The only place that knows APScheduler. Losing or doubling a call is harmless, because every duty finds its work as rows
and takes each row once; so the job store is memory, and a watchdog on the monotonic clock may start it all anew.
"""

import fcntl
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from time import monotonic
from time import time as wall_clock
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from engine import jobs
from engine.channels import CHANNELS
from engine.runtime import Engine
from engine.store.pulse import LOST, is_full
from engine.verbs import (
    archives,
    audit,
    bindings,
    calendars,
    clock_jumps,
    doctor,
    health,
    inbox,
    notifications,
    people,
    quarantine,
    registers,
    reports,
    retention,
    schedules,
    timers,
    watching,
)
from engine.verbs import jobs as long_work

log = structlog.get_logger(__name__)
# a duty that takes longer than its interval is called again by itself; a line for each call left out says nothing
logging.getLogger("apscheduler").setLevel(logging.ERROR)

LOOK_SECONDS = 1.0  # how often the watchdog looks
STALL_SECONDS = 5.0  # silence after which it starts the ticking anew
STANDBY_SECONDS = 1.0  # how often a standby tries to become the one that ticks
TRIES = (
    3  # calls in a row that do without the database before that is a fault: everybody starts at once on a busy machine
)
JUMP_SECONDS = 300.0  # a wall clock that moves this much on its own is worth a warning
AWAY: tuple[type[Exception], ...] = (*LOST, OSError)  # no database, or no room on its disk


@dataclass(frozen=True, slots=True)
class Every:
    """Again after that many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day of the office, at that time or as soon afterwards as the program runs."""

    at: time
    seconds: float = 30.0  # how often it looks whether the time has come; a failure is tried again then


@dataclass(frozen=True, slots=True)
class Duty:
    """What is called and when; ``work`` must be safe to call twice."""

    name: str
    trigger: Every | Daily
    work: Callable[[Engine], object]


DUTIES = (
    Duty("beat", Every(health.BEAT_SECONDS), health.beat),
    Duty("people", Every(20), people.keep_up),
    Duty("directory", Every(60), people.sync_due),
    Duty("words", Every(2), inbox.catch_up),
    Duty("timers", Every(timers.TICK_SECONDS), timers.fire_due),
    *(Duty(f"notices by {way}", Every(1), partial(notifications.send_due, only=way)) for way in CHANNELS),
    Duty("calls", Every(1), bindings.perform_due),
    Duty("digests", Daily(time(8, 30)), notifications.send_digests),
    Duty("first-contacts", Daily(time(17, 0)), notifications.send_first_digests),
    Duty("jobs", Every(1), jobs.perform_due),
    Duty("standing still", Every(20), doctor.watch),
    Duty("old jobs", Daily(time(3, 0)), long_work.forget_old),
    Duty("retention", Daily(time(3, 0)), retention.prune),
    Duty("rows", Daily(time(3, 30)), watching.look),
    Duty("reports", Daily(time(2, 0)), reports.settle),
    Duty("report-freeze", Daily(time(9, 0)), reports.freeze_due),
    Duty("schedules", Every(60), schedules.start_due),
    Duty("calendar", Every(2), calendars.work_off),
    Duty("calendar-check", Daily(time(8, 30)), calendars.check),
    Duty("registers", Daily(time(8, 30)), registers.remind),
    Duty("record", Every(60), audit.anchor),
    Duty("archives", Every(2), archives.make_due),
    Duty("uploads", Every(30), quarantine.keep_clean),
)


def run(
    engine: Engine,
    *,
    stop_event: threading.Event,
    duties: Sequence[Duty] = DUTIES,
    lock: Path | None = None,
    stall_seconds: float = STALL_SECONDS,
) -> None:
    """Tick until the event is set; with a ``lock`` file one process of the machine ticks, the others stand by."""
    with _alone(lock, stop_event) as first:
        if not first:
            return
        ticker = Ticker(engine, duties)
        ticker.start()
        try:
            _watch(engine, ticker, stop_event, stall_seconds)
        finally:
            ticker.stop()


def _watch(engine: Engine, ticker: "Ticker", stop_event: threading.Event, stall_seconds: float) -> None:
    ahead, jumps = wall_clock() - monotonic(), deque[int]()
    while not stop_event.wait(min(LOOK_SECONDS, stall_seconds / 2)):
        if abs(moved := wall_clock() - monotonic() - ahead) > JUMP_SECONDS:
            log.warning("clock jumped", seconds=round(moved))
            ahead += moved
            jumps.append(round(moved))
        while jumps and _is_remembered(engine, jumps[0]):
            jumps.popleft()
        if late := ticker.stalled(stall_seconds):
            log.error("ticking stalled, starting anew", duties=late)
            ticker.restart()


def _is_remembered(engine: Engine, seconds: int) -> bool:
    try:
        clock_jumps.remember(engine, seconds)
    except AWAY:  # at the next look
        log.warning("duty put off", duty="clock")
        return False
    return True


class Ticker:
    """The duties on their threads: one each, so that a slow mail server never holds up a deadline."""

    def __init__(self, engine: Engine, duties: Sequence[Duty]) -> None:
        self._engine = engine
        self._rounds = [_Round(duty) for duty in duties]
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Begin to tick; every duty is called at once."""
        scheduler = BackgroundScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={each.duty.name: ThreadPoolExecutor(1) for each in self._rounds},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        for each in self._rounds:
            each.seen = monotonic()
            scheduler.add_job(
                each.call,
                IntervalTrigger(seconds=each.duty.trigger.seconds, timezone=UTC),
                args=[self._engine],
                id=each.duty.name,
                executor=each.duty.name,
                next_run_time=datetime.now(UTC),
            )
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        """Stop ticking and wait for what runs."""
        self._shut(wait=True)

    def restart(self) -> None:
        """Throw the clockwork away and begin anew; a duty that still runs is not called a second time."""
        self._shut(wait=False)
        self.start()

    def stalled(self, seconds: float) -> list[str]:
        """Duties that were not even begun for that long although their time had come; a long run is not a stall."""
        return [
            each.duty.name
            for each in self._rounds
            if not each.busy.locked() and each.silence() > each.duty.trigger.seconds + seconds
        ]

    def silences(self) -> dict[str, float]:
        """Seconds since each duty was last begun or ended, for the health page."""
        return {each.duty.name: each.silence() for each in self._rounds}

    def _shut(self, *, wait: bool) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=wait)
            self._scheduler = None


@dataclass(slots=True)
class _Round:
    """One duty and what is known of its calls."""

    duty: Duty
    seen: float = field(default_factory=monotonic)
    busy: threading.Lock = field(default_factory=threading.Lock)
    done_on: date | None = None
    lost: int = 0  # calls in a row for which the database had no time

    def silence(self) -> float:
        return monotonic() - self.seen

    def call(self, engine: Engine) -> None:
        self.seen = monotonic()
        if not self.busy.acquire(blocking=False):
            return  # a restart of the clockwork found it still running
        try:
            self._perform(engine)
            self.lost = 0
        except LOST as error:
            self.lost += 1
            if self.lost < TRIES and not is_full(error):
                log.info("duty put off", duty=self.duty.name)
            else:
                log.exception("duty failed", duty=self.duty.name)
        except Exception:
            log.exception("duty failed", duty=self.duty.name)
        finally:
            self.busy.release()
            self.seen = monotonic()

    def _perform(self, engine: Engine) -> None:
        if isinstance(self.duty.trigger, Every):
            self.duty.work(engine)
            return
        local = engine.now().astimezone(ZoneInfo(engine.settings.timezone))
        if local.time() >= self.duty.trigger.at and self.done_on != local.date():
            self.duty.work(engine)
            self.done_on = local.date()


@contextmanager
def _alone(lock: Path | None, stop_event: threading.Event) -> Iterator[bool]:
    """Wait for the lock file; False when the event was set before it was ours. The system frees it if we die."""
    if lock is None:
        yield True
        return
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        while not _taken(file.fileno()):
            if stop_event.wait(STANDBY_SECONDS):
                yield False
                return
        yield True


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
