"""Write one Step down: the only module that turns what the core computed into rows, in the open transaction."""

from collections.abc import Sequence
from datetime import datetime

from engine import bpmn
from engine.errors import StepBudgetExceeded
from engine.model import Json
from engine.progress import first_contact
from engine.progress.apart import NO_HOLD
from engine.progress.archiving import file_away
from engine.progress.called import stop_called
from engine.progress.case import CONSTANTS, RESULTS, Case, Wanted, incident, keep, log, names, save
from engine.progress.completion import Result
from engine.progress.followers import tell_followers
from engine.progress.joined import release_joined
from engine.progress.kept import left_over, parts
from engine.progress.listening import ring
from engine.progress.notices import Letter, tell
from engine.progress.opening import open_activity
from engine.progress.passing import kept_whole, passing
from engine.progress.records import release
from engine.progress.services import run
from engine.progress.stages import arm_stages
from engine.progress.starting import start_others
from engine.progress.stopwatch import ASKED, finish
from engine.progress.timing import arm_wake
from engine.store import bindings, calls, definitions, instances, notices, numbers, timers, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

MOST_ROUNDS = 200
STOPPED = ("voided", "withdrawn", "terminated")  # what was agreed to by word of mouth need not be signed any more


def write_down(case: Case, step: bpmn.Step, *, back_to: Sequence[str] = ()) -> None:
    """Follow a step to the next wait: open and close activities, run services, end the instance; then save it."""
    for _round in range(MOST_ROUNDS):
        _take(case, step)
        waiting = _sync(case, step, back_to)
        ring(case, step, waiting)
        following = _serve(case, step) or _pass(case, waiting)
        if following is None:
            break
        step = following
    else:
        raise StepBudgetExceeded(
            "流程在自动环节之间打转，已停下，什么也没有改变。",
            "automatic steps without end",
            "请流程设计人员检查回路。",
        )
    _call_others(case, step)
    if step.ended:
        _finish(case, step)
    elif b"timerEventDefinition" in case.package.xml:
        arm_wake(case, step.next_due)
    first_contact.take_over(case)
    first_contact.moved_on(case)
    save(case)
    start_others(case, write_down)


def _call_others(case: Case, step: bpmn.Step) -> None:
    """A call to a process deployed elsewhere waits for an instance of it; what cannot be is an incident."""
    called = calls.waits_of(case.tx, case.row.id) if step.calls else set()
    for call in step.calls:
        if call.id in called:
            continue
        if definitions.current(case.tx, call.target) is None:
            message = f"被调用的流程“{call.target}”没有发布，实例在此等待。"
            incident(case, "unbound", call.element, message, calls=call.target)
        else:
            bindings.resolve(case.tx, case.row.id, "unbound", call.element, case.now)
            said = case.package.process.elements[call.element].properties
            passes, initiator = said.get("submitted") == "true", said.get("initiator", "")
            case.to_start.append(Wanted(call.target, dict(call.variables), passes, call.id, initiator))
            case.final = "被调用的流程已启动"
    for code in step.errors:
        incident(case, "stuck", code, "流程走不下去：几个分支在互相等待。请流程管理员处理。")


def pass_met(case: Case) -> None:
    """After something came in from outside: open steps that only waited for it pass by themselves."""
    step = _pass(case, [a for a in case.open if case.package.plans[a.element].passes_when])
    if step is None:
        save(case)
    else:
        write_down(case, step)


def complete(case: Case, activity: ActivityRow, result: Result) -> None:
    """Close an activity with its result and go on; 直达 goes back to who returned it instead of along the diagram."""
    close(case, activity, "done", result)
    tokens = [activity.token]
    if activity.back_to:
        step = bpmn.move(
            case.package.process, case.row.snapshot, names(case), case.now, cancel=tokens, enter=tuple(activity.back_to)
        )
    else:
        step = bpmn.complete(case.package.process, case.row.snapshot, activity.token, names(case), case.now)
    write_down(case, step)


def close(case: Case, activity: ActivityRow, state: str, result: Result | None = None) -> None:
    """End an activity with its open items and timers; conditions see its result from now on."""
    if case.row.frozen_light == "grey" or ASKED in activity.facts:
        finish(case, activity)
    instances.close_activity(case.tx, activity.id, case.now, state=state, outcome=result.outcome if result else None)
    if result is not None and activity.completion == "checklist":
        timers.cancel_step(case.tx, activity.id)  # entries without a star stay with their owners and their ladders
    else:
        _clear(case, activity, result)
    case.open = [a for a in case.open if a.id != activity.id]
    case.closed_activities.append(activity.id)
    if result is None:
        return
    results = dict(case.row.variables.get("results", {}))
    people, at = _deciders(case, activity, result)
    by = people[-1] if kept_whole(activity) and people else case.actor.login if case.actor else ""
    results[activity.element] = {
        "outcome": result.outcome,
        "outcomes": list(result.outcomes),
        "by": by,
        "people": people,
        "at": case.calendar.local(at).isoformat(),
        **left_over(results.get(activity.element, {}), activity),
    }
    case.row.variables = case.row.variables | {
        "outcome": result.outcome,
        "outcomes": list(result.outcomes),
        "results": results,
    }
    arm_stages(case, activity.element)


def _clear(case: Case, activity: ActivityRow, result: Result | None) -> None:
    if result is None or activity.facts.get("seats") != 1:  # a single seat was closed by its own decision
        work.cancel_open(case.tx, activity.id, case.now)
    if activity.ladder is not None:
        timers.cancel_activity(case.tx, activity.id)


def _deciders(case: Case, activity: ActivityRow, result: Result) -> tuple[list[str], datetime]:
    """Logins of everybody whose decision the result comes from, and when the last of them was given."""
    if len(result.outcomes) == 1 and not kept_whole(activity):
        return ([case.actor.login] if case.actor else []), case.now
    found = _decided(case, activity)
    people = [case.directory.person(i.decided_by) for i in found]
    given = [i.decided_at for i in found if i.decided_at is not None]
    at = max(given) if given and kept_whole(activity) else case.now
    return [p.login for p in people if p is not None], at


def _decided(case: Case, activity: ActivityRow) -> list[ItemRecord]:
    return [i for i in parts(case, activity) if i.state == "done" and i.kind == "decide"]


def _take(case: Case, step: bpmn.Step) -> None:
    case.row.snapshot = step.snapshot
    keep(case, step.variables)
    if step.passed:
        visits = dict(case.row.visits)
        for passed in step.passed:
            visits[passed] = visits.get(passed, 0) + 1
        case.row.visits = visits


def _sync(case: Case, step: bpmn.Step, back_to: Sequence[str]) -> list[ActivityRow]:
    """Make the open activities equal the open user tasks of the step; the ones that opened just now."""
    offered = {activity.id for activity in step.activities}
    for gone in [a for a in case.open if a.token not in offered]:
        close(case, gone, case.left_as)
        log(case, "timeout" if case.left_as == "expired" else "cancel", activity=gone)
    known = {a.token for a in case.open}
    opened = [open_activity(case, a, back_to=back_to) for a in step.activities if a.id not in known]
    case.open += opened
    return opened


def _serve(case: Case, step: bpmn.Step) -> bpmn.Step | None:
    for service in step.services:
        if run(case, service):
            return bpmn.receive(case.package.process, case.row.snapshot, names(case), case.now, element=service.id)
    return None


def _pass(case: Case, opened: Sequence[ActivityRow]) -> bpmn.Step | None:
    """Take one step that passes by itself, if there is any."""
    for activity in opened:
        if found := passing(case, activity):
            return _by_itself(case, activity, *found)
    return None


def _by_itself(case: Case, activity: ActivityRow, result: Result, verb: str, why: str) -> bpmn.Step:
    # a form that another process has filled in is its initiator's, whoever took the step there
    by = case.actor.id if case.actor and verb != "submit" else case.row.initiator_id
    items = work.of_activity(case.tx, activity.id)
    for item in items:
        words = "" if verb == "submit" else why
        work.decide(case.tx, item, outcome=result.outcomes[0], opinion=words, data=None, at=case.now, by=by)
        log(case, verb, activity=activity, item_id=item.id, detail={"opinion": words} if words else {})
    if verb == "keep":
        log(case, verb, activity=activity, detail={"items": list(activity.facts["kept"])})
    elif not items:
        log(case, verb, activity=activity, detail={"opinion": why})
    close(case, activity, "done", result)
    case.next = [n for n in case.next if n.element != activity.element]
    case.starting = False
    return bpmn.complete(case.package.process, case.row.snapshot, activity.token, names(case), case.now)


def _finish(case: Case, step: bpmn.Step) -> None:
    ends = [case.package.process.elements[e] for e in step.passed if e in case.package.process.elements]
    state = next((e.properties["state"] for e in reversed(ends) if "state" in e.properties), "completed")
    end(case, state)


def end(case: Case, state: str, reason: str = "") -> None:
    """End the instance: nothing stays open, nothing stays armed, the initiator and a waiting parent are told."""
    for activity in list(case.open):
        close(case, activity, "cancelled")
    if state in STOPPED:
        work.cancel_signatures(case.tx, case.row.id, case.now)
        numbers.void_of_instance(case.tx, case.row.id, reason or "随件作废")
        stop_called(case, state, reason)
    work.cancel_entries(case.tx, case.row.id, case.now)
    case.row.state, case.row.ended_at = state, case.now
    case.row.outcome = str(case.row.variables.get("outcome") or state)[:40]
    if state in NO_HOLD:
        release(case)
    release_joined(case)
    timers.cancel_instance(case.tx, case.row.id)
    log(case, "end", detail={"state": state} | ({"reason": reason} if reason else {}))
    if state not in STOPPED:  # what came to nothing has no file
        file_away(case)
    if case.actor is None or case.actor.id != case.row.initiator_id:
        tell(
            case,
            "T-DONE" if state == "completed" else "T-VOID",
            "copy",
            [Letter(case.row.initiator_id, None, {"state": state, "reason": reason})],
        )
    told = (case.row.initiator_id, case.row.first_contact_id)
    first_contact.told(
        case,
        "T-DONE" if state == "completed" else "T-VOID",
        {"state": state, "reason": reason},
        already=(case.row.initiator_id,),
    )
    tell_followers(case, "T-DONE" if state == "completed" else "T-VOID", {"state": state, "reason": reason}, told=told)
    if case.row.parent_id is not None and case.row.parent_wait:
        _release_parent(case)


def _release_parent(case: Case) -> None:
    # the parent is locked by its own command: a timer that is due now lets the tick wake it
    row = {
        "instance_id": case.row.parent_id,
        "kind": "release",
        "level": "child",
        "rung": f"child-{case.row.id}",
        "due": case.now,
        "facts": {
            "wait": case.row.parent_wait,
            "child": case.row.number,
            "state": case.row.state,
            "data": own_variables(case),
        },
    }
    timers.arm(case.tx, [row])
    case.final = "上级流程已继续"


def own_variables(case: Case) -> dict[str, Json]:
    """What a called instance hands back: its data without what the engine sets."""
    return {k: v for k, v in case.row.variables.items() if k not in CONSTANTS and k not in RESULTS}


def withdraw_letters(case: Case, items: Sequence[int]) -> None:
    """Notices about items that are gone are not sent any more."""
    notices.cancel_for_items(case.tx, items, case.now)
