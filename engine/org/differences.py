"""A roster compared with the organisation: what is added, changed, moved and left, and how it looks afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from engine.org.directory import Directory
from engine.org.people import Appointment, Person, Post, Unit
from engine.org.roster import Member, PostEntry, Roster, Seat, UnitEntry

KEPT_BY_HAND: Final = frozenset({"admin", "security", "auditor"})  # accounts that no roster lets go
A_FIFTH: Final = 5


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody or something whose words change: labels of what does."""

    code: str  # login of a person, code of a unit, unit.code of a post
    name: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resettled:
    """Somebody whose posts change; both as ``unit.post`` with B and 主职 marked."""

    login: str
    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that a roster would change."""

    units_added: tuple[UnitEntry, ...]
    units_changed: tuple[Changed, ...]
    posts_added: tuple[PostEntry, ...]
    posts_changed: tuple[Changed, ...]
    added: tuple[Member, ...]
    back: tuple[Member, ...]
    changed: tuple[Changed, ...]
    moved: tuple[Resettled, ...]
    left: tuple[Person, ...]
    same: int
    counted: int  # people who were here before, of those that the roster speaks for

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        people = (self.added, self.back, self.changed, self.moved, self.left)
        return not any((*people, self.units_added, self.units_changed, self.posts_added, self.posts_changed))

    @property
    def empties(self) -> bool:
        """Whether more than a fifth of the people would leave: more likely half a file than a reform."""
        return len(self.left) * A_FIFTH > self.counted


def compare(
    now: Directory,
    roster: Roster,
    contacts: Mapping[int, tuple[str, str]],
    reach: Collection[int] | None = None,
    kept: Collection[int] = (),
) -> Difference:
    """What the roster would change; ``reach`` are the units it speaks for (None: all), ``kept`` never leave."""
    here = {member.login: person for member in roster.members if (person := now.person(member.login))}
    ours = [p for p in now.persons if p.active and not p.roles & KEPT_BY_HAND and p.id not in kept]
    counted = [p for p in ours if _reached(now, p, reach)]
    listed = {member.login for member in roster.members}
    changed = [c for m in roster.members if m.login in here and (c := _changed(here[m.login], m, contacts))]
    moved = [r for m in roster.members if m.login in here and (r := _resettled(now, here[m.login], m))]
    back = [m for m in roster.members if m.login in here and not here[m.login].active]
    touched = {c.code for c in changed} | {r.login for r in moved} | {m.login for m in back}
    return Difference(
        units_added=tuple(entry for entry in roster.units if _unit(now, entry.code) is None),
        units_changed=tuple(c for entry in roster.units if (c := _unit_changed(now, entry))),
        posts_added=tuple(entry for entry in roster.posts if _post(now, entry.unit, entry.code) is None),
        posts_changed=tuple(c for entry in roster.posts if (c := _post_changed(now, entry))),
        added=tuple(m for m in roster.members if m.login not in here),
        back=tuple(back),
        changed=tuple(changed),
        moved=tuple(moved),
        left=tuple(p for p in counted if p.login not in listed),
        same=len(here.keys() - touched),
        counted=len(counted),
    )


def seats_of(now: Directory, person: Person) -> tuple[tuple[Appointment, Seat], ...]:
    """What somebody holds today, with the row behind it."""
    found = []
    for row in now.on().seats_of(person):
        post = now.post(row.post_id)
        unit = now.unit(post.unit_id) if post else None
        if post and unit:
            found.append((row, Seat(unit.code, post.code, row.role, row.main)))
    return tuple(found)


def after(now: Directory, roster: Roster, difference: Difference) -> Directory:
    """The organisation as it would be today, with made-up ids below zero for what is new."""
    today = now.as_of.astimezone(now.zone).date()
    units = (*now.units, *(_new_unit(n, entry) for n, entry in enumerate(difference.units_added)))
    ids = {unit.code: unit.id for unit in units}
    posts = (*now.posts, *(Post(-n, ids[e.unit], e.code, e.title) for n, e in enumerate(difference.posts_added, 1)))
    places = {(post.unit_id, post.code): post.id for post in posts}
    gone, returned = {p.id for p in difference.left}, {m.login for m in difference.back}
    persons = [replace(p, active=(p.active or p.login in returned) and p.id not in gone) for p in now.persons]
    persons += [Person(-n, member.login, member.name) for n, member in enumerate(difference.added, 1)]
    logins = {person.login: person.id for person in persons}
    settled = {logins[m.login]: m.seats for m in roster.members if m.seats is not None}
    kept = [row for row in now.appointments if row.person_id not in gone and row.person_id not in settled]
    for person_id, seats in settled.items():
        kept += [_held(person_id, places[ids[s.unit], s.post], s, today) for s in seats]
    return replace(now, units=units, posts=posts, persons=tuple(persons), appointments=tuple(kept))


def last_post(now: Directory, person: Person) -> Post | None:
    """The main post of somebody, or the one they held last: where their work belongs when they have left."""
    held = [row for row in now.appointments if row.person_id == person.id]
    last = max(held, key=lambda row: (row.until or date.max, row.main, row.role == "A", -row.id), default=None)
    return now.post(last.post_id) if last else None


def before_today(now: Directory) -> date:
    """The last day of what ends with today's roster."""
    return now.as_of.astimezone(now.zone).date() - timedelta(days=1)


def _held(person_id: int, post_id: int, seat: Seat, today: date) -> Appointment:
    return Appointment(person_id, post_id, today, role=seat.role, main=seat.main)


def _new_unit(n: int, entry: UnitEntry) -> Unit:
    return Unit(-n - 1, entry.code, entry.name, entry.short or entry.name, entry.kind or "department")


def _reached(now: Directory, person: Person, reach: Collection[int] | None) -> bool:
    unit = now.main_unit(person)
    return reach is None or (unit is not None and unit.id in reach)


def _changed(person: Person, member: Member, contacts: Mapping[int, tuple[str, str]]) -> Changed | None:
    email, phone = contacts.get(person.id, ("", ""))
    said = (("姓名", person.name, member.name), ("邮箱", email, member.email), ("电话", phone, member.phone))
    what = tuple(label for label, before, now_ in said if now_ is not None and now_ != before)
    return Changed(member.login, member.name, what) if what else None


def _resettled(now: Directory, person: Person, member: Member) -> Resettled | None:
    if member.seats is None:
        return None
    before = [seat for _row, seat in seats_of(now, person)]
    if set(before) == set(member.seats):
        return None
    return Resettled(member.login, member.name, tuple(map(_told, before)), tuple(map(_told, member.seats)))


def _told(seat: Seat) -> str:
    return f"{seat.unit}.{seat.post}{'（B）' if seat.role == 'B' else ''}{'（主职）' if seat.main else ''}"


def _unit(now: Directory, code: str) -> Unit | None:
    found = now.unit(code)
    return found if found is not None and found.code == code else None


def _post(now: Directory, unit: str, code: str) -> Post | None:
    where = _unit(now, unit)
    return next((p for p in now.posts if where and p.unit_id == where.id and p.code == code), None)


def _unit_changed(now: Directory, entry: UnitEntry) -> Changed | None:
    unit = _unit(now, entry.code)
    if unit is None:
        return None
    above = now.unit(unit.parent_id) if unit.parent_id is not None else None
    said = (
        ("名称", unit.name, entry.name),
        ("简称", unit.short, entry.short),
        ("类型", unit.kind, entry.kind),
        ("上级", above.code if above else "", entry.parent),
    )
    what = tuple(label for label, before, now_ in said if now_ and now_ != before)
    return Changed(entry.code, entry.name or unit.name, what) if what else None


def _post_changed(now: Directory, entry: PostEntry) -> Changed | None:
    post = _post(now, entry.unit, entry.code)
    if post is None or not entry.title or entry.title == post.title:
        return None
    return Changed(f"{entry.unit}.{entry.code}", entry.title, ("名称",))
