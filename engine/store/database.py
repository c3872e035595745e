"""Connections and transactions: one database, SQLite or PostgreSQL, one transaction per verb."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from typing import Any, TypeVar, overload

import psycopg
from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.pool import QueuePool

from engine.store import guards, inserting
from engine.store.prepared import Prepared

# Before 3.51.3 two connections that write and checkpoint at one moment could corrupt a WAL database.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
KEPT_OPEN = 8  # connections of a process on SQLite
PAGES_KB = 2_000  # each keeps so much of the file in memory: a process stays below 250 MB (P18)
WAIT_MS = 5000  # for a lock, on either database


T = TypeVar("T")
Watcher = Callable[[str, Any, bool], None]


class Tx:
    """One open transaction. Rolled back unless its block ends without an error.

    What only writes is sent ``later``: in order, all at once, before anything is read and before the commit. Each
    answer that nobody waits for saves a way to the server and back.
    """

    audit_key = b""  # what the chains of the record are keyed with; set by the store

    def __init__(self, connection: Connection, watchers: Sequence[Watcher] = ()) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self._watchers = watchers
        self._later: list[tuple[Executable | Prepared[Any], Any]] = []
        self._reserved: dict[Table, list[int]] = {}
        self.changed: set[tuple[str, int]] = set()  # table and id: what was read of these rows before is stale

    @cached_property
    def _cursor(self) -> Any:
        """One cursor of the driver for all prepared statements."""
        return self._cursor_of_driver()

    def _cursor_of_driver(self) -> Any:
        driver: Any = self.connection.connection.driver_connection
        return psycopg.RawCursor(driver) if self.dialect == "postgresql" else driver.cursor()

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        self.send()
        return self.connection.execute(statement, parameters)

    @overload
    def all(self, statement: Prepared[T], **parameters: Any) -> list[T]: ...
    @overload
    def all(self, statement: Executable, **parameters: Any) -> Sequence[Any]: ...
    def all(self, statement: Executable | Prepared[Any], **parameters: Any) -> Sequence[Any]:
        if isinstance(statement, Prepared):
            self.send()
            return self._ask(statement, parameters)
        return self.execute(statement, parameters).all()

    @overload
    def first(self, statement: Prepared[T], **parameters: Any) -> T | None: ...
    @overload
    def first(self, statement: Executable, **parameters: Any) -> Any | None: ...
    def first(self, statement: Executable | Prepared[Any], **parameters: Any) -> Any | None:
        if isinstance(statement, Prepared):
            return next(iter(self.all(statement, **parameters)), None)
        return self.execute(statement, parameters).first()

    def scalar(self, statement: Executable | Prepared[Any], **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        if isinstance(statement, Prepared):
            found = self.first(statement, **parameters)
            return None if found is None else found[0]
        return self.execute(statement, parameters).scalar()

    def ask(self, *questions: tuple[Prepared[Any], Mapping[str, Any]]) -> list[list[Any]]:
        """The answers of several statements that do not wait for each other."""
        self.send()
        cursors = [self._cursor_of_driver() for _question in questions]
        texts = [statement.on(self.connection.dialect) for statement, _parameters in questions]
        with together(self.connection):
            if self.dialect == "postgresql" and all(statement.plan_once for statement, _parameters in questions):
                self._cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
            for cursor, text, (_statement, parameters) in zip(cursors, texts, questions, strict=True):
                self._run(text.sql, text.bound(parameters), cursor=cursor)
        asked = zip(cursors, texts, questions, strict=True)
        return [statement.values(text, cursor.fetchall()) for cursor, text, (statement, _parameters) in asked]

    def insert(self, table: Table, **values: Any) -> int:
        """Insert one row; its id."""
        return self.insert_all(table, [values])[0]

    def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows of one shape; their ids in the order given."""
        rows = guards.written(self.audit_key, table, rows)
        if self.dialect == "postgresql":
            self.reserve({table: len(rows)})
            own, self._reserved[table] = self._reserved[table][: len(rows)], self._reserved[table][len(rows) :]
            self._insert_later(table, [{"id": id_, **row} for id_, row in zip(own, rows, strict=True)])
            return own
        self.send()
        return [int(self._ask(inserting.returning(table, tuple(row)), row)[0].id) for row in rows]

    def reserve(self, counts: Mapping[Table, int]) -> None:
        """Have so many ids at hand for rows to come, asked for at once; SQLite gives them out when it inserts."""
        missing = {t: n - len(self._reserved.setdefault(t, [])) for t, n in counts.items()}
        wanted = {t: n for t, n in missing.items() if n > 0}
        if wanted and self.dialect == "postgresql":
            counted = {f"of_{table.name}": n for table, n in wanted.items()}
            for row in self._ask(inserting.ids_ahead(tuple(wanted)), counted):
                self._reserved[next(t for t in wanted if t.name == row.name)].append(int(row.id))

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert the rows that break no unique constraint; how many those are."""
        if not rows:
            return 0
        # counted by what comes back: the row count of many rows at once is not known on PostgreSQL
        given = list(guards.written(self.audit_key, table, rows))
        return len(self.execute(inserting.counted(table, self.dialect), given).all())

    def insert_if_new(self, table: Table, **values: Any) -> int | None:
        """Insert a row unless it breaks a unique constraint; its id, or None."""
        (given,) = guards.written(self.audit_key, table, [values])
        found = self.execute(inserting.counted(table, self.dialect), given).scalar()
        return None if found is None else int(found)

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows at once, as loading does."""
        if rows:
            self.execute(inserting.many(table), list(guards.written(self.audit_key, table, rows)))

    def insert_later(self, table: Table, rows: Sequence[Mapping[str, Any]], *, only_new: bool = False) -> None:
        """Insert rows of one shape whose ids nobody asks for; ``only_new``: those that break no unique constraint."""
        self._insert_later(table, guards.written(self.audit_key, table, rows), only_new=only_new)

    def _insert_later(self, table: Table, rows: Sequence[Mapping[str, Any]], *, only_new: bool = False) -> None:
        if rows:
            names = tuple(rows[0])
            statement = inserting.only_new(table, names, self.dialect) if only_new else inserting.plain(table, names)
            self._later.append((statement, list(rows)))

    def later(self, statement: Executable | Prepared[Any], parameters: Any) -> None:
        """Send a statement whose answer nobody asks for together with the others."""
        self._later.append((statement, parameters))

    def send(self) -> None:
        """Send what was to be sent later."""
        if not self._later:
            return
        waiting, self._later = self._later, []
        with together(self.connection):
            for statement, parameters in waiting:
                if isinstance(statement, Prepared):
                    self._tell(statement, parameters)
                else:
                    self.connection.execute(statement, parameters)

    def _ask(self, statement: Prepared[T], parameters: Mapping[str, Any]) -> list[T]:
        text = statement.on(self.connection.dialect)
        self._run(text.sql, text.bound(parameters))
        return statement.values(text, self._cursor.fetchall())

    def _tell(self, statement: Prepared[Any], parameters: Any) -> None:
        text = statement.on(self.connection.dialect)
        if isinstance(parameters, list):
            self._run(text.sql, [text.bound(one) for one in parameters], many=True)
        else:
            self._run(text.sql, text.bound(parameters))

    def _run(self, sql: str, bound: Sequence[Any], *, many: bool = False, cursor: Any = None) -> None:
        for watcher in self._watchers:
            watcher(sql, bound, many)
        cursor = cursor or self._cursor
        if many:
            cursor.executemany(sql, bound)
        else:
            cursor.execute(sql, bound)


def together(connection: Connection) -> AbstractContextManager[object]:
    """Statements of the block go to the server without waiting for each answer; SQLite has no way to go."""
    if connection.dialect.name != "postgresql":
        return nullcontext()
    driver: Any = connection.connection.driver_connection
    pipeline: AbstractContextManager[object] = driver.pipeline()
    return pipeline


class Store:
    """The database of one installation."""

    def __init__(self, url: str, audit_key: bytes = b"") -> None:
        self.url, self.audit_key = url, audit_key
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._writing = self.engine.execution_options(sanban_write=True)
        self._reading = self.engine.execution_options(postgresql_readonly=True)
        self.dialect = self.engine.dialect.name
        self._watchers: list[Watcher] = []

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        """A transaction that may write. On SQLite it takes the write lock at once, so it never fails half-way."""
        with self._writing.connect() as connection, connection.begin() as transaction:
            tx = self._opened(connection)
            yield tx
            with together(connection):
                tx.send()
                transaction.commit()

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """A transaction that only reads: one consistent view, no write lock."""
        with self._reading.connect() as connection, connection.begin() as transaction:
            yield self._opened(connection)
            if self.dialect == "sqlite":
                transaction.rollback()  # what was written by mistake; PostgreSQL refuses it
            # PostgreSQL ends by COMMIT: after a ROLLBACK its driver forgets every statement that it had prepared

    @contextmanager
    def watched(self, watcher: Watcher) -> Iterator[None]:
        """Tell somebody of every statement before it is sent: its text, its parameters, whether they are many."""

        def heard(_connection: Any, _cursor: Any, sql: str, bound: Any, _context: Any, many: bool) -> None:
            watcher(sql, bound, many)

        event.listen(self.engine, "before_cursor_execute", heard)
        self._watchers.append(watcher)
        try:
            yield
        finally:
            self._watchers.remove(watcher)
            event.remove(self.engine, "before_cursor_execute", heard)

    @contextmanager
    def steady(self) -> Iterator[Tx]:
        """Like ``reading``, and all its statements see the same moment, on PostgreSQL too."""
        with self.reading() as tx:
            if self.dialect == "postgresql":
                tx.connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield tx

    def _opened(self, connection: Connection) -> Tx:
        tx = Tx(connection, self._watchers)
        tx.audit_key = self.audit_key
        return tx

    def close(self) -> None:
        self.engine.dispose()


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=KEPT_OPEN,
        max_overflow=24,
        connect_args={"check_same_thread": False, "timeout": WAIT_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        connection.execute(f"PRAGMA journal_mode={'WAL' if WAL_IS_SAFE else 'DELETE'}")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        connection.execute(f"PRAGMA cache_size=-{PAGES_KB}")

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
        connect_args={"prepare_threshold": 2, "options": f"-c timezone=UTC -c lock_timeout={WAIT_MS}"},
    )
