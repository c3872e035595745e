"""What has come out of a step is an event of its ladder: the rung ``on:check_failed`` comes as soon as it counts."""

from collections.abc import Collection

from engine.model import Json
from engine.progress.case import Case
from engine.progress.house_ladders import ladder_at
from engine.progress.timing import weight_of
from engine.store import instances, timers, work


def step_happened(case: Case, element: str, event: str) -> None:
    """Arm the rung that an event brings, once for each visit of the step.

    It comes when the decision cannot be taken back at once any more; no activity watches it, for the step is over.
    """
    visits = [a for a in instances.activities(case.tx, case.row.id) if a.element == element]
    if not visits:
        return
    visit = visits[-1]
    armed = [t for t in timers.of_instance(case.tx, case.row.id) if t.kind == "rung"]
    own = next((t for t in armed if t.activity_id == visit.id), None)
    ladder = ladder_at(case, str(own.facts.get("ladder")), own.facts.get("version")) if own else None
    rung = ladder.on(event, case.row.urgency, weight_of(case)) if ladder else None
    if own is None or rung is None:
        return
    if any(t.rung == rung.key and t.facts.get("visit") == visit.id and t.state != "cancelled" for t in armed):
        return
    about: dict[str, Json] = {"event": event, "visit": visit.id, "step": visit.name}
    facts = {**own.facts, **about, "performer": _decider(case, visit.id)}
    row = {"instance_id": case.row.id, "kind": "rung", "level": "step", "rung": rung.key}
    timers.arm(case.tx, [row | {"due": case.visible_at, "facts": facts}])


def taken_back(case: Case, opened: Collection[int]) -> None:
    """Visits are open again whose outcome had brought a rung: what has not told anybody yet does not come."""
    for timer in timers.of_instance(case.tx, case.row.id):
        if timer.state == "waiting" and timer.facts.get("visit") in opened:
            timers.cancel(case.tx, timer.id)


def _decider(case: Case, activity_id: int) -> str:
    """The login of whoever decided at a visit."""
    items = [i for i in work.of_activity(case.tx, activity_id) if i.kind == "decide" and i.state == "done"]
    person = case.directory.person(items[-1].performer_id) if items else None
    return person.login if person else ""
