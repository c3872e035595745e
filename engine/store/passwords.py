"""Hashes of passwords: one's own, first ones with their end, and who waits for a first one."""

from datetime import datetime

from sqlalchemy import select, update

from engine.store import epochs
from engine.store.database import Tx
from engine.store.tables import person


def set_hash(tx: Tx, person_id: int, password_hash: str, until: datetime | None = None) -> None:
    """Store a new hash, a first one with its end, and end every open session of the person."""
    own = {"password_hash": password_hash, "password_until": until}
    epochs.begin_anew(tx, person_id, **own, password_asked_at=None, password_asked_by=None)


def ask(tx: Tx, person_id: int, by: int | None, at: datetime | None) -> None:
    """Keep that somebody is to get a first password, and who says so; without an instant: not any more."""
    tx.execute(
        update(person)
        .where(person.c.id == person_id)
        .values(password_asked_at=at, password_asked_by=by if at else None)
    )


def asked(tx: Tx) -> dict[int, int | None]:
    """Who waits for a first password, and who has asked for it."""
    found = select(person.c.id, person.c.password_asked_by).where(
        person.c.password_asked_at.is_not(None), person.c.active
    )
    return {r.id: r.password_asked_by for r in tx.all(found.order_by(person.c.id))}


def rehash(tx: Tx, person_id: int, old: str, new: str) -> None:
    """Store the same password hashed anew, unless it was changed meanwhile."""
    tx.execute(update(person).where(person.c.id == person_id, person.c.password_hash == old).values(password_hash=new))
