"""P14: a thousand cases of one version, the next one published while more begin: none is a mixture of both."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Event

from sqlalchemy import select

from engine.runtime import Engine
from engine.store.tables import activity, definition, instance, work_item
from engine.verbs import definitions, instances, people, work
from tests.loads.offices import opened
from tests.loads.verdict import Verdict, check_up
from tests.support.memo import FORM, diagram, end, flow, manifest, task

BEFORE = 1_000
MEANWHILE = 400
PATIENCE = 600.0
HANDS = 4  # threads that begin and complete
KEY = "edition"
STEPS = {1: ("Draft", "Step", "File"), 2: ("Draft", "Check", "Again", "File")}
PERFORMER, OUTCOMES = "hegao_a", "approve:同意"


@dataclass(frozen=True)
class Begun:
    """One case: its version, the steps it came to in their order, and how it ended."""

    number: str
    version: int
    steps: tuple[str, ...]
    state: str
    before: bool  # it began before the second version was published


def edition(version: int) -> dict[str, bytes]:
    """The package as of this version: the same process with other steps."""
    steps = STEPS[version]
    way = ("Begin", *steps, "Done")
    return {
        "process.toml": manifest(KEY, "换版"),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": diagram(
            KEY,
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="none"),
            *(
                task(s, s, performer=f"person('{PERFORMER}')", limit="1WD", ladder="ESC-DOC", outcomes=OUTCOMES)
                for s in steps[1:]
            ),
            end("Done"),
            *(flow(a, b) for a, b in pairwise(way)),
        ),
    }


def run(database: str, scale: float) -> Verdict:
    """Begin, publish while others begin, and bring everything to its end."""
    with opened(database) as engine:
        definitions.deploy(engine, edition(1))
        before = set(_begin(engine, max(10, round(BEFORE * scale))))
        _publish_while_others_begin(engine, max(10, round(MEANWHILE * scale)))
        found = check_up(engine)  # while all wait: what is stored of each is read by the diagram of its version
        complete(engine)
        begun = cases(engine, before)
        found += [*judge(begun), *check_up(engine)]
    counted = Counter((case.before, case.version) for case in begun)
    numbers = (
        f"before={len(before)} meanwhile_v1={counted[False, 1]} meanwhile_v2={counted[False, 2]}"
        f" completed={sum(case.state == 'completed' for case in begun)}"
    )
    return Verdict("P14", database, numbers, found)


def judge(begun: Sequence[Begun]) -> Iterator[str]:
    """Each went the way of its own version to the end, the ones of before that of the first; both were begun."""
    for case in begun:
        if case.before and case.version != 1:
            yield f"{case.number} began on version 1 and is on {case.version}"
        if case.steps != STEPS[case.version]:
            yield f"{case.number} of version {case.version} went {case.steps}"
        if case.state != "completed":
            yield f"{case.number} is {case.state}"
    for version in STEPS:
        if not any(case.version == version for case in begun if not case.before):
            yield f"nothing began on version {version} meanwhile: this run proves nothing"


def _begin(engine: Engine, many: int, published: Event | None = None, some: Event | None = None) -> list[str]:
    """So many cases from several hands at once; their numbers.

    ``some`` is set when a quarter of them has begun; the last quarter waits for ``published``, so that however fast
    or slow the publishing is, there are cases from before it, beside it and after it.
    """
    someone = people.actor(engine, "rlb1")

    def begin(n: int) -> str:
        if published is not None and n >= many - many // 4:
            published.wait(PATIENCE)
        number = instances.start(engine, KEY, {"title": f"换版 {n}"}, someone).number
        if some is not None and n >= many // 4:
            some.set()
        return number

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(begin, range(many)))


def _publish_while_others_begin(engine: Engine, many: int) -> None:
    some, published = Event(), Event()
    with ThreadPoolExecutor(1) as beside:
        others = beside.submit(_begin, engine, many, published, some)
        some.wait(PATIENCE)
        try:
            definitions.deploy(engine, edition(2))
        finally:
            published.set()
        others.result(PATIENCE)


def complete(engine: Engine) -> None:
    """Agree to everything that is open until nothing is."""
    performer = people.actor(engine, PERFORMER)
    waiting = select(work_item.c.id).where(work_item.c.state == "open").order_by(work_item.c.id)

    def agree(item: int) -> object:
        return work.decide(engine, item, "approve", performer)

    with ThreadPoolExecutor(HANDS) as hands:
        for _ in range(max(map(len, STEPS.values()))):
            with engine.store.reading() as tx:
                items = [int(r.id) for r in tx.all(waiting)]
            list(hands.map(agree, items))


def cases(engine: Engine, before: Set[str]) -> list[Begun]:
    """Every case as it is now."""
    with engine.store.reading() as tx:
        rows = tx.all(
            select(instance.c.id, instance.c.number, instance.c.state, definition.c.version)
            .join(definition, definition.c.id == instance.c.definition_id)
            .where(instance.c.process == KEY)
        )
        came = tx.all(select(activity.c.instance_id, activity.c.element).order_by(activity.c.id))
    steps: dict[int, list[str]] = {r.id: [] for r in rows}
    for r in came:
        steps[r.instance_id].append(r.element)
    return [Begun(r.number, r.version, tuple(steps[r.id]), r.state, r.number in before) for r in rows]
