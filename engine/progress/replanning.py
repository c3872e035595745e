"""What a change (改期、换场、扩缩、取消) does to the checklists of a case, before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine import limits
from engine.model import Json
from engine.package import Checklist, Plan
from engine.package.manifest import Replan
from engine.progress.case import Case, find
from engine.progress.entry_dates import own_day
from engine.progress.late_entries import kind_of, still_following
from engine.progress.seats import Seat, entries
from engine.progress.services import imagine
from engine.progress.timing import instant
from engine.store import instances, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

MOVED, AGAIN, ADDED, DROPPED, NOTED = "moved", "again", "added", "dropped", "noted"


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of the form, as it was and as it is to be."""

    field: str
    label: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class Touched:
    """One entry that a change reaches, and what becomes of it; ``noted``: still open, to be done as things are now."""

    effect: str
    seat: Seat
    before: datetime | None
    activity: ActivityRow
    item: ItemRecord | None = None

    @property
    def after(self) -> datetime | None:
        """When it is due from now on."""
        return None if self.effect == DROPPED else self.seat.deadline

    @property
    def owner_id(self) -> int | None:
        """Whoever has it from now on, or had it to the end."""
        if self.seat.performer is not None:
            return self.seat.performer.id
        return self.item.performer_id if self.item is not None else None


@dataclass(frozen=True, slots=True)
class Difference:
    """Old → new and what follows; ``near``: so close to the day that the approver must agree."""

    changed: tuple[Changed, ...]
    touched: tuple[Touched, ...]
    near: bool


def foresee(case: Case, asked: Replan, data: Mapping[str, Json], extra: Sequence[tuple[str, str]] = ()) -> Difference:
    """The difference list of these new values; the variables of the case are the new ones afterwards.

    ``extra`` are more entries of the kind of a template's: its id, and what this one is called.
    """
    form, old = case.package.form, case.row.variables
    changed = tuple(
        Changed(name, form.by_id[name].label, old.get(name), value)
        for name, value in data.items()
        if old.get(name) != value
    )
    near = is_near(case, asked)
    case.row.variables = {**old, **{c.field: c.after for c in changed}}
    for service in asked.recount:
        imagine(case, service)
    near = near or is_near(case, asked)
    again = {entry for c in changed for entry in asked.reconfirm.get(c.field, ())}
    moving = any(_is_anchor(case, c.field) for c in changed)
    day = instant(old.get(asked.anchor), case)
    touched = [
        t for activity, plan in lists(case) for t in _touched(case, asked, activity, plan, again, moving, extra, day)
    ]
    return Difference(changed, tuple(touched), near)


def is_near(case: Case, asked: Replan) -> bool:
    """Whether today is at most so many working days before the day."""
    day = instant(case.row.variables.get(asked.anchor), case)
    return day is not None and case.calendar.working_days_between(case.now, day) <= asked.near


def lists(case: Case) -> Iterator[tuple[ActivityRow, Plan]]:
    """The last visit of every checklist step that has begun, also those that went on without some entries."""
    last = {a.element: a for a in instances.activities(case.tx, case.row.id) if a.state in ("open", "done")}
    for element, activity in last.items():
        plan = case.package.plans.get(element)
        if plan is not None and plan.checklist is not None:
            yield activity, plan


def pending(case: Case) -> list[Touched]:
    """Every entry that is still open, as what falls away when the whole is called off."""
    return [
        Touched(DROPPED, as_seat(item), item.deadline, activity, item)
        for activity, _plan in lists(case)
        for item in work.of_activity(case.tx, activity.id)
        if item.entry is not None and item.state in ("open", "waiting", "paused")
    ]


def _is_anchor(case: Case, field: str) -> bool:
    return any(field in (c.anchor, c.end_anchor) for c in case.package.manifest.checklist.values())


def _touched(
    case: Case,
    asked: Replan,
    activity: ActivityRow,
    plan: Plan,
    again: set[str],
    moving: bool,
    extra: Sequence[tuple[str, str]],
    day: datetime | None,
) -> Iterator[Touched]:
    items = {i.entry: i for i in work.of_activity(case.tx, activity.id) if i.entry is not None}
    settled = {entry for entry, i in items.items() if i.state == "done"} - again
    wanted = {s.entry: s for s in entries(case, plan, settled=settled).seats if s.entry is not None}
    checklist = case.package.manifest.checklist[plan.checklist or ""]
    moved = day != instant(case.row.variables.get(asked.anchor), case)
    following = still_following(case, checklist, list(items.values()), again if moved else ())
    for entry, item in items.items():
        kind = kind_of(item)
        seat = wanted.get(kind) or following.get(kind)
        if item.state in ("open", "waiting", "paused"):
            kept = _kept_date(case, checklist, item, seat)
            yield from _still_open(activity, item, kept, moving, kind in again)
        elif item.outcome == "done" and seat is not None and kind in again:
            least = limits.deadline(asked.least, case.now, case.calendar)
            due = max(seat.deadline or least, least)
            facts = {**seat.facts, **_own(item), "again": item.id, "compressed": False}
            if kind in checklist.late and checklist.late[kind].again and day is not None:
                facts["late_after"] = limits.before(checklist.late[kind].again, day, case.calendar).isoformat()
            found = replace(_kept_owner(case, seat, item), name=item.name, entry=entry, deadline=due, facts=facts)
            yield Touched(AGAIN, found, item.deadline, activity, item)
    if activity.state != "open":
        return  # a list that has gone on takes in nothing new
    yield from (Touched(ADDED, s, None, activity) for entry, s in wanted.items() if entry not in items)
    yield from (Touched(ADDED, s, None, activity) for s in _extras(wanted, items, extra))


def _still_open(
    activity: ActivityRow, item: ItemRecord, seat: Seat | None, moving: bool, again: bool
) -> Iterator[Touched]:
    if seat is None:
        yield Touched(DROPPED, as_seat(item), item.deadline, activity, item)
    elif moving and seat.deadline != item.deadline:
        agreed = {key: value for key, value in item.facts.items() if key != "postponed"}
        facts = {**agreed, "compressed": seat.facts.get("compressed", False)}
        yield Touched(MOVED, replace(as_seat(item), deadline=seat.deadline, facts=facts), item.deadline, activity, item)
    elif again:
        yield Touched(NOTED, as_seat(item), item.deadline, activity, item)


def _kept_date(case: Case, checklist: Checklist, item: ItemRecord, seat: Seat | None) -> Seat | None:
    """What somebody has agreed to postpone keeps its date as long as its day by the template is the same."""
    agreed = item.facts.get("postponed")
    if seat is None or agreed is None:
        return seat
    own = own_day(case, checklist, str(item.facts["offset"]), kind_of(item))
    return replace(seat, deadline=item.deadline) if own.isoformat() == agreed["day"] else seat


def _extras(
    wanted: Mapping[str, Seat], items: Mapping[str, ItemRecord], extra: Sequence[tuple[str, str]]
) -> Iterator[Seat]:
    used = set(items)
    for code, title in extra:
        if code not in wanted:
            continue
        entry = next(name for n in range(1, 1000) if (name := f"{code}-{n}") not in used)
        used.add(entry)
        seat = wanted[code]
        yield replace(seat, entry=entry, name=title, facts={**seat.facts, "of": code})


def as_seat(item: ItemRecord) -> Seat:
    """An entry as it stands, with whoever has it left out."""
    return Seat(
        item.name, None, None, item.entry, item.deadline, facts=dict(item.facts), major=bool(item.facts.get("key"))
    )


def _own(item: ItemRecord) -> dict[str, Json]:
    return {"of": item.facts["of"]} if "of" in item.facts else {}


def _kept_owner(case: Case, seat: Seat, item: ItemRecord) -> Seat:
    """Whoever did it confirms it, if they are still here; else who owns the entry now."""
    person = case.directory.person(item.performer_id)
    if person is None or not person.active:
        return seat
    found = find(case, f"person({person.login!r})", needed=False).performers
    return replace(seat, performer=found[0]) if found else seat
