"""How fast the monthly report answers over a year of settled decisions."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from engine.bench.laps import Laps
from engine.bench.office import at_work
from engine.bench.sites import Site
from engine.runtime import Engine
from engine.store import house, settled, tables
from engine.verbs import reports

DECISIONS = 500_000
CHUNK = 5_000
YEAR, MONTHS = 2026, 12
STEPS, POSTS, PEOPLE = 60, 200, 400
OWN_STEPS = 5  # at how many steps one person works
PAGES = 20


def settled_year(site: Site, base: str, scale: float) -> Laps:
    """The report of each month in turn, for the whole house and as a page asks for it."""
    url, laps = site.copy(base), Laps()
    with at_work(url) as office:
        for rows in _rows(max(MONTHS, round(DECISIONS * scale))):
            _write(office.engine, rows)
        with office.engine.store.transaction() as tx:
            house.beat(tx, settled.MARK, datetime(YEAR + 1, 1, 1, tzinfo=UTC), settled.facts(0))
    site.settle(url)
    with at_work(url) as office:
        reports.timeliness(office.engine, f"{YEAR}-01", None)
        for n in range(PAGES):
            with laps.lap("month"):
                reports.timeliness(office.engine, f"{YEAR}-{n % MONTHS + 1:02}", None)
    return laps


def _write(engine: Engine, rows: list[dict[str, Any]]) -> None:
    with engine.store.transaction() as tx:
        tx.insert_many(tables.settled_item, rows)


def _rows(count: int) -> Iterator[list[dict[str, Any]]]:
    luck = random.Random(7)
    for first in range(0, count, CHUNK):
        yield [_row(luck, n) for n in range(first, min(count, first + CHUNK))]


def _row(luck: random.Random, n: int) -> dict[str, Any]:
    person = luck.randrange(PEOPLE)
    step = (person * 7 + luck.randrange(OWN_STEPS)) % STEPS
    due = datetime(YEAR, n % MONTHS + 1, 1, tzinfo=UTC) + timedelta(minutes=luck.randrange(40_000))
    done = due + timedelta(minutes=luck.randrange(-2_000, 300)) if luck.random() < 0.98 else None
    return {
        "snapshot_id": settled.LIVE,
        "item_id": n + 1,
        "instance_id": n // 10 + 1,
        "month": f"{YEAR}-{n % MONTHS + 1:02}",
        "process": f"process{step % 6}",
        "element": f"S{step}",
        "step": f"环节{step}",
        "unit_id": person % 50 + 1,
        "post_id": person % POSTS + 1,
        "charged_id": person + 1,
        "person_id": person + 1 if done else None,
        "arrived_at": due - timedelta(days=2),
        "due_at": due,
        "done_at": done,
        "stood_in": luck.random() < 0.05,
        "seconds": luck.randrange(60_000) if done else 0,
        "paused": 0,
    }
