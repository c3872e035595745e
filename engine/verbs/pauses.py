"""停表: ask that the clock of a step stands still for one of six reasons; allow, refuse, or end it (domain.md §6.5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.model import Actor, Done, Json
from engine.progress import Case, Letter, answer, command, find, load, load_seen, log, save, tell
from engine.progress.house_limits import house_limit
from engine.progress.permission import is_performer, open_for, require_seen
from engine.progress.stopwatch import LONGEST, REASONS, WORDS, go_on, stop
from engine.runtime import Engine
from engine.store import Tx, instances, pauses, work
from engine.store.instances import ActivityRow
from engine.store.pauses import PauseRow

KEEPERS = frozenset({"admin", "supervisor"})
SUPERVISED = "督办"
LONGEST_TEXT = 400


@dataclass(frozen=True, slots=True)
class PauseView:
    """One pause in words; ``mine`` names what this person may do with it: approve, refuse, end."""

    id: int
    step: str
    code: str
    reason: str
    basis: str
    days: int
    state: str  # asked | refused | running | ended
    asked_by: str
    asked_at: datetime
    decided_by: str
    words: str
    since: datetime | None
    until: datetime | None
    ended: datetime | None
    approvers: tuple[str, ...]
    mine: frozenset[str]


def ask(
    engine: Engine, item_id: int, code: str, actor: Actor, *, basis: str, days: int, key: str | None = None
) -> Done:
    """申请停表: the performer says why and for how many working days; the clock runs on until it is allowed."""
    with command(engine, actor, key, ["pause", item_id, code, basis, days]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = load_seen(engine, cmd.tx, instances.by_item(cmd.tx, item_id, lock=True), engine.now(), actor)
        activity = open_for(case, work.by_id(cmd.tx, item_id), actor)
        said = _checked(case, activity, code, basis, days)
        pause_id = pauses.add(
            cmd.tx,
            instance_id=case.row.id,
            activity_id=activity.id,
            code=code,
            basis=said,
            days=days,
            state="asked",
            asked_by=actor.id,
            asked_at=case.now,
        )
        facts: dict[str, Json] = {"step": activity.name, "reason": REASONS[code], "basis": said, "days": days}
        detail: dict[str, Json] = {"code": code, "reason": REASONS[code], "days": days, "opinion": said}
        log(case, "pause_ask", activity=activity, item_id=item_id, detail=detail)
        row = _row(cmd.tx, pause_id)
        letters = [Letter(p, None, {**facts, "actor": actor.name}) for p in _approvers(case, row) if p != actor.id]
        tell(case, "T-PAUSE-ASK", "todo", letters)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def approve(engine: Engine, pause_id: int, actor: Actor, *, words: str = "", key: str | None = None) -> Done:
    """准予停表: the clock stands from now on and comes back by itself."""
    with command(engine, actor, key, ["pause-approve", pause_id, words]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, row, activity = _decided(engine, cmd.tx, pause_id, actor)
        until = stop(case, row, activity)
        _note(case, row, words, actor)
        log(case, "pause", activity=activity, detail=_detail(row, words) | {"until": until.isoformat()})
        _tell(case, row, activity, "已停表", words, until=until)
        save(case)
        return cmd.answer(answer(case))


def refuse(engine: Engine, pause_id: int, actor: Actor, *, words: str, key: str | None = None) -> Done:
    """不准停表: the clock runs on as before."""
    with command(engine, actor, key, ["pause-refuse", pause_id, words]) as cmd:
        if cmd.known is not None:
            return cmd.known
        if not words.strip():
            raise BadInput("请写明不准的理由。", "a reason is required", "填写后再提交。", "work.opinion")
        case, row, activity = _decided(engine, cmd.tx, pause_id, actor)
        _note(case, row, words, actor)
        pauses.change(cmd.tx, row.id, state="refused")
        log(case, "pause_refuse", activity=activity, detail=_detail(row, words))
        _tell(case, row, activity, "不准停表", words)
        save(case)
        return cmd.answer(answer(case))


def end(engine: Engine, pause_id: int, actor: Actor, *, words: str = "", key: str | None = None) -> Done:
    """恢复计时: what was waited for has come; deadlines move by the pause, after 补正 the limit begins anew."""
    with command(engine, actor, key, ["pause-end", pause_id, words]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, row, activity = _locked(engine, cmd.tx, pause_id, actor, "running")
        if "end" not in _mine(case, row, actor):
            raise _not_yours()
        due = go_on(case, row, words=words.strip()[:LONGEST_TEXT])
        _tell(case, row, activity, "已恢复计时", words, due=due)
        save(case)
        return cmd.answer(answer(case))


def of_instance(engine: Engine, number: str, actor: Actor) -> tuple[PauseView, ...]:
    """Every pause of an instance, the newest first."""
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        reads = require_seen(tx, row, actor)
        case = load(engine, tx, row, engine.now(), actor)
        steps = {a.id: a.name for a in instances.activities(tx, row.id)}
        found = [p for p in pauses.of_instance(tx, row.id) if p.activity_id is not None]
        shown = tuple(_view(case, p, steps.get(p.activity_id or 0, ""), actor) for p in reversed(found))
        return shown if reads else tuple(replace(one, basis="", words="") for one in shown)


def reasons(engine: Engine, item_id: int, actor: Actor) -> dict[str, str]:
    """The reasons for which the clock of this step may be stopped, and their words."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
        activity = open_for(case, work.by_id(tx, item_id), actor)
        return {code: REASONS[code] for code in _allowed(case, activity)}


def _allowed(case: Case, activity: ActivityRow) -> Sequence[str]:
    rule = house_limit(case, activity.element)
    return tuple(REASONS) if rule is None else tuple(code for code in REASONS if code in rule.reasons)


def _checked(case: Case, activity: ActivityRow, code: str, basis: str, days: int) -> str:
    """What keeps a step from being paused; the basis without blanks."""
    said = basis.strip()[:LONGEST_TEXT]
    if code not in _allowed(case, activity):
        raise BadInput(
            "这个环节不能以这个原因停表。", f"no reason for a pause: {code!r}", "请从列表选择原因。", "pause.reason"
        )
    if not said:
        raise BadInput("请写明停表的依据。", "a basis is required", "如批文、会议安排、来函日期。", "pause.basis")
    if not 1 <= days <= LONGEST:
        raise BadInput(
            f"停表须为 1 至 {LONGEST} 个工作日。", f"1 to {LONGEST} working days", "到期自动恢复。", "pause.days"
        )
    if activity.deadline is None and not _of(case, activity):
        raise BadInput("这个环节不计时，不用停表。", "the step has no deadline", "可直接办理。", "pause.no_clock")
    if _of(case, activity):
        raise Conflict("这个环节已申请或正在停表。", "asked or running", "请等审批，或先恢复。", "pause.twice")
    return said


def _of(case: Case, activity: ActivityRow) -> list[PauseRow]:
    found = pauses.of_instance(case.tx, case.row.id)
    return [p for p in found if p.activity_id == activity.id and p.state in ("asked", "running")]


def _row(tx: Tx, pause_id: int) -> PauseRow:
    found = pauses.by_id(tx, pause_id)
    if found is None or found.activity_id is None:
        raise NotFound(f"没有停表申请 {pause_id}，或您无权查看。", f"no pause {pause_id}", "请从件的页面操作。")
    return found


def _locked(engine: Engine, tx: Tx, pause_id: int, actor: Actor, state: str) -> tuple[Case, PauseRow, ActivityRow]:
    row = _row(tx, pause_id)
    case = load_seen(engine, tx, instances.by_id(tx, row.instance_id, lock=True), engine.now(), actor)
    require_read_or_approver(case, row, actor)
    row = _row(tx, pause_id)
    activity = next((a for a in case.open if a.id == row.activity_id), None)
    if row.state != state or activity is None or case.row.state != "running":
        raise Conflict("这个停表申请已经处理过。", f"the pause is {row.state}", "请刷新查看。", "pause.state")
    return case, row, activity


def require_read_or_approver(case: Case, row: PauseRow, actor: Actor) -> None:
    """Whoever is asked may see what is asked, even when the matter is not theirs otherwise."""
    if actor.id not in _approvers(case, row):
        require_seen(case.tx, case.row, actor)


def _decided(engine: Engine, tx: Tx, pause_id: int, actor: Actor) -> tuple[Case, PauseRow, ActivityRow]:
    case, row, activity = _locked(engine, tx, pause_id, actor, "asked")
    if "approve" not in _mine(case, row, actor):
        raise _not_yours()
    return case, row, activity


def _not_yours() -> NotAllowed:
    return NotAllowed(
        "停表由部门负责人（督办由督查专员）审批，不能自己批自己。",
        "you may not decide on this pause",
        "请等待审批人处理，或联系流程管理员。",
    )


def _approvers(case: Case, row: PauseRow) -> list[int]:
    """Supervision: the inspectors; else the head of whoever asked, or the leader in charge of a head."""
    asker = case.directory.person(row.asked_by)
    login = asker.login if asker else ""
    supervised = case.package.manifest.category == SUPERVISED
    rules = ["post('ducha')"] if supervised else ["dept_head(performer())", "in_charge(performer())", "post('zhuren')"]
    for rule in rules:
        found = [p.id for p in find(case, rule, performer=login).performers if p.id != row.asked_by]
        if found:
            return found
    return [p.id for p in case.directory.admins if p.id != row.asked_by]


def _mine(case: Case, row: PauseRow, actor: Actor) -> frozenset[str]:
    approver = actor.id in _approvers(case, row) or (bool(actor.roles & KEEPERS) and actor.id != row.asked_by)
    if row.state == "asked":
        return frozenset({"approve", "refuse"} if approver else ())
    if row.state != "running":
        return frozenset()
    holds = any(
        i.activity_id == row.activity_id and i.state == "open" and is_performer(i, actor)
        for i in work.of_instance(case.tx, case.row.id)
    )
    return frozenset({"end"} if approver or holds or actor.id == row.asked_by else ())


def _note(case: Case, row: PauseRow, words: str, actor: Actor) -> None:
    said = words.strip()[:LONGEST_TEXT]
    pauses.change(case.tx, row.id, decided_by=actor.id, decided_at=case.now, words=said)


def _detail(row: PauseRow, words: str) -> dict[str, Json]:
    said = words.strip()[:LONGEST_TEXT]
    return {"code": row.code, "reason": WORDS[row.code], "days": row.days, "basis": row.basis, "opinion": said}


def _tell(
    case: Case,
    row: PauseRow,
    activity: ActivityRow,
    state: str,
    words: str,
    *,
    until: datetime | None = None,
    due: datetime | None = None,
) -> None:
    """Whoever asked, whoever holds the step and the initiator hear of it."""
    holders = [i.performer_id for i in work.of_activity(case.tx, activity.id) if i.state == "open"]
    people = dict.fromkeys([row.asked_by, *holders, case.row.initiator_id])
    facts: dict[str, Json] = {
        "state": state,
        "step": activity.name,
        "reason": WORDS[row.code],
        "words": words.strip(),
        "until": until,
        "due": due,
        "actor": case.actor.name if case.actor else "",
    }
    me = case.actor.id if case.actor else 0
    tell(case, "T-PAUSE", "copy", [Letter(p, None, facts) for p in people if p is not None and p != me])


def _view(case: Case, row: PauseRow, step: str, actor: Actor) -> PauseView:
    def name(person_id: int | None) -> str:
        person = case.directory.person(person_id)
        return person.name if person else ""

    return PauseView(
        id=row.id,
        step=step,
        code=row.code,
        reason=WORDS[row.code],
        basis=row.basis,
        days=row.days,
        state=row.state,
        asked_by=name(row.asked_by),
        asked_at=row.asked_at,
        decided_by=name(row.decided_by),
        words=row.words,
        since=row.since,
        until=row.until,
        ended=row.ended_at,
        approvers=tuple(name(p) for p in _approvers(case, row)) if row.state == "asked" else (),
        mine=_mine(case, row, actor),
    )
