"""An office full of cases that wait for somebody, and hands that decide some and begin others."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from engine.bench.copies import multiply
from engine.runtime import Engine
from engine.store.tables import instance, work_item
from engine.verbs import definitions, instances, people, work
from tests.loads.writers import Act, Written
from tests.support.memo import FORM, diagram, end, flow, manifest, task

KEY = "crowd"
STARTER, PERFORMER, CLERK = "rlb1", "hegao_a", "wenshu_a"
PACKAGE = {
    "process.toml": manifest(KEY, "众多"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        KEY,
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task(
            "Step", "核稿", performer=f"person('{PERFORMER}')", limit="5WD", ladder="ESC-DOC", outcomes="approve:同意"
        ),
        task("File", "归档", performer=f"person('{CLERK}')", limit="10WD", ladder="ESC-DOC"),
        end("Done"),
        *(flow(a, b) for a, b in (("Begin", "Draft"), ("Draft", "Step"), ("Step", "File"), ("File", "Done"))),
    ),
}


def gather(engine: Engine, many: int) -> None:
    """So many cases that wait at their second step, each with its own history, timers and notice."""
    definitions.deploy(engine, PACKAGE)
    first = begin(engine, "众多")
    multiply(engine, first, many - 1, lambda *_: None, notices=True)


def begin(engine: Engine, title: str) -> str:
    """A case of the most urgent kind, whose letters leave one by one and at once; its number."""
    return instances.start(engine, KEY, {"title": title}, people.actor(engine, STARTER), urgency="特急").number


def working(engine: Engine) -> Act:
    """What people do: every fourth begins a case, the others decide what is open; begins alone when nothing is left."""
    performer = people.actor(engine, PERFORMER)
    items = _open(engine)

    def act(n: int) -> str:
        if n % 4 == 3 or n >= len(items):
            return f"began {begin(engine, f'新件 {n}')}"
        work.decide(engine, items[n], "approve", performer)
        return f"decided {items[n]}"

    return act


def _open(engine: Engine) -> Sequence[int]:
    waiting = select(work_item.c.id).where(work_item.c.element == "Step", work_item.c.state == "open")
    with engine.store.reading() as tx:
        return [int(row.id) for row in tx.all(waiting.order_by(work_item.c.id))]


def lost(engine: Engine, written: Sequence[Written]) -> Iterator[str]:
    """What was acknowledged and is not there."""
    with engine.store.reading() as tx:
        numbers = {str(row.number) for row in tx.all(select(instance.c.number))}
        done = {int(row.id) for row in tx.all(select(work_item.c.id).where(work_item.c.state == "done"))}
    for one in written:
        verb, _, what = one.what.partition(" ")
        if not (what in numbers if verb == "began" else int(what) in done):
            yield f"{one.what} was acknowledged at {one.at.isoformat()} and is not there"
