"""Who follows which instances (关注)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from engine.store import guards, judging
from engine.store.database import Tx
from engine.store.tables import follow, instance

_ROW = (follow.c.id, *guards.columns(follow))
_OF_INSTANCE = select(*_ROW).where(follow.c.instance_id == bindparam("instance")).order_by(follow.c.id)
_OF_PERSON = (
    select(instance.c.number, *_ROW)
    .select_from(follow.join(instance, instance.c.id == follow.c.instance_id))
    .where(follow.c.person_id == bindparam("person"))
    .order_by(follow.c.at.desc(), follow.c.id.desc())
    .limit(bindparam("most"))
)


def add(tx: Tx, *, person_id: int, instance_id: int, at: datetime) -> None:
    """Follow an instance; twice is once."""
    if person_id not in followers(tx, instance_id):
        tx.insert(follow, person_id=person_id, instance_id=instance_id, at=at)


def drop(tx: Tx, *, person_id: int, instance_id: int) -> None:
    tx.execute(delete(follow).where(follow.c.person_id == person_id, follow.c.instance_id == instance_id))


def followers(tx: Tx, instance_id: int) -> Sequence[int]:
    """Ids of the persons who follow an instance; a row that is not as it was written is nobody's."""
    return [r.person_id for r in tx.all(_OF_INSTANCE, instance=instance_id) if judging.holds(tx, follow, r)]


def followed(tx: Tx, person_id: int, most: int) -> Sequence[str]:
    """Numbers of the instances a person follows, the newest first."""
    return [r.number for r in tx.all(_OF_PERSON, person=person_id, most=most) if judging.holds(tx, follow, r)]
