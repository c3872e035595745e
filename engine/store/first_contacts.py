"""Cases by their first contact (首问责任人), and what first contacts who want one notice a day have not heard yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from engine.store import guards, judging
from engine.store.columns import Json
from engine.store.covered import KNOWERS, ORIGIN
from engine.store.database import Tx
from engine.store.tables import first_change, instance, person

_WHO = dict.fromkeys((*guards.columns(KNOWERS), *guards.columns(ORIGIN)))
_OF_PERSON = (
    select(instance.c.id, instance.c.title, *_WHO, *judging.OF_CASE)
    .where(
        instance.c.first_contact_id == bindparam("person"),
        text("instance.state IN ('running', 'suspended')"),  # as the partial index says it
    )
    .order_by(instance.c.id)
)


def running_of(tx: Tx, person_id: int) -> list[Any]:
    """Cases that have not ended and are this person's duty: id, number, title, known_to; none that was made so."""
    rows = [row for row in tx.all(_OF_PERSON, person=person_id) if judging.holds(tx, ORIGIN, row)]
    return judging.veiled(tx, judging.headed(tx, rows))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of a case that its first contact has not been told."""

    id: int
    person_id: int
    at: datetime
    words: str
    number: str
    title: str
    variables: Json  # None: not as they were written
    known_to: Json
    active: bool


_UNTOLD = (
    select(
        first_change.c.id,
        *guards.columns(first_change),
        instance.c.title,
        instance.c.variables,
        instance.c.form_digest,
        *guards.columns(KNOWERS),
        person.c.active,
        *judging.OF_CASE,
    )
    .join(instance, instance.c.id == first_change.c.instance_id)
    .join(person, person.c.id == first_change.c.person_id)
    .where(first_change.c.at <= bindparam("now"))
    .order_by(first_change.c.at, first_change.c.id)
)


def keep_change(tx: Tx, *, person_id: int, instance_id: int, at: datetime, words: str) -> None:
    """To be told with the others of the day."""
    row = {"person_id": person_id, "instance_id": instance_id, "at": at, "words": words[:400]}
    tx.insert_later(first_change, [row])


def forget_changes(tx: Tx, instance_id: int, since: datetime) -> None:
    """What a decision had brought about that was taken back."""
    tx.execute(delete(first_change).where(first_change.c.instance_id == instance_id, first_change.c.at >= since))


def untold(tx: Tx, now: datetime) -> list[ChangeRow]:
    """What may be told by now, in the order of time; what is not as it was written waits until it is mended."""
    sound = [row for row in tx.all(_UNTOLD, now=now) if judging.holds(tx, first_change, row)]
    rows = judging.veiled(tx, judging.headed(tx, sound))
    names = [name for name in ChangeRow.__dataclass_fields__ if name != "variables"]
    return [ChangeRow(**{name: getattr(r, name) for name in names}, variables=judging.form(tx, r)) for r in rows]


def told(tx: Tx, ids: Sequence[int]) -> None:
    """These have been told; the notice keeps them."""
    tx.execute(delete(first_change).where(first_change.c.id.in_(list(ids))))
