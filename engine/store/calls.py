"""Which instances were called by which: for whose end one waits, and at which of its nodes."""

from sqlalchemy import select

from engine.store.database import Tx
from engine.store.tables import instance


def called_by(tx: Tx, instance_id: int) -> list[tuple[int, str]]:
    """Instances that go on, for whose end this one waits, and the waiting node."""
    own = (instance.c.parent_id == instance_id, instance.c.parent_wait.is_not(None))
    going = instance.c.state.in_(("running", "suspended"))
    return [
        (int(r.id), str(r.parent_wait))
        for r in tx.all(select(instance.c.id, instance.c.parent_wait).where(*own, going))
    ]


def waits_of(tx: Tx, instance_id: int) -> set[str]:
    """Waiting nodes of an instance for which another one has been started."""
    found = tx.all(select(instance.c.parent_wait).where(instance.c.parent_id == instance_id))
    return {str(r.parent_wait) for r in found if r.parent_wait}
