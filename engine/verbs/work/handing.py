"""Hand one's part on, take it from a pool, or put it back."""

from engine.errors import NotAllowed, NotFound
from engine.model import Actor, Done, NextStep
from engine.org import Person
from engine.progress import Case, Letter, answer, command, first_contact, log, save, tell
from engine.progress.case import kept_out
from engine.progress.joining import keep_copy
from engine.progress.knowing import require_listed
from engine.progress.opinions import words as written
from engine.progress.permission import open_for
from engine.progress.reassigning import gone
from engine.progress.replaced import changed, seat
from engine.runtime import Engine
from engine.store import work
from engine.verbs.work.locking import locked


def transfer(
    engine: Engine, item_id: int, to_login: str, actor: Actor, *, opinion: str = "", key: str | None = None
) -> Done:
    """转办: the whole part, with its deadline, becomes somebody else's; never the applicant's."""
    with command(engine, actor, key, ["transfer", item_id, to_login, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity, opinion = open_for(case, item, actor), written(opinion)
        if "transfer" not in case.package.plans[activity.element].actions:
            raise NotAllowed("这一步不能转办。", "this step does not allow transfers", "请自己办理。")
        person = _receiver(case, to_login, actor)
        if person.id in kept_out(case, case.package.plans[activity.element].exclude):
            raise NotAllowed(
                f"{person.name}对这一步须回避。", "the receiver must keep out of this step", "请另选一人。"
            )
        hops = [*item.facts.get("hops", []), f"{actor.name} 转办给 {person.name}"]
        facts = {**item.facts, "hops": hops, **gone(case, item)}
        work.change(
            cmd.tx,
            item.id,
            performer_id=person.id,
            pool=None,
            principal_id=None,
            opened_at=None,
            arrived_at=cmd.now,
            visible_at=cmd.now,
            facts=facts,
        )
        detail = {"opinion": opinion, "from": actor.login, "to": person.login, "to_name": person.name}
        detail |= changed(seat(case, item), performer=person.login, principal="", pool="")
        log(case, "transfer", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        keep_copy(case, activity, item, actor)
        tell(case, "T-NEW", "todo", [Letter(person.id, item.id, {"step": activity.name, "due": item.deadline})])
        now = {"step": activity.name, "performer": person.name}
        first_contact.told(case, "T-FIRST", now, already=(person.id,))
        case.next.append(NextStep(activity.element, activity.name, (person.name,), item.deadline))
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def _receiver(case: Case, login: str, actor: Actor) -> Person:
    person = case.directory.person(login)
    if person is None or not person.active:
        raise NotFound(f"没有找到人员“{login}”。", f"no person {login}", "请从名单中选择。")
    if person.id in (actor.id, case.row.initiator_id):
        raise NotAllowed("不能转给自己或发起人。", "not to oneself or the initiator", "请另选一人。")
    require_listed(case.row, [person])
    return person


def claim(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """领办: a pool item becomes mine."""
    with command(engine, actor, key, ["claim", item_id, *([opinion] if opinion else [])]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        if item.performer_id is None:
            facts = {**item.facts, "pool": item.pool}
            work.change(cmd.tx, item.id, performer_id=actor.id, pool=None, opened_at=cmd.now, facts=facts)
            both = changed(seat(case, item), performer=actor.login, pool="")
            log(case, "claim", activity=activity, item_id=item.id, detail={"opinion": written(opinion), **both})
            save(case)
        return cmd.answer(answer(case, item_id=item_id))


def release(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """放回: a claimed item goes back to its pool."""
    with command(engine, actor, key, ["release", item_id, *([opinion] if opinion else [])]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        pool = item.facts.get("pool")
        if not pool:
            raise NotAllowed("这件不是从待领池领办的，不能放回。", "the item was not claimed from a pool", "可以转办。")
        facts = {k: v for k, v in item.facts.items() if k != "pool"}
        work.change(cmd.tx, item.id, performer_id=None, pool=pool, opened_at=None, facts=facts)
        both = changed(seat(case, item), performer="", pool=pool)
        detail = {"opinion": written(opinion), "from": actor.login, **both}
        log(case, "release", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))
