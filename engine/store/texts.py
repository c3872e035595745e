"""The house's own words for notices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from engine.store import judging
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


def all_texts(tx: Tx) -> list[TextRow]:
    """Words that are not as they were written are left out: the shipped ones count, and the check-up tells."""
    rows = tx.all(select(notice_text).order_by(notice_text.c.id))
    return [judging.shaped(tx, notice_text, TextRow, r) for r in rows if judging.holds(tx, notice_text, r)]


def drop(tx: Tx, process: str, code: str) -> int:
    """Go back to the shipped words; 0 if they were never changed."""
    mine = (notice_text.c.process == process, notice_text.c.code == code)
    return tx.execute(delete(notice_text).where(*mine)).rowcount


def keep(tx: Tx, row: TextRow) -> None:
    """Write one text in place of what was there."""
    drop(tx, row.process, row.code)
    tx.insert(notice_text, **{name: getattr(row, name) for name in TextRow.__dataclass_fields__})
