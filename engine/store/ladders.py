"""Rows of the ladders that the house has rewritten; never changed, only followed by a newer version."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from engine.store import judging
from engine.store.database import Tx
from engine.store.tables import ladder_rule, person


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRow:
    """One version of a ladder; ``process`` empty means every process, ``scope`` empty the whole house."""

    id: int
    process: str
    scope: str
    name: str
    version: int
    text: str
    withdrawn: bool
    note: str
    at: datetime
    by: str | None = None


_COLUMNS = [ladder_rule.c[name] for name in LadderRow.__dataclass_fields__ if name != "by"]
_ALL = (
    select(*_COLUMNS, person.c.name.label("by"), *judging.SIGNED)
    .select_from(ladder_rule)
    .outerjoin(person, person.c.id == ladder_rule.c.by_id)
    .order_by(ladder_rule.c.id.desc())
)


def last(tx: Tx) -> int:
    """Grows with every new version."""
    return int(tx.scalar(select(func.max(ladder_rule.c.id))) or 0)


def every(tx: Tx) -> tuple[LadderRow, ...]:
    """All versions, the newest first."""
    judging.whole(tx, ladder_rule)
    return tuple(judging.named_by(tx, LadderRow, tx.all(_ALL)))


def add(tx: Tx, **values: Any) -> int:
    """A new version; its number follows the last one of the same ladder."""
    same = and_(*(ladder_rule.c[name] == values[name] for name in ("process", "scope", "name")))
    version = int(tx.scalar(select(func.max(ladder_rule.c.version)).where(same)) or 0) + 1
    tx.insert(ladder_rule, version=version, **values)
    return version
