"""The overview of supervision, and when the ladder of one matter speaks to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from engine.verbs import instances, supervision, timers
from web.auth import actor
from web.language import N_, NP_, _, told
from web.shell import the_engine
from web.supervision import pictures, wording

SCOPES = (
    ("", NP_("scope", "全集团")),
    ("daily", NP_("scope", "日常督办")),
    ("special", NP_("scope", "专项督办")),
    ("departments", NP_("scope", "总部部门")),
    ("companies", NP_("scope", "所属单位")),
    ("mine", NP_("scope", "我督办的")),
)
LIGHTS = {
    "red": N_("红灯事项"),
    "amber": N_("黄灯事项"),
    "green": N_("绿灯事项"),
    "idle": N_("待交办和暂停"),
    "all": N_("在办事项"),
}
FIRST = "red"
WHOLE = {"instance": N_("整件办结时限"), "step": N_("环节时限"), "item": N_("事项时限")}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; ``light`` is red unless it says otherwise."""

    light: str = FIRST
    dept: str = ""
    level: str = ""
    scope: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Chosen":
        """From a query string; what cannot be meant is left out."""
        scope, level = args.get("scope", ""), args.get("level", "")[:4]
        light = args.get("light", "all" if level else FIRST)
        return cls(
            light=light if light in LIGHTS else FIRST,
            dept=args.get("dept", "")[:40],
            level=level,
            scope=scope if scope in dict(SCOPES) else "",
        )

    def url(self, **changes: str) -> str:
        """The overview with other choices; a choice of light is always written down."""
        new = replace(self, **changes)
        pairs = [("light", new.light), ("dept", new.dept), ("level", new.level), ("scope", new.scope)]
        return f"/supervision?{urlencode([(name, value) for name, value in pairs if value])}"

    def only(self, **changes: str) -> str:
        """The overview with these choices and none of the others, in the same scope."""
        return Chosen(light=self.light, scope=self.scope).url(**changes)


def overview() -> str:
    """The whole house at one look."""
    chosen, me = Chosen.read(request.args), actor()
    light = None if chosen.light == "all" else chosen.light
    view = supervision.overview_of(
        the_engine(), me, light=light, dept=chosen.dept or None, level=chosen.level or None, scope=chosen.scope or None
    )
    notches = [n for n in view.ladder if n.actions or n.day is not None]
    selected = [m for m in view.matters if not m.chased_today][: supervision.MOST_CHASED]
    return render_template(
        "supervision/overview.html",
        view=view,
        chosen=chosen,
        scopes=SCOPES,
        heading=told(LIGHTS[chosen.light]),
        dept=next((u.name for u in view.units if u.code == chosen.dept), ""),
        bars={unit.code: pictures.bar(unit) for unit in view.units},
        trend=pictures.trend(view.trend),
        notches=notches,
        added=_added(notches),
        may_chase="supervisor" in me.roles,
        preselect=chosen.light == "red",
        selected=len(selected),
        messages=len({person for m in selected for person in m.told}),
        chased_today=sum(m.chased_today for m in view.matters),
        words=wording,
        late_records=supervision.late_records(the_engine(), me),
    )


def _added(notches: list[supervision.Notch]) -> dict[str, list[str]]:
    """Whom each level tells that the ones below it do not."""
    known: set[str] = set()
    found: dict[str, list[str]] = {}
    for notch in notches:
        found[notch.level] = [rule for rule in notch.to if rule not in known] or list(notch.to)
        known |= set(notch.to)
    return found


def ladder(number: str) -> str:
    """Every timer of one matter: when, why, to whom, and what happened."""
    found = instances.seen(the_engine(), number, actor())
    rows = timers.of_instance(the_engine(), number, actor())
    groups = [
        {"title": _deadline_of(group[0]), "deadline": group[0].deadline, "count": len(group), "rows": _folded(group)}
        for group in _grouped(list(rows))
    ]
    return render_template("supervision/ladder.html", instance=found, groups=groups, words=wording)


def _folded(rows: list[timers.TimerView]) -> list[tuple[timers.TimerView, int, datetime]]:
    """Each timer with how many it stands for and when the last was: daily reminders that told the same are one row."""
    found: list[tuple[timers.TimerView, int, datetime]] = []
    for row in rows:
        before = found[-1] if found else None
        if before is not None and _same_reminder(before[0], row):
            found[-1] = (before[0], before[1] + 1, row.due)
        else:
            found.append((row, 1, row.due))
    return found


def _same_reminder(one: timers.TimerView, other: timers.TimerView) -> bool:
    daily = one.rung.startswith("daily-") and other.rung.startswith("daily-")
    return daily and (one.state, one.told) == (other.state, other.told)


def _grouped(rows: list[timers.TimerView]) -> list[list[timers.TimerView]]:
    """By the deadline they watch: those of the whole matter first, then the steps in order of time."""

    def place(row: timers.TimerView) -> tuple[Any, ...]:
        of_step = not row.level.startswith("stage:")
        return (row.level != "instance", of_step, row.deadline or row.due, row.step, row.level)

    ordered = sorted(rows, key=lambda row: (*place(row), row.due, row.id))
    return [list(group) for _place, group in groupby(ordered, key=place)]


def _deadline_of(row: timers.TimerView) -> str:
    if row.kind == "resume":
        return _of(_("停表"), row.step)
    if row.kind != "rung":
        return _("流程中的定时事件")
    if row.level.startswith("stage:"):
        return _("阶段时限：%(stage)s", stage=row.level.partition(":")[2])
    return _of(told(WHOLE.get(row.level, row.level)), row.step)


def _of(what: str, step: str) -> str:
    return _("%(what)s：%(step)s", what=what, step=step) if step else what
