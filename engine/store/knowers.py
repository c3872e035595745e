"""Who may know a case: the list beside it, written apart from the rest of its row."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from engine.store import guarding, guards, judging
from engine.store.covered import KNOWERS
from engine.store.database import Tx
from engine.store.tables import instance

_LIST = select(instance.c.id, *guards.columns(KNOWERS))
_CHILDREN = _LIST.where(instance.c.parent_id == bindparam("parent"))
_ONE = _LIST.where(instance.c.id == bindparam("id_"))


def put(tx: Tx, instance_id: int, known_to: str | None) -> None:
    """Keep a list on its own: saving a whole case would undo what another case passes on to it meanwhile."""
    guarding.change(tx, instance, instance.c.id == instance_id, known_to=known_to)


def of(tx: Tx, instance_id: int) -> str | None:
    """The list of a case, None: it has none; nobody is on one that is not as it was written."""
    found: str | None = judging.veiled(tx, tx.all(_ONE, id_=instance_id))[0].known_to
    return found


def is_sound(tx: Tx, instance_id: int) -> bool:
    """Whether the list of a case is as it was written."""
    return all(judging.holds(tx, KNOWERS, row) for row in tx.all(_ONE, id_=instance_id))


def of_children(tx: Tx, instance_id: int) -> list[tuple[int, str | None]]:
    """The cases that a case has started, with the list of each."""
    return [(int(r.id), r.known_to) for r in judging.veiled(tx, tx.all(_CHILDREN, parent=instance_id))]


def with_list(tx: Tx, ids: Collection[int]) -> set[int]:
    """Those of the cases that have a list."""
    rows = tx.all(_LIST.where(instance.c.id.in_(list(ids)))) if ids else []
    return {int(r.id) for r in judging.veiled(tx, rows) if r.known_to is not None}


def units_of(tx: Tx, ids: Collection[int]) -> dict[int, int | None]:
    """In which unit each of the cases began."""
    wanted = select(instance.c.id, instance.c.unit_id).where(instance.c.id.in_(list(ids)))
    return {int(r.id): r.unit_id for r in tx.all(wanted)} if ids else {}
