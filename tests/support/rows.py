"""Every row of an installation, to see whether something changed."""

from typing import Any

from sqlalchemy import select

from engine.runtime import Engine
from engine.store.tables import metadata


def everything(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows by table."""
    with engine.store.reading() as tx:
        return {t.name: [tuple(r) for r in tx.all(select(t))] for t in metadata.sorted_tables}
