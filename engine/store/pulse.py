"""Whether the database answers and what waits in it; its silence, for those who may not know SQLAlchemy."""

import errno
import sqlite3
from dataclasses import dataclass
from datetime import datetime

import psycopg
from sqlalchemy import exc, func, select, text

from engine.store.database import Store, Tx
from engine.store.tables import delivery, incident, instance, timer, work_item

# no connection, a connection that broke, no free one in time, or a lock that was not given in time
LOST: tuple[type[Exception], ...] = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    # prepared statements speak to the driver themselves, and its errors come as they are
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException) -> bool:
    """Whether something was not written because the disk has no room for it."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in _FULL
    return isinstance(cause, psycopg.errors.DiskFull) or (isinstance(cause, OSError) and cause.errno in _NO_ROOM)


def is_locked_out(error: BaseException) -> bool:
    """Whether a lock was not given in time, or two waited for each other: the same once more may well succeed."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
    return isinstance(cause, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected)


def words_of_database(error: BaseException) -> str:
    """What the database said of a fault of its own; its further lines, which quote what was stored, are left out."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    return str(cause).partition("\n")[0] if isinstance(cause, sqlite3.Error | psycopg.Error) else ""


def alive(store: Store) -> bool:
    """Ask the database for one row."""
    try:
        with store.reading() as tx:
            return bool(tx.scalar(text("SELECT 1")) == 1)
    except LOST:
        return False


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits to be done by the house itself, and how much work is open."""

    timers: int
    oldest_due: datetime | None
    deliveries: int
    incidents: int
    open_items: int
    running: int


def backlog(tx: Tx, now: datetime) -> Backlog:
    """Count what is due now."""
    late = (timer.c.state == "waiting", timer.c.due <= now)
    waiting = select(func.count()).where(delivery.c.state == "waiting", delivery.c.next_try <= now)
    return Backlog(
        timers=int(tx.scalar(select(func.count()).where(*late))),
        oldest_due=tx.scalar(select(func.min(timer.c.due)).where(*late)),
        deliveries=int(tx.scalar(waiting)),
        incidents=int(tx.scalar(select(func.count()).where(incident.c.resolved_at.is_(None)))),
        open_items=int(tx.scalar(select(func.count()).where(work_item.c.state == "open"))),
        running=int(tx.scalar(select(func.count()).where(instance.c.state == "running"))),
    )
