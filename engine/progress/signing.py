"""补签: what was agreed to by word of mouth waits for a signature, beside the flow."""

from collections.abc import Mapping

from engine import limits
from engine.model import Json
from engine.org import Person
from engine.progress.besides import put_beside
from engine.progress.case import Case
from engine.progress.notices import Letter, tell
from engine.progress.timing import rungs, timer_rows, warn_at
from engine.store import timers
from engine.store.instances import ActivityRow

SIGN_WITHIN = "1WD"  # domain.md §8.1
SIGN_URGENCY = "加急"  # whose rungs watch it, however urgent the case was (FW-2)


def await_signature(
    case: Case,
    activity: ActivityRow,
    leader: Person,
    said: str,
    *,
    name: str = "",
    within: str = SIGN_WITHIN,
    facts: Mapping[str, Json] | None = None,
    principal_id: int | None = None,
    post_id: int | None = None,
    ordinal: int = 0,
) -> int:
    """A part that nothing waits for, with its own deadline and reminders; its id."""
    limit = limits.by_urgency(within, case.row.urgency)
    due = limits.deadline(limit, case.now, case.calendar) if limit else None
    times = rungs(case, activity.ladder, due=due, limit=limit, urgency=SIGN_URGENCY)
    called = f"{name or activity.name}（补签）"
    item_id = put_beside(
        case,
        activity,
        kind="sign",
        name=called,
        performer_id=leader.id,
        due=due,
        warn=warn_at(times),
        facts={**(facts or {}), "by": case.actor.id if case.actor else None, "question": said},
        principal_id=principal_id,
        post_id=post_id,
        ordinal=ordinal,
    )
    if activity.ladder is not None and due is not None:
        watched = {"level": "item", "ladder": activity.ladder, "item_id": item_id, "urgency": SIGN_URGENCY}
        timers.arm(case.tx, timer_rows(case, times, due=due, **watched))  # type: ignore[arg-type]
    words = {"step": called, "due": due, "duty": "请补签口头同意的事项"}
    tell(case, "T-NEW", "todo", [Letter(leader.id, item_id, words)])
    return item_id
