"""Which cases somebody may open, as a condition for questions about many of them at once.

A list of those who may know a case (知悉范围) that is not as it was written lets nobody in, and hides the case from
nobody who has a part in it; a first contact or a case above that were altered let nobody in either
(docs/decisions/110). No database can tell: what was found is judged, and asked for anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from engine.store import guards, judging
from engine.store.covered import KNOWERS, ORIGIN
from engine.store.database import Tx
from engine.store.tables import instance, work_item

Sealed: TypeAlias = frozenset[int]  # cases whose list, first contact and case above count for nothing
LISTS = tuple(dict.fromkeys((instance.c.id, *guards.columns(KNOWERS), *guards.columns(ORIGIN))))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose search it is: ``watches`` for those whose office it is to look, ``led`` what a leader looks over.

    Both as far as the units in ``reach``, or the whole house without it, and never into what has a list of its own.
    """

    person_id: int
    login: str
    pools: tuple[str, ...]
    watches: bool = False
    led: tuple[str, ...] = ()
    reach: tuple[int, ...] | None = None


def soundly(tx: Tx, asked: Callable[[Sealed], Sequence[Any]]) -> Sequence[Any]:
    """The rows that a question finds when no list counts that is not as it was written; each has ``LISTS``."""
    sealed: Sealed = frozenset()
    while True:
        rows = asked(sealed)
        odd = _odd(tx, rows) - sealed
        if not odd:
            return rows
        sealed |= odd


def _odd(tx: Tx, rows: Sequence[Any]) -> Sealed:
    """Of these cases, and of those that have started them, which lists or origins are not as they were written."""
    above = {int(row.parent_id) for row in rows if row.parent_id is not None}
    parents = tx.all(select(*LISTS).where(instance.c.id.in_(sorted(above)))) if above else ()
    return frozenset(int(row.id) for row in (*rows, *parents) if not _sound(tx, row))


def _sound(tx: Tx, row: Any) -> bool:
    return judging.holds(tx, KNOWERS, row) and judging.holds(tx, ORIGIN, row)


def visible_to(viewer: Viewer, sealed: Sealed = frozenset()) -> ColumnElement[bool]:
    """What may be opened may be found, and nothing else: the conditions of ``engine.progress.permission.may_read``."""
    listed = instance.c.known_to.contains(f",{viewer.login},", autoescape=True)
    if sealed:
        listed = and_(listed, instance.c.id.not_in(sorted(sealed)))
    mine = or_(_part(instance, viewer, sealed), and_(_secret(instance, sealed), listed))
    if viewer.watches and viewer.reach is None:
        return or_(~_secret(instance, sealed), mine)
    parent = instance.alias("parent")
    from_above = exists().where(
        parent.c.id == instance.c.parent_id,
        instance.c.id.not_in(sorted(sealed)),
        or_(_part(parent, viewer, sealed), and_(~_secret(parent, sealed), _looks(parent, viewer))),
    )
    return or_(mine, and_(~_secret(instance, sealed), or_(_looks(instance, viewer), from_above)))


def _secret(row: Any, sealed: Sealed) -> ColumnElement[bool]:
    """Of a case with a list, or with one that counts for nothing."""
    found: ColumnElement[bool] = row.c.known_to.is_not(None)
    return or_(found, row.c.id.in_(sorted(sealed))) if sealed else found


def _part(row: Any, viewer: Viewer, sealed: Sealed) -> ColumnElement[bool]:
    """Begun by this person, or with a part of theirs."""
    part = work_item.alias()
    took_part: list[ColumnElement[bool]] = [
        part.c.performer_id == viewer.person_id,
        part.c.decided_by == viewer.person_id,
    ]
    if viewer.pools:
        took_part.append(and_(part.c.performer_id.is_(None), part.c.pool.in_(viewer.pools)))
    first = row.c.first_contact_id == viewer.person_id
    mine = or_(
        row.c.initiator_id == viewer.person_id, and_(first, row.c.id.not_in(sorted(sealed))) if sealed else first
    )
    return or_(mine, exists().where(part.c.instance_id == row.c.id, or_(*took_part)))


def _looks(row: Any, viewer: Viewer) -> ColumnElement[bool]:
    """What a role lets this person look at."""
    near = true() if viewer.reach is None else row.c.unit_id.in_(viewer.reach)
    if viewer.watches:
        return near
    return and_(near, row.c.process.in_(viewer.led)) if viewer.led else false()
