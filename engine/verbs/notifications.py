"""The outbox on its way out, and the notification centre."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from engine import channels
from engine.errors import NotAllowed
from engine.model import Actor, Notice
from engine.progress.permission import require_read
from engine.runtime import Engine
from engine.store import Tx, house, instances, notices, work
from engine.store.notices import DeliveryRow, NoticeRow

LEASE = timedelta(seconds=30)
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
MOST_TRIES = len(WAITS) + 1
OVERSEERS = frozenset({"supervisor", "clerk", "admin", "auditor"})


def send_due(engine: Engine, *, limit: int = 50) -> int:
    """Send what waits, outside any transaction; each try is leased first, so no two processes send one."""
    ways = channels.configured(engine.settings)
    if not ways:
        return 0
    with engine.store.reading() as tx:
        waiting = notices.waiting_deliveries(tx, engine.now(), limit)
    return sum(_send(engine, ways[row.channel], row) for row in waiting if row.channel in ways)


def _send(engine: Engine, channel: channels.Channel, row: DeliveryRow) -> bool:
    with engine.store.transaction() as tx:
        if not notices.lease(tx, row, engine.now(), LEASE):
            return False
        if notices.is_cancelled(tx, row.notification_id) or _gone(tx, row):
            notices.settle(tx, row.id, state="cancelled", at=engine.now())
            return False
        if not row.address:
            notices.settle(tx, row.id, state="dead", at=engine.now(), error="没有邮箱地址")
            return False
    try:
        channel.send(
            channels.Message(row.address, row.title, _with_link(engine, row), key=f"notice-{row.notification_id}")
        )
    except channels.ChannelError as error:
        _failed(engine, row, error)
        return False
    with engine.store.transaction() as tx:
        notices.settle(tx, row.id, state="sent", at=engine.now())
    return True


def _with_link(engine: Engine, row: DeliveryRow) -> str:
    """The text with the address of the page it speaks of."""
    return (
        f"{row.body.rstrip()}\n\n查看：{engine.settings.base_url.rstrip('/')}/d/{row.number}\n"
        if row.number
        else row.body
    )


def _gone(tx: Tx, row: DeliveryRow) -> bool:
    """The work was done or handed on before the notice left: checked again at the moment of sending."""
    if row.item_id is None:
        return False
    item = work.by_id(tx, row.item_id)
    handed_on = row.kind == "todo" and item.performer_id not in (None, row.person_id)
    return item.state in ("cancelled", "done") or handed_on


def _failed(engine: Engine, row: DeliveryRow, error: channels.ChannelError) -> None:
    tries = row.attempts + 1
    with engine.store.transaction() as tx:
        now = engine.now()
        if error.retry and tries < MOST_TRIES:
            notices.settle(tx, row.id, state="waiting", at=now, error=str(error)[:400], next_try=now + WAITS[tries - 1])
            return
        notices.settle(tx, row.id, state="dead", at=now, error=str(error)[:400])
        house.open_incident(
            tx,
            kind="delivery",
            message=f"通知发送失败（{tries} 次）：{row.title}",
            at=now,
            facts={"delivery": row.id, "channel": row.channel, "error": str(error)[:400]},
        )


def centre(
    engine: Engine, actor: Actor, *, kind: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[Notice, ...]:
    """Notices of a person, newest first; ``kind``: todo, chase, copy or system."""
    with engine.store.reading() as tx:
        rows = notices.centre(tx, actor.id, engine.now(), kind=kind, limit=min(limit, 200), offset=offset)
        ledger = notices.channels_of(tx, [r.id for r in rows]) if rows else {}
        return tuple(_notice(r, ledger) for r in rows)


def _notice(row: NoticeRow, ledger: Mapping[int, Sequence[tuple[str, str, object, str | None]]]) -> Notice:
    return Notice(
        id=row.id,
        event=row.event,
        kind=row.kind,
        title=row.title,
        body=row.body,
        number=row.number or "",
        instance_title=row.instance_title or "",
        urgency=row.urgency,
        at=row.not_before,
        read_at=row.read_at,
        channels=tuple(f"{channel}: {state}" for channel, state, _sent, _error in ledger.get(row.id, ())),
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice about an instance, and who got it."""

    notice: Notice
    person: str


def sent(engine: Engine, number: str, actor: Actor) -> tuple[Sent, ...]:
    """The delivery log of an instance, newest first; for its initiator and those who watch over deadlines."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        if row.initiator_id != actor.id and not actor.roles & OVERSEERS:
            raise NotAllowed(
                "送达记录只对发起人和督办人员开放。", "only for the initiator and supervisors", "可查看流转记录。"
            )
        now, directory = engine.now(), engine.directory(tx)
        found = [notice for notice, _login in notices.of_instance(tx, row.id) if notice.not_before <= now]
        ledger = notices.channels_of(tx, [notice.id for notice in found]) if found else {}
        people = {notice.person_id: directory.person(notice.person_id) for notice in found}
        names = {id: person.name if person else "" for id, person in people.items()}
        return tuple(Sent(_notice(notice, ledger), names[notice.person_id]) for notice in reversed(found))


def unread(engine: Engine, actor: Actor) -> int:
    """How many notices a person has not read."""
    with engine.store.reading() as tx:
        return notices.unread(tx, actor.id, engine.now())


def mark_read(engine: Engine, ids: Sequence[int] | None, actor: Actor) -> None:
    """Mark some notices, or all, as read."""
    with engine.store.transaction() as tx:
        notices.mark_read(tx, actor.id, ids, engine.now())
