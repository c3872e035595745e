"""Cases by their first contact (首问责任人)."""

from typing import Any

from sqlalchemy import bindparam, select, text

from engine.store.database import Tx
from engine.store.tables import instance

_OF_PERSON = (
    select(instance.c.id, instance.c.number, instance.c.title, instance.c.known_to)
    .where(
        instance.c.first_contact_id == bindparam("person"),
        text("instance.state IN ('running', 'suspended')"),  # as the partial index says it
    )
    .order_by(instance.c.id)
)


def running_of(tx: Tx, person_id: int) -> list[Any]:
    """Cases that have not ended and are this person's duty: id, number, title, known_to."""
    return list(tx.all(_OF_PERSON, person=person_id))
