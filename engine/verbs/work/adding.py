"""加签 and 减签: more or fewer people decide in an open activity; the token of the diagram does not move."""

from collections.abc import Sequence

from engine.errors import AlreadyHandled, BadInput, NotAllowed, NotOffered
from engine.model import Actor, Done
from engine.progress import Case, Letter, answer, command, log, save, tell
from engine.progress.joining import join, offered, people
from engine.progress.opinions import words as written
from engine.progress.permission import open_for
from engine.progress.replaced import changed, joined, seat
from engine.progress.replaced import logins as logins_of
from engine.progress.settling import settle
from engine.runtime import Engine
from engine.store import notices, work
from engine.store.instances import ActivityRow
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked

PLACES = {"before": "前加签", "beside": "并加签", "after": "后加签"}


def add(
    engine: Engine,
    item_id: int,
    logins: Sequence[str],
    actor: Actor,
    *,
    where: str = "beside",
    opinion: str = "",
    key: str | None = None,
) -> Done:
    """Let others decide too: before me (I wait), beside me (both), or after me (they wait for me)."""
    with command(engine, actor, key, ["add", item_id, list(logins), where, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = _addable(case, item, actor, where)
        there = [i for i in _parts(case, activity) if i.state in ("open", "waiting")]
        seated = {i.performer_id for i in there}
        invited = people(case, logins, keep_out=seated | {actor.id, case.row.initiator_id})
        facts = {"added": {"by": actor.id, "where": where, "of": item.id}}
        state = "waiting" if where == "after" else "open"
        turn = {"after": [item.id]} if where == "after" else {}
        ids = join(case, activity, item, invited, kind="decide", state=state, facts={**facts, **turn})
        if where == "before":
            waits = {**item.facts, "after": [*item.facts.get("after", []), *ids]}
            work.change(cmd.tx, item.id, state="waiting", facts=waits)
        words = written(opinion)
        if state == "open":
            said = {"step": activity.name, "due": item.deadline, "duty": words}
            tell(case, "T-NEW", "todo", [Letter(p.id, i, said) for p, i in zip(invited, ids, strict=True)])
        detail = {"opinion": words, "where": where, "items": ids}
        detail |= {"to": [p.login for p in invited], "to_names": [p.name for p in invited]}
        detail |= joined("signers", logins_of(case, there), [p.login for p in invited])
        log(case, "add", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def _addable(case: Case, item: ItemRecord, actor: Actor, where: str) -> ActivityRow:
    activity = open_for(case, item, actor)
    plan = case.package.plans[activity.element]
    offered(plan, "add", "加签")
    if where not in PLACES:
        raise BadInput(
            f"加签位置“{where}”不认识。", f"unknown place {where!r}", "before、beside 或 after。", "work.where"
        )
    if plan.completion == "checklist":
        raise NotAllowed("清单事项不能加签。", "entries of a checklist take no signers", "可转办或征求意见。")
    if item.performer_id is None:
        raise NotAllowed("请先领办，再加签。", "claim it first", "领办后可加签。")
    return activity


def _parts(case: Case, activity: ActivityRow) -> list[ItemRecord]:
    return [i for i in work.of_activity(case.tx, activity.id) if i.kind == "decide"]


def remove(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """减签: whoever added a signer takes them out again, or an administrator, as long as they have not decided."""
    with command(engine, actor, key, ["remove", item_id, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = _removable(case, item, actor)
        words = written(opinion)
        if not words:
            raise BadInput("请填写减签原因。", "a reason is required", "写明原因后再提交。", "work.opinion")
        work.change(cmd.tx, item.id, state="cancelled", outcome="removed", decided_at=cmd.now)
        notices.cancel_for_items(cmd.tx, [item.id], cmd.now)
        person = case.directory.person(item.performer_id)
        if item.opened_at is not None and person is not None:
            said = {"step": activity.name, "actor": actor.name, "opinion": words}
            tell(case, "T-REMOVED", "copy", [Letter(person.id, None, said)])
        detail = {"opinion": words, "from": person.login if person else "", "from_name": person.name if person else ""}
        detail |= changed(seat(case, item), state="cancelled")
        host = work.by_id(cmd.tx, item.facts["added"]["of"])
        principal = host.principal_id if actor.id in (host.performer_id, host.decided_by) else None
        log(case, "remove", activity=activity, item_id=item.id, principal_id=principal, detail=detail)
        settle(case, activity, _parts(case, activity), by=item.id)
        return cmd.answer(answer(case, item_id=item_id))


def _removable(case: Case, item: ItemRecord, actor: Actor) -> ActivityRow:
    added = item.facts.get("added")
    if added is None or (added["by"] != actor.id and "admin" not in actor.roles):
        raise NotAllowed("只能减去自己加签的人。", "only who added a signer may remove them", "可请流程管理员处理。")
    if item.state == "done" and item.decided_at is not None:
        person = case.directory.person(item.decided_by)
        local = case.calendar.local(item.decided_at).strftime("%H:%M")
        raise AlreadyHandled(person.name if person else "", item.decided_at, local)
    found = next((a for a in case.open if a.id == item.activity_id), None)
    if item.state == "cancelled" or found is None or case.row.state != "running":
        raise NotOffered("这个环节已经结束或已减签。", "the part is not open any more", "可查看办理记录。")
    return found
