"""A decision was taken back: the deadlines that count again have their rungs again, and no other has."""

from collections import defaultdict
from datetime import datetime

from engine import bpmn
from engine.progress.case import Case
from engine.progress.silence import SILENCE
from engine.progress.timing import arm_wake
from engine.store import instances, timers, work
from engine.store.timers import TimerRow

Watched = tuple[str, int | None, int | None]  # level, activity, item
WHOLE = ("instance", "stage:")  # the levels that closing a step leaves alone


def arm_again(case: Case) -> None:
    """Follow the deadlines of the restored rows.

    A rung whose time passed while the decision stood is armed as well: the next tick tells the highest of them.
    """
    counting = _counting(case)
    by_rung: dict[tuple[Watched, str], list[TimerRow]] = defaultdict(list)
    newest: dict[Watched, TimerRow] = {}
    for timer in sorted(timers.of_instance(case.tx, case.row.id), key=lambda t: t.id):
        watched = (timer.level, timer.activity_id, timer.item_id)
        if timer.kind == SILENCE and timer.state == "cancelled" and watched in counting:
            timers.revive(case.tx, timer.id)  # whoever does not answer is asked about again
        if timer.kind != "rung":
            continue
        if counting.get(watched) == datetime.fromisoformat(str(timer.facts["deadline"])):
            by_rung[watched, timer.rung].append(timer)
            newest[watched] = timer
        elif timer.state == "waiting" and timer.level.startswith(WHOLE):
            timers.cancel(case.tx, timer.id)
    for (watched, _rung), found in by_rung.items():
        last = found[-1]
        if all(t.state == "cancelled" for t in found) and _of_one_ladder(last, newest[watched]):
            timers.revive(case.tx, last.id)
    if b"timerEventDefinition" in case.package.xml:
        arm_wake(case, bpmn.look(case.package.process, case.row.snapshot, case.now).next_due)


def _counting(case: Case) -> dict[Watched, datetime]:
    """What is watched now and when each is due."""
    found: dict[Watched, datetime | None] = {("instance", None, None): case.row.deadline}
    for name, due in (case.row.stages or {}).items():
        found[f"stage:{name}", None, None] = datetime.fromisoformat(due)
    for activity in instances.activities(case.tx, case.row.id):
        if activity.state == "open":
            found["step", activity.id, None] = activity.deadline
    for item in work.open_of_instance(case.tx, case.row.id):
        found["item", item.activity_id, item.id] = item.deadline
    return {watched: due for watched, due in found.items() if due is not None}


def _of_one_ladder(timer: TimerRow, newest: TimerRow) -> bool:
    """Rungs of a ladder that was replaced since stay cancelled."""
    return all(timer.facts.get(name) == newest.facts.get(name) for name in ("ladder", "version"))
