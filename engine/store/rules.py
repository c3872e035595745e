"""Rows of the limits that the house sets itself; never changed, only followed by a newer version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from engine.store import judging
from engine.store.database import Tx
from engine.store.tables import limit_rule, person


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One version of a rule; ``element`` empty means the whole instance, ``scope`` empty the whole house."""

    id: int
    process: str
    element: str
    scope: str
    version: int
    limit_text: str
    warn: str
    ladder: str
    reasons: Sequence[str]
    withdrawn: bool
    note: str
    at: datetime
    by_id: int | None
    by: str | None = None


_COLUMNS = [limit_rule.c[name] for name in RuleRow.__dataclass_fields__ if name != "by"]
_ALL = (
    select(*_COLUMNS, person.c.name.label("by"), *judging.SIGNED)
    .select_from(limit_rule)
    .outerjoin(person, person.c.id == limit_rule.c.by_id)
)
_newest = (
    select(limit_rule.c.process, limit_rule.c.element, limit_rule.c.scope, func.max(limit_rule.c.version).label("v"))
    .group_by(limit_rule.c.process, limit_rule.c.element, limit_rule.c.scope)
    .subquery()
)
_CURRENT = select(*_COLUMNS).join(
    _newest,
    and_(
        limit_rule.c.process == _newest.c.process,
        limit_rule.c.element == _newest.c.element,
        limit_rule.c.scope == _newest.c.scope,
        limit_rule.c.version == _newest.c.v,
    ),
)
_OF_PROCESS = _ALL.where(limit_rule.c.process == bindparam("process")).order_by(limit_rule.c.id.desc())
_LAST = select(func.max(limit_rule.c.id))


def last(tx: Tx) -> int:
    """Grows with every new version, so that a reader knows whether what it keeps is still true."""
    return int(tx.scalar(_LAST) or 0)


def current(tx: Tx) -> tuple[RuleRow, ...]:
    """The newest version of each rule that has not been withdrawn."""
    judging.whole(tx, limit_rule)
    return tuple(RuleRow(**r._mapping) for r in tx.all(_CURRENT) if not r.withdrawn)


def versions(tx: Tx, process: str) -> list[RuleRow]:
    """Every version of the rules of a process, the newest first."""
    judging.whole(tx, limit_rule)
    return judging.named_by(tx, RuleRow, tx.all(_OF_PROCESS, process=process))


def add(tx: Tx, **values: Any) -> int:
    """A new version; its number follows the last one of the same step and unit."""
    same = and_(*(limit_rule.c[name] == values[name] for name in ("process", "element", "scope")))
    version = int(tx.scalar(select(func.max(limit_rule.c.version)).where(same)) or 0) + 1
    tx.insert(limit_rule, version=version, **values)
    return version
