"""The organisation read in seven queries; whoever is not as it was written has no name, no rights and no post."""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, bindparam, select

from engine.org import Appointment, Charge, Directory, Leave, Person, Post, Unit
from engine.store import guards, judging
from engine.store.database import Tx
from engine.store.people import authority
from engine.store.tables import appointment, charge, leave, person, post, substitution, unit

UNKNOWN = "（资料与登记不一致）"  # instead of a name, until somebody has looked


def _every(table: Table) -> Select[Any]:
    return select(table.c.id, *guards.columns(table))


_PERSONS, _POSTS = _every(person).order_by(person.c.id), _every(post).order_by(post.c.id)
_UNITS = _every(unit).order_by(unit.c.ordinal, unit.c.id)
_APPOINTMENTS, _CHARGES = _every(appointment).order_by(appointment.c.id), _every(charge).order_by(charge.c.id)
_SUBSTITUTIONS = (
    _every(substitution)
    .where(substitution.c.revoked_at.is_(None), substitution.c.until > bindparam("now_"))
    .order_by(substitution.c.id)
)
_LEAVES = _every(leave).where(leave.c.until > bindparam("now_")).order_by(leave.c.since, leave.c.id)


# what was made of the rows of a statement, as long as the same rows come again: the key, the rows and their digests
# are what a verdict hangs on, so it is the same; only sound rows are kept
_KEPT: dict[tuple[bytes, Table], tuple[list[tuple[Any, ...]], tuple[Any, ...]]] = {}


def load(tx: Tx, now: datetime, zone: ZoneInfo) -> Directory:
    """The organisation as of ``now`` in ``zone``; substitutions and leaves that are over are left out.

    What is not as it was written gives nobody anything: a person keeps the place in old cases and cannot act, a post
    has no holders, and an appointment, charge or substitution counts for nothing (docs/decisions/104).
    """
    posts = _made(tx, post, _POSTS, _post)
    appointments = _made(tx, appointment, _APPOINTMENTS, partial(_shaped, Appointment))
    gone = {p.id for p in posts if p.title == UNKNOWN}
    return Directory(
        _made(tx, person, _PERSONS, _person),
        _made(tx, unit, _UNITS, _unit),
        posts,
        tuple(a for a in appointments if a.post_id not in gone) if gone else appointments,
        _made(tx, charge, _CHARGES, partial(_shaped, Charge)),
        _made(tx, substitution, _SUBSTITUTIONS, lambda r, sound: authority(r) if sound else None, now_=now),
        as_of=now,
        zone=zone,
        leaves=_made(tx, leave, _LEAVES, partial(_shaped, Leave), now_=now),
    )


def _made(tx: Tx, table: Table, statement: Select[Any], make: Any, **values: Any) -> tuple[Any, ...]:
    """What ``make`` makes of each row and whether it is sound; nothing is left out."""
    found = tx.all(statement, **values)
    rows = [tuple(row) for row in found]
    kept = _KEPT.get((tx.audit_key, table))
    if kept is not None and kept[0] == rows:
        return kept[1]
    made = tuple(one for row in found if (one := make(row, judging.holds(tx, table, row))) is not None)
    if all(guards.agrees(tx.audit_key, table, row) for row in found):
        _KEPT[tx.audit_key, table] = (rows, made)
    return made


def _shaped(shape: Any, r: Any, sound: bool) -> Any:
    return shape(**{name: getattr(r, name) for name in shape.__dataclass_fields__}) if sound else None


def _person(r: Any, sound: bool) -> Person:
    if sound:
        return Person(r.id, r.login, r.name, r.pinyin, frozenset(r.roles), r.active)
    return Person(r.id, f"#{r.id}", UNKNOWN, "", frozenset(), active=False)


def _unit(r: Any, sound: bool) -> Unit:
    if sound:
        return Unit(r.id, r.code, r.name, r.short, r.kind, r.parent_id, r.ordinal, r.active)
    return Unit(r.id, f"#{r.id}", UNKNOWN, UNKNOWN, "external", None, 0, active=False)


def _post(r: Any, sound: bool) -> Post:
    return Post(r.id, r.unit_id, r.code, r.title) if sound else Post(r.id, r.unit_id, f"#{r.id}", UNKNOWN)
