"""A step that looks over a checklist: which of its entries are open, and which outcome they keep it from."""

from collections.abc import Sequence

from engine.errors import Conflict
from engine.package import Plan
from engine.progress.case import Case
from engine.store import work
from engine.store.work import ItemRecord


def gated(plan: Plan) -> tuple[str, ...]:
    """The checklists that any outcome of this step waits for."""
    return tuple(dict.fromkeys(element for steps in plan.gate.values() for element in steps))


def open_entries(case: Case, elements: Sequence[str]) -> list[ItemRecord]:
    """What is still open of these checklists, the starred ones first, each part in order of its deadline."""
    found = [i for i in work.open_of_instance(case.tx, case.row.id) if i.entry is not None and i.element in elements]
    return sorted(found, key=lambda i: (not i.facts.get("key"), i.deadline is None, i.deadline, i.entry))


def require_stars(case: Case, plan: Plan, outcome: str) -> None:
    """Refuse an outcome while a starred entry is open that its gate waits for; the others do not hold it up."""
    missing = [i for i in open_entries(case, plan.gate.get(outcome, ())) if i.facts.get("key")]
    if missing:
        shown = "、".join(f"{i.entry} {i.name}" for i in missing[:8]) + (" 等" if len(missing) > 8 else "")
        raise Conflict(
            f"还有 {len(missing)} 个★项没有办结：{shown}。",
            f"{len(missing)} starred entries are open",
            f"不能选“{plan.label(outcome)}”；办结后再来，或选别的结论限时整改。",
            "work.gate",
        )
