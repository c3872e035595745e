"""The schema's history: bring a database to the newest version, or say that it is newer than this program."""

import fcntl
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import OperationalError, ProgrammingError

from engine.errors import BadInput
from engine.store.database import Store
from engine.store.pulse import is_locked_out

LOCK = 7_235_120  # ours among the advisory locks of a PostgreSQL server
PATIENCE = 600.0  # seconds: a backup on PostgreSQL keeps every table as it is while it is written
PAUSE = 1.0  # between two tries, on average: meanwhile whoever waited goes on


def _config(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["store"] = store
    return config


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether Alembic should compare a thing it finds; full-text search brings what only one database knows."""
    return kind not in ("table", "index") or not str(name).startswith(("instance_words", "ix_instance_text_words"))


def upgrade(store: Store, to: str = "head") -> None:
    """Apply what is missing, each migration in its own transaction; of several programs one does it, others wait.

    Beside a working office a migration that does not get its locks gives them back and comes again (decision 114).
    """
    with alone(store):
        until = time.monotonic() + PATIENCE
        while True:
            try:
                if to != "head" or not is_current(store):
                    command.upgrade(_config(store), to)
                return
            except ProgrammingError as error:
                if not isinstance(error.orig, InsufficientPrivilege):
                    raise
                raise BadInput(
                    "这个数据库账号不能建表或改表。",
                    "this account may not make or change tables",
                    "请用建库账号运行 sanban init，再用工作账号启动。",
                    "database.role",
                ) from error
            except OperationalError as error:
                if not is_locked_out(error) or time.monotonic() > until:
                    raise
            time.sleep(PAUSE * random.uniform(0.5, 1.5))


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold what only one migrating program can hold; the system frees it if that program dies."""
    if store.dialect == "postgresql":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            yield
        return
    with open(f"{store.engine.url.database}.lock", "a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def revision(store: Store) -> str | None:
    """The newest migration that was applied."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(store: Store) -> bool:
    """Whether the database has exactly the schema this program expects."""
    return revision(store) == ScriptDirectory.from_config(_config(store)).get_current_head()


def draft(store: Store, message: str) -> None:
    """Write a new migration from the difference between tables.py and the database; to be read and edited."""
    command.revision(_config(store), message, autogenerate=True)
