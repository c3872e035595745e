"""不适用 and 延期 of one entry of a checklist: its owner asks, whoever the list names agrees or refuses."""

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.errors import BadInput, Conflict, NotAllowed, NotOffered
from engine.model import Actor, Done, Json
from engine.progress import Case, Letter, answer, command, load, log, save, tell
from engine.progress.aside import save_aside
from engine.progress.besides import ENTRY, question_about
from engine.progress.entry_questions import (
    LATER,
    LEFT_OUT,
    WISHES,
    checklist_of,
    judge,
    latest,
    leave_out,
    may_ask,
    postpone,
    put_question,
)
from engine.progress.opinions import words as written
from engine.progress.permission import open_for
from engine.progress.settling import settle
from engine.runtime import Engine
from engine.store import instances, timers, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked


def ask_entry(
    engine: Engine,
    item_id: int,
    wish: str,
    actor: Actor,
    *,
    reason: str,
    until: datetime | None = None,
    key: str | None = None,
) -> Done:
    """Ask to leave an entry out (``na``) or to postpone it (``later``, ``until``); whoever need not ask does it."""
    asked = ["ask_entry", item_id, wish, reason, until.isoformat() if until else None]
    with command(engine, actor, key, asked) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        until = until.astimezone(UTC) if until is not None else None
        said = _checked(case, item, wish, reason, until)
        who = judge(case, item)
        if who is None:
            _do(case, activity, item, wish=wish, reason=said, until=until, by=actor.id, consent="")
            return cmd.answer(answer(case, item_id=item_id))
        put_question(case, activity, item, who, wish, said, until)
        detail: dict[str, Json] = {"opinion": said, "wish": WISHES[wish], "to": [who.login], "to_names": [who.name]}
        detail |= {"until": until.isoformat()} if until else {}
        log(case, "entry_ask", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def answer_entry(
    engine: Engine, item_id: int, actor: Actor, *, agree: bool = True, opinion: str = "", key: str | None = None
) -> Done:
    """Agree that an entry is left out or postponed, or refuse and say why; its owner is told."""
    with command(engine, actor, key, ["answer_entry", item_id, agree, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, part = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity, said = open_for(case, part, actor, ENTRY), written(opinion)
        item, wish = work.by_id(cmd.tx, int(part.facts["of"])), str(part.facts["wish"])
        if item.state != "open":
            raise NotOffered("这一项已经办结，不需要再批。", "the entry is settled", "可查看办理记录。")
        if not agree and not said:
            raise BadInput("请写明不同意的理由。", "say why not", "填写后再提交。", "work.opinion")
        until = datetime.fromisoformat(part.facts["until"]) if "until" in part.facts else None
        if agree and until is not None:
            _require_possible(case, item, until)
        work.decide(
            cmd.tx, part, outcome="agree" if agree else "refuse", opinion=said, data=None, at=cmd.now, by=actor.id
        )
        timers.cancel_item(cmd.tx, part.id)
        verb, detail = "entry_agree" if agree else "entry_refuse", {"opinion": said, "wish": WISHES[wish]}
        log(case, verb, activity=activity, item_id=part.id, principal_id=part.principal_id, detail=detail)
        _tell_owner(case, item, part, agree=agree, said=said, until=until)
        if agree:
            by, reason = int(part.facts["asked_by"]), str(part.facts["reason"])
            _do(case, activity, item, wish=wish, reason=reason, until=until, by=by, consent=actor.name)
        else:
            save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


@dataclass(frozen=True, slots=True)
class Asking:
    """What whoever asks about an entry has to know: who agrees (nobody: one's own doing), and until when at most."""

    judge: str
    latest: datetime | None
    because: str


def asking(engine: Engine, item_id: int, actor: Actor) -> Asking | None:
    """How one's open entry may be left out or postponed; None if there is nothing to be asked."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_item(tx, item_id), engine.now(), actor)
        item = work.by_id(tx, item_id)
        open_for(case, item, actor)
        if not may_ask(case, item):
            return None
        who, bound = judge(case, item), latest(case, item)
        return Asking(who.name if who else "", bound[0] if bound else None, bound[1] if bound else "")


def _checked(case: Case, item: ItemRecord, wish: str, reason: str, until: datetime | None) -> str:
    """The reason without blanks; refuses what cannot be asked."""
    checklist, said = checklist_of(case, item.element), written(reason)
    if item.entry is None or checklist is None or not checklist.consent:
        raise NotAllowed("这一项不能申请不适用或延期。", "this asks for no consent", "请直接办理。")
    if wish not in WISHES:
        raise BadInput("请选择不适用或延期。", f"na or later, not {wish!r}", "从列表选择。", "entry.wish")
    if not said:
        raise BadInput("请写明理由。", "a reason is required", "填写后再提交。", "work.opinion")
    if question_about(case, item) is not None:
        raise Conflict("这一项已申请，正在等批。", "asked already", "批复后可再申请。", "entry.twice")
    if wish == LATER:
        if item.deadline is not None and item.deadline <= case.now:
            raise Conflict(
                "这一项已到期，不能再申请延期。",
                "overdue",
                "请尽快办理；会议改期的，由总协调办理变更。",
                "entry.overdue",
            )
        if until is None:
            raise BadInput("请填写延期到什么时候。", "until when?", "写法如 2026-03-24 17:30。", "entry.until")
        _require_possible(case, item, until)
    return said


def _require_possible(case: Case, item: ItemRecord, until: datetime) -> None:
    """Later than now and than before, and not beyond what waits for it."""
    if until <= case.now or (item.deadline is not None and until <= item.deadline):
        raise BadInput("延期须晚于原截止时间。", "later than the deadline, please", "请改时间。", "entry.until")
    bound = latest(case, item)
    if bound is not None and until > bound[0]:
        local = case.calendar.local(bound[0])
        raise BadInput(
            f"最晚只能延到 {local:%m-%d %H:%M}（{bound[1]}）。",
            f"not after {bound[0].isoformat()}",
            "请改时间，或先协调后续事项。",
            "entry.until",
        )


def _do(
    case: Case,
    activity: ActivityRow,
    item: ItemRecord,
    *,
    wish: str,
    reason: str,
    until: datetime | None,
    by: int,
    consent: str,
) -> None:
    case.final = "已按申请办理"
    if wish == LEFT_OUT:
        leave_out(case, activity, item, by, reason, consent)
    elif until is not None:
        postpone(case, activity, item, until, reason, consent)
    if activity in case.open:
        settle(case, activity, work.of_activity(case.tx, activity.id), by=item.id)
    else:
        save(case)  # the list went on without this entry


def _tell_owner(
    case: Case, item: ItemRecord, part: ItemRecord, *, agree: bool, said: str, until: datetime | None
) -> None:
    facts: dict[str, Json] = {
        "step": f"{item.entry} {item.name}",
        "wish": WISHES[str(part.facts["wish"])],
        "state": "agree" if agree else "refuse",
        "until": until if agree else None,
        "actor": case.actor.name if case.actor else "",
        "opinion": said,
    }
    me = case.actor.id if case.actor else None
    people = dict.fromkeys([part.facts["asked_by"], item.performer_id])
    tell(case, "T-ENTRY", "copy", [Letter(p, None, facts) for p in people if p is not None and p != me])
