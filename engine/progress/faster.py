"""Who was faster, and when: read from the record for somebody who comes too late."""

from engine.errors import HandedOn, NotOffered
from engine.model import Actor
from engine.progress.case import Case
from engine.store import history
from engine.store.history import HistoryRow
from engine.store.work import ItemRecord

# what gives an open part to somebody else, by whoever does it
PASSES = frozenset({"transfer", "delegate", "hand_back", "hand_over", "take_back", "release"})
# what ends the parts of others; the words for it
ENDS = {
    "decide": "办理",
    "return": "退回",
    "retract": "撤回",
    "remove": "减签",
    "withdraw": "撤销",
    "void": "作废",
    "terminate": "终止",
    "move": "重定位",
    "oral": "登记口头请示",
    "auto": "按规则处理",
    "timeout": "超时转出",
}


def handed_on(case: Case, item: ItemRecord, actor: Actor) -> HandedOn | None:
    """The refusal for somebody who had this part; None for whoever never had it, or has only lent it (委派)."""
    if item.facts.get("delegated_by") == actor.id:
        return None
    rows = [r for r in history.whole(case.tx, case.row) if r.item_id == item.id and r.verb in PASSES]
    if not any(r.detail.get("from") == actor.login for r in rows):
        return None
    last, holder = rows[-1], case.directory.person(item.performer_id)
    pool = case.directory.pool(item.pool) if item.pool else None
    to = holder.name if holder else f"{pool.title}（待领办）" if pool else "别人"
    return HandedOn(name_of(case, last), to, last.at, clock(case, last))


def not_needed(case: Case, item: ItemRecord) -> NotOffered:
    """The refusal for a part that was closed undone: by whom and when, if the record says so."""
    rows = history.whole(case.tx, case.row)
    cause = next((r for r in reversed(rows) if r.at == item.decided_at and r.verb in ENDS), None)
    if cause is None:
        return NotOffered("这件已不需要您办理：流程已转到别的环节。", "the work item was cancelled", "可查看办理记录。")
    by, local = name_of(case, cause), clock(case, cause)
    return NotOffered(
        f"{by} 已于 {local} {ENDS[cause.verb]}，这件已不需要您办理。",
        f"{by} ended it at {local} ({cause.verb}); the work item was cancelled",
        "可查看办理记录。",
        by=by,
        at=cause.at,
    )


def name_of(case: Case, row: HistoryRow) -> str:
    """Who did it, and for whom."""
    person, principal = case.directory.person(row.actor_id), case.directory.person(row.principal_id)
    name = person.name if person else "系统"
    return f"{name}（代 {principal.name}）" if principal and principal != person else name


def clock(case: Case, row: HistoryRow) -> str:
    """The time of the office."""
    return case.calendar.local(row.at).strftime("%H:%M")
