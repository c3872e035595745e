"""挂起: the clock of one step stops for a stated reason, its light turns grey, and it goes on by itself.

What was set aside is kept with the pause; what comes back is counted from the beginning, pauses deducted, so that a
calendar that changed meanwhile counts too (domain.md §6.5, decision 027).
"""

from dataclasses import replace
from datetime import datetime

from engine import limits
from engine.model import Json
from engine.progress.case import Case, log
from engine.progress.notices import Letter, tell
from engine.progress.rearming import limit_behind, move_rung
from engine.progress.recounting import counted
from engine.progress.timing import limit_of, rungs, warn_at
from engine.store import instances, pauses, timers, work
from engine.store.instances import ActivityRow
from engine.store.pauses import PauseRow
from engine.store.timers import TimerRow

REASONS = {
    "P1": "等来文单位补正材料",
    "P2": "等上级批复",
    "P3": "等三会审议",
    "P4": "专家评审、招标、检测、鉴定、听证",
    "P5": "等外部单位会签、盖章",
    "P6": "不可抗力",
}
WORDS = REASONS | {pauses.ASKING: "等征求意见答复"}
ASKED = "asked"  # among the facts of an activity whose clock has stood for a question
LONGEST = 20  # working days (domain.md §6.5)
WHOLE = ("instance", "stage:")


def stop(case: Case, row: PauseRow, activity: ActivityRow, until: datetime | None = None) -> datetime:
    """Stop the clocks of a step and, unless the pause is inside it, of the whole; when they go on by themselves."""
    until = until or limits.deadline(f"{row.days}WD", case.now, case.calendar)
    apart = row.inside or running(case, row.id)
    kept: dict[str, Json] = {
        "deadline": _iso(activity.deadline),
        "items": _set_aside(case, activity, ("decide",) if row.inside else ()),
        "whole": None if apart else [_iso(case.row.deadline), case.row.frozen_light],
    }
    if kept["whole"] is not None:
        case.row.deadline, case.row.warn_at, case.row.frozen_light = None, None, "grey"
    instances.set_activity_deadline(case.tx, activity.id, None, None)
    case.open = [replace(a, deadline=None, warn_at=None) if a.id == activity.id else a for a in case.open]
    (timers.stop_step if row.inside else timers.stop)(case.tx, case.row.id, activity.id)
    timers.arm(case.tx, [_resumption(case, row, activity, until)])
    pauses.change(case.tx, row.id, state="running", since=case.now, until=until, kept=kept)
    return until


def go_on(case: Case, row: PauseRow, *, verb: str = "pause_end", words: str = "") -> datetime | None:
    """Let the clocks run again; the new deadline of the step. Written to the history."""
    pauses.change(case.tx, row.id, state="ended", ended_at=case.now)
    timers.cancel_resumption(case.tx, case.row.id, _key(row.id))
    activity = next((a for a in case.open if a.id == row.activity_id), None)
    due = _restore(case, row, activity) if activity is not None else None
    _restore_whole(case, row)
    _wake_rungs(case, row)
    before = (row.kept or {}).get("deadline")
    detail: dict[str, Json] = {"code": row.code, "reason": WORDS[row.code], "opinion": words, "before": before}
    log(case, verb, activity=activity, detail=detail | {"since": _iso(row.since), "after": _iso(due)})
    return due


def lapse(case: Case, row: PauseRow) -> None:
    """The days that were allowed are over: the clock runs again by itself, and those who wait hear of it."""
    activity = next((a for a in case.open if a.id == row.activity_id), None)
    due = go_on(case, row, words="停表期满，自动恢复计时。")
    holders = [i.performer_id for i in work.of_activity(case.tx, row.activity_id or 0) if i.state == "open"]
    facts: dict[str, Json] = {
        "state": "停表期满，已恢复计时",
        "step": activity.name if activity else "",
        "reason": WORDS[row.code],
        "due": due,
    }
    people = dict.fromkeys([row.asked_by, *holders])
    tell(case, "T-PAUSE", "chase", [Letter(p, None, facts, f"resume:{row.id}:{p}") for p in people if p is not None])


def finish(case: Case, activity: ActivityRow) -> None:
    """The step closes while its clock stands: the pause is over."""
    for row in pauses.of_instance(case.tx, case.row.id):
        if row.activity_id == activity.id and row.state == "running":
            go_on(case, row, words="环节已办理，停表随之结束。")
        elif row.activity_id == activity.id and row.state == "asked":
            pauses.change(case.tx, row.id, state="refused", decided_at=case.now, words="环节已办理，申请随之作废。")


def running(case: Case, but: int = 0) -> list[PauseRow]:
    """The pauses of steps of this instance that last and for which the whole stands still."""
    found = pauses.of_instance(case.tx, case.row.id)
    lasting = [p for p in found if p.state == "running" and p.activity_id is not None and p.id != but]
    return [p for p in lasting if not p.inside]


def _set_aside(case: Case, activity: ActivityRow, kinds: tuple[str, ...]) -> list[list[Json]]:
    """Take the deadlines from the parts of these kinds, without kinds from all, and keep them."""
    kept: list[list[Json]] = []
    for item in work.of_activity(case.tx, activity.id):
        if item.state not in ("open", "waiting", "paused") or (kinds and item.kind not in kinds):
            continue
        left = limits.remaining(case.now, item.deadline, case.calendar, natural=item.urgency == "特急").text_zh
        kept.append([item.id, _iso(item.deadline)])
        work.change(case.tx, item.id, deadline=None, warn_at=None, paused=left)
    return kept


def _restore(case: Case, row: PauseRow, activity: ActivityRow) -> datetime | None:
    kept = row.kept or {}
    due = _later(case, row, activity.limit_text, activity.opened_at, kept.get("deadline"), activity.id)
    ladder = activity.ladder if activity.ladder in case.package.ladders else None
    _text, limit, _moment = limit_of(case, activity.limit_text)
    start = case.now if row.restarts else activity.opened_at
    moment, version = str(activity.facts.get("warn", "")), activity.facts.get("version")
    warn = warn_at(rungs(case, ladder, due=due, limit=limit, start=start, warn=moment, version=version))
    instances.set_activity_deadline(case.tx, activity.id, due, warn)
    case.open = [replace(a, deadline=due, warn_at=warn) if a.id == activity.id else a for a in case.open]
    for item_id, old in kept.get("items", []):
        own = due if old == kept.get("deadline") else _later(case, row, "", activity.opened_at, old)
        work.change(case.tx, item_id, deadline=own, warn_at=warn if own == due else None, paused=None)
    # what was added meanwhile (加签, 转办) has the deadline of the step from now on
    for item in work.of_activity(case.tx, activity.id):
        if item.state in ("open", "waiting", "paused") and item.deadline is None and item.paused is None:
            work.change(case.tx, item.id, deadline=due, warn_at=warn)
    return due


def _later(
    case: Case, row: PauseRow, text: str, start: datetime, old: str | None, activity_id: int | None = None
) -> datetime | None:
    """A deadline after the pause: counted from its limit, or, if it was an instant, moved by the working days."""
    if old is None or row.since is None:
        return None
    passed = [p for p in pauses.of_instance(case.tx, case.row.id) if p.since and p.ended_at]
    due = counted(case, text, start, passed, activity_id) if text else None
    return due or limits.postpone("AT 2000-01-01", datetime.fromisoformat(old), row.since, case.now, case.calendar)


def _restore_whole(case: Case, row: PauseRow) -> None:
    whole = (row.kept or {}).get("whole")
    if whole is None:
        return
    others = running(case, row.id)
    if others:  # the last one of several brings it back
        pauses.change(case.tx, others[0].id, kept={**(others[0].kept or {}), "whole": whole, "since": _iso(row.since)})
        return
    since = (row.kept or {}).get("since")
    begun = replace(row, since=datetime.fromisoformat(since)) if since else row
    stopped = [t for t in timers.of_instance(case.tx, case.row.id) if t.level == "instance" and t.state == "stopped"]
    text, start = limit_behind(case, stopped[0]) if stopped else ("", case.row.started_at)
    case.row.deadline, case.row.frozen_light = _later(case, begun, text, start, whole[0]), whole[1]


def _wake_rungs(case: Case, row: PauseRow) -> None:
    """Rungs of this step, and of the whole when no other step stands still, move with their deadline and wait again."""
    last = not row.inside and not running(case, row.id)
    steps = {a.id: a for a in case.open}
    items = {i.id: i for i in work.of_instance(case.tx, case.row.id)}
    for timer in timers.of_instance(case.tx, case.row.id):
        whole = timer.level.startswith(WHOLE)
        if timer.state != "stopped" or not (last if whole else timer.activity_id == row.activity_id):
            continue
        due = _due_of(case, timer, row, steps, items)
        text, start = limit_behind(case, timer)
        _text, limit, _moment = limit_of(case, text) if text else ("", None, None)
        times = move_rung(case, timer, due, limit, case.now if row.restarts and not whole else start)
        timers.wake(case.tx, timer.id)
        if timer.level == "instance":
            case.row.warn_at = warn_at(times)


def _due_of(
    case: Case, timer: TimerRow, row: PauseRow, steps: dict[int, ActivityRow], items: dict[int, work.ItemRecord]
) -> datetime:
    old = str(timer.facts["deadline"])
    found: datetime | None = None
    if timer.level == "instance":
        found = case.row.deadline
    elif timer.level == "step" and timer.activity_id in steps:
        found = steps[timer.activity_id].deadline
    elif timer.level == "item" and timer.item_id in items:
        found = items[timer.item_id].deadline
    else:
        text, start = limit_behind(case, timer)
        found = _later(case, row, text, start, old)
    return found or datetime.fromisoformat(old)


def _resumption(case: Case, row: PauseRow, activity: ActivityRow, until: datetime) -> dict[str, Json]:
    return {
        "instance_id": case.row.id,
        "activity_id": activity.id,
        "kind": "resume",
        "level": "pause",
        "rung": _key(row.id),
        "due": until,
        "facts": {"pause": row.id},
    }


def _key(pause_id: int) -> str:
    return f"resume-{pause_id}"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
