"""Who has which role: given and taken by the security administrator, never by oneself."""

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import ROLES, Actor
from engine.org import Directory, Person
from engine.runtime import Engine
from engine.store import Tx, directories, house_record, people
from engine.verbs.people.rules import (
    administrates,
    apart_as_roles,
    are_apart,
    find_person,
    gives_rights,
    require_reach,
    require_rights,
    within_reach,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Somebody with roles besides that of everybody, and the main unit."""

    login: str
    name: str
    unit: str
    roles: tuple[str, ...]


def may_give_roles(engine: Engine, actor: Actor) -> bool:
    """Whether somebody gives roles as the house is now."""
    with engine.store.reading() as tx:
        return gives_rights(engine.directory(tx), actor)


def keeps_apart(engine: Engine) -> bool:
    """Whether the three administrators of this house are different people."""
    with engine.store.reading() as tx:
        return are_apart(engine.directory(tx))


def give_roles(engine: Engine, login: str, roles: Collection[str], actor: Actor | None) -> tuple[str, ...]:
    """The roles a person has from now on, besides that of everybody; open sessions go on with them at once."""
    known_roles(roles)
    with engine.store.transaction() as tx:
        wanted = _give(engine, tx, login, roles, actor)
    engine.forget()
    return wanted


def change_roles(
    engine: Engine, login: str, actor: Actor | None, *, give: Collection[str] = (), take: Collection[str] = ()
) -> tuple[str, ...]:
    """Give some roles and take others, and leave the rest as they are; what the person has afterwards."""
    known_roles([*give, *take])
    if both := sorted(set(give) & set(take)):
        raise BadInput(
            f"角色 {'、'.join(both)} 不能同时授予和收回。", f"{both} given and taken", "请只写一处。", "org.role"
        )
    with engine.store.transaction() as tx:
        held = find_person(directories.load(tx, engine.now(), engine.zone), login).roles
        wanted = _give(engine, tx, login, (held | set(give)) - set(take), actor)
    engine.forget()
    return wanted


def roles_held(engine: Engine, actor: Actor | None) -> tuple[RoleHolder, ...]:
    """Everybody active who has more than the role of everybody, as far as the asker's company reaches."""
    if actor is None or not {"security", "auditor"} & actor.roles:
        administrates(actor)
    with engine.store.reading() as tx:
        now = engine.directory(tx)
    found = []
    for person in now.persons:
        unit = now.main_unit(person)
        if person.active and within_reach(now, actor, person) and person.roles - {"user"}:
            roles = tuple(role for role in ROLES if role in person.roles and role != "user")
            found.append(RoleHolder(person.login, person.name, unit.name if unit else "", roles))
    return tuple(found)


def known_roles(roles: Collection[str]) -> None:
    """Refuse a role that there is not."""
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise BadInput(f"角色应为 {'、'.join(ROLES)}。", f"unknown roles {unknown}", "请从列表选择。", "org.role")


def _give(engine: Engine, tx: Tx, login: str, roles: Collection[str], actor: Actor | None) -> tuple[str, ...]:
    wanted = tuple(role for role in ROLES if role == "user" or role in roles)
    apart_as_roles(wanted)
    now = directories.load(tx, engine.now(), engine.zone)
    require_rights(now, actor)
    person = find_person(now, login)
    if actor is not None and actor.id == person.id:
        raise NotAllowed(
            "不能给自己授予角色。", "nobody gives roles to themselves", "请由另一人办理。", "org.own_roles"
        )
    require_reach(now, actor, person)
    _keep_one(now, person, wanted)
    if set(wanted) != person.roles:
        people.set_roles(tx, person.id, wanted)
        detail = {"login": login, "before": sorted(person.roles), "after": sorted(wanted)}
        house_record.append(tx, "roles", engine.now(), actor_id=actor.id if actor else None, detail=detail)
    if actor is not None:  # the command line answers on the same stream
        log.info("roles given", person=person.id, roles=wanted, by=actor.id)
    return wanted


def _keep_one(now: Directory, person: Person, wanted: Collection[str]) -> None:
    """The last administrator stays one: work that nobody answers to goes there."""
    others = [one for one in now.admins if one.id != person.id]
    if "admin" in person.roles and "admin" not in wanted and not others:
        raise Conflict(
            "这是最后一名系统管理员。", "the last administrator stays one", "请先指定另一名。", "org.last_admin"
        )
