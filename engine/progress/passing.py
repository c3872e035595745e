"""Steps that pass by themselves: why, and with what result."""

from engine.progress.case import Case, names
from engine.progress.completion import Result
from engine.progress.completion import result as decided
from engine.progress.kept import parts
from engine.progress.merging import merged
from engine.runtime import evaluate
from engine.store import work
from engine.store.instances import ActivityRow

OWN, MET, NOTHING = "发起人即本环节办理人，自动通过。", "条件已满足，自动通过。", "清单没有适用的事项，自动通过。"
Passed = tuple[Result, str, str]  # its result, the verb of the record, the words there


def passing(case: Case, activity: ActivityRow) -> Passed | None:
    """How a step that has just opened passes without anybody; None if somebody must act.

    The drafting step does while starting, a review of one's own draft, what is kept from before a return, what its
    condition lets pass, and what has nothing to do.
    """
    plan = case.package.plans[activity.element]
    if case.starting and activity.element == case.package.manifest.first:
        return Result("submit", ("submit",)), "submit", OWN
    if kept_whole(activity):
        found = decided(plan, parts(case, activity))
        if found is not None:  # nobody of this step is asked again
            return found, "keep", OWN
    if plan.checklist is not None and not work.of_activity(case.tx, activity.id):
        return Result("done", ("done",)), "pass", NOTHING
    first = plan.outcomes[0].code
    if plan.own_passes and _is_initiators(case, activity):
        return Result(first, ("pass",)), "pass", OWN
    if plan.passes_when and evaluate(plan.passes_when, names(case)):
        return Result(first, ("pass",)), "pass", MET
    why = merged(case, activity, plan)
    return (Result(first, (first,)), "pass", why) if why else None


def kept_whole(activity: ActivityRow) -> bool:
    """Whether nobody is asked in this visit, because all decisions of an earlier one count on."""
    return activity.facts.get("seats") == 0 and bool(activity.facts.get("kept"))


def _is_initiators(case: Case, activity: ActivityRow) -> bool:
    people = {item.performer_id for item in work.of_activity(case.tx, activity.id)}
    return people == {case.row.initiator_id}
