"""Stop a running instance for a while or for good, and take up again one that has ended."""

from collections.abc import Collection
from datetime import datetime

from engine import bpmn
from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor, Done
from engine.progress import Case, Letter, answer, command, end, load_seen, log, names, save, tell, write_down
from engine.progress.followers import tell_followers
from engine.progress.holding import may_end
from engine.progress.pausing import go_on, pause, thaw
from engine.progress.permission import require_seen
from engine.progress.records import take_again
from engine.progress.replaced import changed
from engine.progress.timing import arm_instance
from engine.runtime import Engine
from engine.store import Tx, history, instances, pauses, work

KEEPERS = frozenset({"admin", "supervisor"})
LONGEST_REASON = 2000


def suspend(engine: Engine, number: str, actor: Actor, *, reason: str, key: str | None = None) -> Done:
    """暂停: nothing can be done and nothing becomes due until it is resumed; items leave the lists."""
    with command(engine, actor, key, ["suspend", number, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _locked(engine, cmd.tx, number, actor, KEEPERS, ("running",))
        words = _words(reason)
        log(case, "suspend", detail={"opinion": words, **changed({"state": "running"}, state="suspended")})
        _tell(case, "已暂停", words)
        pause(case)
        _begin_pause(case, words)
        save(case)
        return cmd.answer(answer(case))


def resume(engine: Engine, number: str, actor: Actor, *, reason: str = "", key: str | None = None) -> Done:
    """恢复: every deadline moves by the time of the pause, reminders with it."""
    with command(engine, actor, key, ["resume", number, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _locked(engine, cmd.tx, number, actor, KEEPERS, ("suspended",))
        since: datetime = history.latest(cmd.tx, [case.row.id], "suspend", case.row.started_at)[case.row.id]
        before = case.row.deadline
        _end_pauses(case)
        go_on(case, since)
        words = reason.strip()[:LONGEST_REASON]
        detail = {"opinion": words, "since": since.isoformat()}
        was = {"state": "suspended", "deadline": _iso(before)}
        moved = changed(was, state="running", deadline=_iso(case.row.deadline))
        log(case, "resume", detail={**detail, **moved})
        _tell(case, "已恢复办理", words)
        save(case)
        return cmd.answer(answer(case))


def terminate(engine: Engine, number: str, actor: Actor, *, reason: str, key: str | None = None) -> Done:
    """终止: an instance that is not needed any more ends; number, opinions and record stay."""
    with command(engine, actor, key, ["terminate", number, reason]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case = _locked(engine, cmd.tx, number, actor, KEEPERS, ("running", "suspended"))
        words, both = _words(reason), changed({"state": case.row.state}, state="terminated")
        may_end(case)
        if case.row.state == "suspended":
            thaw(case)
            _end_pauses(case)
        told = [Letter(p, None, {"state": "terminated", "reason": words, "actor": actor.name}) for p in _holders(case)]
        log(case, "terminate", detail={"opinion": words, **both})
        tell(case, "T-VOID", "copy", [letter for letter in told if letter.person_id != case.row.initiator_id])
        end(case, "terminated", words)
        save(case)
        return cmd.answer(answer(case))


def reopen(
    engine: Engine, number: str, actor: Actor, *, reason: str, to: str | None = None, key: str | None = None
) -> Done:
    """重新办理: an ended instance goes on at a passed step (default: its last), a terminated one where it stood."""
    with command(engine, actor, key, ["reopen", number, reason, to]) as cmd:
        if cmd.known is not None:
            return cmd.known
        states = ("completed", "rejected", "terminated")
        case = _locked(engine, cmd.tx, number, actor, frozenset({"admin"}), states)
        words, both = _words(reason), changed({"state": case.row.state}, state="running")
        step = _step(case, to)
        ended = case.row.ended_at
        case.row.state, case.row.ended_at, case.row.outcome = "running", None, None
        take_again(case, ended)
        log(case, "reopen", detail={"opinion": words, "to": to or "", **both})
        whole = case.package.manifest.limit
        if case.row.deadline is not None and case.row.deadline > case.now:
            arm_instance(case, case.row.deadline, whole.ladder if whole else None)
        _tell(case, "重新办理", words)
        write_down(case, step)
        return cmd.answer(answer(case))


def _step(case: Case, to: str | None) -> bpmn.Step:
    process, snapshot = case.package.process, case.row.snapshot
    if case.row.state == "terminated":
        if to is not None:
            raise BadInput("终止的件从原处继续。", "it goes on where it stood", "恢复后可退回。", "work.target")
        return bpmn.assign(process, snapshot, names(case), case.now)
    passed = [a.element for a in instances.activities(case.tx, case.row.id) if a.state == "done"]
    target = to or (passed[-1] if passed else "")
    if target not in passed:
        raise BadInput(f"没有经过“{to}”这一步。", f"{to!r} was never passed", "请选择经过的环节。", "work.target")
    # nothing runs any more that a step could be entered in: begin anew and go there at once, before anything is done
    fresh = bpmn.start(process, names(case), case.now)
    begun = tuple([a.id for a in fresh.activities] + [s.id for s in fresh.services])
    return bpmn.move(process, fresh.snapshot, names(case), case.now, cancel=begun, enter=(target,))


def _locked(engine: Engine, tx: Tx, number: str, actor: Actor, roles: Collection[str], states: Collection[str]) -> Case:
    """The case under its lock, if this person may do that and it is in one of these states."""
    case = load_seen(engine, tx, instances.by_number(tx, number, lock=True), engine.now(), actor)
    require_seen(tx, case.row, actor)
    if not actor.roles & frozenset(roles):
        raise NotAllowed("只有流程管理员和督办人员可以这样做。", "only keepers may do that", "请联系流程管理员。")
    if case.row.state not in states:
        raise Conflict(
            "这件现在的状态不能这样操作。", f"not possible while {case.row.state}", "请刷新查看。", "instance.state"
        )
    return case


def _words(reason: str) -> str:
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise BadInput("请填写原因。", "a reason is required", "写明原因后再提交。", "work.opinion")
    return said


def _tell(case: Case, state: str, reason: str) -> None:
    """The initiator and everybody who holds it hear of it."""
    facts = {"state": state, "reason": reason, "actor": case.actor.name if case.actor else ""}
    people = dict.fromkeys([case.row.initiator_id, *_first(case), *_holders(case)])
    tell(case, "T-STATE", "copy", [Letter(p, None, facts) for p in people if case.actor is None or p != case.actor.id])
    tell_followers(case, "T-STATE", facts, told=people)


def _first(case: Case) -> list[int]:
    """The first contact (首问责任人), who hears of every change."""
    return [case.row.first_contact_id] if case.row.first_contact_id is not None else []


def _holders(case: Case) -> list[int]:
    found = [i.performer_id for i in work.of_instance(case.tx, case.row.id) if i.state in ("open", "waiting")]
    return [p for p in dict.fromkeys(found) if p is not None]


def _begin_pause(case: Case, words: str) -> None:
    by = case.actor.id if case.actor else case.row.initiator_id
    pauses.add(
        case.tx,
        instance_id=case.row.id,
        code="",
        basis=words[:400],
        days=0,
        state="running",
        asked_by=by,
        asked_at=case.now,
        since=case.now,
    )


def _end_pauses(case: Case) -> None:
    for row in pauses.of_instance(case.tx, case.row.id):
        if row.state == "running" and row.activity_id is None:
            pauses.change(case.tx, row.id, state="ended", ended_at=case.now)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
