"""Changing rows that have a digest of what they say: the row as it stands is judged, and the new one gets its digest.

The only place that updates such columns; ``Tx`` gives inserted rows theirs (docs/decisions/104, 110, 113).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from engine.store import altered_rows, covered, guards, judging
from engine.store.covered import Guarded
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import instance

TOGETHER = 500


def change(tx: Tx, table: Table, *where: Any, **values: Any) -> int:
    """Set columns of the rows that answer to the conditions; how many. Altered if one is not as it was written."""
    concerned = _concerned(table, frozenset(values))
    if not concerned:
        return tx.execute(update(table).where(*where).values(**values)).rowcount
    rows = _locked(tx, table, where)
    for row in rows:
        for what in concerned:
            judging.guarded(tx, what, row)
    _write(tx, table, rows, values)
    return len(rows)


def change_sound(tx: Tx, table: Table, *where: Any, **values: Any) -> int:
    """The same, but rows that are not as they were written stay as they are: one of them must not stop the others."""
    concerned = _concerned(table, frozenset(values))
    rows = [row for row in _locked(tx, table, where) if all(judging.holds(tx, what, row) for what in concerned)]
    _write(tx, table, rows, values)
    return len(rows)


def _locked(tx: Tx, table: Table, where: Sequence[Any]) -> Sequence[Any]:
    return tx.all(select(table).where(*where).with_for_update(key_share=True))  # as the update itself


def _write(tx: Tx, table: Table, rows: Sequence[Any], values: Mapping[str, Any]) -> None:
    for row in rows:
        digests = guards.renewed(tx.audit_key, table, {**row._mapping, **values}, values)
        tx.execute(update(table).where(table.c.id == row.id).values(**values, **digests))


def change_one(tx: Tx, table: Table, row_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of one row whose instance is locked; sent later."""
    concerned = _concerned(table, frozenset(values))
    if not concerned:
        _later(tx, table, row_id, values)
        return
    row = tx.first(_one(table, concerned), id=row_id)
    if row is not None:
        change_read(tx, table, row_id, row._asdict(), values)


def change_read(tx: Tx, table: Table, row_id: int, row: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """The same of a row that was just read with all that its digests cover, and is locked."""
    for what in _concerned(table, frozenset(values)):
        judging.guarded(tx, what, SimpleNamespace(**row))
    _later(tx, table, row_id, {**values, **guards.renewed(tx.audit_key, table, {**row, **values}, values)})


def _later(tx: Tx, table: Table, row_id: int, values: Mapping[str, Any]) -> None:
    tx.changed.add((table.name, row_id))
    parameters = {f"new_{name}": value for name, value in values.items()}
    tx.later(_update(table, tuple(sorted(values))), {"key": row_id} | parameters)


def fill(tx: Tx, what: Guarded, after: int, *, new: bool = False) -> tuple[int | None, int]:
    """Give some rows their digest that have none or another; where to go on, None at the end, and how many differed.

    ``new``: only those that have none, as what a migration has put there.
    """
    table, column = covered.table_of(what), covered.column_of(what)
    which = [table.c.id > after, *([table.c[column].is_(None)] if new else [])]
    rows = tx.all(select(table).where(*which).order_by(table.c.id).limit(TOGETHER).with_for_update())
    differed = 0
    for row in rows:
        digest, there = guards.of(tx.audit_key, what, row._mapping), getattr(row, column)
        if there != digest and guards.legal(what, row):
            differed += there is not None
            tx.execute(update(table).where(table.c.id == row.id).values({column: digest}))
    return (int(rows[-1].id) if len(rows) == TOGETHER else None), differed


def accept(tx: Tx, table: Table, *where: Any) -> int:
    """What these rows hold now counts as written; how many of them did not."""
    accepted = 0
    for row in tx.all(select(table).where(*where).with_for_update()):
        odd = [what for what in covered.of_table(table) if not guards.agrees(tx.audit_key, what, row)]
        for what in odd:
            digest = guards.of(tx.audit_key, what, row._mapping) if guards.legal(what, row) else None
            tx.execute(update(table).where(table.c.id == row.id).values({covered.column_of(what): digest}))
        accepted += bool(odd)
    return accepted


def altered(tx: Tx, what: Guarded, after: int | None) -> tuple[list[altered_rows.AlteredRow], int | None]:
    """Some rows that are not as they were written, and where to go on; None at the end."""
    table, digest = covered.table_of(what), covered.table_of(what).c[covered.column_of(what)]
    more = [c for c in (table.c.get("instance_id"),) if c is not None and "instance_id" not in covered.COVERED[what]]
    rows = tx.all(
        select(table.c.id, *more, *guards.columns(what))
        .where(table.c.id > (after or 0), digest.like(f"{guards.MARK}%"))
        .order_by(table.c.id)
        .limit(TOGETHER)
    )
    found = [r for r in rows if not judging.holds(tx, what, r)]
    case = (lambda r: int(r.id)) if table is instance else (lambda r: getattr(r, "instance_id", None))
    told = [altered_rows.of(what, r.id, case(r)) for r in found]
    return told, int(rows[-1].id) if len(rows) == TOGETHER else None


@lru_cache(maxsize=256)
def _concerned(table: Table, names: frozenset[str]) -> tuple[Guarded, ...]:
    return tuple(what for what in covered.of_table(table) if names & set(covered.COVERED[what]))


@lru_cache(maxsize=64)
def _one(table: Table, concerned: tuple[Guarded, ...]) -> Prepared[Any]:
    columns = {column.name: column for what in concerned for column in guards.columns(what)}
    return Prepared(select(*columns.values()).where(table.c.id == bindparam("id")))


@lru_cache(maxsize=256)
def _update(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("key")).values(changed))
