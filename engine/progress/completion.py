"""When an activity is over, and with which result: the completion rules of a step."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.package import Plan
from engine.store.work import ItemRecord

TINY = 1e-9  # shares are decimal fractions, sums of weights are not exact


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an activity and all the single outcomes it comes from."""

    outcome: str
    outcomes: tuple[str, ...]


def result(plan: Plan, items: Sequence[ItemRecord]) -> Result | None:
    """The result after a decision, or None while others still have to act. Votes are rows, not variables."""
    items = [i for i in items if i.kind == "decide"]
    done = [i for i in items if i.state == "done" and i.outcome is not None]
    left = [i for i in items if i.state in ("open", "waiting")]
    outcomes = tuple(i.outcome for i in done if i.outcome is not None)
    if not outcomes:
        return None
    if plan.completion == "checklist":
        return Result("done", outcomes) if not mandatory(items) & {i.id for i in left} else None
    if plan.completion == "one":
        return _one(plan, items)
    if plan.completion.startswith("ratio:"):
        return _ratio(plan, done, left)
    severest = _severest(plan, outcomes)
    if plan.veto and severest != _first(plan) and severest not in plan.abstain:
        return Result(severest, outcomes)
    return None if left else Result(severest, outcomes)


def mandatory(items: Sequence[ItemRecord]) -> set[int]:
    """The entries that hold a checklist open: those with a star, or all where none has one."""
    starred = {i.id for i in items if i.facts.get("key")}
    return starred or {i.id for i in items}


def ahead(plan: Plan, item: ItemRecord, pending: Sequence[ItemRecord]) -> list[int]:
    """Parts among these that must end before this one begins: by 加签 those it names, in a sequence all before it."""
    if item.kind != "decide":
        return []
    parts = [o for o in pending if o.kind == "decide" and o.id != item.id]
    if "after" in item.facts:
        return [o.id for o in parts if o.id in item.facts["after"]]
    return [o.id for o in parts if plan.completion == "sequence" and o.ordinal < item.ordinal]


def _one(plan: Plan, items: Sequence[ItemRecord]) -> Result | None:
    """The first decision counts; those who were added beside or after it must agree too, those before it advise."""
    own = [i.outcome for i in items if i.state == "done" and i.outcome is not None and "added" not in i.facts]
    if not own:
        return None
    joined = [i for i in items if i.facts.get("added", {}).get("where") in ("beside", "after")]
    said = tuple(i.outcome for i in joined if i.state == "done" and i.outcome is not None)
    if own[-1] not in (_first(plan), "submit"):
        return Result(own[-1], (*said, own[-1]))  # a refusal needs nobody's consent
    if any(i.state in ("open", "waiting") for i in joined):
        return None
    return Result(_severest(plan, said) if said and _severest(plan, said) != _first(plan) else own[-1], (*own, *said))


def _first(plan: Plan) -> str:
    return plan.outcomes[0].code


def _severest(plan: Plan, outcomes: Sequence[str]) -> str:
    """The outcomes of a step are written from mild to severe; the severest vote speaks, abstentions do not."""
    order = [o.code for o in plan.outcomes]
    votes = [code for code in outcomes if code not in plan.abstain] or outcomes
    return max(votes, key=lambda code: order.index(code) if code in order else len(order))


def _ratio(plan: Plan, done: Sequence[ItemRecord], left: Sequence[ItemRecord]) -> Result | None:
    """Closes as soon as the share of approvals is certain, either way; who abstains takes their weight out of it."""
    share = float(plan.completion.partition(":")[2])
    outcomes = tuple(i.outcome for i in done if i.outcome is not None)
    votes = [i for i in done if i.outcome not in plan.abstain]
    yes = sum(_weight(i) for i in votes if i.outcome == _first(plan))
    coming = sum(_weight(i) for i in left)
    whole = sum(_weight(i) for i in votes) + coming
    if not whole:
        return Result(_severest(plan, outcomes), outcomes)
    if yes >= share * whole - TINY:
        return Result(_first(plan), outcomes)
    if yes + coming < share * whole - TINY:
        return Result(plan.outcomes[-1].code, outcomes)
    return None


def _weight(item: ItemRecord) -> float:
    return float(item.facts.get("weight", 1))
