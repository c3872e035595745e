"""A new token at a user task opens an activity: performers, work items, deadline, ladder, notices — all at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from engine import bpmn, limits
from engine.model import Actor, Json, NextStep
from engine.package import Plan
from engine.progress.case import Case, log
from engine.progress.heading import show_to_head
from engine.progress.house_ladders import latest
from engine.progress.house_limits import house_limit
from engine.progress.kept import kept_for, loop_key
from engine.progress.notices import Letter, tell
from engine.progress.seats import Seat, Seating, refuse_nobody, seat
from engine.progress.silence import listen
from engine.progress.timing import deadline_of, effective_of, instant, rungs, timer_rows, warn_at
from engine.store import house, instances, timers, work
from engine.store.instances import ActivityRow


def open_activity(case: Case, activity: bpmn.Activity, *, back_to: Sequence[str] = ()) -> ActivityRow:
    """Write down a new activity with its work items; they are visible to others after the undo window."""
    plan = case.package.plans[activity.element]
    case.local = local_names(activity)
    drafting = case.starting and plan.element == case.package.manifest.first
    rule = None if drafting else house_limit(case, plan.element)
    text, limit, due = deadline_of(case, plan, rule) if not drafting else ("none", None, None)
    named = rule.ladder if rule and rule.ladder else plan.ladder
    ladder, version = latest(case, named)
    own = rule.warn if rule else ""
    times = rungs(case, ladder, due=due, limit=limit, warn=own, version=version)
    seating = seat(case, plan, activity)
    refuse_nobody(case, plan, seating)
    if plan.checklist is not None:
        work.cancel_entries(case.tx, case.row.id, case.now, element=plan.element)  # what an earlier visit left open
    instances.expect(case.tx, 1, len(seating.seats))
    facts = _facts(case, plan, activity, len(seating.seats)) | ({"warn": own} if own else {})
    if version is not None:
        facts["version"] = version
    row = _insert_activity(case, plan, activity, text, ladder, due, warn_at(times), list(back_to), facts)
    ids = _insert_items(case, row, seating.seats)
    watch(case, row, plan, ids, seating.seats, times, limit)
    if plan.checklist is not None and ids:
        show_to_head(case, row, ids[0])
    listen(case, row, plan)
    asked = effective_of(case, plan)
    if asked is not None and asked.squeezed and due is not None and abs(asked.due - due) < timedelta(minutes=1):
        log(
            case,
            "problem",
            activity=row,
            detail={"problem": "时限不足：批示或来文要求的时间已不够，只留最短办理时间。"},
        )
    if not drafting:
        _announce(case, row, plan, ids, seating, due)
    case.local = {}
    return row


def local_names(activity: bpmn.Activity) -> dict[str, Json]:
    """What the performer rule and the limit of this very step may name besides: a loop item, a called process's own."""
    return {**(activity.variables or {}), **activity.local}


def _insert_activity(
    case: Case,
    plan: Plan,
    activity: bpmn.Activity,
    limit_text: str,
    ladder: str | None,
    due: datetime | None,
    warn: datetime | None,
    back_to: list[str],
    facts: dict[str, Json],
) -> ActivityRow:
    values: dict[str, Any] = {
        "instance_id": case.row.id,
        "token": activity.id,
        "element": plan.element,
        "name": plan.name,
        "visit": case.row.visits.get(plan.element, 0) + 1,
        "state": "open",
        "completion": plan.completion,
        "limit_text": limit_text[:60],
        "ladder": ladder,
        "opened_at": case.now,
        "closed_at": None,
        "deadline": due,
        "warn_at": warn,
        "outcome": None,
        "back_to": back_to or None,
        "facts": facts,
    }
    row = ActivityRow(id=instances.insert_activity(case.tx, **values), **values)
    case.created_activities.append(row.id)
    return row


def _facts(case: Case, plan: Plan, activity: bpmn.Activity, seats: int) -> dict[str, Json]:
    facts: dict[str, Json] = {"seats": seats}
    if activity.item is not None:
        facts["item"] = activity.item
    if activity.local:
        facts["local"] = dict(activity.local)
    if activity.run:
        facts["run"] = activity.run
    kept = [i.id for i in kept_for(case, plan, loop_key(facts))]
    return facts | ({"kept": kept} if kept else {})


def _insert_items(case: Case, row: ActivityRow, seats: Sequence[Seat]) -> list[int]:
    return work.insert(case.tx, [item_values(case, row, s, n) for n, s in enumerate(seats)])


def _named(name: str, local: Mapping[str, Json]) -> str:
    """A step that loops over records says which one it is about."""
    labels = [value["label"] for value in local.values() if isinstance(value, dict) and value.get("label")]
    return f"{name}：{labels[0]}" if labels else name


def item_values(case: Case, row: ActivityRow, s: Seat, ordinal: int) -> dict[str, Any]:
    """One seat as a row of work items."""
    due = s.deadline or row.deadline
    mine = case.actor is not None and s.performer is not None and s.performer.id == case.actor.id
    return {
        "activity_id": row.id,
        "instance_id": case.row.id,
        "process": case.row.process,
        "element": row.element,
        "name": _named(s.name, row.facts.get("local") or {})[:120],
        "entry": s.entry,
        "performer_id": s.performer.id if s.performer else None,
        "pool": s.pool,
        "principal_id": s.performer.principal_id if s.performer else None,
        "post_id": s.performer.post_id if s.performer else None,
        "kind": s.kind,
        "state": "waiting" if s.waiting else "open",
        "urgency": case.row.urgency,
        "ordinal": ordinal,
        "arrived_at": case.now,
        "visible_at": case.now if mine else case.visible_at,
        "deadline": due,
        "warn_at": row.warn_at if s.deadline is None else entry_warning(case, row, s),
        "facts": dict(s.facts),
    }


def entry_warning(case: Case, row: ActivityRow, s: Seat) -> datetime | None:
    """When the light of a part with its own deadline turns amber."""
    return warn_at(
        rungs(
            case,
            row.ladder,
            due=s.deadline,
            limit=None,
            weight="major" if s.major else "normal",
            version=row.facts.get("version"),
        )
    )


def watch(
    case: Case,
    row: ActivityRow,
    plan: Plan,
    ids: Sequence[int],
    seats: Sequence[Seat],
    times: Sequence[limits.RungTime] = (),
    limit: limits.Limit | None = None,
) -> None:
    """Arm the rungs of a step (``times``) and of its parts that have a deadline of their own."""
    rows: list[dict[str, Any]] = []
    if row.ladder is not None and row.deadline is not None:
        rows += timer_rows(
            case,
            times,
            level="step",
            ladder=row.ladder,
            due=row.deadline,
            activity_id=row.id,
            warn=str(row.facts.get("warn", "")),
            version=row.facts.get("version"),
        )
    watched = [(i, s) for i, s in zip(ids, seats, strict=True) if s.entry is not None or s.kind == "assist"]
    if watched and row.ladder is not None:
        checklist = case.package.manifest.checklist.get(plan.checklist or "")
        meeting = instant(case.row.variables.get(checklist.anchor), case) if checklist else None
        for item_id, s in watched:
            weight = "major" if s.major else "normal"
            own = rungs(
                case,
                row.ladder,
                due=s.deadline,
                limit=None,
                weight=weight,  # type: ignore[arg-type]
                anchor=meeting,
                version=row.facts.get("version"),
            )
            if s.deadline is not None:
                rows += timer_rows(
                    case,
                    own,
                    level="item",
                    ladder=row.ladder,
                    due=s.deadline,
                    activity_id=row.id,
                    item_id=item_id,
                    weight=weight,  # type: ignore[arg-type]
                    version=row.facts.get("version"),
                )
    timers.arm(case.tx, rows)


def _announce(
    case: Case, row: ActivityRow, plan: Plan, ids: Sequence[int], seating: Seating, due: datetime | None
) -> None:
    people = tuple(dict.fromkeys(s.performer.name if s.performer else f"{s.pool}" for s in seating.seats))
    case.next.append(NextStep(row.element, row.name, people, due, seating.problem))
    if seating.problem:
        house.open_incident(
            case.tx,
            kind="empty_post",
            message=seating.problem,
            at=case.now,
            instance_id=case.row.id,
            facts={"element": row.element},
        )
        log(case, "problem", activity=row, detail={"problem": seating.problem})
    letters: dict[int, Letter] = {}
    for item_id, s in zip(ids, seating.seats, strict=True):
        _log_hops(case, row, item_id, s)
        if s.waiting:
            continue
        for person_id in recipients(case, s):
            facts = {"step": row.name, "due": s.deadline or due, "duty": plan.duty, **case.greeting[1]}
            letters.setdefault(person_id, Letter(person_id, item_id, facts))
    tell(case, case.greeting[0], "todo", list(letters.values()))
    tell(case, "T-AB", "copy", _absent(row, seating.seats))


def _absent(row: ActivityRow, seats: Sequence[Seat]) -> list[Letter]:
    """Whoever is away is told who does it in their place."""
    return [
        Letter(
            s.performer.principal_id,
            None,
            {"step": row.name, "principal": s.performer.principal, "substitute": s.performer.name},
        )
        for s in seats
        if s.performer is not None and s.performer.principal_id is not None and not s.waiting
    ]


def _log_hops(case: Case, row: ActivityRow, item_id: int, s: Seat) -> None:
    """Every hop of the fallback chain stands in the record (domain.md §7.3)."""
    hops = s.facts.get("hops") or []
    if hops:
        person = s.performer
        detail: dict[str, Json] = {"hops": hops, "to": person.login if person else "", "opinion": "；".join(hops)}
        principal = person.principal_id if person else None
        log(case, "stand_in", activity=row, item_id=item_id, principal_id=principal, detail=detail)


def recipients(case: Case, s: Seat) -> list[int]:
    """Its performer, or everybody who may claim it; nobody is told what they just did themselves."""
    if s.performer is not None:
        people = [s.performer.id]
    else:
        post = case.directory.pool(s.pool or "")
        seats = case.directory.on(case.now).seats(post)
        people = [seat_.person_id for seat_ in seats]
    actor: Actor | None = case.actor
    return [p for p in people if actor is None or p != actor.id]
