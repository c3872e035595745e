"""Who looked at a secret case, printed it or took something away stands in its record (domain.md §10.6)."""

from datetime import datetime, time
from typing import Final

from engine.model import Actor
from engine.progress.aside import save_aside
from engine.progress.case import load, log
from engine.progress.permission import require_read
from engine.progress.reading import Right
from engine.runtime import Engine
from engine.store import Tx, history, instances
from engine.store.instances import InstanceRow

LOOKED: Final = "look"
PRINTED: Final = "print"
TAKEN: Final = "fetch"  # an attachment or the archive package
READ: Final = "online"  # a file on the screen, by a lending


def note_look(engine: Engine, instance_id: int, actor: Actor, way: str, *, what: str = "") -> bool:
    """One line in the record of a case with a list of those who may know; looking and printing once a day for each.

    Whether one was written: then the case has another revision.
    """
    with engine.store.reading() as tx:
        row = instances.by_id(tx, instance_id)
        if row.known_to is None:
            return False
        require_read(tx, row, actor)
        today = _beginning_of_day(engine.calendar(tx).local(engine.now()))
        if _is_noted(tx, row, actor, way, today):
            return False
    with engine.store.transaction() as tx:
        row = instances.by_id(tx, instance_id, lock=True)
        if _is_noted(tx, row, actor, way, today):
            return False  # by another page of the same person in the meantime
        case = load(engine, tx, row, engine.now(), actor)
        log(case, way, detail={"opinion": what} if what else {})
        save_aside(case)
    return True


def note_reading(engine: Engine, right: Right, actor: Actor, what: str, *, again: bool = True) -> None:
    """Who opened which file on the screen, in the record of the lending; for a secret case in its own as well.

    Without ``again`` once a day for each file: what a page that was opened asks for page by page.
    """
    secret = right.source.known_to is not None
    said = {right.lending.id: what} | ({right.source.id: f"{what}（借阅 {right.lending.number}）"} if secret else {})
    with engine.store.transaction() as tx:
        rows = {one: instances.by_id(tx, one, lock=True) for one in sorted(said)}  # in one order: no two can wait
        today = _beginning_of_day(engine.calendar(tx).local(engine.now()))
        if not again and what in history.words_since(tx, right.lending.id, READ, actor.id, since=today):
            return
        for one, row in rows.items():
            case = load(engine, tx, row, engine.now(), actor)
            log(case, READ, detail={"opinion": said[one]})
            save_aside(case)


def _is_noted(tx: Tx, row: InstanceRow, actor: Actor, way: str, today: datetime) -> bool:
    return way != TAKEN and history.was_done(tx, row.id, way, actor.id, since=today)


def _beginning_of_day(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
