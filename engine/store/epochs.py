"""Ending all sessions and tokens of somebody at once: what they were given names an epoch that is over."""

from typing import Any

from sqlalchemy import select

from engine.store import guarding, tokens
from engine.store.database import Tx
from engine.store.tables import person


def begin_anew(tx: Tx, person_id: int, **values: Any) -> None:
    """The next epoch of a person, with what else is set; Altered if the epoch is not the one that was written.

    From another one nobody could tell which sessions have ended.
    """
    row = tx.first(select(person).where(person.c.id == person_id).with_for_update(key_share=True))
    if row is not None:
        guarding.change(tx, person, person.c.id == person_id, session_epoch=row.session_epoch + 1, **values)
    tokens.forget_all(tx, person_id)
