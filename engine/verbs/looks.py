"""Looking at a case and printing it: what a page says before it shows one."""

from engine.model import Actor
from engine.progress.looks import LOOKED, PRINTED, note_look
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import instances


def looked(engine: Engine, number: str, actor: Actor) -> bool:
    """The record of a secret case says who opened it, and when; of others nothing is kept. Whether it was written."""
    return note_look(engine, _id(engine, number), actor, LOOKED)


def printed(engine: Engine, number: str, actor: Actor) -> None:
    """The same for whoever prints it."""
    note_look(engine, _id(engine, number), actor, PRINTED)


def is_secret(engine: Engine, number: str, actor: Actor) -> bool:
    """Whether a case has a list of those who may know: what is taken away from it is marked."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        return row.known_to is not None


def _id(engine: Engine, number: str) -> int:
    with engine.store.reading() as tx:
        return instances.by_number(tx, number).id
