"""Whether the database keeps what it is told to keep: its settings, and the health of its file."""

import sqlite3

from sqlalchemy import exc, text

from engine.store.database import WAL_IS_SAFE, Store, Tx

SYNCHRONOUS = {0: "OFF", 1: "NORMAL", 2: "FULL", 3: "EXTRA"}
# the last: a text, or SQLite's own words about one, that are no text any more
DAMAGED: tuple[type[Exception], ...] = (exc.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError)
POSTGRESQL = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": ("on", "remote_apply", "remote_write", "local"),
}


def unsafe(tx: Tx) -> list[str]:
    """Settings under which an acknowledged commit could be lost, as ``name=value``."""
    return _unsafe_sqlite(tx) if tx.dialect == "sqlite" else _unsafe_postgresql(tx)


def _unsafe_sqlite(tx: Tx) -> list[str]:
    journal = str(tx.scalar(text("PRAGMA journal_mode"))).lower()
    level = int(tx.scalar(text("PRAGMA synchronous")))
    keys = int(tx.scalar(text("PRAGMA foreign_keys")))
    found = []
    if journal not in (("wal", "delete") if WAL_IS_SAFE else ("delete", "truncate", "persist")):
        found.append(f"journal_mode={journal}")
    if level < 2:
        found.append(f"synchronous={SYNCHRONOUS[level]}")
    return found + ([] if keys else ["foreign_keys=OFF"])


def _unsafe_postgresql(tx: Tx) -> list[str]:
    found = []
    for name, wanted in POSTGRESQL.items():
        value = str(tx.scalar(text(f"SHOW {name}")))
        if value not in wanted:
            found.append(f"{name}={value}")
    return found


def damage(store: Store) -> list[str]:
    """What SQLite's own check says of the file, and references that lead nowhere; PostgreSQL checks pages itself."""
    if store.dialect != "sqlite":
        return []
    try:
        with store.reading() as tx:
            said = [str(r[0]) for r in tx.all(text("PRAGMA integrity_check(20)"))]
            strays = [f"{r[0]} #{r[1]} -> {r[2]}" for r in tx.all(text("PRAGMA foreign_key_check"))]
    except DAMAGED as error:  # too much of it to be looked at
        return [str(getattr(error, "orig", error))]
    return [line for line in said if line != "ok"] + strays[:20]


def has_decayed(error: BaseException) -> bool:
    """Whether SQLite could not read what is there; bytes that are no text come without a number of its own."""
    cause = getattr(error, "orig", error)
    number = getattr(cause, "sqlite_errorcode", None)
    return isinstance(cause, sqlite3.DatabaseError) and number in (None, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
