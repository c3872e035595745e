"""Opinions that outlive a return: only those whom it touches decide again, what the others said counts on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.errors import BadInput
from engine.model import Json
from engine.package import Plan
from engine.progress.case import Case
from engine.store import instances, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord

STANDING = ("done", "returned", "open")


@dataclass(frozen=True, slots=True)
class Stood:
    """A decision that stands on the last visit of a step; ``joint`` says that others decided the step with it."""

    item: ItemRecord
    joint: bool
    visit: ActivityRow


def shared(plan: Plan) -> bool:
    """Whether several people decide a step side by side, so that some of their decisions can be kept."""
    return plan.completion == "all" or plan.completion.startswith("ratio:")


def loop_key(facts: Mapping[str, Json]) -> Json:
    """Which round of a loop an activity stands for; None outside of loops."""
    local = facts.get("local") or {}
    return {k: v for k, v in local.items() if k != "loopCounter"} or local or None


def standing(case: Case) -> list[Stood]:
    """The decisions of the last visit of every step, and of every round of a loop, in reading order."""
    last: dict[tuple[str, str], ActivityRow] = {}
    for activity in instances.activities(case.tx, case.row.id):
        if activity.state in STANDING:
            last[activity.element, repr(loop_key(activity.facts))] = activity
    items = {i.id: i for i in work.of_instance(case.tx, case.row.id) if i.kind == "decide" and i.state == "done"}
    found = []
    order = case.package.order
    for element in (*order, *(e for e in case.package.plans if e not in order)):  # those of called processes come last
        for activity in (a for (e, _key), a in last.items() if e == element):
            joint = shared(case.package.plans[element]) or loop_key(activity.facts) is not None
            own = [i for i in items.values() if i.activity_id == activity.id]
            kept = [items[n] for n in activity.facts.get("kept", ()) if n in items]
            found += [Stood(i, joint, activity) for i in (*kept, *own) if i.outcome != "return"]
    return found


def parts(case: Case, activity: ActivityRow) -> list[ItemRecord]:
    """All parts that count towards the result of an activity."""
    kept = [work.by_id(case.tx, n) for n in activity.facts.get("kept", ())]
    return [*kept, *work.of_activity(case.tx, activity.id)]


def voter(item: ItemRecord) -> int | None:
    """For whom a decision was given: it stays theirs if a substitute gave it."""
    return item.principal_id or item.performer_id


def ask_again(case: Case, elements: Collection[str], logins: Sequence[str]) -> None:
    """Only these people decide again when the steps are entered next; nobody named means everybody."""
    if not logins:
        keep(case, elements, ())
        return
    said = [s.item for s in standing(case) if s.joint and s.item.element in elements]
    wanted = {p.id for p in map(case.directory.person, logins) if p is not None}
    if len(wanted) < len(set(logins)) or not wanted <= {voter(i) for i in said}:
        raise BadInput(
            "重新会签的人须是已会签过的人。",
            "those to be asked again must have decided before",
            "请从已会签的人中选择。",
            "work.only",
        )
    keep(case, elements, [i for i in said if voter(i) not in wanted])


def keep(case: Case, elements: Collection[str], items: Sequence[ItemRecord]) -> None:
    """Let these decisions count when the steps are entered next, and no others; written beside the results."""
    results = dict(case.row.variables.get("results", {}))
    for element in elements:
        own = [i.id for i in items if i.element == element]
        if own or "kept" in results.get(element, {}):
            results[element] = {**results.get(element, {}), "kept": own}
    case.row.variables = case.row.variables | {"results": results}


def kept_for(case: Case, plan: Plan, key: Json) -> list[ItemRecord]:
    """The decisions that count on when this step, or this round of a loop, is entered now."""
    ids = (case.row.variables.get("results") or {}).get(plan.element, {}).get("kept", ())
    if not ids:
        return []
    rounds = {a.id: loop_key(a.facts) for a in instances.activities(case.tx, case.row.id)}
    return [i for i in (work.by_id(case.tx, n) for n in ids) if rounds.get(i.activity_id) == key]


def left_over(known: Mapping[str, Json], activity: ActivityRow) -> dict[str, Json]:
    """What later rounds of the same loop may still count on, when this one has its result."""
    used = activity.facts.get("kept", ())
    rest = [n for n in known.get("kept", ()) if n not in used] if "local" in activity.facts else []
    return {"kept": rest} if rest else {}
