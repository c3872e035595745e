"""An entry that is done after its day may open another one: a notice sent too late needs everybody's waiver."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from engine.package import Checklist, Plan
from engine.progress.case import Case, find, log
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
    waits = seat is not None and seat.entry in known and known[seat.entry].state == "open"
    if seat is not None and not waits:
        _open(case, activity, plan, replace(seat, facts={**seat.facts, "follows": item.id}), item.name, known)


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
    case: Case, activity: ActivityRow, plan: Plan, seat: Seat, cause: str, known: Mapping[str | None, ItemRecord]
) -> None:
    (new,) = work.insert(case.tx, [item_values(case, activity, seat, len(known))])
    if earlier := known.get(seat.entry):
        work.change(case.tx, earlier.id, facts={**earlier.facts, "redone": new})
    watch(case, replace(activity, deadline=None), plan, [new], [seat])
    said = f"“{cause}”晚于规定时间完成，须办理：{seat.name}。"
    log(case, "problem", activity=activity, item_id=new, detail={"problem": said})
    asked = case.package.manifest.replan
    heads = find(case, asked.approver, needed=False).performers if asked is not None else ()
    told = dict.fromkeys([*([seat.performer.id] if seat.performer else []), *(p.id for p in heads)])
    tell(case, "T-NOTE", "copy", [Letter(person, None, {"about": said}) for person in told])
