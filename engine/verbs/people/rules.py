"""What the verbs about people share: who may change the organisation, and clear words for what is missing."""

import re
from collections.abc import Collection

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor
from engine.org import Directory, Person, Post, Unit
from engine.store import Tx, people
from engine.store.people import Account

APART = ("admin", "security", "auditor")  # 三员: who keeps the system, who gives rights, who reads the record
CODE = re.compile(r"[a-z][a-z0-9_.-]{1,39}")


def find_account(tx: Tx, login: str) -> Account:
    found = people.account(tx, login)
    if found is None or not found.active:
        raise NotFound(f"没有用户“{login}”。", f"no person {login}")
    return found


def administrates(actor: Actor | None) -> None:
    """None is the installation itself: the command line and the demo."""
    if actor is not None and "admin" not in actor.roles:
        raise NotAllowed("只有系统管理员可以维护组织和人员。", "only administrators maintain the organisation")


def check_code(code: str) -> None:
    if not CODE.fullmatch(code):
        raise BadInput(
            f"“{code}”不能用作代码：应以小写字母开头，只含小写字母、数字、点、横线和下划线，2 至 40 个字符。",
            f"{code!r} is not a code",
        )


def find_person(now: Directory, login: str) -> Person:
    if not login:
        raise BadInput("请选择人员。", "nobody is named", "从名单中选择。")
    found = now.person(login)
    if found is None:
        raise NotFound(f"没有用户“{login}”。", f"no person {login}")
    return found


def find_unit(now: Directory, code: str) -> Unit:
    found = now.unit(code)
    if found is None:
        raise NotFound(f"没有单位“{code}”。", f"no unit {code}")
    return found


def apart_as_roles(roles: Collection[str]) -> None:
    """三员分立: who keeps the system gives no rights in it, and neither of the two reads the record."""
    held = [role for role in APART if role in roles]
    if len(held) > 1:
        raise BadInput(
            "系统管理员、安全管理员和审计员须由不同的人担任。",
            f"{' and '.join(held)} are never one person",
            "请分别建立账号。",
            "org.roles_apart",
        )


def are_apart(now: Directory) -> bool:
    """Whether this house keeps the three apart: it has somebody active who gives rights and keeps nothing else."""
    return any(person.active and "security" in person.roles for person in now.persons)


def gives_rights(now: Directory, actor: Actor | None) -> bool:
    """Whether somebody gives roles: a security administrator; in a house without one the administrator as well."""
    if actor is None or "security" in actor.roles:
        return True
    return "admin" in actor.roles and not are_apart(now)


def require_rights(now: Directory, actor: Actor | None) -> None:
    """Refuse whoever gives no roles here."""
    if not gives_rights(now, actor):
        raise NotAllowed(
            "角色由安全管理员授予。",
            "roles are given by security administrators",
            "请联系安全管理员。",
            "org.rights_apart",
        )


def not_for_oneself(now: Directory, actor: Actor | None, person: Person) -> None:
    """Refuse whoever keeps the organisation to give themselves what lets them act or read, where the three are apart.

    Whoever runs a house alone has nobody else to ask, and gives no roles to themselves either.
    """
    if actor is None or actor.id != person.id or gives_rights(now, actor):
        return
    raise NotAllowed(
        "不能由自己给自己任命岗位、安排分管或代理，也不能自己接收别人的移交。",
        "nobody appoints themselves, or has the work of others given to themselves",
        "请由另一位系统管理员办理。",
        "org.own_rights",
    )


def within_reach(now: Directory, actor: Actor | None, person: Person) -> bool:
    """Whether somebody is of the company that an administrator keeps; those of the group keep the whole house."""
    if actor is None or actor.reach is None:
        return True
    unit = now.main_unit(person)
    return unit is not None and unit.id in actor.reach


def require_reach(now: Directory, actor: Actor | None, person: Person) -> None:
    """Refuse to act on somebody of another company."""
    if not within_reach(now, actor, person):
        raise NotAllowed(
            f"{person.name}不是本单位的人员。",
            f"{person.login} is not of this company",
            "请联系对方单位或集团的管理员。",
            "org.reach",
        )


def reaches(now: Directory, actor: Actor | None, person_id: int | None) -> bool:
    """The same for somebody known by id."""
    person = now.person(person_id)
    return person is not None and within_reach(now, actor, person)


def require_reach_of(now: Directory, actor: Actor | None, person_id: int) -> None:
    """The same refusal for somebody known by id."""
    person = now.person(person_id)
    if person is not None:
        require_reach(now, actor, person)


def new_here(now: Directory, actor: Actor | None, person: Person) -> bool:
    """Whether a company may take somebody in: a person without any post and any role besides that of everybody."""
    return actor is not None and not now.posts_of(person) and not person.roles - {"user"}


def find_post(now: Directory, unit: Unit, code: str) -> Post:
    found = next((post for post in now.posts if post.unit_id == unit.id and post.code == code), None)
    if found is None:
        raise NotFound(f"{unit.name}没有岗位“{code}”。", f"{unit.code} has no post {code}")
    return found
