"""The clock of a step stands while its performer waits for the answers of colleagues, if the package says so.

What the house asks itself is no excuse for the whole: only the step stands, once, and not for longer than its
``consult-clock`` allows (decision 041).
"""

from dataclasses import replace
from datetime import datetime

from engine import limits
from engine.model import Json
from engine.progress.case import Case, log
from engine.progress.stopwatch import ASKED, LONGEST, WORDS, go_on, stop
from engine.progress.timing import rungs, timer_rows, warn_at
from engine.store import instances, pauses, timers, work
from engine.store.instances import ActivityRow
from engine.store.pauses import ASKING, PauseRow


def hold(case: Case, activity: ActivityRow, question: str) -> tuple[datetime, datetime | None] | None:
    """Stop the clock for a question; when the answers are due and warned of, None if the clock runs on."""
    limit = limits.by_urgency(case.package.plans[activity.element].consult_limit or "none", case.row.urgency)
    stood = [p for p in pauses.of_instance(case.tx, case.row.id) if p.activity_id == activity.id]
    standing = next((p for p in stood if p.inside and p.state == "running"), None)
    if limit is None:
        return None
    if standing is not None and standing.until is not None:
        return standing.until, _warning(case, activity, standing.until)
    if activity.deadline is None or any(p.inside or p.state in ("asked", "running") for p in stood):
        return None
    longest = limits.deadline(f"{LONGEST}WD", case.now, case.calendar)
    until = min(limits.deadline(limit, case.now, case.calendar), longest)
    _stop(case, activity, question, until)
    return until, _warning(case, activity, until)


def watch(case: Case, activity: ActivityRow, ids: list[int], due: datetime) -> None:
    """Those who are asked climb the ladder of the step, each by the deadline of the answer."""
    if activity.ladder is None:
        return
    version = activity.facts.get("version")
    times = rungs(case, activity.ladder, due=due, limit=None, version=version)
    for item_id in ids:
        rows = timer_rows(
            case,
            times,
            level="item",
            ladder=activity.ladder,
            due=due,
            activity_id=activity.id,
            item_id=item_id,
            version=version,
        )
        timers.arm(case.tx, rows)


def answered(case: Case, activity: ActivityRow) -> None:
    """The last answer has come: the clock runs on."""
    found = pauses.of_instance(case.tx, case.row.id)
    standing = next((p for p in found if p.inside and p.state == "running" and p.activity_id == activity.id), None)
    waiting = any(i.kind == "consult" and i.state == "open" for i in work.of_activity(case.tx, activity.id))
    if standing is not None and not waiting:
        go_on(case, standing, words="征求的意见已答复。")


def _stop(case: Case, activity: ActivityRow, question: str, until: datetime) -> None:
    asker = case.actor.id if case.actor else case.row.initiator_id
    basis = question[:400]
    pause_id = pauses.add(
        case.tx,
        instance_id=case.row.id,
        activity_id=activity.id,
        code=ASKING,
        basis=basis,
        days=0,
        state="running",
        asked_by=asker,
        asked_at=case.now,
    )
    stop(case, _row(case, pause_id), activity, until)
    facts = {**activity.facts, ASKED: True}
    instances.set_activity_facts(case.tx, activity.id, facts)
    case.open = [replace(a, facts=facts) if a.id == activity.id else a for a in case.open]
    detail: dict[str, Json] = {"code": ASKING, "reason": WORDS[ASKING], "basis": basis, "until": until.isoformat()}
    log(case, "pause", activity=activity, detail=detail)


def _row(case: Case, pause_id: int) -> PauseRow:
    found = pauses.by_id(case.tx, pause_id)
    assert found is not None  # it was inserted by this very command
    return found


def _warning(case: Case, activity: ActivityRow, due: datetime) -> datetime | None:
    return warn_at(rungs(case, activity.ladder, due=due, limit=None, version=activity.facts.get("version")))
