"""不适用 and 延期 of one entry of a checklist: who has to agree, how far it may go, and what follows (domain.md §8.4).

The question is a part of the step that decides nothing by itself (kind ``entry``), as in decision 020.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from engine import limits
from engine.errors import NobodyFound, NotAllowed
from engine.model import Json, Performer
from engine.package import Checklist
from engine.progress.asking import watch
from engine.progress.besides import ENTRY, put_beside, question_about
from engine.progress.carrying_out import move_entry
from engine.progress.case import Case, find, log
from engine.progress.entry_dates import gate_day, own_day
from engine.progress.late_entries import kind_of
from engine.progress.listed import tags_of
from engine.progress.notices import Letter, tell
from engine.progress.replanning import as_seat
from engine.progress.timing import instant, rungs, warn_at
from engine.store import timers, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

LEFT_OUT, LATER = "na", "later"
WISHES = {LEFT_OUT: "不适用", LATER: "延期"}
ANSWER_WITHIN = "4WH"  # as every other change of a meeting (HY45)


def checklist_of(case: Case, element: str) -> Checklist | None:
    """The checklist of a step."""
    plan = case.package.plans.get(element)
    return case.package.manifest.checklist.get(plan.checklist or "") if plan is not None else None


def judge(case: Case, item: ItemRecord) -> Performer | None:
    """Who has to agree before an entry is left out or postponed; None if its performer need not ask anybody."""
    checklist = checklist_of(case, item.element)
    if item.entry is None or checklist is None or not checklist.consent:
        return None
    owner = case.directory.person(item.performer_id)
    found = find(case, checklist.consent, performer=owner.login if owner else "")
    if not found.performers:
        raise NobodyFound(
            f"没有找到可以批准的人：{found.problem or checklist.consent}",
            f"nobody answers to {checklist.consent}",
            "请联系系统管理员。",
        )
    first = found.performers[0]
    return None if first.id == item.performer_id else first


def asks_first(case: Case, item: ItemRecord) -> bool:
    """Whether its performer has to ask somebody, whoever that is now."""
    try:
        return judge(case, item) is not None
    except NobodyFound:
        return True


def may_ask(case: Case, item: ItemRecord) -> bool:
    """Whether an entry is one that may be left out or postponed by asking, and nobody has asked yet."""
    checklist = checklist_of(case, item.element)
    offered = item.entry is not None and checklist is not None and bool(checklist.consent)
    return offered and question_about(case, item) is None


def require_consent(case: Case, item: ItemRecord, outcome: str) -> None:
    """An entry is not left out by its owner alone, where the checklist asks for somebody's consent."""
    if outcome != LEFT_OUT:
        return
    first = judge(case, item)
    if first is not None:
        raise NotAllowed(
            f"标为不适用须经 {first.name} 批准。",
            "leaving an entry out needs consent",
            "请写明理由，申请不适用。",
            "entry.consent",
        )


def latest(case: Case, item: ItemRecord) -> tuple[datetime, str] | None:
    """Until when an entry may be postponed at most, and what stands behind that."""
    bounds = list(_bounds(case, item))
    return min(bounds, key=lambda bound: bound[0]) if bounds else None


def put_question(
    case: Case,
    activity: ActivityRow,
    item: ItemRecord,
    asked: Performer,
    wish: str,
    reason: str,
    until: datetime | None,
) -> ItemRecord:
    """Ask whoever has to agree; the clock of the entry runs on."""
    due = limits.deadline(ANSWER_WITHIN, case.now, case.calendar)
    words = f"{item.entry} {item.name}：申请{WISHES[wish]}"
    said = f"{words}{f'至 {_local(case, until)}' if until else ''}。{reason}"
    facts: dict[str, Json] = {
        "of": item.id,
        "wish": wish,
        "question": said,
        "reason": reason,
        "asked_by": case.actor.id if case.actor else None,
    }
    if until is not None:
        facts["until"] = until.isoformat()
    warned = warn_at(rungs(case, activity.ladder, due=due, limit=None, version=activity.facts.get("version")))
    part = put_beside(
        case,
        activity,
        kind=ENTRY,
        name=words,
        performer_id=asked.id,
        principal_id=asked.principal_id,
        post_id=asked.post_id,
        due=due,
        warn=warned,
        facts=facts,
        ordinal=item.ordinal,
    )
    watch(case, activity, [part], due)
    letter: dict[str, Json] = {
        "step": words,
        "due": due,
        "actor": case.actor.name if case.actor else "",
        "opinion": reason,
        "until": until,
        "wish": WISHES[wish],
    }
    tell(case, "T-ENTRY-ASK", "todo", [Letter(asked.id, part, letter)])
    return work.by_id(case.tx, part)


def leave_out(case: Case, activity: ActivityRow, item: ItemRecord, by: int, reason: str, consent: str) -> None:
    """The entry does not apply: said by its owner, with the consent of somebody else."""
    facts = {**item.facts, "consent": consent}
    work.decide(case.tx, item, outcome=LEFT_OUT, opinion=reason, data=None, at=case.now, by=by, facts=facts)
    detail: dict[str, Json] = {"outcome": LEFT_OUT, "opinion": reason, "consent": consent}
    log(case, "entry_na", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
    if item.entry is not None:
        timers.cancel_item(case.tx, item.id)


def postpone(case: Case, activity: ActivityRow, item: ItemRecord, until: datetime, reason: str, consent: str) -> None:
    """Give an entry a later deadline, with its light and its rungs; the record keeps both."""
    checklist = checklist_of(case, item.element)
    offset, before = str(item.facts.get("offset", "")), item.deadline
    own = own_day(case, checklist, offset, item.entry or "") if checklist is not None and offset else None
    # a change of the meeting counts anew only when this day has moved
    kept = {"postponed": {"day": own.isoformat() if own else "", "from": before.isoformat() if before else ""}}
    move_entry(case, activity, replace(as_seat(item), deadline=until, facts={**item.facts, **kept}), item.id)
    detail: dict[str, Json] = {
        "opinion": reason,
        "before": before.isoformat() if before else None,
        "after": until.isoformat(),
        "consent": consent,
    }
    log(case, "entry_later", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)


def _bounds(case: Case, item: ItemRecord) -> Iterator[tuple[datetime, str]]:
    checklist = checklist_of(case, item.element)
    due = item.deadline
    if checklist is None or due is None:
        return
    names = case.package.form.by_id
    for field in (checklist.anchor, checklist.end_anchor):
        moment = instant(case.row.variables.get(field), case)
        if moment is not None and due <= moment:
            # a minute sooner: what is due as it begins is done before it begins
            yield moment - timedelta(minutes=1), f"在“{names[field].label if field in names else field}”之前"
    gate = gate_day(case, checklist, tags_of(case, checklist)) if item.facts.get("key") else None
    if gate is not None and due <= gate:  # what looks over all starred entries comes after them
        yield gate, f"{checklist.gate} 的截止时间"
    for other in work.of_activity(case.tx, item.activity_id):
        waits = kind_of(item) in other.facts.get("requires", ()) or item.entry in other.facts.get("requires", ())
        if other.state == "open" and other.entry is not None and waits and other.deadline is not None:
            yield other.deadline, f"后续事项 {other.entry} {other.name} 的截止时间"


def _local(case: Case, at: datetime) -> str:
    return f"{case.calendar.local(at):%m-%d %H:%M}"
