"""Loading a whole installation at once, before anybody works with it: fast, and repeatable when it was interrupted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, select

from engine.errors import Conflict
from engine.store import house, judging
from engine.store.database import Store, Tx
from engine.store.tables import heartbeat, metadata, person

PRAGMAS = {
    "sqlite": ("PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF"),
    "postgresql": ("SET synchronous_commit=off",),
}
MARK = "loading"


@contextmanager
def hurried(store: Store) -> Iterator[None]:
    """Commits in the block do not wait for the disk; when it has ended, everything is there.

    SQLite works on a copy beside its file and puts it back at the end, whole: an interrupted block leaves nothing.
    """
    with _in_copy(store) if _file(store).name else _careless(store):
        yield


@contextmanager
def _careless(store: Store) -> Iterator[None]:
    """Every connection made in the block is told not to wait."""

    def relax(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in PRAGMAS[store.dialect]:
            cursor.execute(pragma)
        cursor.close()
        if store.dialect == "postgresql":
            connection.commit()  # a setting made in a transaction that is rolled back is forgotten

    store.engine.dispose()  # connections that are open already would not hear of it
    event.listen(store.engine, "connect", relax)
    try:
        yield
    finally:
        event.remove(store.engine, "connect", relax)
        store.engine.dispose()
        if store.dialect == "postgresql":
            with store.transaction() as tx:  # a durable commit takes all commits before it along
                tx.connection.exec_driver_sql("SELECT txid_current()")


@contextmanager
def _in_copy(store: Store) -> Iterator[None]:
    file = _file(store)
    copy = file.with_name(file.name + ".loading")
    copy.unlink(missing_ok=True)
    store.engine.dispose()
    _copied(file, copy)

    def elsewhere(_dialect: object, _record: object, arguments: list[Any], _named: object) -> None:
        arguments[0] = str(copy)

    event.listen(store.engine, "do_connect", elsewhere)
    try:
        people = _people(file)
        with _careless(store):
            yield
        if _people(file) != people:
            raise Conflict(
                "载入期间有人在系统里新增了人员，载入的内容没有写入。",
                "somebody was added while it was loading; nothing was loaded",
                "请停止正在运行的服务，换一个空的数据文件夹再试。",
            )
        _copied(copy, file)
    finally:
        event.remove(store.engine, "do_connect", elsewhere)
        store.engine.dispose()
        copy.unlink(missing_ok=True)


def _file(store: Store) -> Path:
    """The file of SQLite; none for a server, and for a database in memory."""
    path = store.engine.url.database if store.dialect == "sqlite" else None
    return Path(path) if path and path != ":memory:" else Path()


def _people(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        there = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", (person.name,)).fetchone()[0]
        return int(connection.execute(f"SELECT count(*) FROM {person.name}").fetchone()[0]) if there else 0


def _copied(source: Path, target: Path) -> None:
    """One transaction of SQLite on the target, and on the disk when it has ended."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        new.execute("PRAGMA synchronous=FULL")
        old.backup(new)


def begin(tx: Tx, at: datetime) -> None:
    """Note that a load has begun; what an interrupted one has left is removed first."""
    if interrupted(tx):
        for table in reversed(metadata.sorted_tables):
            tx.execute(delete(table))
    house.beat(tx, MARK, at, {"done": False})
    house.beat(tx, judging.GUARDED, at, {})  # every row of an office that is loaded here has its digest


def end(tx: Tx, at: datetime) -> None:
    """Note that the load is complete."""
    house.beat(tx, MARK, at, {"done": True})


def interrupted(tx: Tx) -> bool:
    """Whether a load has begun and never ended."""
    facts = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == MARK))
    return facts is not None and not facts["done"]


def is_done(tx: Tx) -> bool:
    """Whether a load has ended."""
    facts = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == MARK))
    return facts is not None and bool(facts["done"])


def is_empty(tx: Tx) -> bool:
    """Whether there is nobody yet, or only what an interrupted load has left."""
    return interrupted(tx) or tx.first(select(person.c.id).limit(1)) is None
