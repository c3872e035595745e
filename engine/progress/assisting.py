"""主办 and 协办: who assists is heard, only the lead sends on, and not before they have answered or are late."""

from datetime import datetime

from engine import limits
from engine.errors import Conflict
from engine.package import Plan
from engine.progress.case import Case, log
from engine.progress.notices import Letter, tell
from engine.store import work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord


def require_heard(case: Case, activity: ActivityRow, plan: Plan) -> list[ItemRecord]:
    """Refuse while an assisting part is open and in time; those that are late and count as having no opinion."""
    missing = [i for i in work.of_activity(case.tx, activity.id) if i.kind == "assist" and i.state == "open"]
    silent = {i.id: _silent_at(case, i, plan) for i in missing}
    waiting = [i for i in missing if (at := silent[i.id]) is None or at > case.now]
    if waiting:
        names = "、".join(_name(case, i) for i in waiting)
        due = max((at for i in waiting if (at := silent[i.id])), default=None)
        until = f"，{case.calendar.local(due):%m-%d %H:%M} 后未答复的可视为无意见" if due else ""
        raise Conflict(
            f"协办 {names} 还没有答复{until}。",
            "assisting handlers have not answered yet",
            "请等待答复，或先催办。",
            "work.assisting",
        )
    return missing


def _silent_at(case: Case, item: ItemRecord, plan: Plan) -> datetime | None:
    """From when on no answer counts as no opinion: when the part is late, or later where the step says so."""
    limit = limits.by_urgency(plan.assist_silence, case.row.urgency) if plan.assist_silence else None
    if limit is None or item.deadline is None:
        return item.deadline
    return max(item.deadline, limits.deadline(limit, item.arrived_at, case.calendar))


def assume_none(case: Case, activity: ActivityRow, late: list[ItemRecord]) -> None:
    """Write down whose silence was taken for having no opinion, and tell them."""
    if not late:
        return
    people = [(i, case.directory.person(i.performer_id)) for i in late]
    detail = {"to": [p.login for _i, p in people if p], "to_names": [p.name for _i, p in people if p]}
    log(case, "assume", activity=activity, detail=detail)
    said = {
        "step": activity.name,
        "actor": case.actor.name if case.actor else "",
        "opinion": "逾期未答复，视为无意见。",
    }
    tell(case, "T-REMOVED", "copy", [Letter(p.id, None, said) for _i, p in people if p])


def _name(case: Case, item: ItemRecord) -> str:
    person = case.directory.person(item.performer_id)
    return person.name if person else item.name
