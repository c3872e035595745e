"""Alembic's entry: runs migrations on the store that engine.store.migrations hands over."""

from alembic import context

from engine.store.database import Store
from engine.store.migrations import ours
from engine.store.tables import metadata

store: Store = context.config.attributes["store"]

with store.engine.connect().execution_options(sanban_write=True) as connection:
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
