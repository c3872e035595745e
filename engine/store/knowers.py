"""Who may know a case: the list beside it, written apart from the rest of its row."""

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from engine.store.database import Tx
from engine.store.tables import instance

_CHILDREN = select(instance.c.id, instance.c.known_to).where(instance.c.parent_id == bindparam("parent"))


def put(tx: Tx, instance_id: int, known_to: str | None) -> None:
    """Keep a list on its own: saving a whole case would undo what another case passes on to it meanwhile."""
    tx.execute(update(instance).where(instance.c.id == instance_id).values(known_to=known_to))


def of(tx: Tx, instance_id: int) -> str | None:
    """The list of a case; None: it has none."""
    found: str | None = tx.scalar(select(instance.c.known_to).where(instance.c.id == instance_id))
    return found


def of_children(tx: Tx, instance_id: int) -> list[tuple[int, str | None]]:
    """The cases that a case has started, with the list of each."""
    return [(int(r.id), r.known_to) for r in tx.all(_CHILDREN, parent=instance_id)]


def with_list(tx: Tx, ids: Collection[int]) -> set[int]:
    """Those of the cases that have a list."""
    wanted = select(instance.c.id).where(instance.c.id.in_(list(ids)), instance.c.known_to.is_not(None))
    return {int(r.id) for r in tx.all(wanted)} if ids else set()


def units_of(tx: Tx, ids: Collection[int]) -> dict[int, int | None]:
    """In which unit each of the cases began."""
    wanted = select(instance.c.id, instance.c.unit_id).where(instance.c.id.in_(list(ids)))
    return {int(r.id): r.unit_id for r in tx.all(wanted)} if ids else {}
