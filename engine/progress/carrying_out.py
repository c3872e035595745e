"""Write a difference list down: entries move, open again, come in or fall away; their owners are told once each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import forms
from engine import bpmn
from engine.model import Json
from engine.progress.advance import complete, write_down
from engine.progress.besides import drop_question
from engine.progress.case import Case, log, names
from engine.progress.completion import result
from engine.progress.notices import Letter, tell
from engine.progress.opening import entry_warning, item_values, watch
from engine.progress.rearming import UNSETTLED, move_activity, move_rung
from engine.progress.replanning import ADDED, AGAIN, DROPPED, MOVED, NOTED, Changed, Difference, Touched
from engine.progress.seats import Seat
from engine.progress.services import renew
from engine.progress.timing import deadline_of
from engine.store import timers, work
from engine.store.instances import ActivityRow

EFFECTS = {MOVED: "改期", AGAIN: "待重新确认", ADDED: "新增", DROPPED: "不再需要", NOTED: "按变更后的情况办理"}
FALLEN = "变更后不再需要。"


def carry_out(case: Case, found: Difference, detail: Mapping[str, Json]) -> None:
    """Make the change of which ``foresee`` has told what it does; the variables of the case are the new ones."""
    items = [_write(case, touched) for touched in found.touched]
    _move_steps(case)
    for service in case.package.manifest.replan.renew if case.package.manifest.replan is not None else ():
        renew(case, service)
    note(case, found, items, detail)
    process, snapshot = case.package.process, case.row.snapshot
    write_down(case, bpmn.reschedule(process, snapshot, names(case), case.now))
    for activity in [t.activity for t in found.touched if t.effect == DROPPED]:
        _complete_if_met(case, activity.id)


def note(case: Case, found: Difference, items: Sequence[int | None], detail: Mapping[str, Json]) -> None:
    """The difference list in the record, and a letter to everybody whose entries it names."""
    lines = [_line(case, t, item) for t, item in zip(found.touched, items, strict=True)]
    changed: list[Json] = [in_words(case, c) for c in found.changed]
    log(case, "replan", detail={**detail, "changed": changed, "touched": lines})
    words = "；".join(f"{c['label']} {c['before'] or '—'} → {c['after'] or '—'}" for c in changed)
    facts: dict[str, Json] = {
        "reason": detail.get("opinion", ""),
        "changes": words or str(detail.get("kind", "")),
        "actor": case.actor.name if case.actor else "",
        "phone": found.near,
    }
    letters = []
    for person in dict.fromkeys(line["owner_id"] for line in lines if line["owner_id"] is not None):
        own = tuple(_sentence(case, line) for line in lines if line["owner_id"] == person)
        letters.append(Letter(int(person), None, {**facts, "lines": own}))
    tell(case, "T-REPLAN", "copy", letters)


def in_words(case: Case, changed: Changed) -> dict[str, Json]:
    """A changed field with both values as people read them."""
    field = case.package.form.by_id[changed.field]

    def name(kind: str, value: str) -> str:
        found = case.directory.person(value) if kind == "person" else case.directory.unit(value)
        return found.name if found is not None else value

    def text(value: Json) -> str:
        return "" if value in (None, "", []) else forms.TYPES[field.type].text(field, value, name)

    both = {"before": text(changed.before), "after": text(changed.after)}
    return {"field": changed.field, "label": changed.label, **both}


def _write(case: Case, touched: Touched) -> int | None:
    seat, item, activity = touched.seat, touched.item, touched.activity
    plan = case.package.plans[activity.element]
    if touched.effect == DROPPED and item is not None:
        by = case.actor.id if case.actor else case.row.initiator_id
        work.change(case.tx, item.id, state="open", paused=None)
        work.decide(case.tx, item, outcome="na", opinion=FALLEN, data=None, at=case.now, by=by)
        timers.cancel_item(case.tx, item.id)
        drop_question(case, item)
        return item.id
    if touched.effect == MOVED and item is not None:
        move_entry(case, activity, seat, item.id)
        return item.id
    if touched.effect == NOTED and item is not None:
        return item.id
    ordinal = item.ordinal if item is not None else len(work.of_activity(case.tx, activity.id))
    (new,) = work.insert(case.tx, [item_values(case, activity, seat, ordinal)])
    if item is not None:  # what was decided stays as it was; only the board no longer counts it
        work.change(case.tx, item.id, facts={**item.facts, "redone": new})
    watch(case, _alone(activity), plan, [new], [seat])
    return new


def move_entry(case: Case, activity: ActivityRow, seat: Seat, item_id: int) -> None:
    """Give an entry the deadline of this seat, with its light and its rungs."""
    warn = entry_warning(case, activity, seat)
    work.change(case.tx, item_id, deadline=seat.deadline, warn_at=warn, facts=dict(seat.facts))
    timers.cancel_item(case.tx, item_id)
    watch(case, _alone(activity), case.package.plans[activity.element], [item_id], [seat])


def _alone(activity: ActivityRow) -> ActivityRow:
    """The rungs of the step itself are not armed once more."""
    return replace(activity, deadline=None)


def _move_steps(case: Case) -> None:
    """Steps whose deadline is an instant of the form stand at the new one."""
    kept = []
    for activity in case.open:
        plan = case.package.plans[activity.element]
        dated = plan.limit.startswith("until:") or "{" in plan.limit
        text, limit, due = deadline_of(case, plan) if dated else ("", None, None)
        if due is None or limit is not None or activity.deadline is None or due == activity.deadline:
            kept.append(activity)
            continue
        kept.append(move_activity(case, replace(activity, limit_text=text[:60]), due))
        for timer in timers.of_instance(case.tx, case.row.id):
            if timer.level == "step" and timer.activity_id == activity.id and timer.state in UNSETTLED:
                move_rung(case, timer, due, None, activity.opened_at)
    case.open = kept


def _complete_if_met(case: Case, activity_id: int) -> None:
    """What fell away may have been the last that a list waited for."""
    activity = next((a for a in case.open if a.id == activity_id), None)
    if activity is None:
        return
    found = result(case.package.plans[activity.element], work.of_activity(case.tx, activity_id))
    if found is not None:
        complete(case, activity, found)


def _line(case: Case, touched: Touched, item: int | None) -> dict[str, Json]:
    person = case.directory.person(touched.owner_id)
    return {
        "effect": touched.effect,
        "item": item,
        "entry": touched.seat.entry,
        "title": touched.seat.name,
        "key": bool(touched.seat.facts.get("key")),
        "owner_id": touched.owner_id,
        "owner": person.name if person else "",
        "before": _iso(touched.before),
        "after": _iso(touched.after),
    }


def _sentence(case: Case, line: Mapping[str, Json]) -> str:
    said = f"{line['entry']} {line['title']}：{EFFECTS[line['effect']]}"
    if line["after"] is None:
        return said
    due = case.calendar.local(datetime.fromisoformat(line["after"]))
    return f"{said}，{due:%m-%d %H:%M} 前"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
