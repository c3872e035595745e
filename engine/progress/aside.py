"""Write back what happened beside the way of an instance: the last decision can still be taken back afterwards."""

from engine.progress.case import Case
from engine.store import instances


def save_aside(case: Case) -> None:
    """Save an instance of which neither token nor data have changed."""
    undo = case.row.undo
    if undo is not None and undo.get("revision") == case.row.revision:
        case.row.undo = undo | {"revision": case.row.revision + 1}
    instances.save(case.tx, case.row)
