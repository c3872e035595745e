"""Where open work stands in an inbox: by the earliest deadline of step, stage and whole (domain.md §6.4).

Kept with each item, because the inbox reads one stretch of an index and nothing else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, not_, null, or_, update

from engine.store.columns import Utc
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import instance, work_item
from engine.store.tables.instances import NO_DEADLINE

PENDING = ("open", "waiting", "paused", "unread")
INSTANCE, STAGE = "instance", "stage:"

OWN = func.coalesce(work_item.c.deadline, literal(NO_DEADLINE, Utc))
# what hurries everybody: the whole instance while it runs and its clock does not stand still
_HURRIED = and_(instance.c.ended_at.is_(None), instance.c.frozen_light.is_(None), instance.c.deadline.is_not(None))
_MINE, _PLACE = work_item.c.sort_level.is_(None), work_item.c.sort_at
MISPLACED = and_(
    work_item.c.state.in_(PENDING[:3]),
    or_(
        and_(_MINE, _PLACE != OWN),
        and_(_MINE, _HURRIED, instance.c.deadline < OWN),
        and_(not_(_MINE), _PLACE >= OWN),
        and_(work_item.c.sort_level == INSTANCE, or_(not_(_HURRIED), instance.c.deadline != _PLACE)),
    ),
)
_BOUND = bindparam("bound", type_=Utc)
_REORDER = Prepared[Any](
    update(work_item)
    .where(work_item.c.instance_id == bindparam("instance"), or_(*(work_item.c.state == state for state in PENDING)))
    .values(
        sort_at=case((OWN <= _BOUND, OWN), else_=_BOUND),
        sort_level=case((OWN <= _BOUND, null()), else_=bindparam("whose")),
    )
)


def earliest(deadline: datetime | None, stages: Mapping[str, str] | None) -> tuple[datetime, str]:
    """Of the whole instance and its stages under way, the deadline that comes first, and whose it is."""
    found = [(datetime.fromisoformat(at), f"{STAGE}{name}") for name, at in (stages or {}).items()]
    if deadline is not None:
        found.append((deadline, INSTANCE))
    return min(found, default=(NO_DEADLINE, ""))


def reorder(tx: Tx, instance_id: int, bound: datetime, whose: str) -> None:
    """Put the open work of an instance where its own deadline or the ``bound`` wants it."""
    tx.later(_REORDER, {"instance": instance_id, "bound": bound, "whose": whose})
