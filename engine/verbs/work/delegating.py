"""委派: somebody prepares a part and hands it back; the owner decides and stays responsible."""

from collections.abc import Mapping

from engine.errors import NotAllowed
from engine.model import Actor, Done, Json
from engine.progress import Case, Letter, answer, command, log, save, tell
from engine.progress.case import kept_out
from engine.progress.joining import offered, people
from engine.progress.opinions import words as written
from engine.progress.permission import open_for
from engine.progress.replaced import changed, seat
from engine.runtime import Engine
from engine.store import work
from engine.store.work import ItemRecord
from engine.verbs.work.locking import locked


def delegate(
    engine: Engine, item_id: int, to_login: str, actor: Actor, *, opinion: str = "", key: str | None = None
) -> Done:
    """Give one's part to somebody to prepare; limit and responsibility stay, and so does the applicant's ban."""
    with command(engine, actor, key, ["delegate", item_id, to_login, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        activity = open_for(case, item, actor)
        offered(case.package.plans[activity.element], "delegate", "委派")
        if item.performer_id is None:
            raise NotAllowed("请先领办，再委派。", "claim it first", "领办后可委派。")
        barred = kept_out(case, case.package.plans[activity.element].exclude)
        person = people(case, [to_login], keep_out=(actor.id, case.row.initiator_id, *barred))[0]
        facts = {"delegated_by": actor.id, "hops": [*item.facts.get("hops", []), f"{actor.name} 委派给 {person.name}"]}
        _hand(case, item, person.id, {**item.facts, **facts})
        words = written(opinion)
        said = {"step": activity.name, "due": item.deadline, "actor": actor.name, "opinion": words}
        tell(case, "T-DELEGATE", "todo", [Letter(person.id, item.id, said)])
        detail = {"opinion": words, "from": actor.login, "to": person.login, "to_name": person.name}
        detail |= changed(seat(case, item), performer=person.login)
        log(case, "delegate", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def hand_back(engine: Engine, item_id: int, actor: Actor, *, opinion: str = "", key: str | None = None) -> Done:
    """Give a delegated part back to its owner with what one has to say; the owner may also take it back."""
    with command(engine, actor, key, ["hand_back", item_id, opinion]) as cmd:
        if cmd.known is not None:
            return cmd.known
        case, item = locked(engine, cmd.tx, item_id, actor, cmd.now)
        owner = item.facts.get("delegated_by")
        other = case.directory.person(item.performer_id)
        taken = owner == actor.id and other is not None
        holder = Actor(other.id, other.login, other.name) if taken and other is not None else actor
        activity = open_for(case, item, holder, "delegated")
        facts: Mapping[str, Json] = {k: v for k, v in item.facts.items() if k != "delegated_by"}
        _hand(case, item, int(item.facts["delegated_by"]), facts)
        words = written(opinion)
        said = {"step": activity.name, "due": item.deadline, "actor": actor.name, "opinion": words}
        told = item.performer_id if taken else owner
        tell(case, "T-ANSWER", "todo", [Letter(int(told or 0), item.id, said)])
        back = case.directory.person(owner)
        detail = {"opinion": words, "taken_back": taken, "from": other.login if other else ""}
        detail |= changed(seat(case, item), performer=back.login if back else "")
        log(case, "hand_back", activity=activity, item_id=item.id, principal_id=item.principal_id, detail=detail)
        save(case)
        return cmd.answer(answer(case, item_id=item_id))


def _hand(case: Case, item: ItemRecord, person_id: int, facts: Mapping[str, Json]) -> None:
    work.change(
        case.tx,
        item.id,
        performer_id=person_id,
        opened_at=None,
        arrived_at=case.now,
        visible_at=case.now,
        facts=dict(facts),
    )
