"""同人合并: one person in two steps that follow each other acts once, and both stand in the record (domain.md §7.5).

Only what could be decided without opening it passes: a step with fields to fill, or one that must be read, is never
done by itself. There the step before it can be marked to pass ahead (分管领导即主要领导, 合并为签发).
"""

from engine.errors import SanbanError
from engine.package import Plan
from engine.progress.case import Case
from engine.progress.foresight import after, can_merge
from engine.store import work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord


def merged(case: Case, activity: ActivityRow, plan: Plan) -> str:
    """Why a step that has just opened passes by itself; empty if it waits for its performer."""
    if case.actor is None or activity.back_to or not can_merge(case, plan):
        return ""
    if case.agreed is None and plan.same != "ahead":
        return ""
    items = work.of_activity(case.tx, activity.id)
    if len(items) != 1 or items[0].state != "open" or items[0].performer_id in (None, case.row.initiator_id):
        return ""  # nobody approves the own matter without doing it
    if case.agreed == (items[0].performer_id, items[0].principal_id):
        return "与上一环节同一人，合并办理。"
    if plan.same == "ahead" and (name := _again_next(case, activity, plan, items[0])):
        return f"与下一环节“{name}”同一人，合并办理。"
    return ""


def _again_next(case: Case, activity: ActivityRow, plan: Plan, item: ItemRecord) -> str:
    """Name of the next step, if it is the only one and the same person's alone."""
    person = case.directory.person(item.performer_id)
    try:
        steps = after(case, activity, plan, {}).get(plan.outcomes[0].code, ())
    except SanbanError:
        return ""
    alone = len(steps) == 1 and person is not None and steps[0].people == (person.name,) and not steps[0].problem
    return steps[0].name if alone else ""
