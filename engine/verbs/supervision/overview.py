"""The overview of supervision: lights, ladder, departments, and how much was closed in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine.model import Actor
from engine.runtime import Engine
from engine.store import overview
from engine.verbs.supervision.matters import LIGHTS, Desk, Matter
from engine.verbs.supervision.standing import Notch, notches, rising

CATEGORY = "督办"
WEEKS = 12


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One department: its lights, mean time in working days of what ended, and share ended in time in percent."""

    code: str
    name: str
    green: int
    amber: int
    red: int
    total: int
    mean_days: float | None
    on_time: float | None


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """The whole overview. ``matters`` is the list asked for; every count is of the list its link leads to."""

    at: datetime
    matters: tuple[Matter, ...]
    total: int  # green + amber + red: what is under way
    green: int
    amber: int
    red: int
    idle: int  # registered but not handed over, or paused
    due_today: int
    red_units: int
    units: tuple[UnitLine, ...]
    ladder: tuple[Notch, ...]
    rising: int
    rising_at: datetime | None
    on_time_month: float | None
    on_time_before: float | None
    trend: tuple[float | None, ...]


def overview_of(
    engine: Engine,
    actor: Actor,
    *,
    light: str | None = None,
    dept: str | None = None,
    level: str | None = None,
    scope: str | None = None,
) -> SupervisionView:
    """Everything under supervision that this person may see, reds first, the longest overdue on top.

    ``light`` is one of LIGHTS; without it the list holds all that is under way. ``scope`` is daily, special,
    departments, companies or mine and narrows the counts as well; the other filters narrow the list alone.
    """
    with engine.store.reading() as tx:
        desk = Desk(engine, tx, actor)
        keys = overview.keys_of(tx, CATEGORY)
        matters = [m for m in desk.matters(overview.instances_of(tx, keys)) if _in_scope(m, scope)]
        ended = [
            r
            for r in overview.instances_of(tx, keys, running=False, since=_longest(desk))
            if desk.may_see(r) and _ended_in_scope(desk, r, scope)
        ]
        shown = [m for m in matters if _wanted(m, light, dept, level)]
        shown.sort(key=lambda m: (LIGHTS.index(m.light), m.deadline is None, m.deadline or desk.now, m.number))
        return _view(desk, shown, matters, ended, keys)


def _wanted(m: Matter, light: str | None, dept: str | None, level: str | None) -> bool:
    lit = m.light == light if light else m.light != "idle"
    return lit and (not dept or m.unit == dept) and (not level or m.level == level)


def _in_scope(m: Matter, scope: str | None) -> bool:
    return m.mine if scope == "mine" else _fits(m.kind, m.unit_kind, scope)


def _ended_in_scope(desk: Desk, row: Any, scope: str | None) -> bool:
    if scope == "mine":
        return bool(row.initiator_id == desk.actor.id)
    unit = desk.lead_unit(row)
    return _fits(str(row.variables.get("kind") or ""), unit.kind if unit else "", scope)


def _fits(kind: str, unit: str, scope: str | None) -> bool:
    match scope:
        case "daily" | "special":
            return kind == ("专项督办" if scope == "special" else "日常督办")
        case "companies":
            return unit == "company"
        case "departments":
            return unit not in ("company", "external", "")
        case _:
            return True


def _longest(desk: Desk) -> datetime:
    """Since when what has ended counts: twelve weeks, or the whole of last month."""
    return min(desk.now - timedelta(weeks=WEEKS), _months(desk)[0])


def _months(desk: Desk) -> tuple[datetime, datetime]:
    """The first instants of last month and of this one."""
    this = desk.today.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    return desk.calendar.at(last, time(0)), desk.calendar.at(this, time(0))


def _view(
    desk: Desk, shown: Sequence[Matter], matters: Sequence[Matter], ended: Sequence[Any], keys: Sequence[str]
) -> SupervisionView:
    lit = [m for m in matters if m.light != "idle"]
    standing = [desk.standing[m.id] for m in lit if m.id in desk.standing]
    last, this = _months(desk)
    rises, first = rising(standing, desk.tonight)
    on_level = {m.level: sum(other.level == m.level for other in lit) for m in lit}
    return SupervisionView(
        at=desk.now,
        matters=tuple(shown),
        total=len(lit),
        green=sum(m.light == "green" for m in lit),
        amber=sum(m.light == "amber" for m in lit),
        red=sum(m.light == "red" for m in lit),
        idle=len(matters) - len(lit),
        due_today=sum(m.light == "amber" and m.deadline is not None and m.deadline < desk.tonight for m in lit),
        red_units=len({m.unit for m in lit if m.light == "red"}),
        units=_units(lit, ended, desk),
        ladder=notches(desk.engine, desk.tx, keys, standing, on_level),
        rising=rises,
        rising_at=first,
        on_time_month=_on_time([r for r in ended if r.ended_at >= this]),
        on_time_before=_on_time([r for r in ended if last <= r.ended_at < this]),
        trend=_trend(ended, desk.now),
    )


def _on_time(ended: Sequence[Any]) -> float | None:
    """Share of what ended that was asked to be closed by its deadline, in percent."""
    dated = [r for r in ended if r.deadline is not None]
    good = [r for r in dated if (r.frozen_light or ("red" if r.ended_at > r.deadline else "green")) != "red"]
    return round(100 * len(good) / len(dated), 1) if dated else None


def _trend(ended: Sequence[Any], now: datetime) -> tuple[float | None, ...]:
    weeks = []
    for back in range(WEEKS, 0, -1):
        since, until = now - timedelta(weeks=back), now - timedelta(weeks=back - 1)
        weeks.append(_on_time([r for r in ended if since <= r.ended_at < until]))
    return tuple(weeks)


def _units(matters: Sequence[Matter], ended: Sequence[Any], desk: Desk) -> tuple[UnitLine, ...]:
    lines = []
    for code in dict.fromkeys(m.unit for m in matters):
        own = [m for m in matters if m.unit == code]
        done = [r for r in ended if (unit := desk.lead_unit(r)) is not None and unit.code == code]
        days = [desk.calendar.working_seconds(r.started_at, r.ended_at) / desk.calendar.day_seconds for r in done]
        lines.append(
            UnitLine(
                code=code,
                name=own[0].unit_name,
                green=sum(m.light == "green" for m in own),
                amber=sum(m.light == "amber" for m in own),
                red=sum(m.light == "red" for m in own),
                total=len(own),
                mean_days=round(sum(days) / len(days), 1) if days else None,
                on_time=_on_time(done),
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.red, -line.amber, -line.total, line.name)))
