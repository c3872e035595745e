"""What would happen: the pure core is asked, people are found, nothing is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine import bpmn
from engine.errors import ExpressionError, SanbanError
from engine.model import Json, NextStep
from engine.package import Plan
from engine.progress.case import RESULTS, Case, constants, find, keep, names
from engine.progress.data import rights
from engine.progress.house_limits import house_limit
from engine.progress.knowing import listed
from engine.progress.opening import local_names
from engine.progress.seats import rule_of
from engine.progress.services import imagine
from engine.progress.timing import deadline_of
from engine.runtime import expression
from engine.store.instances import ActivityRow

FAR = 40
BY_CHECKLIST, NOT_YET = "按清单分工", "待填写后确定"  # in place of people


def after(case: Case, activity: ActivityRow, plan: Plan, data: Mapping[str, Json]) -> dict[str, tuple[NextStep, ...]]:
    """For every button of a step: the steps that would open, with people; a problem names who is missing."""
    found = {}
    for outcome in plan.outcomes:
        try:
            found[outcome.code] = tuple(_after(case, activity, outcome.code, data))
        except ExpressionError as error:
            found[outcome.code] = (NextStep("", NOT_YET, (), problem="" if error.name else error.message_zh),)
        except SanbanError as error:
            found[outcome.code] = (NextStep("", "", (), problem=error.message_zh),)
    return found


def _after(case: Case, activity: ActivityRow, outcome: str, data: Mapping[str, Json]) -> list[NextStep]:
    if activity.back_to:
        return [expected(case, element) for element in activity.back_to]
    ghost = _ghost(case, activity.element, outcome, data)
    before = {a.token for a in case.open}
    step = _settle(
        ghost, bpmn.complete(case.package.process, case.row.snapshot, activity.token, names(ghost), case.now)
    )
    plan = case.package.plans[activity.element]
    if outcome == plan.outcomes[0].code and activity.facts.get("seats") == 1:
        ghost, step = _merge(ghost, step, before)
    if step.ended:
        return [NextStep("", "办结", ())]
    new = [expected(replace(ghost, local=local_names(a)), a.element) for a in step.activities if a.id not in before]
    return new or [*_called(step)]


def can_merge(case: Case, plan: Plan) -> bool:
    """Whether a step may pass by itself for somebody who has just agreed: nothing to open, nothing to fill in."""
    return plan.same != "keep" and plan.quick and "write" not in rights(case.package, plan).values()


def _merge(ghost: Case, step: bpmn.Step, before: set[str]) -> tuple[Case, bpmn.Step]:
    """Go on over steps that would be the same person's alone (同人合并)."""
    for _ in range(FAR):
        new = [a for a in step.activities if a.id not in before]
        plan = ghost.package.plans[new[0].element] if len(new) == 1 else None
        if step.ended or plan is None or plan.checklist is not None or not can_merge(ghost, plan):
            break
        found = find(replace(ghost, local=local_names(new[0])), rule_of(plan), exclude=plan.exclude)
        same = [p.id for p in found.performers] == [ghost.actor.id if ghost.actor else 0] and found.pool is None
        if not same or found.performers[0].principal_id or found.performers[0].id == ghost.row.initiator_id:
            break
        ghost = _ghost(ghost, plan.element, plan.outcomes[0].code, {})
        ghost.row.snapshot = step.snapshot
        done = bpmn.complete(ghost.package.process, step.snapshot, new[0].id, names(ghost), ghost.now)
        step = _settle(ghost, done)
    return ghost, step


def path(case: Case) -> tuple[NextStep, ...]:
    """The whole way from the start under these data, if everybody takes the first button (start page)."""
    ghost = _ghost(case, "", "", {})
    steps: list[NextStep] = []
    seen: set[str] = set()
    moment = case.now
    step = _settle(ghost, bpmn.start(case.package.process, names(ghost), case.now))
    for _ in range(FAR):
        if step.ended or not step.activities:
            break
        for activity in step.activities:
            if activity.id not in seen and activity.element != case.package.manifest.first:
                local = local_names(activity)
                steps.append(expected(replace(ghost, now=moment, local=local), activity.element))
            seen.add(activity.id)
        current = step.activities[0]
        moment = max((s.deadline for s in steps if s.deadline is not None), default=moment)
        outcome = (
            "submit"
            if current.element == case.package.manifest.first
            else case.package.plans[current.element].outcomes[0].code
        )
        ghost = _ghost(ghost, current.element, outcome, {})
        ghost.row.snapshot = step.snapshot
        step = _settle(ghost, bpmn.complete(case.package.process, step.snapshot, current.id, names(ghost), case.now))
    return (*steps, *(() if step.activities else _called(step)))


def _called(step: bpmn.Step) -> tuple[NextStep, ...]:
    """What another process does next, and how many instances it takes; what comes of them nobody knows yet."""
    count = Counter((call.element, call.name or call.element) for call in step.calls)
    return tuple(
        NextStep(element, name, (), why=f"另成 {many} 件办理，都办完后继续") for (element, name), many in count.items()
    )


def _ghost(case: Case, element: str, outcome: str, data: Mapping[str, Json]) -> Case:
    """A copy of the case that is never written, in which this step has this outcome."""
    results = dict(case.row.variables.get("results", {}))
    if element:
        results[element] = {
            "outcome": outcome,
            "outcomes": [outcome],
            "by": case.actor.login if case.actor else "",
            "at": "",
        }
    variables = {**case.row.variables, **data, "outcome": outcome, "outcomes": [outcome], "results": results}
    known_to = listed(case.package, variables, constants=constants(case), parent=case.row.known_to)
    row = replace(case.row, variables=variables, known_to=known_to)
    return replace(case, row=row, next=[], open=list(case.open))


def _settle(ghost: Case, step: bpmn.Step) -> bpmn.Step:
    """Let service tasks pass; of their work only what they would write into the variables is done."""
    for _ in range(FAR):
        services = [s for s in step.services if ghost.package.process.elements[s.element].properties.get("register")]
        kept: dict[str, Json] = {k: ghost.row.variables[k] for k in RESULTS if k in ghost.row.variables}
        ghost.row.snapshot = step.snapshot
        keep(ghost, {**step.variables, **kept})
        if not services:
            return step
        imagine(ghost, services[0].element)
        step = bpmn.receive(ghost.package.process, step.snapshot, names(ghost), ghost.now, element=services[0].id)
    return step


def expected(case: Case, element: str) -> NextStep:
    """A step as it would open now: its people, its deadline, why it comes, or who cannot be found."""
    return replace(_expected(case, element), why=why_of(case, element))


def why_of(case: Case, element: str) -> str:
    """Why a step comes by what a decision table of the package has found; empty where it says nothing."""
    rows = case.row.variables.get(case.package.manifest.why or "")
    listed = rows if isinstance(rows, list) else []
    said = [row.get("why") for row in listed if isinstance(row, dict) and row.get("step") == element]
    return "；".join(dict.fromkeys(str(text) for text in said if text))


def _expected(case: Case, element: str) -> NextStep:
    plan = case.package.plans[element]
    if plan.checklist is not None:
        return NextStep(element, plan.name, (BY_CHECKLIST,))
    found = find(case, rule_of(plan), exclude=plan.exclude)
    if found.problem and not case.row.number and _unfilled(case, plan):
        return NextStep(element, plan.name, (NOT_YET,), _deadline(case, plan))
    people = (_pool_name(case, found.pool),) if found.pool else tuple(p.name for p in found.performers)
    return NextStep(element, plan.name, people, _deadline(case, plan), found.problem)


def _unfilled(case: Case, plan: Plan) -> bool:
    """Whether the performer rule names a field that nobody has filled in yet."""
    known = names(case)
    return any(known.get(name, "") in (None, "", []) for name in expression(rule_of(plan)).names)


def _pool_name(case: Case, pool: str) -> str:
    post = case.directory.pool(pool)
    return f"{post.title}（任一人）" if post else pool


def _deadline(case: Case, plan: Plan) -> datetime | None:
    """Until when it would have to be done; an instant of a form that is over by then foretells nothing."""
    try:
        due = deadline_of(case, plan, house_limit(case, plan.element))[2]
    except SanbanError:
        return None
    return due if due is not None and due >= case.now else None
