"""The checklist of a meeting as a board: phases, owners, dates counted from the day, evidence, readiness."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine import limits
from engine.model import Actor
from engine.package import ChecklistRow
from engine.progress import Case, load
from engine.progress.besides import ENTRY
from engine.progress.entry_questions import checklist_of
from engine.progress.listed import applying, tags_of, version_of
from engine.progress.permission import is_performer, may_read, require_read
from engine.progress.timing import instant
from engine.progress.viewing import STATES
from engine.runtime import Engine
from engine.store import files, instances, overview, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

CATEGORY = "会议"
PHASES = ("会前", "会中", "会后")
CALLED_OFF = "取消"  # shown when it has come to that


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about an entry and is not answered: to leave it out, or to postpone it."""

    item_id: int
    wish: str  # na | later
    words: str
    of: str
    mine: bool  # to answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a checklist."""

    item_id: int | None  # None: its phase has not begun
    code: str
    title: str
    owner: str
    owner_role: str
    offset: str  # T-10
    deadline: datetime | None
    light: str
    remaining: str
    state: str  # planned | open | done | na | left: open when the meeting was closed
    key: bool
    evidence: str
    files: tuple[tuple[str, str], ...]  # id and name
    requires: tuple[tuple[str, str, bool], ...]  # code, title, still open
    done_at: datetime | None
    done_by: str
    remark: str
    mine: bool
    compressed: bool
    asks: bool = False  # may be left out or postponed by asking somebody
    asked: Asked | None = None
    postponed: bool = False
    consent: str = ""  # who agreed that it does not apply
    beside: bool = False  # open, but its list has gone on without it: it has no star

    @property
    def settled(self) -> bool:
        """Done, or found not to apply."""
        return self.state in ("done", "na")

    @property
    def blocked(self) -> bool:
        """Something it depends on is still open."""
        return any(still_open for _code, _title, still_open in self.requires)


@dataclass(frozen=True, slots=True)
class Phase:
    """会前, 会中 or 会后 with its entries in order of their dates."""

    name: str
    entries: tuple[Entry, ...]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Board:
    """A meeting with its checklist; every count is of the entries shown."""

    number: str
    title: str
    state: str
    state_label: str
    begun: bool  # the checklist has been handed out
    now: datetime
    start: datetime | None
    end: datetime | None
    venue: str
    level: str
    mode: str
    coordinator: str
    days_left: int | None
    phases: tuple[Phase, ...]
    done: int
    total: int
    red: int
    amber: int
    key_open: int
    mine_open: int
    beside: int  # open entries that hold nothing up any more
    template: int  # version of the checklist it goes by; 0: as the package brings it

    @property
    def open(self) -> bool:
        """Whether anything may still happen."""
        return self.state in ("running", "suspended")


def board(engine: Engine, number: str, actor: Actor) -> Board:
    """The checklist of one meeting."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        require_read(tx, row, actor)
        return _board(load(engine, tx, row, engine.now(), actor), actor)


def meetings(engine: Engine, actor: Actor, *, limit: int = 50) -> tuple[Board, ...]:
    """Meetings to come, the next one first; those held but not closed; then those that are over, the last one first."""
    with engine.store.reading() as tx:
        # topics and rooms are of this category too, and no meetings
        keys, now = overview.keys_of(tx, CATEGORY, listed=True), engine.now()
        over = overview.instances_of(tx, keys, running=False, limit=limit)
        found: list[Board] = []
        for one in (*overview.instances_of(tx, keys, limit=limit), *over):
            row = instances.by_id(tx, one.id)
            if may_read(tx, row, actor):
                found.append(_board(load(engine, tx, row, now, actor), actor))
        ahead = sorted(
            (m for m in found if m.open),
            key=lambda m: (m.start is not None and m.start < now, m.start is None, m.start or now),
        )
        behind = sorted((m for m in found if not m.open), key=lambda m: m.start or now, reverse=True)
        return (*ahead, *behind)


def _board(case: Case, actor: Actor) -> Board:
    every_activity = instances.activities(case.tx, case.row.id)
    settled = {a.id for a in every_activity if a.state == "done"}
    left = _left_open(case, every_activity) | (settled if case.row.ended_at is not None else set())
    every_item = [i for i in work.of_instance(case.tx, case.row.id) if i.entry and "redone" not in i.facts]
    items = [i for i in every_item if i.state != "cancelled" or i.activity_id in left]
    known = {(i.activity_id, i.entry): i for i in items}
    attached = {str(f.id): f.name for f in files.of_instance(case.tx, case.row.id)}
    questions = _questions(case, actor)
    shown = [
        (replace(_entry(case, i, known, attached, actor), beside=_beside(i, settled), asked=questions.get(i.id)), i)
        for i in items
    ]
    entries = [(entry, str(i.facts.get("phase", ""))) for entry, i in shown]
    entries += _planned(case)
    named = {phase for _entry_shown, phase in entries}
    shown_phases = (*PHASES, CALLED_OFF) if CALLED_OFF in named else PHASES
    phases = tuple(_phase(name, [e for e, phase in entries if phase == name]) for name in shown_phases)
    data = case.row.variables
    start = instant(data.get("start_at"), case)
    coordinator = case.directory.person(data.get("coordinator"))
    every = [e for e, _phase_name in entries]
    return Board(
        number=case.row.number,
        title=case.row.title,
        state=case.row.state,
        state_label=STATES[case.row.state],
        begun=bool(items),
        now=case.now,
        start=start,
        end=instant(data.get("end_at"), case),
        venue=str(data.get("venue") or ""),
        level=str(data.get("level") or ""),
        mode=str(data.get("mode") or ""),
        coordinator=coordinator.name if coordinator else "",
        days_left=(case.calendar.local(start).date() - case.calendar.local(case.now).date()).days if start else None,
        phases=phases,
        done=sum(e.settled for e in every),
        total=len(every),
        red=sum(e.state == "open" and e.light == "red" for e in every),
        amber=sum(e.state == "open" and e.light == "amber" for e in every),
        key_open=sum(e.key and not e.settled for e in every),
        mine_open=sum(e.mine and e.state == "open" for e in every),
        beside=sum(e.beside for e in every),
        template=version_of(case),
    )


def _left_open(case: Case, activities: Sequence[ActivityRow]) -> set[int]:
    """Lists that were cut short and followed by the next phase: the meeting is held although something is open."""
    found = [(a, checklist_of(case, a.element)) for a in activities]
    lists = [a for a, checklist in found if checklist is not None and checklist.phase in PHASES]
    cut = [(a, lists[n:]) for n, a in enumerate(lists, 1) if a.state not in ("open", "done")]
    return {a.id for a, later in cut if later and all(b.element != a.element for b in later)}


def _questions(case: Case, actor: Actor) -> dict[int, Asked]:
    """What was asked about which entries."""
    found = {}
    for item in work.open_of_instance(case.tx, case.row.id):
        if item.kind == ENTRY:
            person, facts = case.directory.person(item.performer_id), item.facts
            words, wish, name = str(facts["question"]), str(facts["wish"]), person.name if person else ""
            found[int(facts["of"])] = Asked(item.id, wish, words, name, is_performer(item, actor))
    return found


def _beside(item: ItemRecord, settled: set[int]) -> bool:
    return item.state == "open" and item.activity_id in settled


def _phase(name: str, entries: Sequence[Entry]) -> Phase:
    ordered = sorted(entries, key=lambda e: (e.deadline is None, e.deadline, e.code))
    return Phase(name, tuple(ordered), sum(e.settled for e in ordered), len(ordered))


def _entry(
    case: Case,
    i: ItemRecord,
    known: dict[tuple[int, str | None], ItemRecord],
    attached: dict[str, str],
    actor: Actor,
) -> Entry:
    person, decided_by = case.directory.person(i.performer_id), case.directory.person(i.decided_by)
    checklist = checklist_of(case, i.element)
    consent = checklist.consent if checklist is not None else ""
    before = [(r, known.get((i.activity_id, r))) for r in i.facts.get("requires", [])]
    return Entry(
        item_id=i.id,
        code=i.entry or "",
        title=i.name,
        owner=person.name if person else "",
        owner_role=str(i.facts.get("owner", "")),
        offset=str(i.facts.get("offset", "")),
        deadline=i.deadline,
        light=limits.light(case.now, i.warn_at, i.deadline, i.decided_at),
        remaining=limits.remaining(case.now, i.deadline, case.calendar).text_zh,
        state="na" if i.outcome == "na" else "left" if i.state == "cancelled" else i.state,
        key=bool(i.facts.get("key")),
        evidence=str(i.facts.get("evidence") or ""),
        files=tuple((f, attached.get(f, "")) for f in i.facts.get("files", [])),
        requires=tuple((code, item.name, item.state == "open") for code, item in before if item is not None),
        done_at=i.decided_at,
        done_by=decided_by.name if decided_by else "",
        remark=i.opinion or "",
        mine=is_performer(i, actor),
        compressed=bool(i.facts.get("compressed")),
        asks=bool(consent),
        postponed="postponed" in i.facts,
        consent=str(i.facts.get("consent", "")),
    )


def _planned(case: Case) -> list[tuple[Entry, str]]:
    """Rows of checklists whose step has not begun: what the meeting still has before it."""
    if case.row.state != "running":
        return []
    begun = {a.element for a in instances.activities(case.tx, case.row.id)}
    found: list[tuple[Entry, str]] = []
    for element in case.package.order:
        plan = case.package.plans[element]
        checklist = case.package.manifest.checklist.get(plan.checklist or "")
        if checklist is None or element in begun:
            continue
        tags = tags_of(case, checklist)
        found += [
            (_planned_entry(r, r.offset(tags)), r.phase) for r in applying(case, checklist, tags) if r.phase in PHASES
        ]
    return found


def _planned_entry(row: ChecklistRow, offset: str) -> Entry:
    return Entry(
        item_id=None,
        code=row.id,
        title=row.title,
        owner="",
        owner_role=row.owner,
        offset=offset,
        deadline=None,
        light="none",
        remaining="",
        state="planned",
        key=row.key,
        evidence=row.evidence,
        files=(),
        requires=(),
        done_at=None,
        done_by="",
        remark="",
        mine=False,
        compressed=False,
    )
