"""Whether every row can be read as what its table says it is: a text, JSON, an instant, a day."""

import re
from typing import Any, Final

from sqlalchemy import Column, LargeBinary, select

from engine.store.columns import Words
from engine.store.database import Tx
from engine.store.tables import metadata

TABLES: Final = tuple(table.name for table in metadata.sorted_tables)
TOGETHER = 500
# signs that no door lets into a text; Chinese whose bits were turned over turns into them
_NO_TEXT = re.compile("[\x0e-\x1f\x7f]")
_FOREIGN = {"error", "message", "problem"}  # what other systems said, whatever it was


def look_through(tx: Tx, name: str, after: Any) -> tuple[list[str], Any]:
    """Some rows from a key on: those whose texts are none any more, and where to go on; None at the end.

    What the database or a column type cannot read at all raises their errors.
    """
    table = metadata.tables[name]
    key = next(iter(table.primary_key.columns))
    columns = [c for c in table.columns if not isinstance(c.type, (LargeBinary, Words))]
    wanted = select(*columns).order_by(key).limit(TOGETHER)
    rows = tx.all(wanted if after is None else wanted.where(key > after))
    odd = [f"{name} {row._mapping[key]}" for row in rows if _is_odd(columns, row)]
    return odd, rows[-1]._mapping[key] if len(rows) == TOGETHER else None


def _is_odd(columns: list[Column[Any]], row: Any) -> bool:
    return any(
        isinstance(value, str) and _NO_TEXT.search(value)
        for column, value in zip(columns, row, strict=True)
        if column.name not in _FOREIGN
    )
