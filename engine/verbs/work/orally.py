"""口头请示、补签: an urgent case goes on with what was agreed to by word of mouth, and is signed afterwards."""

from datetime import datetime

from engine.errors import BadInput, NotAllowed, NotOffered, SanbanError
from engine.model import Actor, Done, Json
from engine.org import Person
from engine.progress import Case, Letter, answer, command, load, log, tell
from engine.progress.aside import save_aside
from engine.progress.joining import offered, people
from engine.progress.opinions import words as written
from engine.progress.permission import is_performer, open_for, part_of
from engine.progress.replaced import changed, seat
from engine.progress.settling import settle
from engine.progress.signing import await_signature
from engine.progress.word_check import settle_words
from engine.runtime import Engine
from engine.store import house, instances, work
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked

URGENT = "特急"


def record_oral(
    engine: Engine,
    item_id: int,
    actor: Actor,
    *,
    agreed_at: datetime,
    witness: str,
    opinion: str = "",
    key: str | None = None,
) -> Done:
    """Write down that the performer agreed by telephone: it goes on at once, the signature follows within a day."""
    with command(engine, actor, key, ["oral", item_id, agreed_at.isoformat(), witness, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        leader = _leader(case, item)
        activity = open_for(case, item, Actor(leader.id, leader.login, leader.name))
        plan = case.package.plans[activity.element]
        offered(plan, "oral", "口头请示")
        _may_record(case, item, actor, agreed_at)
        seen = people(case, [witness], keep_out=(actor.id, leader.id))[0]
        said, outcome = written(opinion) or "口头同意。", plan.outcomes[0].code
        found = settle_words(case, plan, {}, None, on=True)
        oral: dict[str, Json] = {"at": agreed_at.isoformat(), "by": actor.id, "witness": seen.id}
        facts = {**item.facts, "oral": oral}
        work.decide(cmd.tx, item, outcome=outcome, opinion=said, data=None, at=cmd.now, by=actor.id, facts=facts)
        told: dict[str, Json] = {"outcome": outcome, "opinion": said, "agreed_at": agreed_at.isoformat()}
        told |= {"witness": seen.login, "witness_name": seen.name}
        told |= found
        told |= changed(seat(case, item), state="done", outcome=outcome)
        log(case, "oral", activity=activity, item_id=item.id, principal_id=leader.id, detail=told)
        case.final = "口头请示已登记"
        settle(case, activity, work.of_activity(cmd.tx, activity.id), by=item.id)
        await_signature(
            case,
            activity,
            leader,
            said,
            facts={"of": item.id},
            principal_id=item.principal_id,
            post_id=item.post_id,
            ordinal=item.ordinal,
        )
        return cmd.answer(answer(case, item_id=item_id))


def oral_items(engine: Engine, number: str, actor: Actor) -> tuple[int, ...]:
    """Open items of an urgent case for which this person may record what their performer said."""
    with engine.store.reading() as tx:
        case = load(engine, tx, instances.by_number(tx, number), engine.now(), actor)
        if case.row.urgency != URGENT or case.row.state != "running":
            return ()
        return tuple(i.id for i in work.open_of_instance(tx, case.row.id) if _recordable(case, i, actor))


def _recordable(case: Case, item: ItemRecord, actor: Actor) -> bool:
    if item.state != "open" or item.performer_id is None or part_of(item) != "decide":
        return False
    try:
        _may_record(case, item, actor, case.now)
    except SanbanError:
        return False
    return "oral" in case.package.plans[item.element].actions


def _leader(case: Case, item: ItemRecord) -> Person:
    leader = case.directory.person(item.performer_id)
    if leader is None:
        raise NotAllowed("待领办的件没有可请示的人。", "nobody holds this item", "请先领办。")
    return leader


def _may_record(case: Case, item: ItemRecord, actor: Actor, agreed_at: datetime) -> None:
    """An urgent case, by somebody who has had a part in it or keeps it; the leader decides themselves."""
    if case.row.urgency != URGENT:
        raise NotAllowed("只有特急件可以先口头请示后补签。", "only urgent cases go on by word of mouth", "请等待签批。")
    took_part = any(i.decided_by == actor.id for i in work.of_instance(case.tx, case.row.id))
    keeper = bool(actor.roles & {"clerk", "admin"})
    if is_performer(item, actor) or not (keeper or took_part or case.row.initiator_id == actor.id):
        raise NotAllowed("口头请示由发起人、经办人或文书登记。", "not this person's to record", "请联系发起人或文书。")
    if not item.arrived_at <= agreed_at <= case.now:
        zh = "同意时间须在送达之后、现在之前。"
        raise BadInput(zh, "agreed before it arrived, or in the future", "请改正时间。", "work.agreed_at")


def sign(
    engine: Engine, item_id: int, actor: Actor, *, agree: bool = True, opinion: str = "", key: str | None = None
) -> Done:
    """补签: confirm what one agreed to; who disputes it says why, and an administrator is called."""
    with command(engine, actor, key, ["sign", item_id, agree, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        _signable(item, actor)
        said = written(opinion)
        if not agree and not said:
            raise BadInput("请说明与口头意见不符之处。", "say what was not agreed to", "写明后再提交。", "work.opinion")
        outcome = "signed" if agree else "disputed"
        work.decide(cmd.tx, item, outcome=outcome, opinion=said, data=None, at=cmd.now, by=actor.id)
        activity = next(a for a in instances.activities(cmd.tx, case.row.id) if a.id == item.activity_id)
        detail = {"opinion": said, **changed(seat(case, item), state="done", outcome=outcome)}
        verb = "sign" if agree else "dispute"
        log(case, verb, activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        if not agree:
            _dispute(case, item, actor, said)
        if item.facts.get("by") is not None:
            words = {"step": item.name, "actor": actor.name, "opinion": said or "已补签。"}
            tell(case, "T-ANSWER", "copy", [Letter(item.facts["by"], None, words)])
        save_aside(case)
        return cmd.answer(answer(case, item_id=item_id))


def _dispute(case: Case, item: ItemRecord, actor: Actor, said: str) -> None:
    house.open_incident(
        case.tx,
        kind="oral",
        message=f"{actor.name} 对口头请示的登记有异议：{said}",
        at=case.now,
        instance_id=case.row.id,
        facts={"element": item.element, "item": item.id},
    )


def _signable(item: ItemRecord, actor: Actor) -> None:
    if item.performer_id != actor.id:
        raise NotAllowed("这不是请您补签的件。", "it is not yours to sign", "请从待办列表打开。")
    if part_of(item) != "sign":
        raise NotAllowed("这件由您直接办理，不是补签。", "this item is not signed afterwards", "请打开后处理。")
    if item.state != "open":
        raise NotOffered("这件已补签或不再需要。", "it is not open any more", "可查看办理记录。")
