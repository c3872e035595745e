"""After one part of an activity is done or gone: go on, wake whose turn it is, or wait for the others."""

from collections.abc import Sequence

from engine.model import Json
from engine.progress.advance import complete
from engine.progress.case import Case, save
from engine.progress.completion import ahead, result
from engine.progress.notices import Letter, tell
from engine.store import work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord


def settle(case: Case, activity: ActivityRow, items: Sequence[ItemRecord], *, by: int) -> None:
    """Close the activity if its completion rule is met by these parts; ``by`` is the part that has just ended."""
    kept = [work.by_id(case.tx, n) for n in activity.facts.get("kept", ())]
    found = result(case.package.plans[activity.element], [*kept, *items])
    if found is None:
        wake(case, activity, items, by=by)
        save(case)
    else:
        complete(case, activity, found)


def wake(case: Case, activity: ActivityRow, items: Sequence[ItemRecord], *, by: int) -> None:
    """Open what waited for its turn: in a sequence for all before it, after 加签 for those it names."""
    plan = case.package.plans[activity.element]
    pending = [i for i in items if i.state in ("open", "waiting")]
    for item in pending:
        if item.state == "waiting" and not ahead(plan, item, pending):
            facts: Json = {**item.facts, "woken_by": by}
            work.change(
                case.tx,
                item.id,
                state="open",
                arrived_at=case.now,
                visible_at=case.visible_at,
                opened_at=None,
                facts=facts,
            )
            if item.performer_id is not None:
                words = {"step": activity.name, "due": item.deadline}
                tell(case, "T-NEW", "todo", [Letter(item.performer_id, item.id, words)])
