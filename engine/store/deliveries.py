"""Deliveries on their way out: what waits, who sends it, how it went."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update

from engine.store import guarding, guards, judging
from engine.store.columns import WAITING, Json
from engine.store.covered import CHOICES, FORM, KNOWERS
from engine.store.database import Tx
from engine.store.tables import delivery, heartbeat, instance, notification, person


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """A notification on its way through one channel, with its person as they are now."""

    id: int
    notification_id: int
    channel: str
    attempts: int
    person_id: int
    login: str
    name: str
    email: str
    active: bool
    settings: Mapping[str, Json]
    title: str
    body: str
    kind: str
    event: str
    urgency: str
    link: str
    created_at: datetime
    item_id: int | None
    digest: str | None
    number: str | None
    variables: Mapping[str, Json] | None
    known: bool = True  # whether name and address are those that were entered
    sound: bool = True  # whether it is for whom and for which channel it was written
    told: bool = True  # whether the form, which may say that its matter is secret, is what was written


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the delivery ledger; ``at`` is when it left, or when it is tried next."""

    id: int
    channel: str
    state: str
    attempts: int
    address: str
    error: str
    at: datetime | None
    merged_into: int | None


ALTERED = "altered"  # in place of the state of a line that is not as it was written
HELD = "outbox held"  # the mark of an installation that was restored and not yet released
# what begins the names of the columns of the receiver, of what they have chosen, and of the delivery itself
_WHO, _OWN, _WAY = "who_", "own_", "way_"
_HELD = exists().where(heartbeat.c.name == HELD)
_WAITING = (
    select(
        delivery.c.id,
        delivery.c.notification_id,
        delivery.c.channel,
        delivery.c.attempts,
        notification.c.person_id,
        person.c.login,
        person.c.name,
        person.c.email,
        person.c.active,
        *guards.columns(CHOICES, _OWN),
        notification.c.title,
        notification.c.body,
        notification.c.kind,
        notification.c.event,
        notification.c.urgency,
        notification.c.link,
        notification.c.created_at,
        notification.c.item_id,
        notification.c.digest,
        instance.c.number,
        instance.c.variables,
        instance.c.form_digest,
        *guards.columns(person, _WHO),
        *guards.columns(delivery, _WAY),
    )
    .join(notification, notification.c.id == delivery.c.notification_id)
    .join(person, person.c.id == notification.c.person_id)
    .outerjoin(instance, instance.c.id == notification.c.instance_id)
    .where(
        delivery.c.state == WAITING,
        delivery.c.channel.in_(bindparam("ways", expanding=True)),
        delivery.c.next_try <= bindparam("now"),
        ~_HELD,
        or_(notification.c.not_before <= bindparam("now"), notification.c.cancelled_at.is_not(None)),
    )
    .order_by(delivery.c.next_try, delivery.c.id)
    .limit(bindparam("most"))
)
_OF_PERSON = _WAITING.where(notification.c.person_id == bindparam("person"), delivery.c.attempts == 0)
_LEASE = (
    update(delivery)
    .where(delivery.c.id == bindparam("key"), delivery.c.state == WAITING, delivery.c.attempts == bindparam("seen"))
    .values(attempts=delivery.c.attempts + 1, next_try=bindparam("until"))
)
_POSTPONE = (
    update(delivery)
    .where(delivery.c.id == bindparam("key"), delivery.c.state == WAITING, delivery.c.attempts == 0)
    .values(next_try=bindparam("until"))
)
# a join would begin with all that this person was ever told
_WHOM = select(notification.c.person_id).where(notification.c.id == delivery.c.notification_id).scalar_subquery()
_LAST = select(func.max(delivery.c.sent_at)).where(
    delivery.c.sent_at > bindparam("since"),
    delivery.c.sent_at <= bindparam("now"),  # an instant that has decayed must hold up nothing for years
    delivery.c.state == "sent",
    delivery.c.channel == bindparam("way"),
    bindparam("person") == _WHOM,
)


def waiting(tx: Tx, ways: Collection[str], now: datetime, most: int) -> list[DeliveryRow]:
    """What is due through these channels, the longest waiting first."""
    return [_delivery(tx, r) for r in tx.all(_WAITING, ways=list(ways), now=now, most=most)]


def waiting_too(tx: Tx, first: DeliveryRow, now: datetime, most: int) -> list[DeliveryRow]:
    """What is due for the same person through the same channel and was never tried, the longest waiting first."""
    rows = tx.all(_OF_PERSON, ways=[first.channel], now=now, most=most, person=first.person_id)
    return [_delivery(tx, r) for r in rows]


_MADE = ("settings", "known", "sound", "told")
_READ = [name for name in DeliveryRow.__dataclass_fields__ if name not in _MADE]


def _delivery(tx: Tx, r: Any) -> DeliveryRow:
    return DeliveryRow(
        **{name: getattr(r, name) for name in _READ},
        settings=r.own_settings if judging.holds(tx, CHOICES, r, _OWN) else {},
        known=judging.holds(tx, person, r, _WHO),
        sound=judging.holds(tx, delivery, r, _WAY),
        told=judging.holds(tx, FORM, r),
    )


def lease(tx: Tx, row: DeliveryRow, now: datetime, length: timedelta) -> bool:
    """Reserve a delivery for this process; counts as an attempt, and ends by itself if the process dies."""
    done = tx.execute(_LEASE, {"key": row.id, "seen": row.attempts, "until": now + length})
    return done.rowcount == 1


def last_sent(tx: Tx, person_id: int, channel: str, since: datetime, now: datetime) -> datetime | None:
    """When the last message left for this person through this channel; None if none did since then."""
    found: datetime | None = tx.scalar(_LAST, person=person_id, way=channel, since=since, now=now)
    return found


def postpone(tx: Tx, ids: Sequence[int], until: datetime) -> None:
    """Let deliveries that nobody has tried wait a little longer."""
    tx.execute(_POSTPONE, [{"key": i, "until": until} for i in ids])


def settle(tx: Tx, delivery_id: int, *, state: str, at: datetime, error: str | None = None, **more: Any) -> None:
    """Record how a delivery went: sent, merged, dead or cancelled."""
    values: dict[str, Any] = {"state": state, "error": error, **more}
    if state in ("sent", "merged"):
        values["sent_at"] = at
    guarding.change_one(tx, delivery, delivery_id, values)


def wait(tx: Tx, row: DeliveryRow, until: datetime, error: str, attempts: int) -> None:
    """Let a delivery that failed wait for its next try; if its lease went to another process, that one's try counts."""
    mine = (delivery.c.id == row.id, delivery.c.state == WAITING, delivery.c.attempts == row.attempts + 1)
    guarding.change(tx, delivery, *mine, error=error, next_try=until, attempts=attempts)


# ------------------------------------------------------------------ looking back


def ledger(tx: Tx, ids: Sequence[int]) -> dict[int, list[Entry]]:
    """How notifications left, by notification."""
    rows = tx.all(
        select(delivery.c.id, delivery.c.attempts, delivery.c.next_try, *guards.columns(delivery))
        .where(delivery.c.notification_id.in_(ids))
        .order_by(delivery.c.id)
    )
    found: dict[int, list[Entry]] = {}
    for r in rows:
        found.setdefault(r.notification_id, []).append(_entry(tx, r))
    return found


def _entry(tx: Tx, r: Any) -> Entry:
    if not judging.holds(tx, delivery, r):
        return Entry(r.id, "", ALTERED, 0, "", judging.HIDDEN, None, None)
    at = r.sent_at or (r.next_try if r.state == "waiting" else None)
    return Entry(r.id, r.channel, r.state, r.attempts, r.address, r.error or "", at, r.merged_into)


def given_up(tx: Tx, channel: str, most: int, *, titles: bool = True) -> list[tuple[str, str, str]]:
    """Person, title and error of what did not leave through a channel, newest first; of a secret case its number.

    Without ``titles`` it is the number or the name of the notice for all.
    """
    rows = tx.all(
        select(
            person.c.name,
            notification.c.title,
            notification.c.event,
            *guards.columns(delivery, _WAY),
            *guards.columns(KNOWERS),
            *judging.SIGNED,
        )
        .join(notification, notification.c.id == delivery.c.notification_id)
        .join(person, person.c.id == notification.c.person_id)
        .outerjoin(instance, instance.c.id == notification.c.instance_id)
        .where(delivery.c.state == "dead", delivery.c.channel == channel, delivery.c.attempts > 0)
        .order_by(delivery.c.id.desc())
        .limit(most)
    )

    def about(row: Any) -> str:
        told: str = row.title if titles and not row.known_to else row.number or row.event
        return told

    def why(row: Any) -> str:
        return (row.way_error or "") if judging.holds(tx, delivery, row, _WAY) else judging.HIDDEN

    shown = judging.signed(tx, judging.veiled(tx, rows), name="name")
    return [(r.name, about(r), why(r)) for r in shown]


def revive(tx: Tx, channel: str, now: datetime) -> int:
    """Let what was given up through a channel be tried again, five times; how many."""
    lost = (delivery.c.state == "dead", delivery.c.channel == channel, delivery.c.attempts > 0)
    return guarding.change_sound(tx, delivery, *lost, state="waiting", attempts=0, next_try=now, error=None)


def is_held(tx: Tx) -> bool:
    """Whether nothing may leave until an operator says so."""
    return bool(tx.scalar(select(_HELD)))


def drop_waiting(tx: Tx, why: str) -> int:
    """Cancel everything that waits; how many that were. Altered if one is not as it was written."""
    return guarding.change(tx, delivery, delivery.c.state == WAITING, state="cancelled", error=why)
