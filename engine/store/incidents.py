"""The list of incidents, each with the case it is about."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from engine.store import house, judging
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.tables import incident, instance

_LISTED = (
    select(incident, instance.c.number, instance.c.title, instance.c.process, *judging.OF_CASE)
    .outerjoin(instance, instance.c.id == incident.c.instance_id)
    .order_by(incident.c.id.desc())
    .limit(bindparam("most"))
)
_SHOWN = (*(c.name for c in incident.c), "number", "title", "process")


def listed(tx: Tx, *, resolved: bool, most: int) -> list[Mapping[str, Json]]:
    """Incidents with number, title and process of their instance, newest first."""
    column = incident.c.resolved_at
    statement = _LISTED.where(column.is_not(None) if resolved else column.is_(None))
    return [{name: one[name] for name in _SHOWN} for one in _told(tx, tx.all(statement, most=most))]


def _told(tx: Tx, rows: Sequence[Any]) -> Iterator[Mapping[str, Json]]:
    for row, shown in zip(rows, judging.headed(tx, rows), strict=True):
        yield {**house.told(tx, row), "title": shown.title}
