"""Rows of notifications, written with their first deliveries in the transaction of what they tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update

from engine.store import judging, row_digests
from engine.store.database import Tx
from engine.store.tables import delivery, instance, notification, person


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notification with the number of the instance it is about."""

    id: int
    person_id: int
    instance_id: int | None
    item_id: int | None
    event: str
    kind: str
    title: str
    body: str
    urgency: str
    created_at: datetime
    not_before: datetime
    read_at: datetime | None
    link: str = ""
    sender_id: int | None = None
    digest: str | None = None  # of whom it tells what, see row_digests
    number: str | None = None
    instance_title: str | None = None


def add(
    tx: Tx,
    rows: Sequence[Mapping[str, Any]],
    channels: Mapping[int, Sequence[str]],
    first_try: datetime,
    *,
    counted: bool = True,
) -> int:
    """Write notifications and one waiting delivery per channel of their person; a known ``once`` is left out.

    How many are new: exact only when ``counted``, which costs waiting for an answer.
    """
    rows = [{**row, "digest": row_digests.of_notice(tx.audit_key, row)} for row in rows]
    if not any(channels.values()):
        whole = [{"once": None, "item_id": None, **r} for r in rows]
        if counted:
            return tx.insert_new(notification, whole)
        tx.insert_later(notification, whole, only_new=True)
        return len(whole)
    fresh = 0
    for row in rows:
        notice = tx.insert_if_new(notification, **{"once": None, "item_id": None, **row})
        if notice is None:
            continue
        fresh += 1
        tx.insert_many(
            delivery,
            [
                {"notification_id": notice, "channel": c, "state": "waiting", "attempts": 0, "next_try": first_try}
                for c in channels.get(row["person_id"], ())
            ],
        )
    return fresh


_CANCEL_HELD = (
    update(notification)
    .where(
        notification.c.instance_id == bindparam("instance"),
        notification.c.not_before > bindparam("now"),
        notification.c.created_at >= bindparam("since"),
        notification.c.cancelled_at.is_(None),
    )
    .values(cancelled_at=bindparam("now"))
)
_CANCEL_TODO = (
    update(notification)
    .where(
        notification.c.item_id.in_(bindparam("items", expanding=True)),
        notification.c.not_before > bindparam("now"),
        notification.c.cancelled_at.is_(None),
    )
    .values(cancelled_at=bindparam("now"))
)


def cancel_held(tx: Tx, instance_id: int, now: datetime, since: datetime) -> None:
    """Take back notices that still wait for the end of the undo window."""
    tx.later(_CANCEL_HELD, {"instance": instance_id, "now": now, "since": since})


def cancel_for_items(tx: Tx, items: Sequence[int], now: datetime) -> None:
    if items:
        tx.later(_CANCEL_TODO, {"items": list(items), "now": now})


_NAMES = ("id", "person_id", "instance_id", "item_id", "event", "kind", "title", "body", "urgency", "created_at")
_COLUMNS = [notification.c[n] for n in (*_NAMES, "not_before", "read_at", "link", "sender_id", "digest")]
_SHOWN = and_(notification.c.cancelled_at.is_(None), notification.c.not_before <= bindparam("now"))
_CENTRE = (
    select(*_COLUMNS, instance.c.number, instance.c.title.label("instance_title"), *judging.OF_CASE)
    .outerjoin(instance, instance.c.id == notification.c.instance_id)
    .where(notification.c.person_id == bindparam("person"), _SHOWN)
    .order_by(notification.c.not_before.desc(), notification.c.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_OF_INSTANCE = (
    select(*_COLUMNS, person.c.login)
    .join(person, person.c.id == notification.c.person_id)
    .where(notification.c.instance_id == bindparam("instance"), notification.c.cancelled_at.is_(None))
    .order_by(notification.c.id)
)
_UNREAD = select(func.count()).where(
    notification.c.person_id == bindparam("person"), _SHOWN, notification.c.read_at.is_(None)
)


def centre(
    tx: Tx, person_id: int, now: datetime, *, kind: str | None = None, limit: int = 50, offset: int = 0
) -> list[NoticeRow]:
    statement = _CENTRE if kind is None else _CENTRE.where(notification.c.kind == kind)
    rows = tx.all(statement, person=person_id, now=now, most=limit, skip=offset)
    return [_told(tx, r) for r in rows]


def _told(tx: Tx, row: Any) -> NoticeRow:
    """A notice with the title of its case, as far as each is as it was written."""
    made = NoticeRow(**{name: getattr(row, name) for name in NoticeRow.__dataclass_fields__})
    if made.number is not None and not judging.holds(tx, instance, row, judging.CASE):
        made = replace(made, instance_title=judging.HIDDEN)
    return judging.notice(tx, made)


def of_instance(tx: Tx, instance_id: int) -> list[tuple[NoticeRow, str]]:
    """All notices of an instance with the login of who got them."""
    rows = tx.all(_OF_INSTANCE, instance=instance_id)
    return [
        (judging.notice(tx, NoticeRow(**{k: v for k, v in r._mapping.items() if k != "login"})), str(r.login))
        for r in rows
    ]


def unread(tx: Tx, person_id: int, now: datetime) -> int:
    return int(tx.scalar(_UNREAD, person=person_id, now=now))


def mark_read(tx: Tx, person_id: int, ids: Sequence[int] | None, now: datetime) -> None:
    statement = update(notification).where(notification.c.person_id == person_id, notification.c.read_at.is_(None))
    if ids is not None:
        statement = statement.where(notification.c.id.in_(ids))
    tx.execute(statement.values(read_at=now))


_ONE = (
    select(*_COLUMNS, instance.c.number, instance.c.title.label("instance_title"), *judging.OF_CASE)
    .outerjoin(instance, instance.c.id == notification.c.instance_id)
    .where(notification.c.id == bindparam("key"), _SHOWN)
)


def by_id(tx: Tx, notification_id: int, now: datetime) -> NoticeRow | None:
    """One notification that has appeared."""
    found = tx.first(_ONE, key=notification_id, now=now)
    return None if found is None else _told(tx, found)


_CANCELLED = select(notification.c.cancelled_at).where(notification.c.id == bindparam("key"))


def is_cancelled(tx: Tx, notification_id: int) -> bool:
    return tx.scalar(_CANCELLED, key=notification_id) is not None
