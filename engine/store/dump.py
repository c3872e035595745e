"""All rows of a database as lines of JSON, and back again into an empty one, of either kind and of any older schema."""

import base64
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, Table, Text, column, func, select, table
from sqlalchemy import text as sql

from engine.store.columns import JsonText, Utc
from engine.store.database import Store, Tx
from engine.store.tables import metadata, person

KINDS: Final[Mapping[str, Any]] = {
    "utc": Utc(),
    "date": Date(),
    "blob": LargeBinary(),
    "bool": Boolean(),
    "int": BigInteger(),
    "text": Text(),  # JSON too: kept byte for byte
}
TOGETHER = 500
Columns = Mapping[str, str]  # name of a column -> its kind


def kind_of(of: Column[Any]) -> str:
    """How the values of a column are written."""
    found: tuple[tuple[type, str], ...] = (
        (Utc, "utc"),
        (JsonText, "text"),
        (Date, "date"),
        (LargeBinary, "blob"),
        (Boolean, "bool"),
        (Integer, "int"),
    )
    return next((kind for type_, kind in found if isinstance(of.type, type_)), "text")


def shape() -> dict[str, dict[str, str]]:
    """Tables in the order in which rows can be inserted, each with its columns."""
    return {t.name: {c.name: kind_of(c) for c in t.columns} for t in metadata.sorted_tables}


@contextmanager
def still(store: Store, folder: Path) -> Iterator[Tx]:
    """One moment of the database, while the office goes on working."""
    if store.dialect == "postgresql":
        with store.steady() as tx:
            yield tx
        return
    # a long reader would keep everybody from committing: SQLite copies its file first
    copy = folder / "copy.db"
    source, target = sqlite3.connect(str(store.engine.url.database)), sqlite3.connect(copy)
    # nobody can commit until the last page is copied, and nothing is lost if the copy is: it does not wait for the disk
    target.execute("PRAGMA journal_mode=OFF")
    target.execute("PRAGMA synchronous=OFF")
    with source, target:
        source.backup(target)
    source.close()
    target.close()
    copied = Store(f"sqlite:///{copy}")
    with copied.reading() as tx:
        yield tx
    copied.close()


def lines(tx: Tx, name: str, columns: Columns) -> Iterator[bytes]:
    """Every row of a table as one line."""
    raw = _raw(name, columns)
    writers = [_WRITE.get(kind) for kind in columns.values()]
    order = [raw.c.id] if "id" in columns else list(raw.c)[:1]
    found = tx.connection.execution_options(yield_per=TOGETHER).execute(select(*raw.c).order_by(*order))
    for row in found:
        yield orjson.dumps([w(v) if w and v is not None else v for w, v in zip(writers, row, strict=True)]) + b"\n"


def fill(tx: Tx, name: str, columns: Columns, rows: Iterator[bytes]) -> int:
    """Insert the lines of a table; how many they were. Its references to itself are set when all rows are there."""
    raw, own = _raw(name, columns), _own_references(name)
    tx.execute(raw.delete())  # what migrations put there, such as the calendar
    readers = [_READ.get(kind) for kind in columns.values()]
    later: list[dict[str, Any]] = []
    group: list[dict[str, Any]] = []
    count = 0
    for line in rows:
        values = [r(v) if r and v is not None else v for r, v in zip(readers, orjson.loads(line), strict=True)]
        row = dict(zip(columns, values, strict=True))
        if any(row.get(c) is not None for c in own):
            later.append({"id": row["id"]} | {c: row[c] for c in own})
            row |= dict.fromkeys(own)
        group.append(row)
        count += 1
        if len(group) == TOGETHER:
            tx.execute(raw.insert(), group)
            group = []
    if group:
        tx.execute(raw.insert(), group)
    for row in later:
        tx.execute(raw.update().where(raw.c.id == row["id"]).values({c: row[c] for c in own}))
    if "id" in columns and tx.dialect == "postgresql":
        top = tx.scalar(select(func.coalesce(func.max(raw.c.id), 0)))
        tx.execute(sql("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n, false)"), {"t": name, "n": top + 1})
    return count


def settle(tx: Tx) -> None:
    """Let PostgreSQL look at what it was given: without that it goes through whole tables for a single row."""
    if tx.dialect == "postgresql":
        tx.connection.exec_driver_sql("ANALYZE")


def is_empty(tx: Tx) -> bool:
    """Whether nobody works here yet."""
    return tx.first(select(person.c.id).limit(1)) is None


def _own_references(name: str) -> Sequence[str]:
    known: Table | None = metadata.tables.get(name)
    if known is None:
        return ()
    return [c.name for c in known.columns if any(f.column.table is known for f in c.foreign_keys)]


def _raw(name: str, columns: Columns) -> Any:
    return table(name, *(column(c, KINDS[kind]) for c, kind in columns.items()))


def _bytes(value: Any) -> str:
    return base64.b64encode(value).decode()


_WRITE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "utc": lambda value: value.astimezone(UTC).isoformat(),
    "date": date.isoformat,
    "blob": _bytes,
    "bool": bool,
}
_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "utc": datetime.fromisoformat,
    "date": date.fromisoformat,
    "blob": base64.b64decode,
}
