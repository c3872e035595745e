"""How long it may take from the closing of one step to the closing of another: armed and ended with them."""

from engine import limits
from engine.package import Stage
from engine.progress.case import Case, names
from engine.progress.house_ladders import latest
from engine.progress.timing import instant, limit_of, rungs, timer_rows, weight_of
from engine.store import timers


def arm_stages(case: Case, element: str) -> None:
    """Stage limits that begin with the closing of this step, and those that end with it."""
    for stage in case.package.manifest.stage:
        level = f"stage:{stage.name}"
        if stage.end == element:
            timers.cancel_level(case.tx, case.row.id, level)
            case.row.stages = {n: at for n, at in (case.row.stages or {}).items() if n != stage.name}
        if stage.start == element:
            timers.cancel_level(case.tx, case.row.id, level)
            _arm_stage(case, stage, level)


def _arm_stage(case: Case, stage: Stage, level: str) -> None:
    _text, limit, due = limit_of(case, stage.value)
    begun = (instant(names(case).get(stage.since), case) if stage.since else None) or case.now
    if limit is not None:
        due = limits.deadline(limit, begun, case.calendar)
    if due is None:
        return
    case.row.stages = {**(case.row.stages or {}), stage.name: due.isoformat()}
    ladder, version = latest(case, stage.ladder or "ESC-DOC")
    weight, urgency = weight_of(case), stage.urgency
    times = rungs(case, ladder, due=due, limit=limit, weight=weight, start=begun, version=version, urgency=urgency)
    rows = timer_rows(
        case,
        times,
        level=level,
        ladder=ladder or "",
        due=due,
        weight=weight,
        counted=(limit.text if limit else "", begun),
        version=version,
        urgency=urgency,
    )
    timers.arm(case.tx, rows)
