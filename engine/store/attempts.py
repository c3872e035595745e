"""Rows of failed sign-ins by login, known or not: how many in a row, and when the last one was."""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from engine.store.database import Tx
from engine.store.tables import attempt

_FOUND = select(attempt.c.failures, attempt.c.last_at).where(attempt.c.login == bindparam("login_"))
_COUNT = (
    update(attempt)
    .where(attempt.c.login == bindparam("login_"))
    .values(failures=attempt.c.failures + 1, last_at=bindparam("at"))
)


def failures(tx: Tx, login: str) -> tuple[int, datetime] | None:
    """How often in a row it failed, and when last."""
    found = tx.first(_FOUND, login_=login)
    return None if found is None else (int(found.failures), found.last_at)


def fail(tx: Tx, login: str, at: datetime, forget_before: datetime) -> None:
    """Count one more; what is older than an hour or so is forgotten."""
    tx.execute(delete(attempt).where(attempt.c.last_at < forget_before))
    if tx.execute(_COUNT, {"login_": login, "at": at}).rowcount == 0:
        # two first failures at once: one of them counts, and that is enough
        tx.insert_new(attempt, [{"login": login, "failures": 1, "last_at": at}])


def succeed(tx: Tx, login: str) -> None:
    tx.execute(delete(attempt).where(attempt.c.login == login))
