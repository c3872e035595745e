"""Open parts given to somebody else one by one, each in its own transaction; the result is a list to read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.errors import SanbanError
from engine.model import Actor
from engine.package import Plan
from engine.progress import Case, load
from engine.progress.knowing import UNREAD, UNTOLD
from engine.progress.permission import viewer
from engine.runtime import Engine
from engine.store import Tx, instances, searching, work
from engine.store.work import ItemRecord

# writes the change and answers with the id of whoever has it now, or None and why it stays where it is
Give = Callable[[Case, ItemRecord, Plan], tuple[int | None, str]]
ALIVE = ("open", "waiting", "paused")


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one part: ``to`` has it now, or ``reason`` says why it stayed."""

    item: int
    number: str
    title: str
    step: str
    to: str = ""  # login
    to_name: str = ""
    done: bool = False
    reason: str = ""


def listed(rows: Iterable[Any]) -> tuple[Moved, ...]:
    """Rows of the store as the list shows them before anything moves; administrators read it, so no secret title."""
    return tuple(Moved(int(r.id), r.number, UNTOLD if r.known_to else r.title, r.name) for r in rows)


def told(tx: Tx, rows: Sequence[Moved], actor: Actor | None, *, own: bool = False) -> tuple[Moved, ...]:
    """The list without the titles of cases that its reader may not open; what is one's ``own`` one reads."""
    if actor is None or own or not rows:
        return tuple(rows)
    open_to = searching.visible_numbers(tx, viewer(tx, actor), {row.number for row in rows})
    return tuple(row if row.number in open_to or row.title == UNTOLD else replace(row, title=UNREAD) for row in rows)


def move(engine: Engine, rows: Iterable[Moved], give: Give, actor: Actor | None) -> list[Moved]:
    """Give every part away; one that cannot go says why, and the others go all the same."""
    return [_one(engine, row, give, actor) for row in rows]


def _one(engine: Engine, row: Moved, give: Give, actor: Actor | None) -> Moved:
    try:
        with engine.store.transaction() as tx:
            case = load(engine, tx, instances.by_item(tx, row.item, lock=True), engine.now(), actor)
            item = work.by_id(tx, row.item)
            if item.state not in ALIVE:
                return replace(row, reason="已经办完")
            person_id, why = give(case, item, case.package.plans[item.element])
            person = case.directory.person(person_id)
    except SanbanError as error:
        return replace(row, reason=error.message_zh)
    if person is None:
        return replace(row, reason=why)
    return replace(row, to=person.login, to_name=person.name, done=True, reason=why)
