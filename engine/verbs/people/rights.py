"""Who has which role: given and taken by the security administrator, never by oneself."""

from collections.abc import Collection

import structlog

from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import ROLES, Actor
from engine.org import Directory, Person
from engine.runtime import Engine
from engine.store import people
from engine.verbs.people.rules import apart_as_roles, find_person, gives_rights, require_rights

log = structlog.get_logger(__name__)


def may_give_roles(engine: Engine, actor: Actor) -> bool:
    """Whether somebody gives roles as the house is now."""
    with engine.store.reading() as tx:
        return gives_rights(engine.directory(tx), actor)


def give_roles(engine: Engine, login: str, roles: Collection[str], actor: Actor | None) -> tuple[str, ...]:
    """The roles a person has from now on, besides that of everybody; open sessions go on with them at once."""
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise BadInput(f"角色应为 {'、'.join(ROLES)}。", f"unknown roles {unknown}", "请从列表选择。", "org.role")
    wanted = tuple(role for role in ROLES if role == "user" or role in roles)
    apart_as_roles(wanted)
    with engine.store.transaction() as tx:
        now = people.load(tx, engine.now(), engine.zone)
        require_rights(now, actor)
        person = find_person(now, login)
        if actor is not None and actor.id == person.id:
            raise NotAllowed(
                "不能给自己授予角色。", "nobody gives roles to themselves", "请由另一人办理。", "org.own_roles"
            )
        _keep_one(now, person, wanted)
        people.set_roles(tx, person.id, wanted)
    engine.forget()
    log.info("roles given", person=person.id, roles=wanted, by=actor.id if actor else 0)
    return wanted


def _keep_one(now: Directory, person: Person, wanted: Collection[str]) -> None:
    """The last administrator stays one: work that nobody answers to goes there."""
    others = [one for one in now.admins if one.id != person.id]
    if "admin" in person.roles and "admin" not in wanted and not others:
        raise Conflict(
            "这是最后一名系统管理员。", "the last administrator stays one", "请先指定另一名。", "org.last_admin"
        )
