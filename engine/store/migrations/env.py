"""Alembic's entry: runs migrations on the store that engine.store.migrations hands over."""

from alembic import context
from sqlalchemy import Connection, event

from engine.store.database import Store
from engine.store.migrations import ours
from engine.store.tables import metadata

store: Store = context.config.attributes["store"]
LOCK_MS = 500  # below the second after which PostgreSQL looks for a deadlock: who gives way is always the migration
# what commands take hold of first, in this order: those to come wait here with empty hands, those before them finish
FIRST = ("idempotency", "definition", "series", "instance")
THERE = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"


def take_all_tables(connection: Connection) -> None:
    """Take every table at once, or a migration and a command would wait for each other in the middle of both."""
    there = {str(row[0]) for row in connection.exec_driver_sql(THERE)} & set(metadata.tables)
    names = [*(name for name in FIRST if name in there), *sorted(there - set(FIRST))]
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MS}")
    if names:
        connection.exec_driver_sql(
            f"LOCK TABLE {', '.join(map(store.engine.dialect.identifier_preparer.quote, names))}"
        )


with store.engine.connect().execution_options(sanban_write=True) as connection:
    if store.dialect == "postgresql":
        event.listen(connection, "begin", take_all_tables)
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=store.dialect == "sqlite",
        transaction_per_migration=True,
        compare_type=False,
        include_name=ours,
        user_module_prefix="columns.",
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
