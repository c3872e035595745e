"""What is played: three processes action by action, a full inbox, and many timers that are due at once."""

import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.bench.copies import multiply
from engine.bench.laps import Laps
from engine.bench.office import PACKAGES, REQUEST, Office, at_work
from engine.bench.plain import PlainWorkflows
from engine.bench.rows import Recorder, replay
from engine.bench.sites import Site
from engine.verbs import inbox, instances, timers, work

LAST_ACTION = 200  # of the process that goes round and round
ROUND = 4
ACTIONS = ("start", "decide")


@dataclass(frozen=True, slots=True)
class Script:
    """A process, how often it is played, what is decided where; ``plain``: the diagram as SpiffWorkflow needs it."""

    process: str
    instances: int
    outcome: Callable[[str, int], str]
    plain: Path | None = None
    warm_up: int = 5

    def diagram(self) -> bytes:
        return (self.plain or PACKAGES / self.process / f"{self.process}.bpmn").read_bytes()


def _approve(element: str, action: int) -> str:
    return "approve"


def _again(element: str, action: int) -> str:
    if element == "draft":
        return "submit"
    return "again" if element == "sign" and action < LAST_ACTION else "approve"


APPROVAL = Script("approval", 200, _approve)
COUNTERSIGN = Script("countersign", 60, _approve, PACKAGES / "countersign.plain.bpmn")
ROUNDS = Script("rounds", 8, _again, warm_up=1)


@dataclass(slots=True)
class Played:
    """One script on one database, by us, bare, and by plain SpiffWorkflow."""

    ours: Laps
    raw: Laps
    plain: Laps
    bytes_each: float = 0.0
    plain_bytes_each: float = 0.0
    by_action: dict[int, list[float]] = field(default_factory=dict)  # number of the decision -> its laps


def play(site: Site, base: str, script: Script, scale: float) -> Played:
    """Play a script instance by instance, each through the verbs, as bare rows and on plain SpiffWorkflow.

    One after the other, so that whatever else the machine does falls on all three.
    """
    count = max(1, round(script.instances * scale))
    urls = site.copy(base), site.copy(base), site.fresh()
    empty, played = site.size(base), Played(Laps(), Laps(), Laps())
    bare, bare_plain = site.bare(urls[1]), site.bare(urls[2])
    plain = PlainWorkflows(script.diagram(), script.process, bare_plain, played.plain)
    recorder = Recorder()
    with at_work(urls[0]) as office, recorder.listening(office.engine.store):
        for n in range(script.warm_up + count):
            names = ("warm-up", "warm-up") if n < script.warm_up else ACTIONS
            _ours(office, script, names, played, recorder)
            replay(recorder.take(), bare, played.raw)
            _plainly(plain, script, names)
    bare.close()
    bare_plain.close()
    played.bytes_each = (site.size(urls[0]) - empty) / (script.warm_up + count)
    played.plain_bytes_each = site.size(urls[2]) / (script.warm_up + count)
    return played


def _ours(office: Office, script: Script, names: tuple[str, str], played: Played, recorder: Recorder) -> None:
    start, decide = names
    recorder.name = start
    with played.ours.lap(start):
        done = instances.start(office.engine, script.process, REQUEST, office.clerk, key=uuid.uuid4().hex)
    recorder.name = decide
    action = 0
    while items := office.open_items(done.number):
        action += 1
        item = items[0]
        actor = office.people[item.performer_id or 0]
        outcome = script.outcome(item.element, action)
        with played.ours.lap(decide):
            work.decide(office.engine, item.id, outcome, actor, opinion="同意。", key=uuid.uuid4().hex)
        if decide in ACTIONS:
            played.by_action.setdefault(action, []).append(played.ours.of(decide)[-1])


def _plainly(workflows: PlainWorkflows, script: Script, names: tuple[str, str]) -> None:
    start, decide = names
    instance = workflows.start(REQUEST, start)
    action, more = 0, True
    while more:
        action += 1
        outcome = script.outcome(workflows.open_task(instance), action)
        more = workflows.act(instance, {"outcome": outcome, "opinion": "同意。"}, decide)


# ---------------------------------------------------------------- the inbox

OPEN_ITEMS = 100_000
PAGES = 300


def full_inbox(site: Site, base: str, scale: float) -> Laps:
    """First pages of the inboxes of fifty people who hold, with their groups, a hundred thousand items."""
    url = site.copy(base)
    laps, luck = Laps(), random.Random(7)
    with at_work(url) as office:
        number = instances.start(office.engine, "approval", REQUEST, office.clerk).number
        holders: list[tuple[int | None, str | None]] = [(person, None) for person in office.people]
        holders += [(None, pool) for pool in sorted({p for actor in office.people.values() for p in actor.pools})]
        begun = office.clock()

        def spread(table: str, n: int, row: dict[str, Any]) -> None:
            late = begun + timedelta(minutes=luck.randrange(-3_000, 20_000))
            if table == "work_item":
                row["performer_id"], row["pool"] = holders[n % len(holders)]
                row["urgency"] = luck.choices(("平件", "加急", "特急"), (8, 2, 1))[0]
                row["visible_at"] = row["arrived_at"]
                row["deadline"] = row["sort_at"] = late
                row["warn_at"] = late - timedelta(hours=1)

        copies = max(1, round(OPEN_ITEMS * scale))
        multiply(office.engine, number, copies, spread, history=False)
    site.settle(url)
    with at_work(url) as office:
        actors = list(office.people.values())
        for actor in actors:
            inbox.page(office.engine, actor)
        for n in range(PAGES):
            with laps.lap("page"):
                inbox.page(office.engine, actors[n % len(actors)])
    return laps


# ---------------------------------------------------------------- the timers

DUE_TIMERS = 10_000
RECORDED_TICKS = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """One call of the scheduler."""

    count: int
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Fired:
    """Every call until nothing was due any more, and what bare rows of the first ones cost."""

    ticks: tuple[Tick, ...]
    raw: Laps


def due_timers(site: Site, base: str, scale: float) -> Fired:
    """Ten thousand instances whose timer is due, and a scheduler that comes back from a standstill."""
    start = site.copy(base)
    with at_work(start) as office:
        number = instances.start(office.engine, "timers", REQUEST, office.clerk).number
        multiply(office.engine, number, max(1, round(DUE_TIMERS * scale)) - 1, lambda *_: None)
    site.settle(start)
    recorder = Recorder("timer")
    with at_work(site.copy(start)) as office:
        office.clock.ahead = timedelta(hours=2)
        with recorder.listening(office.engine.store):
            ticks = [_tick(office) for _ in range(RECORDED_TICKS)]
        while ticks[-1].count:
            ticks.append(_tick(office))
    bare, raw = site.bare(start), Laps()
    replay(recorder.take(), bare, raw)
    bare.close()
    return Fired(tuple(tick for tick in ticks if tick.count), raw)


def _tick(office: Office) -> Tick:
    begun, worked = time.perf_counter(), time.thread_time()
    count = timers.fire_due(office.engine)
    return Tick(count, time.perf_counter() - begun, time.thread_time() - worked)
