"""A part of a step that decides nothing: one more work item beside those of its performers (decision 020)."""

from collections.abc import Mapping
from datetime import datetime

from engine.model import Json
from engine.progress.case import Case
from engine.store import work
from engine.store.instances import ActivityRow


def put_beside(
    case: Case,
    activity: ActivityRow,
    *,
    kind: str,
    name: str,
    performer_id: int,
    due: datetime | None,
    warn: datetime | None,
    facts: Mapping[str, Json],
    principal_id: int | None = None,
    post_id: int | None = None,
    ordinal: int = 0,
) -> int:
    """Insert it, seen at once; its id. Timers and notices are the caller's."""
    (item_id,) = work.insert(
        case.tx,
        [
            {
                "activity_id": activity.id,
                "instance_id": case.row.id,
                "process": case.row.process,
                "element": activity.element,
                "name": name[:120],
                "entry": None,
                "performer_id": performer_id,
                "pool": None,
                "principal_id": principal_id,
                "post_id": post_id,
                "kind": kind,
                "state": "open",
                "urgency": case.row.urgency,
                "ordinal": ordinal,
                "arrived_at": case.now,
                "visible_at": case.now,
                "deadline": due,
                "warn_at": warn,
                "facts": dict(facts),
            }
        ],
    )
    return item_id
