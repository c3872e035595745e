"""The organisation: units, persons, posts, appointments and who is in charge of what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from engine.errors import BadInput, Conflict
from engine.model import ROLES, Actor
from engine.org import Directory, Person
from engine.pinyin import pinyin
from engine.progress.own_house import require_unit
from engine.progress.rotation import apart
from engine.runtime import Engine
from engine.store import directories, house_record, passwords, people
from engine.verbs.people.account_changes import remember
from engine.verbs.people.rules import (
    administrates,
    apart_as_roles,
    check_code,
    find_person,
    find_post,
    find_unit,
    new_here,
    not_for_oneself,
    require_reach,
    require_rights,
)

KINDS = ("group", "company", "department", "external")


def directory(engine: Engine) -> Directory:
    """The organisation as it is now."""
    with engine.store.reading() as tx:
        return engine.directory(tx)


def add_unit(
    engine: Engine,
    code: str,
    name: str,
    actor: Actor | None,
    *,
    kind: str = "department",
    parent: str | None = None,
    short: str = "",
    ordinal: int = 0,
) -> int:
    """A new unit below ``parent``; its id."""
    administrates(actor)
    check_code(code)
    if kind not in KINDS:
        raise BadInput(f"单位类型应为 {'、'.join(KINDS)} 之一。", f"unknown kind of unit {kind!r}")
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        if now.unit(code):
            raise Conflict(f"单位代码“{code}”已经存在。", f"unit {code} exists")
        above = find_unit(now, parent) if parent else None
        require_unit(actor, above)
        parent_id = above.id if above is not None else None
        made = people.add_unit(
            tx, code=code, name=name, short=short or name, kind=kind, parent_id=parent_id, ordinal=ordinal
        )
    engine.forget()
    return made


def add_person(
    engine: Engine,
    login: str,
    name: str,
    actor: Actor | None,
    *,
    roles: Sequence[str] = ("user",),
    email: str = "",
    phone: str = "",
) -> int:
    """A new person, who signs in by directory or provider, or with a first password; the id.

    In a house without either, a first password is asked for at the same time.
    """
    administrates(actor)
    check_code(login)
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not name.strip():
        raise BadInput(f"姓名不能为空，角色应为 {'、'.join(ROLES)}。", f"empty name or unknown role {unknown}")
    apart_as_roles(roles)
    typed = pinyin(name)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        if set(roles) - {"user"}:
            require_rights(now, actor)
            require_unit(actor, None)  # whoever has no post yet is of no company: roles come after the appointment
        if people.account(tx, login):
            raise Conflict(f"用户名“{login}”已经存在。", f"login {login} exists")
        made = people.add_person(
            tx,
            login=login,
            name=name.strip(),
            pinyin=typed,
            roles=roles,
            email=email,
            phone=phone,
        )
        if actor is not None and not known_outside(engine):
            passwords.ask(tx, made, actor.id, engine.now())
        person = Person(made, login, name.strip(), roles=frozenset(roles))
        remember(engine, tx, now, verb="added", person=person, actor=actor, words="添加了用户")
    engine.forget()
    return made


def activate(engine: Engine, login: str, actor: Actor | None) -> None:
    """Let somebody in again; whatever they did stayed theirs."""
    administrates(actor)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        person = find_person(now, login)
        require_reach(now, actor, person)
        people.set_active(tx, person.id, True)
        remember(engine, tx, now, verb="enabled", person=replace(person, active=True), actor=actor, words="启用了账号")
    engine.forget()


def known_outside(engine: Engine) -> bool:
    """Whether people of this house are known to a directory or a provider, and need no password of this office."""
    return bool(engine.settings.ldap_url or engine.settings.oidc_issuer)


def add_post(engine: Engine, unit: str, code: str, title: str, actor: Actor | None) -> int:
    """A new post of a unit; its id."""
    administrates(actor)
    check_code(code)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        where = find_unit(now, unit)
        require_unit(actor, where)
        if any(post.unit_id == where.id and post.code == code for post in now.posts):
            raise Conflict(f"{where.name}已有岗位“{code}”。", f"{unit} has a post {code}")
        made = people.add_post(tx, unit_id=where.id, code=code, title=title)
    engine.forget()
    return made


def appoint(
    engine: Engine,
    login: str,
    unit: str,
    post: str,
    actor: Actor | None,
    *,
    role: str = "A",
    main: bool = False,
    since: date | None = None,
    until: date | None = None,
    ordinal: int = 0,
) -> int:
    """Appoint a person to a post as A or B; from today unless said otherwise."""
    administrates(actor)
    if role not in ("A", "B"):
        raise BadInput("角色应为 A 角或 B 角。", "role must be A or B")
    with engine.store.transaction() as tx:
        moment = engine.now()
        now = directories.load(tx, moment, engine.zone)
        person, where = find_person(now, login), find_unit(now, unit)
        held = find_post(now, where, post)
        require_unit(actor, where)
        if not new_here(now, actor, person):
            require_reach(now, actor, person)
        not_for_oneself(now, actor, person)
        if role == "A":
            apart(now, person, held, moment)
        made = people.appoint(
            tx,
            person_id=person.id,
            post_id=held.id,
            role=role,
            main=main,
            since=since or moment.astimezone(now.zone).date(),
            until=until,
            ordinal=ordinal,
        )
        detail = {"login": login, "unit": unit, "post": post, "role": role}
        house_record.append(tx, "appointed", moment, actor_id=actor.id if actor else None, detail=detail)
    engine.forget()
    return made


def put_in_charge(
    engine: Engine, login: str, unit: str, actor: Actor | None, *, topic: str | None = None, since: date | None = None
) -> int:
    """Put a leader in charge of a unit (分管), for one topic or in general."""
    administrates(actor)
    with engine.store.transaction() as tx:
        moment = engine.now()
        now = directories.load(tx, moment, engine.zone)
        person, where = find_person(now, login), find_unit(now, unit)
        require_unit(actor, where)
        require_reach(now, actor, person)
        not_for_oneself(now, actor, person)
        made = people.put_in_charge(
            tx,
            person_id=person.id,
            unit_id=where.id,
            since=since or moment.astimezone(now.zone).date(),
            topic=topic,
        )
        detail = {"login": login, "unit": unit, "topic": topic or ""}
        house_record.append(tx, "in_charge", moment, actor_id=actor.id if actor else None, detail=detail)
    engine.forget()
    return made
