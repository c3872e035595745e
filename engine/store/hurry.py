"""Loading much at once into a database that nobody works with yet: commits do not wait for the disk until the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from engine.store.database import Store

PRAGMAS = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit=off"}


@contextmanager
def hurried(store: Store) -> Iterator[None]:
    """While the block runs, a power cut may lose everything; when it has ended, everything is on the disk."""

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
