"""An entry that is done after its day may open another one: a notice sent too late needs everybody's waiver."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.package import Checklist, Plan
from engine.progress.case import Case, ask, find, log
from engine.progress.entry_dates import date_of
from engine.progress.listed import tags_of, template
from engine.progress.notices import Letter, tell
from engine.progress.opening import item_values, watch
from engine.progress.seats import Seat, entry_seat
from engine.store import work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord


def open_after(case: Case, activity: ActivityRow, plan: Plan, item: ItemRecord) -> None:
    """Open what the checklist says for an entry that was done just now, if that was too late."""
    checklist = case.package.manifest.checklist.get(plan.checklist or "")
    last = item.facts.get("late_after")
    if checklist is None or last is None or case.now <= datetime.fromisoformat(str(last)):
        return
    seat = follower(case, checklist, kind_of(item))
    known = {i.entry: i for i in work.of_activity(case.tx, activity.id)}
    waits = seat is not None and any(kind_of(i) == seat.entry and i.state == "open" for i in known.values())
    if seat is not None and not waits:
        seat = replace(seat, facts={**seat.facts, "follows": item.id})
        _open(case, activity, plan, _for_each(case, seat, checklist.late[kind_of(item)].each), item.name, known)


def _for_each(case: Case, seat: Seat, rule: str) -> list[Seat]:
    """One seat for each of the people a rule names, called by them; the seat itself where it names nobody."""
    logins = [str(one) for one in ask(case, rule) or []] if rule else []
    people = [person for login in dict.fromkeys(logins) if (person := case.directory.person(login)) is not None]
    return [
        replace(
            seat,
            entry=f"{seat.entry}-{n}",
            name=f"{seat.name}（{person.name}）",
            facts={**seat.facts, "of": seat.entry},
        )
        for n, person in enumerate(people, 1)
    ] or [seat]


def follower(case: Case, checklist: Checklist, kind: str) -> Seat | None:
    """The seat that is opened when an entry of this kind is late; None if such a case knows none."""
    late = checklist.late.get(kind)
    tags = tags_of(case, checklist)
    row = next((r for r in template(case, checklist) if late is not None and r.id == late.opens), None)
    if row is None or (tags is not None and row.tags.isdisjoint(tags)):
        return None
    date = date_of(case, checklist, row.offset(tags), row.id)
    seat, _problem = entry_seat(case, checklist, row, tags, date, ())
    return replace(seat, facts={**seat.facts, "phase": checklist.phase or row.phase})


def still_following(
    case: Case, checklist: Checklist, items: Collection[ItemRecord], again: Collection[str]
) -> dict[str, Seat]:
    """Seats of what late entries have opened, as the case is now; none for entries whose own day has changed."""
    by_id = {i.id: i for i in items}
    causes = [by_id[i.facts["follows"]] for i in items if i.facts.get("follows") in by_id]
    seats = [follower(case, checklist, kind_of(cause)) for cause in causes if kind_of(cause) not in again]
    return {seat.entry: seat for seat in seats if seat is not None and seat.entry is not None}


def kind_of(item: ItemRecord) -> str:
    """The row of the template that an entry comes from."""
    return str(item.facts.get("of") or item.entry)


def _open(
    case: Case,
    activity: ActivityRow,
    plan: Plan,
    seats: Sequence[Seat],
    cause: str,
    known: Mapping[str | None, ItemRecord],
) -> None:
    made = work.insert(case.tx, [item_values(case, activity, seat, len(known) + n) for n, seat in enumerate(seats)])
    for new, one in zip(made, seats, strict=True):
        if earlier := known.get(one.entry):
            work.change(case.tx, earlier.id, facts={**earlier.facts, "redone": new})
    watch(case, replace(activity, deadline=None), plan, made, list(seats))
    seat, more = seats[0], f"等 {len(seats)} 项" if len(seats) > 1 else ""
    said = f"“{cause}”晚于规定时间完成，须办理：{seat.name}{more}。"
    log(case, "problem", activity=activity, item_id=made[0], detail={"problem": said})
    asked = case.package.manifest.replan
    heads = find(case, asked.approver, needed=False).performers if asked is not None else ()
    told = dict.fromkeys([*([seat.performer.id] if seat.performer else []), *(p.id for p in heads)])
    tell(case, "T-NOTE", "copy", [Letter(person, None, {"about": said}) for person in told])
