"""The five boxes of a person: to do, done, started by me, circulated, drafts; and search."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from engine import limits, org
from engine.errors import BadInput
from engine.model import Actor, ItemRow, Page
from engine.package import Package, Plan
from engine.progress.viewing import STATES
from engine.runtime import Engine
from engine.store import Tx, circulation, files, history, inbox, work

BOXES = ("todo", "done", "mine", "cc", "drafts")
MOST = 200


class _Desk:
    """What every row of a list needs, looked up once per page."""

    def __init__(self, engine: Engine, tx: Tx, actor: Actor) -> None:
        self.engine, self.tx, self.actor = engine, tx, actor
        self.now = engine.now()
        self.calendar = engine.calendar(tx)
        self.directory: org.Directory = engine.directory(tx)

    def package(self, definition_id: int) -> Package:
        return self.engine.package(self.tx, definition_id)

    @cached_property
    def times(self) -> dict[str, datetime]:
        """Borders of the groups: the ends of today and of this week on the office's clock, never before now."""
        today = self.calendar.local(self.now).date()
        sunday = today + timedelta(days=6 - today.weekday())
        return {"now": self.now, "tonight": max(self.now, self._end(today)), "sunday": max(self.now, self._end(sunday))}

    def _end(self, day: date) -> datetime:
        return self.calendar.at(day, time(23, 59, 59))

    def name(self, person_id: int | None) -> str:
        person = self.directory.person(person_id)
        return person.name if person else ""

    def pool(self, pool: str | None) -> str:
        post = self.directory.pool(pool) if pool else None
        return post.title if post else pool or ""


def page(
    engine: Engine,
    actor: Actor,
    *,
    box: str = "todo",
    due: str | None = None,
    process: str | None = None,
    urgency: str | None = None,
    on_behalf: bool | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Page:
    """One page of a box. ``counts`` of to-do: total, overdue, today, week, later, none, urgent, on_behalf, unread."""
    if box not in BOXES or not 1 <= limit <= MOST or offset < 0:
        raise BadInput(
            "列表参数不对。", "bad list parameters", f"limit 为 1–{MOST}，offset 不小于 0。", "list.parameters"
        )
    wanted = inbox.Wanted(process=process, urgency=urgency, due=due, text=text, on_behalf=bool(on_behalf))
    with engine.store.reading() as tx:
        desk = _Desk(engine, tx, actor)
        if box == "todo":
            return _todo(desk, wanted, limit, offset)
        if box == "done":
            rows, total = inbox.done(tx, person_id=actor.id, wanted=wanted, limit=limit, offset=offset)
            return Page(_rows(desk, rows), total, {"total": total}, limit, offset)
        if box == "mine":
            return _started(desk, wanted, limit, offset)
        if box == "drafts":
            return _drafts(desk, limit, offset)
        sent, found = circulation.circulated(
            tx, person_id=actor.id, now=desk.now, wanted=wanted, limit=limit, offset=offset
        )
        return Page(_rows(desk, sent), found["total"], found, limit, offset)


def _todo(desk: _Desk, wanted: inbox.Wanted, limit: int, offset: int) -> Page:
    who: dict[str, Any] = {
        "person_id": desk.actor.id,
        "pools": desk.actor.pools,
        "times": desk.times,
        "wanted": wanted,
    }
    rows, counts = inbox.todo(desk.tx, **who, limit=limit, offset=offset)
    found = tuple(_row(desk, r, r.attachments, ()) for r in rows)
    return Page(found, counts["total"], counts, limit, offset)


def _rows(desk: _Desk, rows: Sequence[Any]) -> tuple[ItemRow, ...]:
    attached = files.counts(desk.tx, list({r.instance_id for r in rows})) if rows else {}
    held = inbox.holders(desk.tx, list({r.instance_id for r in rows if r.decided_at}), desk.now)
    return tuple(_row(desk, r, attached.get(r.instance_id, 0), held.get(r.instance_id, [])) for r in rows)


def _row(desk: _Desk, r: Any, attachments: int, held: Sequence[Any]) -> ItemRow:
    package = desk.package(r.definition_id)
    plan: Plan = package.plans[r.element]
    done = r.decided_at is not None
    light = limits.light(desk.now, r.warn_at, r.deadline, r.decided_at, paused=r.paused is not None)
    return ItemRow(
        id=r.id,
        number=r.number,
        title=r.title,
        process=r.process,
        process_title=package.manifest.title,
        element=r.element,
        name=r.name,
        urgency=r.urgency,
        sender=r.sender,
        sender_unit=r.sender_unit or "",
        performer=desk.name(r.performer_id),
        on_behalf_of=desk.name(r.principal_id),
        pool=desk.pool(r.pool),
        kind=r.kind,
        state=r.state,
        arrived=r.arrived_at,
        opened=r.opened_at,
        deadline=r.deadline,
        warn_at=r.warn_at,
        light=light,
        remaining=r.paused or _left(desk, r.deadline, r.urgency),
        group=_group(desk, r.deadline),
        quick=plan.quick and r.kind == "decide",
        quick_reason=plan.quick_reason,
        outcome=(plan.label(r.outcome) if r.outcome else ""),
        opinion=r.opinion or "",
        decided=r.decided_at,
        holder=_holder(desk, held) if done else "",
        holder_since=held[0].arrived_at if held else None,
        attachments=attachments,
        retractable=done and not held,
    )


def _left(desk: _Desk, deadline: datetime | None, urgency: str) -> str:
    return limits.remaining(desk.now, deadline, desk.calendar, natural=urgency == "特急").text_zh


def _group(desk: _Desk, deadline: datetime | None) -> str:
    if deadline is None:
        return "none"
    times = desk.times
    if deadline < desk.now:
        return "overdue"
    if deadline <= times["tonight"]:
        return "today"
    return "week" if deadline <= times["sunday"] else "later"


def _holder(desk: _Desk, held: Sequence[Any]) -> str:
    names = dict.fromkeys(desk.name(h.performer_id) or desk.pool(h.pool) for h in held)
    shown = list(names)[:2]
    return "、".join(shown) + (f" 等 {len(names)} 人" if len(names) > 2 else "")


def _started(desk: _Desk, wanted: inbox.Wanted, limit: int, offset: int) -> Page:
    rows, total = inbox.started(
        desk.tx, person_id=desk.actor.id, process=wanted.process, text=wanted.text, limit=limit, offset=offset
    )
    held = inbox.holders(desk.tx, [r.id for r in rows], desk.now)
    running = inbox.running_started(desk.tx, desk.actor.id)
    since = desk.calendar.at(desk.calendar.day_of(desk.now), time(0))
    urged = history.latest(desk.tx, [r.id for r in rows], "urge", since)
    found = tuple(replace(_instance_row(desk, r, held.get(r.id, [])), urged=urged.get(r.id)) for r in rows)
    return Page(found, total, {"total": total, "running": running}, limit, offset)


def _instance_row(desk: _Desk, r: Any, held: Sequence[Any]) -> ItemRow:
    """An instance as a line: what matters is who holds it and how long that may take."""
    package = desk.package(r.definition_id)
    first = held[0] if held else None
    deadline = first.deadline if first else r.deadline
    warn_at = first.warn_at if first else r.warn_at
    return ItemRow(
        id=r.id,
        number=r.number,
        title=r.title,
        process=r.process,
        process_title=package.manifest.title,
        element="",
        name=first.name if first else STATES[r.state],
        urgency=r.urgency,
        sender=desk.name(r.initiator_id),
        sender_unit="",
        performer=desk.name(r.initiator_id),
        on_behalf_of="",
        pool="",
        kind="instance",
        state=r.state,
        arrived=r.started_at,
        opened=r.started_at,
        deadline=deadline,
        warn_at=warn_at,
        light=limits.light(desk.now, warn_at, deadline, r.ended_at),
        remaining=_left(desk, deadline, r.urgency),
        group="ended" if r.ended_at else "running",
        quick=False,
        quick_reason="",
        outcome=STATES[r.state],
        holder=_holder(desk, held),
        holder_since=first.arrived_at if first else None,
    )


def _drafts(desk: _Desk, limit: int, offset: int) -> Page:
    kept = work.drafts(desk.tx, desk.actor.id)
    rows = tuple(_draft_row(desk, scope, title, saved) for scope, title, _data, saved in kept[offset : offset + limit])
    return Page(rows, len(kept), {"total": len(kept)}, limit, offset)


def _draft_row(desk: _Desk, scope: str, title: str, saved: datetime) -> ItemRow:
    kind, _, key = scope.partition(":")
    return ItemRow(
        id=int(key) if kind == "item" and key.isdecimal() else 0,
        number="",
        title=title or "未命名草稿",
        process=key if kind == "start" else "",
        process_title="",
        element="",
        name="草稿",
        urgency="平件",
        sender=desk.actor.name,
        sender_unit="",
        performer=desk.actor.name,
        on_behalf_of="",
        pool="",
        kind=kind,
        state="draft",
        arrived=saved,
        opened=saved,
        deadline=None,
        warn_at=None,
        light="none",
        remaining="不计时",
        group="none",
        quick=False,
        quick_reason="",
    )


def counts(engine: Engine, actor: Actor) -> dict[str, int]:
    """Numbers for the side bar, from the queries of the lists themselves."""
    with engine.store.reading() as tx:
        desk = _Desk(engine, tx, actor)
        open_items = inbox.todo_counts(
            tx, person_id=actor.id, pools=actor.pools, times=desk.times, wanted=inbox.Wanted()
        )
        return {
            **open_items,
            "todo": open_items["total"],
            "mine": inbox.running_started(tx, actor.id),
            "cc": circulation.unread(tx, person_id=actor.id, now=desk.now),
            "drafts": len(work.drafts(tx, actor.id)),
        }


def by_process(engine: Engine, actor: Actor) -> dict[str, int]:
    """Open items by process, for the filter of the inbox."""
    with engine.store.reading() as tx:
        return inbox.processes(tx, person_id=actor.id, pools=actor.pools, now=engine.now())


def search(engine: Engine, text: str, actor: Actor, *, limit: int = 20) -> tuple[ItemRow, ...]:
    """Instances the person may see whose title or number holds the text."""
    if not text.strip():
        return ()
    with engine.store.reading() as tx:
        desk = _Desk(engine, tx, actor)
        rows = [r for r in inbox.search(tx, text.strip(), MOST) if _may_see(desk, r)][:limit]
        held = inbox.holders(tx, [r.id for r in rows], desk.now)
        return tuple(_instance_row(desk, r, held.get(r.id, [])) for r in rows)


def _may_see(desk: _Desk, r: Any) -> bool:
    from_all = desk.actor.roles & {"supervisor", "auditor", "admin"}
    if from_all or r.initiator_id == desk.actor.id:
        return True
    items = work.of_instance(desk.tx, r.id)
    return any(desk.actor.id in (i.performer_id, i.decided_by) or (i.pool in desk.actor.pools) for i in items)
