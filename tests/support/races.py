"""Many at one item in the same moment: a crowd that starts together, and two in an order that is forced."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, local
from typing import Any

from sqlalchemy import Connection, event

from engine.errors import SanbanError
from engine.model import Actor
from engine.runtime import Engine
from engine.store import history
from engine.store import instances as stored
from engine.store import work as rows
from engine.verbs import work

CROWD = 50
PATIENCE = 120.0  # seconds; a bound for what must come, not a measure
Act = Callable[[Engine, int, Actor], object]
me = local()


def approve(engine: Engine, item: int, actor: Actor) -> object:
    return work.decide(engine, item, "approve", actor, opinion="同意。")


def send_back(engine: Engine, item: int, actor: Actor) -> object:
    return work.return_to(engine, item, actor, to="Draft", opinion="请修改。")


def hand_on(engine: Engine, item: int, actor: Actor) -> object:
    return work.transfer(engine, item, "fuzhuren", actor)


@contextmanager
def gate(engine: Engine, second: str) -> Iterator[tuple[Event, Event]]:
    """Hold the first thread before its COMMIT until the second has begun to ask for the lock."""
    holds, asks = Event(), Event()

    def statement(*_sent: Any) -> None:
        if getattr(me, "name", "") == second:
            asks.set()

    def begun(_connection: Any) -> None:
        if getattr(me, "name", "") == second:
            asks.set()

    def committing(connection: Connection) -> None:
        # what only reads ends by a commit too
        if getattr(me, "name", "") == "first" and connection.get_execution_options().get("sanban_write"):
            holds.set()
            asks.wait(3)

    listeners: list[tuple[str, Callable[..., Any]]] = [
        ("commit", committing),
        ("begin", begun),
    ]
    for name, listener in listeners:
        event.listen(engine.store.engine, name, listener, insert=name == "begin")
    try:
        with engine.store.watched(statement):
            yield holds, asks
    finally:
        for name, listener in listeners:
            event.remove(engine.store.engine, name, listener)


def in_order(engine: Engine, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Run both at once so that the second asks while the first holds everything; what became of each."""

    def run(name: str, act: Callable[[], object], ready: Event | None) -> object:
        me.name = name
        if ready is not None:
            ready.wait(PATIENCE)
        try:
            return act()
        except SanbanError as error:
            return error
        finally:
            if name == "first":
                holds.set()  # it may have written nothing

    with gate(engine, "second") as (holds, _asks), ThreadPoolExecutor(2) as crowd:
        one = crowd.submit(run, "first", first, None)
        two = crowd.submit(run, "second", second, holds)
        return [one.result(PATIENCE), two.result(PATIENCE)]


def sound(engine: Engine, number: str) -> None:
    """Every open activity has somebody, no item is open without one, and the chain of the record is whole."""
    with engine.store.reading() as tx:
        row = stored.by_number(tx, number)
        opened = stored.open_activities(tx, row.id)
        items = rows.open_of_instance(tx, row.id)
        assert {i.activity_id for i in items if i.state == "open" and i.kind != "sign"} == {a.id for a in opened}
        assert len({a.token for a in opened}) == len(opened)
        assert history.broken_at(tx, row.id, row.history_hash) is None


def crowd_at(act: Callable[[int], object]) -> list[object]:
    """Fifty threads that start together; what each one got."""
    ready = Barrier(CROWD)

    def run(n: int) -> object:
        ready.wait(PATIENCE)
        try:
            return act(n)
        except SanbanError as error:
            return error

    with ThreadPoolExecutor(CROWD) as threads:
        return list(threads.map(run, range(CROWD)))
