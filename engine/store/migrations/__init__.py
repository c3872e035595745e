"""The schema's history: bring a database to the newest version, or say that it is newer than this program."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.store.database import Store


def _config(store: Store) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["store"] = store
    return config


def upgrade(store: Store) -> None:
    """Apply what is missing, each migration in its own transaction where the database can do that."""
    command.upgrade(_config(store), "head")


def is_current(store: Store) -> bool:
    """Whether the database has exactly the schema this program expects."""
    with store.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_config(store)).get_current_head()


def draft(store: Store, message: str) -> None:
    """Write a new migration from the difference between tables.py and the database; to be read and edited."""
    command.revision(_config(store), message, autogenerate=True)
