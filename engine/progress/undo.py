"""What the last decision replaced, kept on the instance row, so that 撤回 restores it to the byte."""

import base64
from datetime import datetime
from typing import Any

from engine.errors import Conflict
from engine.model import Actor, Json
from engine.progress.advance import close, withdraw_letters
from engine.progress.arming_again import arm_again
from engine.progress.case import Case, log
from engine.progress.completion import ahead
from engine.store import bindings, instances, notices, work
from engine.store.work import ItemRecord


def remember(case: Case, item: ItemRecord) -> None:
    """Keep the state before a decision; the case writes it with the instance."""
    row = case.row
    case.undo = {
        "item": item.id,
        "activity": item.activity_id,
        "at": case.now.isoformat(),
        "performer": item.performer_id,
        "pool": item.pool,
        "snapshot": base64.b64encode(row.snapshot).decode(),
        "variables": row.variables,
        "visits": row.visits,
        "open": [a.id for a in case.open],
        "fields": {
            "state": row.state,
            "outcome": row.outcome,
            "deadline": row.deadline.isoformat() if row.deadline else None,
            "warn_at": row.warn_at.isoformat() if row.warn_at else None,
            "stages": row.stages,
            "frozen_light": row.frozen_light,
        },
    }


def refusal(case: Case, item: ItemRecord, actor: Actor) -> str:
    """Why this person cannot take back their decision on this item; empty if they can."""
    undo = case.row.undo or {}
    if item.state != "done" or item.decided_by != actor.id:
        return "只有办理人本人可以撤回已办的件。"
    if undo.get("item") != item.id or undo.get("revision") != case.row.revision:
        return "之后已有人办理，不能撤回。可请对方退回。"
    if undo.get("final"):
        return f"{undo['final']}，不能撤回。可请管理员处理。"
    for other in work.open_of_instance(case.tx, case.row.id):
        person = case.directory.person(other.performer_id)
        new = other.activity_id not in undo["open"] or other.facts.get("woken_by") == item.id
        if new and other.opened_at is not None and other.performer_id != actor.id:
            opened = case.calendar.local(other.opened_at).strftime("%H:%M")
            return f"{person.name if person else '对方'} 已于 {opened} 打开这件，不能撤回。可发消息请其退回。"
    return ""


def restore(case: Case, item: ItemRecord, actor: Actor) -> None:
    """Put instance, activity and item back to the moment before the decision; the audit log keeps both facts."""
    problem = refusal(case, item, actor)
    if problem:
        raise Conflict(problem, "this decision cannot be taken back any more", "", "work.undo_late")
    undo: dict[str, Any] = case.row.undo
    for opened in [a for a in case.open if a.id not in undo["open"]]:
        withdraw_letters(case, [i.id for i in work.of_activity(case.tx, opened.id)])
        close(case, opened, "cancelled")
    for activity_id in set(undo.get("created", ())) - set(undo["open"]):
        _never_was(case, activity_id)
    _restore_row(case, undo)
    _reopen_entries(case, _at(undo))
    still = {a.id for a in case.open}
    for activity_id in undo["open"]:
        if activity_id not in still or activity_id == undo["activity"]:
            _reopen(case, activity_id, item, _at(undo))
    work.change(
        case.tx,
        item.id,
        state="open",
        outcome=None,
        opinion=None,
        data=None,
        decided_at=None,
        decided_by=None,
        performer_id=undo["performer"],
    )
    arm_again(case)
    notices.cancel_held(case.tx, case.row.id, case.now, _at(undo))
    bindings.unring(case.tx, case.row.id, _at(undo), case.now)
    quick = case.now <= _at(undo) + case.held
    log(case, "retract", item_id=item.id, detail={"quick": quick, "opinion": item.opinion, "outcome": item.outcome})
    case.row.undo = None
    instances.save(case.tx, case.row)


def _reopen(case: Case, activity_id: int, item: ItemRecord, since: datetime) -> None:
    """An activity as it was before the decision, with the parts that it ended; whose turn had not come waits again."""
    instances.reopen_activity(case.tx, activity_id)
    parts = work.of_activity(case.tx, activity_id)
    ended = [o for o in parts if o.state == "cancelled" and o.outcome is None and (o.decided_at or since) >= since]
    back = [o for o in parts if o.state in ("open", "waiting") or o in ended or o.id == item.id]
    for other in back:
        state = "waiting" if ahead(case.package.plans[other.element], other, back) else "open"
        if other.id == item.id or other.state == state:
            continue
        if other.facts.get("woken_by") == item.id:
            withdraw_letters(case, [other.id])
        work.change(case.tx, other.id, state=state, decided_at=None)


def _reopen_entries(case: Case, since: datetime) -> None:
    """Entries whose list had gone on without them, and which the end of the instance closed."""
    settled = {a.id for a in instances.activities(case.tx, case.row.id) if a.state == "done"}
    for item in work.of_instance(case.tx, case.row.id):
        ended = item.state == "cancelled" and item.outcome is None and (item.decided_at or since) >= since
        if item.entry is not None and item.activity_id in settled and ended:
            work.change(case.tx, item.id, state="open", decided_at=None)


def _never_was(case: Case, activity_id: int) -> None:
    """A step that the decision had opened, also one that passed by itself."""
    instances.annul_activity(case.tx, activity_id)
    for item in work.of_activity(case.tx, activity_id):
        work.change(case.tx, item.id, state="cancelled")


def _at(undo: Json) -> datetime:
    return datetime.fromisoformat(undo["at"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _restore_row(case: Case, undo: dict[str, Any]) -> None:
    row, fields = case.row, undo["fields"]
    row.snapshot = base64.b64decode(undo["snapshot"])
    row.variables, row.visits = undo["variables"], undo["visits"]
    row.state, row.outcome, row.frozen_light = fields["state"], fields["outcome"], fields["frozen_light"]
    row.deadline, row.warn_at = _moment(fields["deadline"]), _moment(fields["warn_at"])
    row.stages, row.ended_at = fields.get("stages"), None
