"""What happens to an account stands in the record of the house and is told to its person and to who watches over it."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.model import Actor, Json
from engine.org import Directory, Person
from engine.progress.notices import announce
from engine.runtime import Engine
from engine.store import Tx, house_record
from engine.verbs.people.rules import are_apart


def remember(
    engine: Engine,
    tx: Tx,
    now: Directory,
    *,
    verb: str,
    person: Person,
    actor: Actor | None,
    words: str,
    detail: Mapping[str, Json] = MappingProxyType({}),
    oneself: bool = False,
) -> None:
    """One entry, and a notice to the person and the watchers, except whoever did it.

    ``oneself``: the person is told of what was done in their own name, and nobody else.
    """
    by = actor.id if actor is not None else None
    house_record.append(tx, verb, engine.now(), actor_id=by, detail={"login": person.login, **detail})
    facts: dict[str, Json] = {"person": person.name, "result": words, "actor": actor.name if actor else "系统"}
    if person.active and verb != "added" and (oneself or person.id != by):  # a newcomer has nothing to be warned of
        announce(engine, tx, "T-ACCOUNT", {person.id: facts}, link="/settings/security")
    if oneself:
        return
    told = {one: facts for one in watchers(now, person, actor) if one not in (by, person.id)}
    announce(engine, tx, "T-ACCOUNT", told, link=f"/admin/users?q={person.login}")


def watchers(now: Directory, person: Person | None, actor: Actor | None) -> list[int]:
    """Who is told of changes to accounts: of those of the group and of the person's company, the other kind.

    What a system administrator does is told to security administrators, and what they do to system administrators; in
    a house that does not keep the three apart, to the other administrators.
    """
    role = "security" if are_apart(now) and (actor is None or "security" not in actor.roles) else "admin"
    company = now.company_of(now.main_unit(person)) if person is not None else None
    near = {company.id} if company is not None else set()
    near |= set(actor.reach or ()) if actor is not None else set()
    found = []
    for one in now.persons:
        own = now.company_of(now.main_unit(one))
        if one.active and role in one.roles and (own is None or own.id in near):
            found.append(one.id)
    return found
