"""What must never be found in the database, as one named query each; a healthy installation answers none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, not_, or_, select

from engine.store import guards, judging
from engine.store.database import Tx
from engine.store.ordering import MISPLACED
from engine.store.tables import (
    activity,
    history,
    idempotency,
    incident,
    instance,
    notification,
    person,
    series,
    taken_number,
    timer,
    work_item,
)

ALIVE = ("running", "suspended")
PENDING = ("open", "waiting", "paused")


@dataclass(frozen=True, slots=True)
class Hit:
    """One row that should not be: the number of its instance and what it is about."""

    number: str
    what: str


def _of(found: Any) -> Select[Any]:
    return found.order_by("number").limit(500)  # type: ignore[no-any-return]


def _what(*parts: Any) -> ColumnElement[str]:
    text: Any = literal("")
    for part in parts:
        text = text + (literal(part) if isinstance(part, str) else cast(part, String))
    return text.label("what")  # type: ignore[no-any-return]


def _items(*conditions: Any) -> Select[Any]:
    return _of(
        select(instance.c.number.label("number"), _what(work_item.c.name, " #", work_item.c.id))
        .select_from(work_item.join(instance, instance.c.id == work_item.c.instance_id))
        .where(*conditions)
    )


def _activities(*conditions: Any) -> Select[Any]:
    return _of(
        select(instance.c.number.label("number"), _what(activity.c.name, " (", activity.c.element, ")"))
        .select_from(activity.join(instance, instance.c.id == activity.c.instance_id))
        .where(activity.c.state == "open", *conditions)
    )


def _timers(*conditions: Any) -> Select[Any]:
    return _of(
        select(instance.c.number.label("number"), _what(timer.c.level, ":", timer.c.rung, " #", timer.c.id))
        .select_from(timer.join(instance, instance.c.id == timer.c.instance_id))
        .where(*conditions)
    )


def _instances(what: Any, *conditions: Any) -> Select[Any]:
    return _of(select(instance.c.number.label("number"), what).where(*conditions))


def _seats(state: str) -> ColumnElement[bool]:
    return exists().where(
        work_item.c.activity_id == activity.c.id, work_item.c.kind == "decide", work_item.c.state == state
    )


# the activity of a notice's item: any notice about one of its items will do, one letter may stand for several entries
_told_item, _mate = work_item.alias("told_item"), work_item.alias("mate")
_TOLD = exists().where(
    notification.c.instance_id == work_item.c.instance_id,
    notification.c.item_id == _told_item.c.id,
    _told_item.c.activity_id == work_item.c.activity_id,
)
_OWN_DOING = exists().where(
    history.c.instance_id == work_item.c.instance_id,
    history.c.at == work_item.c.arrived_at,
    history.c.actor_id.is_not(None),
    or_(
        history.c.actor_id == work_item.c.performer_id,
        exists()
        .where(_mate.c.activity_id == work_item.c.activity_id, _mate.c.performer_id == history.c.actor_id)
        .correlate(work_item, history),
    ),
)
_RUNGS_FIRED = (
    select(func.count())
    .where(
        timer.c.instance_id == instance.c.id,
        timer.c.kind == "rung",
        timer.c.item_id.is_(None),
        timer.c.state == "fired",
    )
    .scalar_subquery()
)
_RUNGS_LOGGED = (
    select(func.count())
    .where(history.c.instance_id == instance.c.id, history.c.verb == "rung", history.c.item_id.is_(None))
    .scalar_subquery()
)
# the record has no index by item: without the instance, each item would walk the whole of it
_ITS_LINES = and_(history.c.instance_id == work_item.c.instance_id, history.c.item_id == work_item.c.id)
_GIVEN = (
    select(func.sum(case((history.c.verb == "retract", -1), else_=1)))
    .where(_ITS_LINES, history.c.verb.in_(("decide", "return", "retract")))
    .scalar_subquery()
)
_last = history.alias("last")
_GONE = select(person.c.id).where(not_(person.c.active))
_LAST_END = (
    select(func.max(_last.c.seq))
    .where(_last.c.instance_id == instance.c.id, _last.c.verb == "end")
    .correlate(instance)
    .scalar_subquery()
)
_TOLD_THEN = exists().where(
    notification.c.instance_id == instance.c.id,
    # not by the index of persons: SQLite would walk all notices of this person for each of their cases
    notification.c.person_id + 0 == instance.c.initiator_id,
    notification.c.created_at == history.c.at,
)
_END_UNTOLD = exists().where(
    history.c.instance_id == instance.c.id,
    history.c.seq == _LAST_END,
    or_(history.c.actor_id.is_(None), history.c.actor_id != instance.c.initiator_id),
    ~_TOLD_THEN.correlate(instance, history),
)
_GAPS = (
    select(taken_number.c.series, taken_number.c.year)
    .join(series, and_(series.c.name == taken_number.c.series, series.c.year == taken_number.c.year))
    .group_by(taken_number.c.series, taken_number.c.year, series.c.last)
    .having(
        or_(
            func.max(taken_number.c.ordinal) != series.c.last,
            func.max(taken_number.c.ordinal) - func.min(taken_number.c.ordinal) + 1 != func.count(),
        )
    )
    .subquery()
)

CHECKS: Final[Mapping[str, Select[Any]]] = {
    "item.nobody": _items(
        work_item.c.state.in_(PENDING), work_item.c.performer_id.is_(None), work_item.c.pool.is_(None)
    ),
    "instance.contact": _instances(
        _what("首问 "),
        instance.c.state.in_(ALIVE),
        or_(instance.c.first_contact_id.is_(None), instance.c.first_contact_id.in_(_GONE)),
    ),
    "item.gone": _items(
        work_item.c.state.in_(PENDING),
        work_item.c.performer_id.in_(_GONE),
    ),
    "item.stray": _items(
        work_item.c.state.in_(PENDING),
        work_item.c.kind.not_in(("read", "sign")),  # what is to be read or signed later outlives its activity
        or_(
            instance.c.state.not_in(ALIVE),
            # entries of a checklist that hold nothing up, and what is asked about them, stay with their owners
            and_(
                work_item.c.entry.is_(None) & (work_item.c.kind != "entry"),
                work_item.c.activity_id.in_(select(activity.c.id).where(activity.c.state != "open")),
            ),
        ),
    ),
    "item.duty": _items(work_item.c.state.in_(PENDING), func.trim(work_item.c.name) == ""),
    "item.order": _items(MISPLACED),
    "item.paused": _items(
        or_(
            and_(work_item.c.state == "paused", instance.c.state == "running"),
            and_(work_item.c.state == "open", work_item.c.kind == "decide", instance.c.state == "suspended"),
        )
    ),
    "item.untold": _items(
        work_item.c.state == "open",
        work_item.c.kind == "decide",
        work_item.c.pool.is_(None),
        instance.c.state == "running",
        ~_TOLD,
        ~_OWN_DOING,
    ),
    "item.unlogged": _items(work_item.c.state == "done", ~exists().where(_ITS_LINES)),
    "item.twice": _items(_GIVEN > 1),
    "activity.nobody": _activities(
        or_(
            and_(instance.c.state == "running", ~_seats("open")),
            and_(instance.c.state == "suspended", ~_seats("paused")),
        )
    ),
    "activity.ended": _activities(instance.c.state.not_in(ALIVE)),
    "timer.stray": _timers(
        timer.c.state.in_(("waiting", "paused")),
        timer.c.activity_id.in_(select(activity.c.id).where(activity.c.state != "open")),
        # an entry of a checklist may outlive its activity, and its deadline with it
        or_(
            timer.c.item_id.is_(None), timer.c.item_id.not_in(select(work_item.c.id).where(work_item.c.state == "open"))
        ),
    ),
    "timer.ended": _timers(
        timer.c.state.in_(("waiting", "paused")), timer.c.kind != "release", instance.c.state.not_in(ALIVE)
    ),
    "timer.paused": _timers(
        or_(
            and_(timer.c.state == "waiting", timer.c.kind != "release", instance.c.state == "suspended"),
            and_(timer.c.state == "paused", instance.c.state == "running"),
        )
    ),
    "timer.dead": _timers(
        timer.c.state == "dead",
        instance.c.state.in_(ALIVE),
        ~exists().where(incident.c.instance_id == instance.c.id, incident.c.kind == "timer"),
    ),
    "timer.unlogged": _instances(_what(_RUNGS_FIRED, "/", _RUNGS_LOGGED), _RUNGS_FIRED != _RUNGS_LOGGED),
    "outbox.end": _instances(_what(instance.c.state), instance.c.state.not_in(ALIVE), _END_UNTOLD),
    "outbox.stray": _of(
        select(instance.c.number.label("number"), _what(notification.c.event, " #", notification.c.id))
        .select_from(notification.join(instance, instance.c.id == notification.c.instance_id))
        .where(notification.c.item_id.is_not(None), ~exists().where(work_item.c.id == notification.c.item_id))
    ),
    "key.unfinished": _of(
        select(literal("").label("number"), _what(idempotency.c.key)).where(idempotency.c.answer.is_(None))
    ),
    "series.gap": _of(select(literal("").label("number"), _what(_GAPS.c.series, " ", _GAPS.c.year))),
}


def hits(tx: Tx, code: str) -> list[Hit]:
    """The rows that break one invariant, at most five hundred."""
    return [Hit(str(r.number), str(r.what)) for r in tx.all(CHECKS[code])]


def ids(tx: Tx, *, alive: bool) -> list[int]:
    """Instances in order of their ids: those that have not ended, or all."""
    statement = select(instance.c.id).order_by(instance.c.id)
    return [int(r[0]) for r in tx.all(statement.where(instance.c.state.in_(ALIVE)) if alive else statement)]


def untold_pools(tx: Tx, instance_id: int) -> list[tuple[str, str, int | None]]:
    """Open items of pools that no notice speaks of: name, pool, and who did what brought them."""
    brought = (
        select(func.max(history.c.actor_id))
        .where(history.c.instance_id == work_item.c.instance_id, history.c.at == work_item.c.arrived_at)
        .correlate(work_item)
        .scalar_subquery()
    )
    found = tx.all(
        select(work_item.c.name, work_item.c.pool, brought.label("by")).where(
            work_item.c.instance_id == instance_id,
            work_item.c.state == "open",
            work_item.c.kind == "decide",
            work_item.c.pool.is_not(None),
            ~_TOLD,
        )
    )
    return [(str(r.name), str(r.pool), r.by) for r in found]


def open_incidents(tx: Tx) -> Sequence[Hit]:
    """Incidents that nobody has resolved, with their instance where they have one."""
    found = tx.all(
        select(instance.c.number, *guards.columns(incident))
        .select_from(incident.outerjoin(instance, instance.c.id == incident.c.instance_id))
        .where(incident.c.resolved_at.is_(None))
        .order_by(incident.c.id)
        .limit(500)
    )
    return [Hit(str(r.number or ""), r.message if judging.holds(tx, incident, r) else judging.HIDDEN) for r in found]
