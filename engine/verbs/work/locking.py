"""Open a work item for a verb: its instance is locked before anything is read."""

from datetime import datetime, timedelta

from engine.model import Actor
from engine.progress import Case, load_seen
from engine.runtime import Engine
from engine.store import Tx, instances, work
from engine.store.work import ItemRecord


def locked(engine: Engine, tx: Tx, item_id: int, actor: Actor, now: datetime) -> tuple[Case, ItemRecord]:
    """The case of an item, its instance locked, and the item as it is under the lock."""
    row = instances.by_item(tx, item_id, lock=True)
    case = load_seen(engine, tx, row, now, actor)
    case.held = timedelta(seconds=engine.settings.undo_seconds)
    return case, work.by_id(tx, item_id)
