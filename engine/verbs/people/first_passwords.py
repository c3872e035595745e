"""First passwords: made by the program, shown once, good for a short time and only for choosing one's own.

Where the three administrators are apart it takes two of them: a system administrator asks, a security administrator
gives out, so that nobody can take a person in, appoint them and sign in as them (docs/decisions/105).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import BadInput, NotAllowed
from engine.model import Actor
from engine.org import Directory, Person
from engine.progress.permission import require_said_again
from engine.runtime import Engine
from engine.store import Tx, directories, factors, passwords, people
from engine.verbs.people.account_changes import remember
from engine.verbs.people.passwords import random_password
from engine.verbs.people.rules import administrates, are_apart, find_person, gives_rights, require_reach, within_reach
from engine.verbs.people.signing import hashed


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """What is shown once and kept nowhere: it can be used until an instant."""

    login: str
    name: str
    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """How somebody signs in, for whoever keeps people or gives rights."""

    password: str  # own | first | none
    until: datetime | None  # of a first one
    asked: bool  # a first password is to be given out
    asked_by: str  # name, empty if the installation itself has asked
    factor: bool
    issues: bool  # whether the asker gives first passwords out and takes factors away
    apart: bool  # whether somebody else has to ask before


def access_of(engine: Engine, login: str, actor: Actor) -> Access:
    """What the page of a person shows about signing in."""
    with engine.store.reading() as tx:
        now, person = _whose(engine, tx, login)
        if not gives_rights(now, actor):
            administrates(actor)
        require_reach(now, actor, person)
        account, waiting = people.account(tx, person.id), passwords.asked(tx)
        factor = factors.of_person(tx, person.id)
    until = account.password_until if account is not None else None
    kind = "first" if until is not None else "own" if account is not None and account.password_hash else "none"
    by = now.person(waiting.get(person.id))
    return Access(
        password=kind,
        until=until,
        asked=person.id in waiting,
        asked_by=by.name if by is not None else "",
        factor=factor is not None and factor.confirmed_at is not None,
        issues=gives_rights(now, actor) and actor.id != person.id,
        apart=are_apart(now),
    )


def ask_password(engine: Engine, login: str, actor: Actor) -> None:
    """Somebody needs a first password, or a new one; the old one goes on until another is given out."""
    administrates(actor)
    with engine.store.transaction() as tx:
        now, person = _whose(engine, tx, login)
        require_reach(now, actor, person)
        _none_of_the_others(person)
        passwords.ask(tx, person.id, actor.id, engine.now())
        remember(engine, tx, now, verb="password_asked", person=person, actor=actor, words="申请发放初始密码")


def drop_password(engine: Engine, login: str, actor: Actor) -> None:
    """Nobody gives that password out: whoever asked was wrong, or nobody knows why they did."""
    with engine.store.transaction() as tx:
        now, person = _whose(engine, tx, login)
        if not gives_rights(now, actor):
            administrates(actor)
        require_reach(now, actor, person)
        if person.id in passwords.asked(tx):
            passwords.ask(tx, person.id, None, None)
            remember(engine, tx, now, verb="password_dropped", person=person, actor=actor, words="取消发放初始密码")


def issue_password(engine: Engine, login: str, actor: Actor | None) -> FirstPassword:
    """A random password for the person's next sign-in; whatever is open ends, and the old password with it."""
    require_said_again(engine, actor)
    text = random_password()
    kept = hashed(text)
    with engine.store.transaction() as tx:
        now, person = _whose(engine, tx, login)
        if actor is not None:
            _may_issue(tx, now, person, actor)
        until = engine.now() + timedelta(hours=engine.settings.first_password_hours)
        passwords.set_hash(tx, person.id, kept, until)
        remember(
            engine,
            tx,
            now,
            verb="password_issued",
            person=person,
            actor=actor,
            words="发放了初始密码",
            detail={"until": until.isoformat()},
        )
    return FirstPassword(person.login, person.name, text, until)


def waiting_for_password(engine: Engine, actor: Actor | None) -> tuple[str, ...]:
    """Logins of those for whom a first password was asked, as far as the asker reaches."""
    with engine.store.reading() as tx:
        now = engine.directory(tx)
        if actor is not None and not gives_rights(now, actor):
            administrates(actor)
        found = [now.person(person_id) for person_id in passwords.asked(tx)]
    return tuple(person.login for person in found if person is not None and within_reach(now, actor, person))


def _whose(engine: Engine, tx: Tx, login: str) -> tuple[Directory, Person]:
    now = directories.load(tx, engine.now(), engine.zone)
    person = find_person(now, login)
    if not person.active:
        raise BadInput(f"{person.name}已停用。", f"{login} is disabled", "请先启用。", "auth.left")
    return now, person


def _may_issue(tx: Tx, now: Directory, person: Person, actor: Actor) -> None:
    if not gives_rights(now, actor):
        raise NotAllowed(
            "初始密码由安全管理员发放。",
            "first passwords are given out by security administrators",
            "请在用户列表申请发放，由安全管理员办理。",
            "org.rights_apart",
        )
    require_reach(now, actor, person)
    _none_of_the_others(person)
    if actor.id == person.id:
        raise NotAllowed(
            "不能给自己发放初始密码。", "nobody gives a password to themselves", "请修改密码。", "org.own_rights"
        )
    if are_apart(now) and passwords.asked(tx).get(person.id, actor.id) == actor.id:
        raise NotAllowed(
            f"没有人为{person.name}申请初始密码。",
            f"no system administrator has asked for a password for {person.login}",
            "请先由系统管理员在用户列表申请，两人办理。",
            "org.password_not_asked",
        )


def _none_of_the_others(person: Person) -> None:
    """Whoever gives out the password of a security administrator or an auditor could act as one of them."""
    if {"security", "auditor"} & person.roles:
        raise NotAllowed(
            "安全管理员和审计员的密码不由管理员发放。",
            "administrators give out no passwords of security administrators and auditors",
            "请本人修改；忘记时由安装人员用 sanban user password 重设。",
            "org.rights_apart",
        )
