"""What an import of the organisation writes besides new rows: other words, other posts, and how to reach people."""

from datetime import date
from typing import Any

from sqlalchemy import delete, select, update

from engine.store.database import Tx
from engine.store.tables import appointment, person, post, unit


def contacts(tx: Tx) -> dict[int, tuple[str, str]]:
    """Mail address and telephone of everybody."""
    return {r.id: (r.email, r.phone) for r in tx.all(select(person.c.id, person.c.email, person.c.phone))}


def with_password(tx: Tx) -> frozenset[int]:
    """Who has a password of this office."""
    return frozenset(r.id for r in tx.all(select(person.c.id).where(person.c.password_hash != "")))


def change_person(tx: Tx, person_id: int, **values: Any) -> None:
    tx.execute(update(person).where(person.c.id == person_id).values(**values))


def change_unit(tx: Tx, unit_id: int, **values: Any) -> None:
    tx.execute(update(unit).where(unit.c.id == unit_id).values(**values))


def rename_post(tx: Tx, post_id: int, title: str) -> None:
    tx.execute(update(post).where(post.c.id == post_id).values(title=title))


def set_main(tx: Tx, appointment_id: int, main: bool) -> None:
    tx.execute(update(appointment).where(appointment.c.id == appointment_id).values(main=main))


def end_seat(tx: Tx, appointment_id: int, last: date) -> None:
    """Let an appointment end with a day; one that begins later has never been."""
    tx.execute(delete(appointment).where(appointment.c.id == appointment_id, appointment.c.since > last))
    tx.execute(update(appointment).where(appointment.c.id == appointment_id).values(until=last))
