"""The outbox on its way out: leased, checked once more, merged, sent, tried again, given up visibly."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine import channels, limits
from engine.channels import ChannelError, wishes
from engine.progress.damaged import put_off
from engine.runtime import Engine
from engine.store import Tx, deliveries, house, judging, notices, work
from engine.store.deliveries import DeliveryRow
from engine.store.tables import delivery
from engine.verbs.notifications.wording import address, message, together

LEASE = timedelta(seconds=30)
MERGE = timedelta(minutes=1)  # after a message the next ones to the same person wait that long, and leave as one
BREAKS_THROUGH = ("T-SEAL-RETURN",)  # besides 特急: a seal that is away (domain.md §6.7)
TOGETHER = 500  # notices that leave as one message at most
NOT_AS_WRITTEN = "通知或收件人资料与写入时不一致，没有发送"
PATIENCE = timedelta(days=1)  # how long somebody who only says "later" is asked again


def send_due(engine: Engine, *, only: str = "", limit: int = 200) -> int:
    """Send what waits, outside any transaction; each try is leased first, so no two processes send one.

    ``only`` names one channel: each has its own thread, so that a server that never answers holds up nobody else.
    """
    ways = channels.configured(engine.settings)
    if only:
        ways = {name: way for name, way in ways.items() if name == only}
    if not ways:
        return 0
    with engine.store.reading() as tx:
        waiting = deliveries.waiting(tx, tuple(ways), engine.now(), limit)
    put_off(engine, delivery, {row.id: None for row in waiting if not row.sound})
    groups = _groups([row for row in waiting if row.sound])
    if len(waiting) == limit:  # more may wait than was looked at: whoever gets a message gets all of it
        groups = [_whole(engine, group) for group in groups]
    return sum(_send(engine, ways[group[0].channel], group) for group in groups)


def _groups(waiting: Sequence[DeliveryRow]) -> list[list[DeliveryRow]]:
    """What leaves as one message: the same person, channel and attempt; what is very urgent goes alone."""
    found: dict[tuple[object, ...], list[DeliveryRow]] = {}
    for row in waiting:
        alone = row.id if _alone(row) else 0
        found.setdefault((row.channel, row.person_id, row.attempts, alone), []).append(row)
    return list(found.values())


def _whole(engine: Engine, group: list[DeliveryRow]) -> list[DeliveryRow]:
    first = group[0]
    if first.attempts or _alone(first):
        return group
    with engine.store.reading() as tx:
        rows = deliveries.waiting_too(tx, first, engine.now(), TOGETHER)
    return [row for row in rows if row.sound and not _alone(row)] or group


def _alone(row: DeliveryRow) -> bool:
    return row.urgency == "特急" or row.channel in wishes.HOUSE


def _send(engine: Engine, channel: channels.Channel, rows: Sequence[DeliveryRow]) -> int:
    if rows[0].attempts >= channels.MOST_TRIES:
        _end(engine, rows)
        return 0
    with engine.store.transaction() as tx:
        right = [row for row in rows if _still_right(tx, row, engine.now())]
        if not right or _too_soon(tx, right, engine.now()) or _at_rest(engine, tx, right):
            return 0
        going = [row for row in right if deliveries.lease(tx, row, engine.now(), LEASE)]
    if not going:
        return 0
    try:
        channel.send(message(engine.settings, going, engine.now()))
    except ChannelError as error:
        _failed(engine, going, error)
        return 0
    with engine.store.transaction() as tx:
        now = engine.now()
        first = going[0]
        deliveries.settle(tx, first.id, state="sent", at=now, address=address(first))
        for row in going[1:]:
            deliveries.settle(tx, row.id, state="merged", at=now, address=address(row), merged_into=first.id)
    return len(going)


def _too_soon(tx: Tx, rows: Sequence[DeliveryRow], now: datetime) -> bool:
    """Whether this person had a message within the minute; then these wait for its end, and leave together."""
    first = rows[0]
    if _alone(first) or first.attempts:
        return False
    last = deliveries.last_sent(tx, first.person_id, first.channel, now - MERGE, now)
    if last is None:
        return False
    deliveries.postpone(tx, [row.id for row in rows], last + MERGE)
    return True


def _at_rest(engine: Engine, tx: Tx, rows: Sequence[DeliveryRow]) -> bool:
    """Whether this person wants to hear nothing at this hour; then these wait for its end."""
    first = rows[0]
    if _alone(first) or first.event in BREAKS_THROUGH or first.attempts:
        return False
    own, now = wishes.quiet(first.settings), engine.now()
    until = limits.after_quiet(now, *own, engine.calendar(tx)) if own else now
    if until > now:
        deliveries.postpone(tx, [row.id for row in rows], until)
    return until > now


def _still_right(tx: Tx, row: DeliveryRow, now: datetime) -> bool:
    """Checked again at the moment of sending; what is not to leave is settled here, and waits for no other message."""
    outcome = _outcome(tx, row)
    if outcome is not None and deliveries.lease(tx, row, now, LEASE):
        deliveries.settle(tx, row.id, at=now, **outcome)
        if outcome["error"] == NOT_AS_WRITTEN:
            _tell_administrators(tx, row, NOT_AS_WRITTEN, now)
    return outcome is None


def _outcome(tx: Tx, row: DeliveryRow) -> dict[str, Any] | None:
    """What becomes of a delivery that is not to leave; None if it is."""
    if not row.active:
        return {"state": "cancelled", "error": "收件人已停用"}
    if row.channel not in wishes.wanted(row.settings, row.kind, [row.channel]):
        return {"state": "cancelled", "error": "本人不接收"}
    if notices.is_cancelled(tx, row.notification_id) or _gone(tx, row):
        return {"state": "cancelled", "error": None}
    if not (row.known and judging.is_true(tx, row)):
        return {"state": "dead", "error": NOT_AS_WRITTEN}
    if not address(row):
        return {"state": "dead", "error": "没有邮箱地址", "attempts": 0}
    return None


def _gone(tx: Tx, row: DeliveryRow) -> bool:
    """The work was done or handed on before the notice left."""
    if row.item_id is None:
        return False
    item = work.by_id(tx, row.item_id, judged=False)  # what has decayed cancels nothing
    handed_on = row.kind == "todo" and item.performer_id not in (None, row.person_id)
    return item.state in ("cancelled", "done") or handed_on


def _end(engine: Engine, rows: Sequence[DeliveryRow]) -> None:
    """The last try was begun and nobody told how it went: its sender died, perhaps of it, so there is no sixth."""
    with engine.store.transaction() as tx:
        now, why = engine.now(), "发送程序在最后一次发送时中断，是否送达不明"
        for row in rows:
            if deliveries.lease(tx, row, now, LEASE):
                deliveries.settle(tx, row.id, state="dead", at=now, error=why, attempts=row.attempts)
                _tell_administrators(tx, row, why, now)


def _failed(engine: Engine, rows: Sequence[DeliveryRow], error: ChannelError) -> None:
    with engine.store.transaction() as tx:
        now, why = engine.now(), error.message_zh[:400]
        for row in rows:
            tries = row.attempts + 1
            if error.after is not None and now - row.created_at < PATIENCE:
                deliveries.wait(tx, row, now + max(error.after, channels.WAITS[0]), why, row.attempts)
            elif error.retry and tries < channels.MOST_TRIES:
                deliveries.wait(tx, row, now + channels.wait_after(tries, rows[0].id), why, tries)
            else:
                deliveries.settle(tx, row.id, state="dead", at=now, error=why)
                _tell_administrators(tx, row, why, now)


def _tell_administrators(tx: Tx, row: DeliveryRow, why: str, now: datetime) -> None:
    """One incident for a channel, however many notices it holds up."""
    known: Sequence[Mapping[str, object]] = house.open_incidents(tx)
    if any(i["kind"] == "delivery" and _channel_of(i) == row.channel for i in known):
        return
    house.open_incident(
        tx,
        kind="delivery",
        message=f"有通知没有经{together(row.channel)}发出",
        at=now,
        facts={"channel": row.channel, "error": why},
    )


def _channel_of(incident: Mapping[str, object]) -> object:
    facts = incident["facts"]
    return facts.get("channel") if isinstance(facts, dict) else None
