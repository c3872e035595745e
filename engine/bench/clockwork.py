"""How fast deadlines are computed, how late timers are at fifty a second, how soon a standstill is made up for."""

import random
import time
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from typing import Any

from engine import limits
from engine.bench.copies import multiply
from engine.bench.office import REQUEST, Office, at_work
from engine.bench.sites import Site
from engine.store import timers as rows
from engine.verbs import instances, timers

LIMITS = ("3WD", "4WH", "2CH", "15CD", "当日", "PT4H")
TOGETHER = 1_000
DEADLINES = 200_000
A_SECOND = 50  # timers that become due in each second (issue: p99 lateness ≤ 2 s at 50/s)
SECONDS = 10
OVERDUE = 10_000
STANDSTILL = timedelta(days=5)  # whatever the weekday, the first overdue working day is over


def deadlines(scale: float) -> list[float]:
    """Milliseconds for each thousand deadlines of mixed limits, spread over a year."""
    calendar, rolled = limits.Calendar.china(), random.Random(7)
    first = datetime(2026, 1, 5, tzinfo=UTC)
    starts = [first + timedelta(minutes=rolled.randrange(500_000)) for _ in range(TOGETHER)]
    laps = []
    for n in range(max(1, round(DEADLINES * scale / TOGETHER))):
        begun = time.perf_counter()
        for start in starts:
            limits.deadline(LIMITS[n % len(LIMITS)], start, calendar)
        laps.append((time.perf_counter() - begun) * 1000)
    return laps


def lateness(site: Site, base: str, scale: float) -> list[float]:
    """Milliseconds from when a timer was due to when its tick had ended, ticking as the scheduler does."""
    start = site.copy(base)
    count = max(1, round(A_SECOND * SECONDS * scale))
    with at_work(start) as office:
        number = instances.start(office.engine, "timers", REQUEST, office.clerk).number
        begin = office.engine.now() + timedelta(seconds=2 + count / 500)

        def spread(table: str, n: int, row: dict[str, Any]) -> None:
            if table == "timer":
                row["due"] = begin + timedelta(seconds=n / A_SECOND)

        multiply(office.engine, number, count, spread)
        until = begin + timedelta(seconds=count / A_SECOND + 1)
        ticks = []
        while office.engine.now() < until:
            ticks.append(_tick(office))
            time.sleep(timers.TICK_SECONDS)
        ticks.append(_tick(office))
        return _late(office, ticks)


def _tick(office: Office) -> datetime:
    timers.fire_due(office.engine)
    return office.engine.now()


def _late(office: Office, ticks: list[datetime]) -> list[float]:
    """The rows say when a transaction began; what it wrote is seen when its tick has ended at the latest."""
    with office.engine.store.reading() as tx:
        fired = rows.fired(tx)
    return [(ticks[bisect_right(ticks, at)] - due).total_seconds() * 1000 for due, at in fired]


def standstill(site: Site, base: str, scale: float) -> list[float]:
    """Milliseconds for each thousand overdue steps whose rungs were missed: warned, due, and late by a day."""
    start = site.copy(base)
    count = max(1, round(OVERDUE * scale))
    with at_work(start) as office:
        number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
        multiply(office.engine, number, count - 1, lambda *_: None)
    site.settle(start)
    laps = []
    with at_work(start) as office:
        office.clock.ahead = STANDSTILL
        begun, more = time.perf_counter(), 1
        while more:
            more = timers.fire_due(office.engine, limit=TOGETHER)
            if more:
                laps.append((time.perf_counter() - begun) * 1000)
            begun = time.perf_counter()
    return laps
