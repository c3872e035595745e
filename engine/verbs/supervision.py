"""Supervision over all its instances: lights, ladder, departments, and chasing many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from engine import limits, org
from engine.errors import BadInput, NotAllowed, SanbanError
from engine.model import Actor
from engine.progress import Case, Letter, load, log, save, tell
from engine.runtime import Engine
from engine.store import Tx, inbox, instances, overview

CATEGORY = "督办"
WEEKS = 12
MOST_CHASED = 100


@dataclass(frozen=True, slots=True)
class Matter:
    """One item of supervision on the overview."""

    id: int
    number: str
    title: str
    light: str
    unit: str  # code of the lead unit
    unit_name: str
    holder: str
    step: str
    deadline: datetime | None
    remaining: str
    slip: str  # the last slip issued: blue, yellow or red
    rung: str  # the highest rung reached
    importance: str
    chased: int
    chased_at: datetime | None
    chased_today: bool
    through_liaison: bool  # a leader is reminded through the liaison


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One department: its lights, mean time of what ended and share ended in time."""

    code: str
    name: str
    green: int
    amber: int
    red: int
    total: int
    mean_days: float | None
    on_time: float | None


@dataclass(frozen=True, slots=True)
class RungLine:
    """One rung of the ladder with how many matters stand on it now."""

    key: str
    level: str
    title: str
    to: tuple[str, ...]
    count: int
    tone: str  # plain | amber | blue | red


@dataclass(frozen=True, slots=True)
class SupervisionView:
    """The whole overview; counts are of the lists beside them."""

    at: datetime
    matters: tuple[Matter, ...]
    total: int
    green: int
    amber: int
    red: int
    grey: int
    due_today: int
    red_units: int
    units: tuple[UnitLine, ...]
    ladder: tuple[RungLine, ...]
    rising_today: int
    on_time_month: float | None
    on_time_before: float | None
    trend: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class ChaseResult:
    """What a chase of many did: messages sent, merged per person, and what was left out with the reason."""

    chased: tuple[str, ...]
    messages: int
    skipped: tuple[tuple[str, str], ...]


def overview_of(engine: Engine, actor: Actor, *, light: str | None = None, dept: str | None = None) -> SupervisionView:
    """Everything under supervision that this person may see, reds first, the longest overdue on top."""
    with engine.store.reading() as tx:
        desk = _Desk(engine, tx, actor)
        keys = overview.keys_of(tx, CATEGORY)
        matters = [m for m in desk.matters(overview.instances_of(tx, keys)) if desk.may_see(m)]
        ended = overview.instances_of(tx, keys, running=False, since=desk.now - timedelta(weeks=WEEKS))
        shown = [m for m in matters if (not light or m.light == light) and (not dept or m.unit == dept)]
        shown.sort(key=lambda m: (LIGHTS.index(m.light), m.deadline is None, m.deadline or desk.now))
        return _view(desk, shown, matters, ended, keys)


LIGHTS = ("red", "amber", "green", "grey", "none")


class _Desk:
    def __init__(self, engine: Engine, tx: Tx, actor: Actor) -> None:
        self.engine, self.tx, self.actor, self.now = engine, tx, actor, engine.now()
        self.calendar = engine.calendar(tx)
        self.directory: org.Directory = engine.directory(tx)
        self.midnight = self.calendar.at(self.calendar.local(self.now).date(), time(0))

    def may_see(self, matter: Matter) -> bool:
        """Supervisors see all; heads and staff see what their own unit leads."""
        if self.actor.roles & {"supervisor", "leader", "admin", "auditor"}:
            return True
        unit = self.directory.unit(matter.unit)
        return unit is not None and unit.id == self.actor.unit_id

    def matters(self, rows: Sequence[Any]) -> list[Matter]:
        ids = [r.id for r in rows]
        held = inbox.holders(self.tx, ids, self.now)
        chased = overview.chased_since(self.tx, ids, self.now - timedelta(days=365))
        rungs = overview.last_rungs(self.tx, ids)
        return [self._matter(r, held.get(r.id, []), chased.get(r.id), rungs.get(r.id, "")) for r in rows]

    def _matter(self, r: Any, held: Sequence[Any], chased: tuple[int, datetime] | None, rung: str) -> Matter:
        unit = self.directory.unit(r.variables.get("lead_unit") or "")
        people = [self.directory.person(h.performer_id) for h in held]
        names = dict.fromkeys(p.name for p in people if p is not None)
        slips = [m["mark"] for m in r.variables.get("marks") or [] if str(m.get("mark")).startswith("slip:")]
        light = r.frozen_light or limits.light(self.now, r.warn_at, r.deadline)
        if light == "green" and any(h.deadline is not None and h.deadline < self.now for h in held):
            light = "amber"  # a late receipt or feedback is behind schedule (domain.md §5.5)
        leader = next((p for p in people if p is not None and self._is_leader(p)), None)
        return Matter(
            id=r.id,
            number=r.number,
            title=r.title,
            light=light,
            unit=unit.code if unit else "",
            unit_name=unit.short if unit else "未定主办",
            holder="、".join(names),
            step=held[0].name if held else "",
            deadline=r.deadline,
            remaining=limits.remaining(self.now, r.deadline, self.calendar).text_zh,
            slip=slips[-1].partition(":")[2] if slips else "",
            rung=rung,
            importance=str(r.variables.get("importance") or ""),
            chased=chased[0] if chased else 0,
            chased_at=chased[1] if chased else None,
            chased_today=chased is not None and chased[1] >= self.midnight,
            through_liaison=leader is not None,
        )

    def _is_leader(self, person: org.Person) -> bool:
        unit = self.directory.main_unit(person, self.now)
        return unit is not None and unit.kind == "group"


def _view(
    desk: _Desk, shown: Sequence[Matter], matters: Sequence[Matter], ended: Sequence[Any], keys: Sequence[str]
) -> SupervisionView:
    count = {light: sum(m.light == light for m in matters) for light in LIGHTS}
    tonight = desk.midnight + timedelta(days=1)
    month = desk.calendar.at(desk.calendar.local(desk.now).date().replace(day=1), time(0))
    before = desk.calendar.at((desk.calendar.local(month) - timedelta(days=1)).date().replace(day=1), time(0))
    return SupervisionView(
        at=desk.now,
        matters=tuple(shown),
        total=len(matters),
        green=count["green"],
        amber=count["amber"],
        red=count["red"],
        grey=count["grey"] + count["none"],
        due_today=sum(m.deadline is not None and desk.now <= m.deadline < tonight for m in matters),
        red_units=len({m.unit for m in matters if m.light == "red"}),
        units=_units(matters, ended, desk),
        ladder=_ladder(matters),
        rising_today=overview.rungs_until(desk.tx, keys, tonight),
        on_time_month=_on_time([r for r in ended if r.ended_at >= month]),
        on_time_before=_on_time([r for r in ended if before <= r.ended_at < month]),
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


def _units(matters: Sequence[Matter], ended: Sequence[Any], desk: _Desk) -> tuple[UnitLine, ...]:
    codes = dict.fromkeys(m.unit for m in matters)
    lines = []
    for code in codes:
        own = [m for m in matters if m.unit == code]
        done = [r for r in ended if r.variables.get("lead_unit") == code]
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


RUNGS = (
    (("warn",), "L1", "蓝色督办单", ("承办人", "联络员"), "blue"),
    (("today", "today-again"), "L2", "到期催办", ("承办人", "部门负责人"), "amber"),
    (("late-1",), "L3", "红色督办单", ("部门负责人",), "red"),
    (("late-2",), "L4", "分管领导", ("分管领导", "督查专员"), "red"),
    (("late-3", "late-4"), "L5", "督查通报", ("督查委办公室", "主要领导"), "red"),
)


def _ladder(matters: Sequence[Matter]) -> tuple[RungLine, ...]:
    return tuple(
        RungLine(keys[0], level, title, to, sum(m.rung in keys for m in matters), tone)
        for keys, level, title, to, tone in RUNGS
    )


def chase(engine: Engine, numbers: Sequence[str], actor: Actor, *, text: str = "") -> ChaseResult:
    """Chase many at once: one message per person, what was chased today is skipped and named."""
    if not actor.roles & {"supervisor", "admin"}:
        raise NotAllowed("只有督办人员可以批量催办。", "only supervisors may chase many at once")
    if not 1 <= len(numbers) <= MOST_CHASED:
        raise BadInput(f"请选择 1 到 {MOST_CHASED} 件。", f"choose 1 to {MOST_CHASED} matters", "", "list.parameters")
    chased: list[str] = []
    skipped: list[tuple[str, str]] = []
    told: set[int] = set()
    for number in dict.fromkeys(numbers):
        try:
            told |= _chase_one(engine, number, actor, text, told)
            chased.append(number)
        except SanbanError as error:
            skipped.append((number, error.message_zh))
    return ChaseResult(tuple(chased), len(told), tuple(skipped))


def _chase_one(engine: Engine, number: str, actor: Actor, text: str, told: set[int]) -> set[int]:
    """Each instance is one transaction; who was told a moment ago is not told again."""
    with engine.store.transaction() as tx:
        now = engine.now()
        case = load(engine, tx, instances.by_number(tx, number, lock=True), now, actor)
        midnight = case.calendar.at(case.calendar.local(now).date(), time(0))
        earlier = overview.chased_since(tx, [case.row.id], midnight).get(case.row.id)
        if earlier is not None:
            at = case.calendar.local(earlier[1]).strftime("%H:%M")
            raise BadInput(f"今日已催（{at}）", "already chased today", "", "work.urged")
        people = _addressees(case)
        if not people:
            raise BadInput("没有在办的人", "nobody holds it", "", "work.nobody")
        letters = [
            Letter(p, i, {"step": step, "actor": actor.name, "opinion": text}) for p, i, step in people if p not in told
        ]
        tell(case, "T-URGE", "chase", letters)
        log(case, "urge", detail={"opinion": text, "to": [p for p, _i, _s in people]})
        save(case)
        return {p for p, _i, _s in people}


def _addressees(case: Case) -> list[tuple[int, int | None, str]]:
    """Holders, or the liaison of a holder who is a company leader."""
    held = inbox.holders(case.tx, [case.row.id], case.now).get(case.row.id, [])
    found: list[tuple[int, int | None, str]] = []
    for row in held:
        person = case.directory.person(row.performer_id)
        if person is not None:
            found.append((person.id, None, row.name))
        elif row.pool:
            post = case.directory.pool(row.pool)
            found += [(s.person_id, None, row.name) for s in case.directory.on(case.now).seats(post)]
    return found
