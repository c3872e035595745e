"""Which decisions were the last thing that happened to their instance."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from engine.store.database import Tx
from engine.store.tables import instance

_UNDO = select(instance.c.id, instance.c.revision, instance.c.undo).where(
    instance.c.id.in_(bindparam("ids", expanding=True)), instance.c.undo.is_not(None)
)


def undoable(tx: Tx, ids: Sequence[int]) -> dict[int, int]:
    """By instance, the item whose decision nothing has followed."""
    rows = tx.all(_UNDO, ids=list(ids)) if ids else []
    return {int(r.id): int(r.undo["item"]) for r in rows if r.undo and r.undo.get("revision") == r.revision}
