"""When an activity is over, and with which result: the completion rules of a step."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.package import Plan
from engine.store.work import ItemRecord


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of an activity and all the single outcomes it comes from."""

    outcome: str
    outcomes: tuple[str, ...]


def result(plan: Plan, items: Sequence[ItemRecord]) -> Result | None:
    """The result after a decision, or None while others still have to act. Votes are rows, not variables."""
    done = [i for i in items if i.state == "done" and i.outcome is not None]
    left = [i for i in items if i.state in ("open", "waiting")]
    outcomes = tuple(i.outcome for i in done if i.outcome is not None)
    if not outcomes:
        return None
    if plan.completion == "checklist":
        return Result("done", outcomes) if not left else None
    if plan.completion == "one":
        return Result(outcomes[-1], outcomes)
    if plan.completion.startswith("ratio:"):
        return _ratio(plan, outcomes, len(done) + len(left))
    severest = _severest(plan, outcomes)
    if plan.veto and severest != _first(plan):
        return Result(severest, outcomes)
    return None if left else Result(severest, outcomes)


def _first(plan: Plan) -> str:
    return plan.outcomes[0].code


def _severest(plan: Plan, outcomes: Sequence[str]) -> str:
    """The outcomes of a step are written from mild to severe; the severest one speaks for all."""
    order = [o.code for o in plan.outcomes]
    return max(outcomes, key=lambda code: order.index(code) if code in order else len(order))


def _ratio(plan: Plan, outcomes: Sequence[str], seats: int) -> Result | None:
    """Closes as soon as the share of approvals is certain, either way."""
    share = float(plan.completion.partition(":")[2])
    yes = sum(1 for code in outcomes if code == _first(plan))
    if yes >= share * seats - 1e-9:
        return Result(_first(plan), tuple(outcomes))
    if yes + seats - len(outcomes) < share * seats - 1e-9:
        return Result(plan.outcomes[-1].code, tuple(outcomes))
    return None
