"""A part of a step that decides nothing: one more work item beside those of its performers (decision 020)."""

from collections.abc import Mapping
from datetime import datetime

from engine.model import Json
from engine.progress.case import Case
from engine.store import timers, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

ENTRY = "entry"  # kind of the part that asks about an entry of a checklist: to leave it out, or to postpone it


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


def question_about(case: Case, item: ItemRecord) -> ItemRecord | None:
    """What was asked about an entry of a checklist and is not answered yet."""
    parts = work.of_activity(case.tx, item.activity_id)
    return next((i for i in parts if i.kind == ENTRY and i.state == "open" and i.facts["of"] == item.id), None)


def drop_question(case: Case, item: ItemRecord) -> None:
    """Its entry has ended otherwise: nobody has to answer any more."""
    asked = question_about(case, item) if item.entry is not None else None
    if asked is not None:
        work.change(case.tx, asked.id, state="cancelled", decided_at=case.now)
        timers.cancel_item(case.tx, asked.id)
