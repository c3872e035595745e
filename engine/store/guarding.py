"""Changing rows that have a digest of what they say: the row as it stands is judged, and the new one gets its digest.

The only place that updates such columns; ``Tx`` gives inserted rows theirs (docs/decisions/104).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from engine.store import guards, house, judging
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import instance

TOGETHER = 500


def change(tx: Tx, table: Table, *where: Any, **values: Any) -> int:
    """Set columns of the rows that answer to the conditions; how many. Altered if one is not as it was written."""
    if not set(values) & set(guards.COVERED[table]):
        return tx.execute(update(table).where(*where).values(**values)).rowcount
    rows = tx.all(select(table).where(*where).with_for_update())
    for row in rows:
        judging.guarded(tx, table, row)
        digest = guards.of(tx.audit_key, table, {**row._mapping, **values})
        tx.execute(update(table).where(table.c.id == row.id).values(**values, row_digest=digest))
    return len(rows)


def change_one(tx: Tx, table: Table, row_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one row whose instance is locked; sent later."""
    changed = dict(values)
    if set(values) & set(guards.COVERED[table]):
        row = tx.first(_one(table), id=row_id)
        if row is None:
            return
        judging.guarded(tx, table, row)
        changed[guards.COLUMN] = guards.of(tx.audit_key, table, {**row._asdict(), **values})
    tx.changed.add((table.name, row_id))
    parameters = {f"new_{name}": value for name, value in changed.items()}
    tx.later(_update(table, tuple(sorted(changed))), {"key": row_id} | parameters)


def fill(tx: Tx, table: Table, after: int, *, new: bool = False) -> tuple[int | None, int]:
    """Give some rows their digest that have none or another; where to go on, None at the end, and how many differed.

    ``new``: only those that have none, as what a migration has put there.
    """
    which = [table.c.id > after, *([table.c.row_digest.is_(None)] if new else [])]
    rows = tx.all(select(table).where(*which).order_by(table.c.id).limit(TOGETHER).with_for_update())
    differed = 0
    for row in rows:
        digest = guards.of(tx.audit_key, table, row._mapping)
        if row.row_digest != digest and guards.legal(table, row):
            differed += row.row_digest is not None
            tx.execute(update(table).where(table.c.id == row.id).values(row_digest=digest))
    return (int(rows[-1].id) if len(rows) == TOGETHER else None), differed


def forget(tx: Tx, tables: Collection[str]) -> None:
    """All digests were made with a key that is lost; new ones come as if they had never been there."""
    for table in (t for t in guards.COVERED if t.name in tables):
        tx.execute(update(table).values(row_digest=None))
    house.forget(tx, judging.GUARDED)


def begin(tx: Tx, at: datetime, differed: int) -> None:
    """From now on every row with a digest is judged; so many had been changed by a program of the version before."""
    house.beat(tx, judging.GUARDED, at, {"differed": differed})


def accept(tx: Tx, table: Table, *where: Any) -> int:
    """What these rows hold now counts as written; how many of them did not."""
    accepted = 0
    for row in tx.all(select(table).where(*where).with_for_update()):
        if not guards.agrees(tx.audit_key, table, row):
            digest = guards.of(tx.audit_key, table, row._mapping) if guards.legal(table, row) else None
            accepted += tx.execute(update(table).where(table.c.id == row.id).values(row_digest=digest)).rowcount
    return accepted


@dataclass(frozen=True, slots=True)
class AlteredRow:
    """A row that is not as it was written: the code of the check-up, its case if it has one, and how it is named."""

    code: str
    instance_id: int | None
    name: str


def altered(tx: Tx, table: Table, after: int | None) -> tuple[list[AlteredRow], int | None]:
    """Some rows that are not as they were written, and where to go on; None at the end."""
    rows = tx.all(
        select(table.c.id, *guards.columns(table))
        .where(table.c.id > (after or 0), table.c.row_digest.like(f"{guards.MARK}%"))
        .order_by(table.c.id)
        .limit(TOGETHER)
    )
    code = judging.code_of(table)
    found = [r for r in rows if not judging.holds(tx, table, r)]
    case = (lambda r: int(r.id)) if table is instance else (lambda r: getattr(r, "instance_id", None))
    told = [AlteredRow(code, case(r), f"{table.name}:{r.id}") for r in found]
    return told, int(rows[-1].id) if len(rows) == TOGETHER else None


@lru_cache(maxsize=32)
def _one(table: Table) -> Prepared[Any]:
    return Prepared(select(*guards.columns(table)).where(table.c.id == bindparam("id")))


@lru_cache(maxsize=256)
def _update(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("key")).values(changed))
