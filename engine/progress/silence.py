"""逾期未回: after so many days somebody decides whether the silence of a countersigner is taken for no objection.

The question is a part of the step of its own (kind ``silence``): it decides nothing by itself, and ends with the step.
"""

from collections.abc import Sequence
from typing import Any

from engine import limits
from engine.model import Json
from engine.package import Plan
from engine.progress.assigning import put
from engine.progress.besides import put_beside
from engine.progress.case import Case, find, incident, log
from engine.progress.house_ladders import latest
from engine.progress.notices import Letter, tell
from engine.progress.stopwatch import ASKED
from engine.progress.timing import rungs, timer_rows, warn_at
from engine.store import timers, work
from engine.store.instances import ActivityRow
from engine.store.timers import TimerRow
from engine.store.work import ItemRecord

SILENCE = "silence"  # kind of the timer and of the part
ANSWER_WITHIN, ASK_AGAIN, STANDING = "1WD", "3WD", "1WD"


def listen(case: Case, activity: ActivityRow, plan: Plan, after: str = "") -> None:
    """Ask later on, as the step says, or ``after`` from now on."""
    if plan.silence is None:
        return
    limit = limits.by_urgency(after or plan.silence.after, case.row.urgency)
    if limit is not None:
        due = limits.deadline(limit, case.now, case.calendar)
        row = {"instance_id": case.row.id, "activity_id": activity.id, "kind": SILENCE, "level": "step"}
        timers.arm(case.tx, [{**row, "rung": SILENCE, "due": due, "facts": {}}])


def overdue(case: Case, timer: TimerRow) -> tuple[ActivityRow, Plan] | None:
    """The step whose silence counts now; None if all have answered, or if its clock stands and it is heard later."""
    activity = next((a for a in case.open if a.id == timer.activity_id), None)
    plan = case.package.plans[activity.element] if activity else None
    if activity is None or plan is None or plan.silence is None or not unanswered(case, activity):
        return None
    if case.row.frozen_light == "grey" or ASKED in activity.facts:
        listen(case, activity, plan, STANDING)  # the clock stands for a reason: that is no silence
        return None
    return activity, plan


def ask_about(case: Case, activity: ActivityRow, plan: Plan) -> None:
    """Whoever the step names gets the question."""
    rule = plan.silence.by if plan.silence is not None else ""
    people = find(case, rule, needed=False).performers
    if not people:
        incident(case, SILENCE, activity.element, f"“{plan.name}”逾期未回，但规则 {rule} 没有找到人。")
        return
    _open(case, activity, plan, people[0])


def unanswered(case: Case, activity: ActivityRow) -> list[ItemRecord]:
    """Parts whose performers have not decided."""
    return [i for i in work.of_activity(case.tx, activity.id) if i.kind == "decide" and i.state in ("open", "waiting")]


def take_for_none(case: Case, activity: ActivityRow, plan: Plan, missing: Sequence[ItemRecord]) -> None:
    """Their parts end without a word; the record and the form say whose."""
    people = [case.directory.person(i.performer_id) for i in missing]
    names = [_named(case, i) for i in missing]
    for item in missing:
        work.change(case.tx, item.id, state="cancelled", decided_at=case.now)
        timers.cancel_item(case.tx, item.id)
    detail: dict[str, Json] = {"to": [p.login for p in people if p], "to_names": names}
    log(case, "assume", activity=activity, detail=detail)
    if plan.silence is not None and plan.silence.note:
        put(case, plan.silence.note, f"{'、'.join(names)}逾期未回复，视为没有不同意见。")
    said: dict[str, Json] = {
        "step": activity.name,
        "actor": case.actor.name if case.actor else "",
        "opinion": "逾期未回复，视为没有不同意见。",
    }
    tell(case, "T-REMOVED", "copy", [Letter(p.id, None, said) for p in people if p])


def _named(case: Case, item: ItemRecord) -> str:
    """The unit somebody was asked for, else their name."""
    person, post = case.directory.person(item.performer_id), case.directory.post(item.post_id)
    unit = case.directory.unit(post.unit_id) if post else case.directory.main_unit(person, case.now)
    return unit.called if unit else person.name if person else item.name


def _open(case: Case, activity: ActivityRow, plan: Plan, performer: Any) -> None:
    limit = limits.by_urgency(ANSWER_WITHIN, case.row.urgency)
    due = limits.deadline(limit, case.now, case.calendar) if limit else None
    ladder, version = latest(case, activity.ladder)
    times = rungs(case, ladder, due=due, limit=limit, version=version)
    names = "、".join(_named(case, i) for i in unanswered(case, activity))
    called = f"{activity.name}逾期未回"
    item_id = put_beside(
        case,
        activity,
        kind=SILENCE,
        name=called,
        performer_id=performer.id,
        due=due,
        warn=warn_at(times),
        facts={"question": f"{names}没有回复，是否视为没有不同意见继续办理？"},
        principal_id=performer.principal_id,
        post_id=performer.post_id,
    )
    if ladder is not None and due is not None:
        own = {"activity_id": activity.id, "item_id": item_id, "version": version}
        timers.arm(case.tx, timer_rows(case, times, level="item", ladder=ladder, due=due, **own))  # type: ignore[arg-type]
    words: dict[str, Json] = {"step": called, "due": due, "duty": f"{names}没有回复，请决定是否继续等待"}
    tell(case, "T-NEW", "todo", [Letter(performer.id, item_id, words)])
