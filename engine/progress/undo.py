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
from engine.progress.faster import clock, name_of
from engine.progress.replaced import changed, seat
from engine.progress.step_events import taken_back
from engine.store import bindings, first_contacts, history, instances, notices, timers, work
from engine.store.work import ItemRecord

# what happens beside the way of a case and keeps nobody from taking back (engine.progress.aside)
ASIDE = frozenset(
    {
        "rung",
        "consult",
        "entry_ask",
        "answer",
        "circulate",
        "read",
        "urge_read",
        "sign",
        "hand_over",
        "take_back",
        "follow",
        "unfollow",
    }
)


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


def refusal(case: Case, item: ItemRecord, actor: Actor) -> Conflict | None:
    """Why this person cannot take back their decision on this item; None if they can."""
    undo = case.row.undo or {}
    if item.state != "done" or item.decided_by != actor.id:
        return _not_theirs(case, item, actor)
    if undo.get("item") != item.id or undo.get("revision") != case.row.revision:
        return _overtaken(case, item)
    if undo.get("final"):
        return _late(f"{undo['final']}，不能撤回。可请管理员处理。")
    for other in work.open_of_instance(case.tx, case.row.id):
        person = case.directory.person(other.performer_id)
        new = other.activity_id not in undo["open"] or other.facts.get("woken_by") == item.id
        if new and other.opened_at is not None and other.performer_id != actor.id:
            opened = case.calendar.local(other.opened_at).strftime("%H:%M")
            by = person.name if person else "对方"
            return _late(f"{by} 已于 {opened} 打开这件，不能撤回。可发消息请其退回。", by, other.opened_at)
    return None


def _not_theirs(case: Case, item: ItemRecord, actor: Actor) -> Conflict:
    """There is no decision of this person on this item: they took it back before, or it never was theirs."""
    rows = [r for r in history.whole(case.tx, case.row) if r.item_id == item.id and r.verb == "retract"]
    if not rows or rows[-1].actor_id != actor.id:
        return _late("只有办理人本人可以撤回已办的件。")
    by, local = name_of(case, rows[-1]), clock(case, rows[-1])
    return _late(f"{by} 已于 {local} 撤回，不需要再撤。", by, rows[-1].at)


def _overtaken(case: Case, item: ItemRecord) -> Conflict:
    """Something else happened to the case since: what, by whom and when."""
    rows = history.whole(case.tx, case.row)
    own = max((r.seq for r in rows if r.item_id == item.id and r.verb in ("decide", "return")), default=0)
    mine = next((r for r in rows if r.seq == own), None)
    since = [r for r in rows if mine is not None and r.seq > own and r.verb not in ASIDE]
    later = (r for r in since if mine is not None and (r.at, r.actor_id) != (mine.at, mine.actor_id))
    cause = next(later, None)
    if cause is None:
        return _late("之后已有人办理，不能撤回。可请对方退回。")
    by, local = name_of(case, cause), clock(case, cause)
    return _late(f"之后 {by} 已于 {local} 办理，不能撤回。可请对方退回。", by, cause.at)


def _late(message: str, by: str = "", at: datetime | None = None) -> Conflict:
    return Conflict(message, "this decision cannot be taken back any more", "", "work.undo_late", by=by, at=at)


def restore(case: Case, item: ItemRecord, actor: Actor, reason: str = "") -> None:
    """Put instance, activity and item back to the moment before the decision; the audit log keeps both facts."""
    problem = refusal(case, item, actor)
    if problem is not None:
        raise problem
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
    _drop_followers(case, item)
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
    taken_back(case, undo["open"])
    notices.cancel_held(case.tx, case.row.id, case.now, _at(undo))
    first_contacts.forget_changes(case.tx, case.row.id, _at(undo))
    bindings.unring(case.tx, case.row.id, _at(undo), case.now)
    quick = case.now <= _at(undo) + case.held
    detail = {"quick": quick, "opinion": reason, "taken_back": item.opinion, "outcome": item.outcome}
    detail |= changed(seat(case, item), state="open", outcome="")
    activity = next((a for a in case.open if a.id == item.activity_id), None)
    log(case, "retract", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
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


def _drop_followers(case: Case, item: ItemRecord) -> None:
    """What the decision had opened because it came too late."""
    items = work.of_instance(case.tx, case.row.id)
    for other in items:
        if other.facts.get("follows") != item.id or other.state != "open":
            continue
        withdraw_letters(case, [other.id])
        timers.cancel_item(case.tx, other.id)
        # it never was: boards leave it out, and taking back another decision does not bring it back
        facts = {**other.facts, "redone": item.id}
        work.change(case.tx, other.id, state="cancelled", decided_at=case.now, facts=facts)
        for one in items:
            if one.facts.get("redone") == other.id:
                kept = {key: value for key, value in one.facts.items() if key != "redone"}
                work.change(case.tx, one.id, facts=kept)


def _never_was(case: Case, activity_id: int) -> None:
    """A step that the decision had opened, also one that passed by itself."""
    instances.annul_activity(case.tx, activity_id)
    for item in work.of_activity(case.tx, activity_id):
        work.change(case.tx, item.id, state="cancelled", decided_at=case.now)


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
