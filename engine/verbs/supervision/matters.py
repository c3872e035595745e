"""The matters under supervision as one person may see them: light, holder, slip, and how often they were chased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine import limits, org
from engine.model import Actor
from engine.progress.permission import viewer, within_reach
from engine.runtime import Engine
from engine.store import Tx, inbox, overview, searching
from engine.verbs.supervision.addressing import addressees
from engine.verbs.supervision.standing import Standing, standings

LIGHTS = ("red", "amber", "green", "idle")  # idle: not yet handed over, or paused; no clock runs
SCOPES = ("all", "departments", "companies", "daily", "special", "mine")
SEE_ALL = frozenset({"supervisor", "leader", "auditor"})
REMEMBERED = timedelta(days=365)


SLIPS = ("blue", "yellow", "red")  # from mild to severe; the severest one issued speaks for the matter


@dataclass(frozen=True, slots=True)
class Matter:
    """One item of supervision on the overview."""

    id: int
    number: str
    title: str
    light: str  # one of LIGHTS
    unit: str  # code of the lead unit
    unit_name: str
    unit_kind: str
    holder: str
    step: str
    deadline: datetime | None
    remaining: str
    slip: str  # the last slip issued: blue, yellow or red
    level: str  # of the highest rung reached: L3
    importance: str
    kind: str  # 日常督办 or 专项督办
    chased: int
    chased_at: datetime | None
    chased_today: bool
    told: tuple[int, ...]  # ids of those who would hear of a chase
    through_liaison: bool  # a leader is reminded through the liaison
    mine: bool  # registered by the person who looks


class Desk:
    """What all parts of one overview look at, looked up once."""

    def __init__(self, engine: Engine, tx: Tx, actor: Actor) -> None:
        self.engine, self.tx, self.actor, self.now = engine, tx, actor, engine.now()
        self.calendar = engine.calendar(tx)
        self.directory: org.Directory = engine.directory(tx)
        self.today = self.calendar.local(self.now).date()
        self.midnight = self.calendar.at(self.today, time(0))
        self.tonight = self.midnight + timedelta(days=1)
        self.standing: dict[int, Standing] = {}  # of the matters looked up last

    def matters(self, rows: Sequence[Any]) -> list[Matter]:
        """Those of the rows that this person may see."""
        rows = [r for r in rows if self.may_see(r) and not r.variables.get("merged_into")]
        ids = [r.id for r in rows]
        held = inbox.holders(self.tx, ids, self.now)
        chased = overview.chased_since(self.tx, ids, self.now - REMEMBERED)
        self.standing = standings(self.engine, self.tx, rows)
        return [self._matter(r, held.get(r.id, []), chased.get(r.id), self.standing.get(r.id)) for r in rows]

    def may_see(self, row: Any) -> bool:
        """Supervisors and leaders see all of their house; others what their own unit leads (domain.md §7.7).

        What has a list of its own (知悉范围) is seen by those who may open it, whatever their role.
        """
        if row.known_to is not None:
            return bool(searching.visible(self.tx, viewer(self.tx, self.actor), [row.id]))
        unit = self.lead_unit(row)
        if self.actor.roles & SEE_ALL:
            return within_reach(self.actor, row.unit_id) or (unit is not None and within_reach(self.actor, unit.id))
        return unit is not None and unit.id == self.actor.unit_id

    def lead_unit(self, row: Any) -> org.Unit | None:
        return self.directory.unit(row.variables.get("lead_unit") or "")

    def _matter(
        self, r: Any, held: Sequence[Any], chased: tuple[int, datetime] | None, standing: Standing | None
    ) -> Matter:
        unit = self.lead_unit(r)
        slips = [m["mark"] for m in r.variables.get("marks") or [] if str(m.get("mark")).startswith("slip:")]
        ladders = self.engine.package(self.tx, r.definition_id).ladders
        people = addressees(held, self.directory, ladders, self.now)
        return Matter(
            id=r.id,
            number=r.number,
            title=r.title,
            light=self._light(r, held),
            unit=unit.code if unit else "",
            unit_name=unit.short if unit else "未定主办",
            unit_kind=unit.kind if unit else "",
            holder="、".join(dict.fromkeys(filter(None, map(self._holder, held)))),
            step=held[0].name if held else "",
            deadline=r.deadline,
            remaining=limits.remaining(self.now, r.deadline, self.calendar).text_zh,
            slip=max((s.partition(":")[2] for s in slips), key=SLIPS.index, default=""),
            level=standing.level if standing else "",
            importance=str(r.variables.get("importance") or ""),
            kind=str(r.variables.get("kind") or ""),
            chased=chased[0] if chased else 0,
            chased_at=chased[1] if chased else None,
            chased_today=chased is not None and chased[1] >= self.midnight,
            told=tuple(one.person_id for one in people),
            through_liaison=any(one.for_leader for one in people),
            mine=r.initiator_id == self.actor.id,
        )

    def _light(self, r: Any, held: Sequence[Any]) -> str:
        shown = r.frozen_light or limits.light(self.now, r.warn_at, r.deadline)
        parts = [h.deadline for h in held]
        return limits.whole_light("grey" if r.state == "suspended" else str(shown), parts, self.now)

    def _holder(self, held: Any) -> str:
        person = self.directory.person(held.performer_id)
        if person is not None:
            return person.name
        post = self.directory.pool(held.pool) if held.pool else None
        return f"{post.title}（待领办）" if post else ""
