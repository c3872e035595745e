"""Connections and transactions: one database, SQLite or PostgreSQL, one transaction per verb."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Insert, Table, create_engine, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.pool import QueuePool

# Before 3.51.3 two connections that write and checkpoint at one moment could corrupt a WAL database.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
BUSY_MS = 5000


class Tx:
    """One open transaction. Rolled back unless its block ends without an error.

    What only writes is sent ``later``: in order, all at once, before anything is read and before the commit. Each
    answer that nobody waits for saves a way to the server and back.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._later: list[tuple[Executable, Any]] = []

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        if self._later:
            self.send()
        return self.connection.execute(statement, parameters)

    def all(self, statement: Executable, **parameters: Any) -> Sequence[Any]:
        return self.execute(statement, parameters).all()

    def first(self, statement: Executable, **parameters: Any) -> Any | None:
        return self.execute(statement, parameters).first()

    def scalar(self, statement: Executable, **parameters: Any) -> Any:
        return self.execute(statement, parameters).scalar()

    def insert(self, table: Table, **values: Any) -> int:
        """Insert one row; its id."""
        return int(self.execute(_insert(table), values).scalar_one())

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]], *, ahead: bool = False) -> list[int]:
        """Insert rows in one statement; their ids in the order given.

        ``ahead`` of what is to be sent later, if none of that could concern the new rows.
        """
        run = self.connection.execute if ahead else self.execute
        if len(rows) <= 1:
            return [int(run(_insert(table), row).scalar_one()) for row in rows]
        return [int(i) for i in run(_sorted_insert(table), list(rows)).scalars()]

    def later(self, statement: Executable, parameters: Any) -> None:
        """Send a statement whose answer nobody asks for together with the others."""
        self._later.append((statement, parameters))

    def insert_later(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows whose ids nobody asks for."""
        if rows:
            self._later.append((_plain_insert(table), list(rows)))

    def send(self) -> None:
        """Send what was to be sent later."""
        waiting, self._later = self._later, []
        if len(waiting) == 1:
            self.connection.execute(*waiting[0])
        elif waiting:
            with together(self.connection):
                for statement, parameters in waiting:
                    self.connection.execute(statement, parameters)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.execute(_plain_insert(table), list(rows))

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows that break no unique constraint; how many those are."""
        if not rows:
            return 0
        # counted by what comes back: the row count of many rows at once is not known on PostgreSQL
        return len(self.execute(_new_insert(table, self.dialect), list(rows)).all())


def together(connection: Connection) -> AbstractContextManager[object]:
    """Statements of the block go to the server without waiting for each answer; SQLite has no way to go."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    driver: Any = connection.connection.driver_connection
    pipeline: AbstractContextManager[object] = driver.pipeline()
    return pipeline

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
        _INSERTS[key] = insert(table).inline()  # nobody asks for the ids
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
        with self._writing.connect() as connection, connection.begin() as transaction:
            tx = Tx(connection)
            yield tx
            with together(connection):
                tx.send()
                transaction.commit()

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
