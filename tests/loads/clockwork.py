"""P4 and A91: thousands of timers within a minute under schedulers that are killed, and a standstill made up for."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine.bench.copies import multiply
from engine.runtime import Engine
from engine.store.tables import activity, history, timer
from engine.verbs import definitions, instances, people
from tests.chaos.office import WAIT
from tests.loads.offices import opened, settle
from tests.loads.schedulers import MANY, ticking
from tests.loads.verdict import Verdict, check_up, spread
from tests.support.memo import FORM, diagram, end, flow, manifest, task

TIMERS = 5_000
SECONDS = 60.0  # within which they fall due
OVERDUE = 10_000
COPIED = 150  # cases of each kind in a second, while the timers are made, at least
PATIENCE = 600.0
LADDER = """
[LOAD]
title = "负载"
[[LOAD.rungs]]
key = "due"
when = "due"
to = ["performer()"]
template = "T-DUE"
action = ["light:red"]
"""


def _package(key: str, *nodes: str) -> dict[str, bytes]:
    """A draft, what is told by its nodes, and a step that nobody waits for."""
    middle = "Wait" if WAIT in nodes else "Step"
    return {
        "process.toml": manifest(key, "负载"),
        "forms/form.toml": FORM.encode(),
        "ladders.toml": LADDER.encode(),
        "main.bpmn": diagram(
            key,
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="none"),
            *nodes,
            task("After", "办结", performer="person('wenshu_a')", limit="none"),
            end("Done"),
            *(flow(a, b) for a, b in (("Begin", "Draft"), ("Draft", middle), (middle, "After"), ("After", "Done"))),
        ),
    }


RUNG = _package("rung", task("Step", "核稿", performer="person('hegao_a')", limit="1WD", ladder="LOAD"))
WAKE = _package("wake", WAIT)


@dataclass(frozen=True)
class Fired:
    """One timer that was expected to fire once, and how often what it does is seen: a rung told, a step opened."""

    id: int
    state: str
    due: datetime
    at: datetime | None
    seen: int

    @property
    def late(self) -> float:
        return (self.at - self.due).total_seconds() if self.at is not None else 0.0


def run(database: str, scale: float, seed: int = 4) -> Verdict:
    """A minute of timers, then what a standstill left overdue, by four schedulers."""
    with opened(database) as engine:
        for package in (RUNG, WAKE):
            definitions.deploy(engine, package)
        stormed, kills, down = _storm(engine, scale, seed)
        overdue, seconds = catch_up(engine, max(20, round(OVERDUE * scale)), seed)
        found = [*judge(stormed), *judge(overdue), *check_up(engine)]
    calm = [t.late for t in stormed if not down[0] <= t.due <= down[1]]
    gone = (down[1] - down[0]).total_seconds()
    numbers = (
        f"timers={len(stormed)} kills={kills} late {spread([t.late for t in stormed])}"
        f" but those due while nobody was there ({gone:.1f}s) {spread(calm)}"
        f" overdue={len(overdue)} in {seconds:.1f}s"
    )
    return Verdict("P4", database, numbers, found)


def judge(timers: Sequence[Fired]) -> Iterator[str]:
    """Each fired, none before its time, and each is seen once."""
    for one in timers:
        if one.state != "fired" or one.at is None:
            yield f"timer {one.id} is {one.state}"
        elif one.at < one.due:
            yield f"timer {one.id} fired {-one.late:.3f} s early"
        if one.seen != 1:
            yield f"timer {one.id} did its work {one.seen} times"


def _storm(engine: Engine, scale: float, seed: int) -> tuple[list[Fired], int, tuple[datetime, datetime]]:
    """Half rungs and half events of diagrams; how each came out, kills, and when nobody kept time."""
    many, seconds = max(10, round(TIMERS * scale) // 2), max(4.0, SECONDS * scale)
    with ticking(engine, seed) as schedulers:
        begin = datetime.now(UTC) + timedelta(seconds=2 + many / COPIED)
        for process in ("rung", "wake"):
            _copy(engine, _original(engine, process), many, begin, seconds)
        settle(engine)
        mine = _waiting(engine, begin)
        end_ = begin + timedelta(seconds=seconds)
        if (early := (begin - datetime.now(UTC)).total_seconds()) < 0:
            raise RuntimeError(
                f"timers were due {-early:.1f} s before their rows were written: the machine is too busy"
            )
        time.sleep(max(0.0, early - 1))
        schedulers.tick()
        schedulers.harass(end_, begin + timedelta(seconds=seconds * 0.45))
        _await(engine)
        return fired(engine, mine), schedulers.kills, schedulers.down or (end_, end_)


def catch_up(engine: Engine, many: int, seed: int, schedulers: int = MANY) -> tuple[list[Fired], float]:
    """So many rungs an hour overdue when the schedulers come: how each came out, and how long it took."""
    begin = datetime.now(UTC) - timedelta(hours=1)
    _copy(engine, _original(engine, "rung"), many, begin, SECONDS)
    settle(engine)
    mine = _waiting(engine, begin)
    with ticking(engine, seed, schedulers) as several:
        begun = time.monotonic()
        several.tick()
        _await(engine)
        taken = time.monotonic() - begun
    return fired(engine, mine), taken


def _original(engine: Engine, process: str) -> str:
    return instances.start(engine, process, {"title": "负载"}, people.actor(engine, "rlb1")).number


def _copy(engine: Engine, number: str, many: int, begin: datetime, seconds: float) -> None:
    """Copies of a case whose timers fall due one after the other within so many seconds."""

    def change(table: str, n: int, row: dict[str, Any]) -> None:
        if table == "timer":
            row |= {"due": begin + timedelta(seconds=n * seconds / many), "state": "waiting", "fired_at": None}

    multiply(engine, number, many, change)


def _due() -> Any:
    """What is about to fall due; the rung of the case that was copied has its own time, a day from now."""
    return (timer.c.state == "waiting") & (timer.c.due < datetime.now(UTC) + timedelta(minutes=5))


def _waiting(engine: Engine, begin: datetime) -> list[int]:
    """The timers of the copies: that of the event that was copied is due sooner, and nobody keeps time then."""
    with engine.store.reading() as tx:
        return [int(r.id) for r in tx.all(select(timer.c.id).where(_due(), timer.c.due >= begin))]


def _await(engine: Engine) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with engine.store.reading() as tx:
            if not tx.scalar(select(func.count()).where(_due())):
                return
        time.sleep(0.2)


def fired(engine: Engine, ids: Sequence[int]) -> list[Fired]:
    """How these timers came out."""
    wanted = set(ids)
    with engine.store.reading() as tx:
        told = _counted(tx.all(select(history.c.instance_id).where(history.c.verb == "rung")))
        passed = _counted(tx.all(select(activity.c.instance_id).where(activity.c.element == "After")))
        rows = tx.all(
            select(timer.c.id, timer.c.instance_id, timer.c.kind, timer.c.state, timer.c.due, timer.c.fired_at)
        )
    return [
        Fired(r.id, r.state, r.due, r.fired_at, (told if r.kind == "rung" else passed)[r.instance_id])
        for r in rows
        if r.id in wanted
    ]


def _counted(rows: Sequence[Any]) -> Counter[int]:
    return Counter(int(row.instance_id) for row in rows)
