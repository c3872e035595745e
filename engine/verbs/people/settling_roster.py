"""Writes a difference down inside an open transaction: units and posts first, then people and what they hold."""

from datetime import date, datetime

from engine.org import Difference, Directory, Member, Roster, Seat, UnitEntry, before_today, seats_of
from engine.pinyin import pinyin, pinyins
from engine.store import Tx, directories, passwords, people, staffing

NEWCOMER = ("user",)


def write_down(
    tx: Tx, now: Directory, roster: Roster, difference: Difference, asking: tuple[int | None, datetime] | None
) -> None:
    """Everything but who has left; ``asking``: who asks for first passwords of those who are new, and when."""
    units = _units(tx, now, roster, difference)
    posts = _posts(tx, now, roster, difference, units)
    for member in difference.added:
        made = people.add_person(
            tx,
            login=member.login,
            name=member.name,
            pinyin=pinyin(member.name),
            roles=NEWCOMER,
            email=member.email or "",
            phone=member.phone or "",
        )
        if asking is not None:
            passwords.ask(tx, made, *asking)
    fresh = directories.load(tx, now.as_of, now.zone)
    changed, back = {c.code for c in difference.changed}, {m.login for m in difference.back}
    for member in roster.members:
        person = fresh.person(member.login)
        if person is None:
            continue
        if member.login in changed:
            _rename(tx, person.id, member)
        if member.login in back:
            people.set_active(tx, person.id, True)
        if member.seats is not None:
            _settle(tx, fresh, person.id, member.seats, posts)


def spell(roster: Roster, difference: Difference) -> None:
    """Look the names up that will be written down: whoever asks the dictionary holds no lock meanwhile."""
    concerned = {m.login for m in difference.added} | {c.code for c in difference.changed}
    pinyins(member.name for member in roster.members if member.login in concerned)


def dismiss(tx: Tx, now: Directory, person_id: int) -> None:
    """Let somebody go: signed out at once, no post any more."""
    people.set_active(tx, person_id, False)
    person = now.person(person_id)
    for row, _seat in seats_of(now, person) if person else ():
        staffing.end_seat(tx, row.id, before_today(now))


def _units(tx: Tx, now: Directory, roster: Roster, difference: Difference) -> dict[str, int]:
    ids = {unit.code: unit.id for unit in now.units}
    for entry in difference.units_added:
        kind = entry.kind or "department"
        made = people.add_unit(tx, code=entry.code, name=entry.name, short=entry.short or entry.name, kind=kind)
        ids[entry.code] = made
    told = {c.code for c in difference.units_changed} | {entry.code for entry in difference.units_added}
    for entry in roster.units:
        if entry.code in told:
            values = _said(entry) | ({"parent_id": ids[entry.parent]} if entry.parent else {})
            staffing.change_unit(tx, ids[entry.code], **values)
    return ids


def _said(entry: UnitEntry) -> dict[str, object]:
    values = {"name": entry.name, "short": entry.short, "kind": entry.kind}
    return {name: value for name, value in values.items() if value} or {"code": entry.code}


def _posts(
    tx: Tx, now: Directory, roster: Roster, difference: Difference, units: dict[str, int]
) -> dict[tuple[str, str], int]:
    codes = {unit_id: code for code, unit_id in units.items()}
    ids = {(codes[post.unit_id], post.code): post.id for post in now.posts}
    for entry in difference.posts_added:
        ids[entry.unit, entry.code] = people.add_post(tx, unit_id=units[entry.unit], code=entry.code, title=entry.title)
    renamed = {c.code for c in difference.posts_changed}
    for entry in roster.posts:
        if f"{entry.unit}.{entry.code}" in renamed:
            staffing.rename_post(tx, ids[entry.unit, entry.code], entry.title)
    return ids


def _rename(tx: Tx, person_id: int, member: Member) -> None:
    values = {"name": member.name, "pinyin": pinyin(member.name), "email": member.email, "phone": member.phone}
    staffing.change_person(tx, person_id, **{name: value for name, value in values.items() if value is not None})


def _settle(tx: Tx, now: Directory, person_id: int, seats: tuple[Seat, ...], posts: dict[tuple[str, str], int]) -> None:
    """Let somebody hold exactly these posts from today on; what goes on keeps its row and its first day."""
    person, last = now.person(person_id), before_today(now)
    wanted = {(seat.unit, seat.post, seat.role): seat for seat in seats}
    for row, held in seats_of(now, person) if person else ():
        seat = wanted.pop((held.unit, held.post, held.role), None)
        if seat is None:
            staffing.end_seat(tx, row.id, last)
        elif seat.main != held.main:
            staffing.set_main(tx, row.id, seat.main)
    today: date = now.as_of.astimezone(now.zone).date()
    for seat in wanted.values():
        people.appoint(
            tx,
            person_id=person_id,
            post_id=posts[seat.unit, seat.post],
            role=seat.role,
            main=seat.main,
            since=today,
        )
