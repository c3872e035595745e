"""The house's own words for notices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from engine.store.database import Tx
from engine.store.tables import notice_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """Title and body of one notice, for one process or (empty) for all."""

    process: str
    code: str
    title: str
    body: str
    changed_at: datetime
    changed_by: int


_COLUMNS = [notice_text.c[name] for name in TextRow.__dataclass_fields__]


def all_texts(tx: Tx) -> list[TextRow]:
    return [TextRow(**r._mapping) for r in tx.all(select(*_COLUMNS).order_by(notice_text.c.id))]


def drop(tx: Tx, process: str, code: str) -> int:
    """Go back to the shipped words; 0 if they were never changed."""
    mine = (notice_text.c.process == process, notice_text.c.code == code)
    return tx.execute(delete(notice_text).where(*mine)).rowcount


def keep(tx: Tx, row: TextRow) -> None:
    """Write one text in place of what was there."""
    drop(tx, row.process, row.code)
    tx.insert(notice_text, **{name: getattr(row, name) for name in TextRow.__dataclass_fields__})
