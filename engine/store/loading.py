"""Loading a whole installation at once, before anybody works with it: fast, and repeatable when it was interrupted."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, event, select

from engine.store import house
from engine.store.database import Store, Tx
from engine.store.tables import heartbeat, metadata, person

PRAGMAS = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit=off"}
MARK = "loading"


@contextmanager
def hurried(store: Store) -> Iterator[None]:
    """Commits in the block do not wait for the disk; when it has ended, everything is there."""

    def relax(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(PRAGMAS[store.dialect])
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
        _settle(store)


def _settle(store: Store) -> None:
    """Bring to the disk what the system still holds."""
    if store.dialect == "postgresql":
        with store.transaction() as tx:  # a durable commit takes all commits before it along
            tx.connection.exec_driver_sql("SELECT txid_current()")
        return
    path = store.engine.url.database
    if path and os.path.exists(path):
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def begin(tx: Tx, at: datetime) -> None:
    """Note that a load has begun; what an interrupted one has left is removed first."""
    if interrupted(tx):
        for table in reversed(metadata.sorted_tables):
            tx.execute(delete(table))
    house.beat(tx, MARK, at, {"done": False})


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
