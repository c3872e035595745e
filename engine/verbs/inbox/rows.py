"""Lines of the lists of a person: a work item, an instance, a draft, each in words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from engine import limits, org
from engine.model import Actor, ItemRow
from engine.package import Package, Plan
from engine.progress.viewing import STATES
from engine.runtime import Engine
from engine.store import Tx, files, inbox, ordering
from engine.store.judging import HIDDEN as UNTRUE

WHOLE = "整件"  # whose deadline it is when it is that of the whole case


class Desk:
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


def item_rows(desk: Desk, rows: Sequence[Any]) -> tuple[ItemRow, ...]:
    attached = files.counts(desk.tx, list({r.instance_id for r in rows})) if rows else {}
    held = inbox.holders(desk.tx, list({r.instance_id for r in rows if r.decided_at}), desk.now)
    return tuple(item_row(desk, r, attached.get(r.instance_id, 0), held.get(r.instance_id, [])) for r in rows)


def item_row(desk: Desk, r: Any, attachments: int, held: Sequence[Any]) -> ItemRow:
    if not inbox.is_true(desk.tx, r):
        return _untold(r.id, r.kind, desk.now)
    package, sender = desk.package(r.case_definition_id), desk.directory.unit(r.case_unit_id)
    plan: Plan = package.plans[r.element]
    done = r.decided_at is not None
    due, warn_at = (r.deadline, r.warn_at) if done or not r.sort_level else (r.sort_at, _warned(r))
    light = limits.light(desk.now, warn_at, due, r.decided_at, paused=r.paused is not None)
    return ItemRow(
        id=r.id,
        number=r.case_number,
        title=r.case_title,
        process=r.process,
        process_title=package.manifest.title,
        element=r.element,
        name=r.name,
        urgency=r.urgency,
        sender=desk.name(r.case_initiator_id),
        sender_unit=sender.short if sender else "",
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
        remaining=r.paused or _left(desk, due, r.urgency),
        group=_group(desk, due),
        due=due,
        due_by="" if done else _due_by(r.sort_level),
        quick=plan.quick and r.kind == "decide",
        quick_reason=plan.quick_reason,
        outcome=(plan.label(r.outcome) if r.outcome else ""),
        opinion=r.opinion or "",
        decided=r.decided_at,
        holder=_holder(desk, held) if done else "",
        holder_since=held[0].arrived_at if held else None,
        attachments=attachments,
        acting=_acting(desk, r),
    )


def _bare(row_id: int, kind: str, state: str, at: datetime) -> ItemRow:
    """A line with neither case nor deadline: what is not work yet, or may not be shown."""
    return ItemRow(
        id=row_id,
        number="",
        title="",
        process="",
        process_title="",
        element="",
        name="",
        urgency="平件",
        sender="",
        sender_unit="",
        performer="",
        on_behalf_of="",
        pool="",
        kind=kind,
        state=state,
        arrived=at,
        opened=None,
        deadline=None,
        warn_at=None,
        light="none",
        remaining="",
        group="none",
        quick=False,
        quick_reason="",
    )


def _untold(row_id: int, kind: str, now: datetime) -> ItemRow:
    """A line that is not as it was written says so and nothing else: it may not even be for whoever reads it."""
    bare = _bare(row_id, kind, "altered", now)  # its own instants are not shown
    return replace(bare, number=f"#{row_id}", title=UNTRUE, name=UNTRUE, quick_reason=UNTRUE)


def _acting(desk: Desk, r: Any) -> str:
    """The post somebody holds an item in, with its unit, unless it is the one they are known by."""
    person, post = desk.directory.person(r.performer_id), desk.directory.post(r.post_id)
    if person is None or post is None or r.principal_id is not None:
        return ""
    main = desk.directory.on(desk.now).main_post(person)
    unit = desk.directory.unit(post.unit_id)
    held = any(seat.post_id == post.id for seat in desk.directory.on(desk.now).seats_of(person))
    return f"{unit.short if unit else ''}{post.title}" if held and post != main else ""


def _warned(r: Any) -> datetime | None:
    """When what is due first is warned of; stages turn red without turning amber before."""
    return r.case_warn_at if r.sort_level == ordering.INSTANCE else None


def _due_by(level: str | None) -> str:
    if not level:
        return ""
    return WHOLE if level == ordering.INSTANCE else f"阶段“{level.removeprefix(ordering.STAGE)}”"


def _left(desk: Desk, deadline: datetime | None, urgency: str) -> str:
    return limits.remaining(desk.now, deadline, desk.calendar, natural=urgency == "特急").text_zh


def _group(desk: Desk, deadline: datetime | None) -> str:
    if deadline is None:
        return "none"
    times = desk.times
    if deadline < desk.now:
        return "overdue"
    if deadline <= times["tonight"]:
        return "today"
    return "week" if deadline <= times["sunday"] else "later"


def _holder(desk: Desk, held: Sequence[Any]) -> str:
    names = dict.fromkeys(desk.name(h.performer_id) or desk.pool(h.pool) for h in held)
    shown = list(names)[:2]
    return "、".join(shown) + (f" 等 {len(names)} 人" if len(names) > 2 else "")


def instance_row(desk: Desk, r: Any, held: Sequence[Any]) -> ItemRow:
    """An instance as a line: what matters is who holds it and how long that may take."""
    if r.title == UNTRUE:
        return _untold(r.id, "instance", desk.now)
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


def draft_row(desk: Desk, scope: str, title: str, saved: datetime, missing: tuple[str, ...]) -> ItemRow:
    kind, _, key = scope.partition(":")
    bare = _bare(int(key) if kind == "item" and key.isdecimal() else 0, kind, "draft", saved)
    return replace(
        bare,
        title=title or "未命名草稿",
        process=key if kind == "start" else "",
        name="草稿",
        sender=desk.actor.name,
        performer=desk.actor.name,
        opened=saved,
        remaining="不计时",
        missing=missing,
    )
