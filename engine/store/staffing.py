"""What an import of the organisation writes besides new rows: other words, other posts, and how to reach people."""

from datetime import date
from typing import Any

from sqlalchemy import delete, select

from engine.store import guarding
from engine.store.database import Tx
from engine.store.tables import appointment, person, post, unit


def contacts(tx: Tx) -> dict[int, tuple[str, str]]:
    """Mail address and telephone of everybody."""
    return {r.id: (r.email, r.phone) for r in tx.all(select(person.c.id, person.c.email, person.c.phone))}


def with_password(tx: Tx) -> frozenset[int]:
    """Who has a password of this office."""
    return frozenset(r.id for r in tx.all(select(person.c.id).where(person.c.password_hash != "")))


def change_person(tx: Tx, person_id: int, **values: Any) -> None:
    guarding.change(tx, person, person.c.id == person_id, **values)


def change_unit(tx: Tx, unit_id: int, **values: Any) -> None:
    guarding.change(tx, unit, unit.c.id == unit_id, **values)


def rename_post(tx: Tx, post_id: int, title: str) -> None:
    guarding.change(tx, post, post.c.id == post_id, title=title)


def set_main(tx: Tx, appointment_id: int, main: bool) -> None:
    guarding.change(tx, appointment, appointment.c.id == appointment_id, main=main)


def end_seat(tx: Tx, appointment_id: int, last: date) -> None:
    """Let an appointment end with a day; one that begins later has never been."""
    tx.execute(delete(appointment).where(appointment.c.id == appointment_id, appointment.c.since > last))
    guarding.change(tx, appointment, appointment.c.id == appointment_id, until=last)
