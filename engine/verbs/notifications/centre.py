"""What people were told: the centre of a person, the log of an instance, the ledger of one notice."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import NotAllowed, NotFound
from engine.model import Actor, Notice
from engine.progress.permission import require_seen, veiled
from engine.runtime import Engine
from engine.store import Tx, deliveries, instances, knowers, notices
from engine.store.deliveries import Entry
from engine.store.notices import NoticeRow

OVERSEERS = frozenset({"supervisor", "clerk", "admin", "auditor"})


def centre(
    engine: Engine, actor: Actor, *, kind: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[Notice, ...]:
    """Notices of a person, newest first; ``kind``: todo, chase, copy or system."""
    with engine.store.reading() as tx:
        rows = notices.centre(tx, actor.id, engine.now(), kind=kind, limit=min(limit, 200), offset=offset)
        ledger = deliveries.ledger(tx, [r.id for r in rows]) if rows else {}
        hidden = _secret(tx, rows, actor)
        return tuple(_notice(r, ledger, hidden) for r in rows)


def _secret(tx: Tx, rows: Sequence[NoticeRow], actor: Actor) -> set[int]:
    """Secret cases (知悉范围) that the receiver may not open: being told that one is late tells no title."""
    about = knowers.with_list(tx, {row.instance_id for row in rows if row.instance_id is not None})
    return veiled(tx, actor, about)


def _notice(row: NoticeRow, ledger: Mapping[int, Sequence[Entry]], hidden: Collection[int] = ()) -> Notice:
    return Notice(
        id=row.id,
        event=row.event,
        kind=row.kind,
        title=row.title,
        body=row.body,
        number=row.number or "",
        instance_title="" if row.instance_id in hidden else row.instance_title or "",
        urgency=row.urgency,
        at=row.not_before,
        read_at=row.read_at,
        channels=tuple(f"{line.channel}: {line.state}" for line in ledger.get(row.id, ())),
        link=row.link,
    )


def _unread(notice: Notice) -> Notice:
    """That something was told and how it went, for whoever keeps the system: not what it says."""
    return replace(notice, title=notice.event, body="", instance_title="", link="")


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice about an instance, and who got it."""

    notice: Notice
    person: str


def sent(engine: Engine, number: str, actor: Actor) -> tuple[Sent, ...]:
    """The delivery log of an instance, newest first; for its initiator and those who watch over deadlines."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        reads = require_seen(tx, row, actor)
        if row.initiator_id != actor.id and not actor.roles & OVERSEERS:
            raise NotAllowed(
                "送达记录只对发起人和督办人员开放。", "only for the initiator and supervisors", "可查看流转记录。"
            )
        now, directory = engine.now(), engine.directory(tx)
        found = [notice for notice, _login in notices.of_instance(tx, row.id) if notice.not_before <= now]
        ledger = deliveries.ledger(tx, [notice.id for notice in found]) if found else {}
        people = {notice.person_id: directory.person(notice.person_id) for notice in found}
        names = {id: person.name if person else "" for id, person in people.items()}
        letters = [(_notice(notice, ledger), names[notice.person_id]) for notice in reversed(found)]
        return tuple(Sent(notice if reads else _unread(notice), name) for notice, name in letters)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One notice and everything that became of it; times are UTC."""

    notice: Notice
    person: str
    sender: str
    lines: tuple[Entry, ...]
    of_others: bool  # told to somebody else: one looks as sender or overseer


def ledger(engine: Engine, notice_id: int, actor: Actor) -> Ledger:
    """How a notice left and whether it was read; for its receiver, its sender and those who watch over deadlines."""
    with engine.store.reading() as tx:
        row = notices.by_id(tx, notice_id, engine.now())
        if row is None or not (actor.id in (row.person_id, row.sender_id) or actor.roles & OVERSEERS):
            raise NotFound("没有这条通知，或不是发给您的。", "no such notice", "请从消息中进入。")
        reads = True
        if actor.id not in (row.person_id, row.sender_id):
            if row.number:
                reads = require_seen(tx, instances.by_number(tx, row.number), actor)
            elif actor.reach is not None:  # what the house told somebody else may be about any company
                raise NotFound("没有这条通知，或不是发给您的。", "no such notice", "请从消息中进入。")
        directory, lines = engine.directory(tx), deliveries.ledger(tx, [row.id])
        shown = _notice(row, lines, _secret(tx, [row], actor))
        receiver, sender = directory.person(row.person_id), directory.person(row.sender_id or 0)
        return Ledger(
            notice=shown if reads else _unread(shown),
            person=receiver.name if receiver else "",
            sender=sender.name if sender else "系统",
            lines=tuple(lines.get(row.id, ())),
            of_others=actor.id != row.person_id,
        )


def unread(engine: Engine, actor: Actor) -> int:
    """How many notices a person has not read."""
    with engine.store.reading() as tx:
        return notices.unread(tx, actor.id, engine.now())


def mark_read(engine: Engine, ids: Sequence[int] | None, actor: Actor) -> None:
    """Mark some notices, or all, as read."""
    with engine.store.transaction() as tx:
        notices.mark_read(tx, actor.id, ids, engine.now())
