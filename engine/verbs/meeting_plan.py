"""The meetings planned for a year against those that were held: what each line has come to, and what is outside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.errors import BadInput, NotFound
from engine.model import Actor, Json
from engine.org import Directory
from engine.progress.apart import BOOKED_AHEAD, NO_HOLD
from engine.progress.own_lines import not_to_choose
from engine.progress.permission import viewer, within_reach
from engine.progress.shapes import find_register
from engine.runtime import Engine
from engine.store import Tx, overview, registers, searching
from engine.store.registers import RecordRow

PLAN, PROCESS, DIARIES = "meeting_plan", "meeting_preparation", "leader_diary"
HELD, GOING, CALLED_OFF = "held", "going", "called_off"
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: held, in preparation, or called off; number and title are empty for whoever may not open it."""

    number: str
    title: str
    unit: str
    start: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the plan with the meetings that name it."""

    record: int
    label: str
    title: str
    category: str
    unit: str
    budget: str
    remark: str
    dropped: bool
    meetings: tuple[Meeting, ...]
    late: bool  # its month is over and nothing was held or is in preparation

    @property
    def held(self) -> bool:
        """Whether it has taken place."""
        return any(one.state == HELD for one in self.meetings)

    @property
    def going(self) -> bool:
        """Whether it is in preparation."""
        return any(one.state == GOING for one in self.meetings)


@dataclass(frozen=True, slots=True)
class Year:
    """The plan of a year by month, and the meetings outside it; every count is of what is shown."""

    year: int
    months: tuple[tuple[int, tuple[Planned, ...]], ...]
    unplanned: tuple[Meeting, ...]
    keeps: bool

    @property
    def lines(self) -> tuple[Planned, ...]:
        """All lines that were not dropped."""
        return tuple(line for _month, lines in self.months for line in lines if not line.dropped)

    @property
    def held(self) -> int:
        """How many planned ones were held."""
        return sum(line.held for line in self.lines)


def year(engine: Engine, actor: Actor, *, asked: str = "") -> Year:
    """The plan of a year (``2026``; this one if left out) beside what became of it."""
    with engine.store.reading() as tx:
        shape = find_register(engine, tx, PLAN)
        if shape is None:
            raise NotFound("没有年度会议计划台账。", f"no register {PLAN}", "请先发布会议筹备流程。")
        calendar, directory = engine.calendar(tx), engine.directory(tx)
        today = calendar.local(engine.now()).date()
        wanted = _year(asked, today)
        standing = [row for row in registers.standing(tx, PLAN) if row.data.get("plan_year") == wanted]
        unseen = not_to_choose(tx, directory, shape, actor, standing)
        found = _meetings(engine, tx, actor, directory, wanted)
        lines: dict[int, list[Planned]] = {}
        for row in standing:
            if row.id not in unseen:
                month = min(max(int(row.data.get("month") or MONTHS), 1), MONTHS)
                over = (today.year, today.month) > (wanted, month)
                lines.setdefault(month, []).append(_planned(directory, row, found.get(row.label, ()), over=over))
        months = tuple((month, tuple(lines[month])) for month in sorted(lines))
        return Year(wanted, months, tuple(found.get("", ())), bool(actor.roles & set(shape.writers)))


def _year(asked: str, today: date) -> int:
    if not asked:
        return today.year
    if not (asked.isascii() and asked.isdecimal() and len(asked) == 4 and abs(int(asked) - today.year) <= 20):
        raise BadInput(f"“{asked[:20]}”不是年份。", f"{asked[:20]!r} is no year", "写法如 2026。", "form.type")
    return int(asked)


def _meetings(engine: Engine, tx: Tx, actor: Actor, directory: Directory, wanted: int) -> Mapping[str, list[Meeting]]:
    """The meetings of a year by the line that they name, the earliest first; without one: what is outside the plan."""
    calendar = engine.calendar(tx)
    since = calendar.at(date(wanted, 1, 1), datetime.min.time())
    ended = overview.instances_of(tx, [PROCESS], running=False, since=since)
    rows = [r for r in (*overview.instances_of(tx, [PROCESS]), *ended) if r.state not in NO_HOLD]
    rows = [r for r in rows if within_reach(actor, r.unit_id) and str(_start(r))[:4] == str(wanted)]
    opened = searching.visible(tx, viewer(tx, actor), {r.id for r in rows})
    lines = registers.held(tx, DIARIES, {"over", "released"}, since=since - BOOKED_AHEAD)
    outcome = {line.instance_id: line.state for line in lines}
    found: dict[str, list[Meeting]] = {}
    for row in sorted(rows, key=lambda r: str(_start(r))):
        planned = row.variables.get("plan") if row.variables.get("planned") else None
        one = _meeting(directory, row, outcome.get(row.id, ""), engine.now(), known=row.id in opened)
        found.setdefault(str(planned or ""), []).append(one)
    return found


def _start(row: Any) -> Json:
    """When it begins; whose form is not as it was written stands where it was begun, without being hidden."""
    return row.variables.get("start_at") if row.variables else row.started_at.isoformat()


def _meeting(directory: Directory, row: Any, line: str, now: datetime, *, known: bool) -> Meeting:
    start = datetime.fromisoformat(str(_start(row)))
    past = row.state == "completed" and start < now
    state = CALLED_OFF if line == "released" else HELD if line == "over" or past else GOING
    number, title = (row.number, row.title) if known else ("", "")
    return Meeting(number, title, _short(directory, row.variables.get("host_unit")), start, state)


def _planned(directory: Directory, row: RecordRow, meetings: Sequence[Meeting], *, over: bool) -> Planned:
    said = {key: str(row.data.get(key) or "") for key in ("title", "category", "budget", "remark")}
    dropped = row.state == "dropped"
    nothing = not any(one.state in (HELD, GOING) for one in meetings)
    return Planned(
        record=row.id,
        label=row.label,
        unit=_short(directory, row.data.get("host_unit")),
        dropped=dropped,
        meetings=tuple(meetings),
        late=over and nothing and not dropped,
        **said,
    )


def _short(directory: Directory, code: Json) -> str:
    unit = directory.unit(str(code)) if code else None
    return unit.called if unit else ""
