"""Changes of the calendar: each is kept with who and why, and asks for a count of every open deadline."""

from collections.abc import Sequence
from datetime import date

from engine import limits
from engine.errors import BadInput
from engine.model import Actor
from engine.progress.own_house import require_scope
from engine.runtime import Engine
from engine.store import Tx, calendars
from engine.verbs.calendars.previewing import WORDS
from engine.verbs.calendars.reading import FIRST_YEAR, LAST_YEAR, calendar_of, kind_of, require_admin

KINDS = ("work", "off", "half", "plain")
LONGEST_NAME = 60


def set_day(
    engine: Engine, day: date, kind: str, actor: Actor, *, scope: str = "", name: str = "", hours: str = ""
) -> int:
    """Make one day a working day, a day off or a half day, or let it be plain again; the id of the change."""
    require_admin(actor)
    if kind not in KINDS or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput("请选择休、班、半天或恢复默认。", f"no kind of day: {kind!r}", code="calendar.kind")
    own = limits.read_hours(hours) if kind == "half" else None
    with engine.store.transaction() as tx:
        require_scope(engine.directory(tx), actor, scope)
        before = _said(calendar_of(engine, tx, scope), day)
        if kind == "plain":
            calendars.forget_day(tx, scope, day)
        else:
            setting = limits.DaySetting(
                scope=scope, day=day, working=kind != "off", hours=own, name=name.strip()[:LONGEST_NAME]
            )
            calendars.set_days(tx, [setting])
        line = f"{day}：{before} → {_becomes(kind, day, own)}"
        changed = _keep(engine, tx, actor, "day", f"{_whose(scope)}{line}{_because(name)}", [line])
    engine.forget()
    return changed


def apply_holidays(engine: Engine, text: str, actor: Actor | None, *, scope: str = "", kind: str = "year") -> int:
    """Take over the days of a notice or table; the year of a notice is published by it. The id of the change."""
    require_admin(actor)
    found = limits.read_holidays(text)
    return take_over(engine, found, actor, scope=scope, kind=kind, source=f"国务院办公厅 {found.year} 年通知")


def take_over(
    engine: Engine, found: limits.Holidays, actor: Actor | None, *, scope: str = "", kind: str, source: str
) -> int:
    """Write days that were read; the id of the change."""
    settings = [limits.DaySetting(scope=scope, day=m.day, working=m.working, name=m.name) for m in found.days]
    with engine.store.transaction() as tx:
        require_scope(engine.directory(tx), actor, scope)
        calendar = calendar_of(engine, tx, scope)
        lines = [
            f"{m.day}：{_said(calendar, m.day)} → {'班' if m.working else '休'}（{m.name}）"
            for m in found.days
            if calendar.is_working(m.day) != m.working
        ]
        calendars.set_days(tx, settings)
        if found.year is not None and not scope:
            calendars.publish(tx, found.year, source, engine.now())
        words = f"{found.year} 年节假日安排" if found.year else f"导入 {len(settings)} 个日子"
        changed = _keep(engine, tx, actor, kind, f"{_whose(scope)}{words}，改变 {len(lines)} 天", lines)
    engine.forget()
    return changed


def set_hours(
    engine: Engine,
    hours: str,
    actor: Actor,
    *,
    scope: str = "",
    name: str = "",
    first: date | None = None,
    last: date | None = None,
) -> int:
    """Office hours of the whole year, or from ``first`` to ``last`` (夏令作息); the id of the change."""
    require_admin(actor)
    written = limits.read_hours(hours)
    if (first is None) != (last is None) or (first and last and not 0 <= (last - first).days < 366):
        raise BadInput(
            "作息的起止日期须成对，且不超过一年。", "a season needs both ends", "请检查日期。", code="calendar.season"
        )
    with engine.store.transaction() as tx:
        require_scope(engine.directory(tx), actor, scope)
        calendar_of(engine, tx, scope)
        calendars.set_hours(tx, scope=scope, name=name.strip()[:LONGEST_NAME], first=first, last=last, hours=written)
        words = "、".join("–".join(pair) for pair in written)
        span = f"{first} 至 {last}" if first else "全年"
        changed = _keep(engine, tx, actor, "hours", f"{_whose(scope)}作息 {span} {words}{_because(name)}", [words])
    engine.forget()
    return changed


def drop_hours(engine: Engine, hours_id: int, actor: Actor) -> int:
    """Take office hours away again; the id of the change."""
    require_admin(actor)
    with engine.store.transaction() as tx:
        found = next((h for h in calendars.hours(tx) if h.id == hours_id), None)
        if found is None:
            raise BadInput("这条作息已不存在。", "no such office hours", "请刷新页面。", code="calendar.season")
        require_scope(engine.directory(tx), actor, found.scope)
        calendars.drop_hours(tx, hours_id)
        changed = _keep(engine, tx, actor, "hours", f"{_whose(found.scope)}删除作息“{found.name or '全年'}”", [])
    engine.forget()
    return changed


def _keep(engine: Engine, tx: Tx, actor: Actor | None, kind: str, note: str, lines: Sequence[str]) -> int:
    by = actor.id if actor else None
    return calendars.add_change(tx, at=engine.now(), by_id=by, kind=kind, note=note, detail={"lines": list(lines)})


def _becomes(kind: str, day: date, hours: Sequence[Sequence[str]] | None) -> str:
    if kind == "plain":
        return "按默认"
    if kind == "half":
        return "、".join("–".join(pair) for pair in hours or ())
    return WORDS["off" if kind == "off" else "makeup" if day.weekday() >= 5 else "work"]


def _said(calendar: limits.Calendar, day: date) -> str:
    return WORDS[kind_of(calendar, day)]


def _whose(scope: str) -> str:
    return f"{scope} " if scope else ""


def _because(name: str) -> str:
    return f"（{name.strip()[:LONGEST_NAME]}）" if name.strip() else ""
