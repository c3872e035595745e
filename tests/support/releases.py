"""The second person of a release: the director agrees to what a designer has submitted."""

from sqlalchemy import select

from engine.model import Done
from engine.runtime import Engine
from engine.store.tables import instance
from engine.verbs import instances, people, work

PUBLISHER = "zhuren"


def release(engine: Engine, number: str, *, by: str = PUBLISHER, outcome: str = "approve") -> Done:
    """Decide the open review of this case."""
    who = people.actor(engine, by)
    (item,) = [i for i in instances.get(engine, number, who).items if i.state == "open" and i.element == "FB20"]
    return work.decide(engine, item.id, outcome, who, opinion="已看。")


def release_all(engine: Engine) -> list[str]:
    """Agree to everything that waits for the director; the numbers."""
    waiting = select(instance.c.number).where(instance.c.process == "process_release", instance.c.state == "running")
    with engine.store.reading() as tx:
        numbers = [str(row.number) for row in tx.all(waiting.order_by(instance.c.id))]
    return [release(engine, number).number for number in numbers]
