"""Connections and transactions: one database, SQLite or PostgreSQL, one transaction per verb."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Insert, Table, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.pool import QueuePool

# Before 3.51.3 two connections that write and checkpoint at one moment could corrupt a WAL database.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
BUSY_MS = 5000


class Tx:
    """One open transaction. Rolled back unless its block ends without an error."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    def all(self, statement: Executable, **parameters: Any) -> Sequence[Any]:
        return self.connection.execute(statement, parameters).all()

    def first(self, statement: Executable, **parameters: Any) -> Any | None:
        return self.connection.execute(statement, parameters).first()

    def scalar(self, statement: Executable, **parameters: Any) -> Any:
        return self.connection.execute(statement, parameters).scalar()

    def insert(self, table: Table, **values: Any) -> int:
        """Insert one row; its id."""
        return int(self.connection.execute(_insert(table), values).scalar_one())

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows in one statement; their ids in the order given."""
        if len(rows) <= 1:
            return [self.insert(table, **row) for row in rows]
        return [int(i) for i in self.connection.execute(_sorted_insert(table), list(rows)).scalars()]

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.execute(_plain_insert(table), list(rows))

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows that break no unique constraint; how many those are."""
        if not rows:
            return 0
        # counted by what comes back: the row count of many rows at once is not known on PostgreSQL
        return len(self.connection.execute(_new_insert(table, self.dialect), list(rows)).all())

    def insert_if_new(self, table: Table, **values: Any) -> int | None:
        """Insert one row; its id, or None if it would break a unique constraint."""
        found: int | None = self.connection.execute(_new_insert(table, self.dialect), values).scalar()
        return found


_INSERTS: dict[str, Insert] = {}


def _insert(table: Table) -> Insert:
    # one statement object per table, so that its compiled form is found by identity
    if table.name not in _INSERTS:
        _INSERTS[table.name] = insert(table).returning(table.c.id)
    return _INSERTS[table.name]


def _plain_insert(table: Table) -> Insert:
    key = table.name + "*"
    if key not in _INSERTS:
        _INSERTS[key] = insert(table)
    return _INSERTS[key]


def _new_insert(table: Table, dialect: str) -> Insert:
    key = f"{table.name}?{dialect}"
    if key not in _INSERTS:
        make = postgresql.insert if dialect == "postgresql" else sqlite.insert
        _INSERTS[key] = make(table).on_conflict_do_nothing().returning(table.c.id)
    return _INSERTS[key]


def _sorted_insert(table: Table) -> Insert:
    key = table.name + "#"
    if key not in _INSERTS:
        _INSERTS[key] = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return _INSERTS[key]


class Store:
    """The database of one installation."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._writing = self.engine.execution_options(sanban_write=True)
        self.dialect = self.engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A transaction that may write. On SQLite it takes the write lock at once, so it never fails half-way."""
        with self._writing.begin() as connection:
            yield Tx(connection)

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A transaction that only reads: one consistent view, no write lock."""
        with self.engine.connect() as connection:
            yield Tx(connection)

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        connection.execute(f"PRAGMA journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        connection.execute("PRAGMA cache_size=-32000")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("sanban_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    given = make_url(url)
    if given.drivername == "postgresql":
        given = given.set(drivername="postgresql+psycopg")
    return create_engine(
        given,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=False,
        isolation_level="READ COMMITTED",
        # every process keeps its own prepared statements; the few we send repeat for ever
        connect_args={"prepare_threshold": 2, "options": "-c timezone=UTC -c lock_timeout=5000"},
    )
