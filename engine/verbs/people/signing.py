"""Who is acting: actors, signing in, passwords and personal settings."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine import ldap
from engine.errors import BadInput, NotAllowed, TooSoon
from engine.model import Actor
from engine.org import Person
from engine.progress.permission import require_said_again
from engine.runtime import Engine
from engine.store import Tx, passwords, people
from engine.store.people import Account
from engine.verbs.people.account_changes import remember
from engine.verbs.people.passwords import LONGEST_PASSWORD, fit_password
from engine.verbs.people.rules import find_account, require_reach_of, require_rights
from engine.verbs.people.slowing import note, require_patience

_hasher = PasswordHasher()
# each check takes a core and 64 MB for a moment: a storm of logins must leave something for the work of others
_CHECKS, _PATIENCE = BoundedSemaphore(4), 0.8


def actor(engine: Engine, login: str) -> Actor:
    """The actor behind a login, with roles, posts and settings of this moment."""
    with engine.store.reading() as tx:
        return _actor(engine, tx, find_account(tx, login))


def actor_by_id(engine: Engine, person_id: int, session_epoch: int | None = None) -> Actor | None:
    """The actor of a session; None when the person has left or the session was ended meanwhile."""
    with engine.store.reading() as tx:
        found = people.account(tx, person_id)
        if found is None or not found.active or session_epoch not in (None, found.session_epoch):
            return None
        return _actor(engine, tx, found)


def in_post(engine: Engine, actor: Actor, post: str) -> Actor:
    """The same person acting in one of their posts, named as unit.code: its unit counts, its title stands."""
    with engine.store.reading() as tx:
        now = engine.directory(tx)
    held = {now.pool_of(found): found for found in now.posts_of(now.person(actor.id), engine.now())}
    if post not in held:
        raise NotAllowed("您现在不任这个岗位。", f"{actor.login} does not hold {post}", "请从自己的岗位中选择。")
    found = held[post]
    return replace(actor, unit_id=found.unit_id, title=found.title, post=post)


def posts(engine: Engine, actor: Actor) -> tuple[tuple[str, str], ...]:
    """A person's posts as unit.code and words, the main one first."""
    with engine.store.reading() as tx:
        now = engine.directory(tx)
    found = now.posts_of(now.person(actor.id), engine.now())
    return tuple((now.pool_of(p), f"{unit.short if (unit := now.unit(p.unit_id)) else ''} {p.title}") for p in found)


def session_epoch(engine: Engine, login: str) -> int:
    """What a session must remember to be ended by a new password."""
    with engine.store.reading() as tx:
        return find_account(tx, login).session_epoch


def sign_in(engine: Engine, login: str, password: str) -> Actor:
    """The actor for a login and password. An unknown login takes as long and says the same as a wrong password."""
    asked = login.strip().lower()
    require_patience(engine, asked)
    with engine.store.reading() as tx:
        found = people.account(tx, asked)
    if engine.settings.ldap_url and not (found and found.password_hash):
        return _by_directory(engine, asked, found, password)
    hashed = found.password_hash if found and found.active and found.password_hash else _nobody()
    fits = verifies(hashed, password)
    right = found is not None and fits and hashed != _nobody()
    note(engine, asked, right=right)
    if found is None or not right:
        raise _failed()
    if found.password_until is not None and found.password_until <= engine.now():
        raise NotAllowed(
            "初始密码已过期。",
            "This first password has expired.",
            "请联系管理员重新发放。 Please ask an administrator for another one.",
            "auth.first_over",
        )
    if _hasher.check_needs_rehash(hashed):
        with engine.store.transaction() as tx:
            passwords.rehash(tx, found.id, hashed, _hasher.hash(password))
    return actor(engine, found.login)


def _by_directory(engine: Engine, asked: str, found: Account | None, password: str) -> Actor:
    """Whoever has no password here is asked for in the directory, known here or not: both take as long."""
    right = _one_of_few(lambda: ldap.opens(engine.settings, asked, password))
    note(engine, asked, right=right)
    if not right:
        raise _failed()
    if found is None:
        raise NotAllowed(
            "目录账号正确，但没有与之对应的本系统账号。",
            "The directory knows you, but no account here belongs to you.",
            "请联系系统管理员开通。 Please ask an administrator for an account.",
            "auth.stranger",
        )
    if not found.active:
        raise NotAllowed("您的账号已停用。", "Your account is disabled.", "如需恢复，请联系系统管理员。", "auth.left")
    return actor(engine, found.login)


def _failed() -> NotAllowed:
    return NotAllowed(
        "用户名或密码不正确。", "wrong login or password", "请重新输入；忘记密码请联系管理员。", "auth.failed"
    )


def forget_password(engine: Engine, login: str, actor: Actor | None) -> None:
    """Somebody has no password of this office any more: the directory or the provider decides."""
    require_said_again(engine, actor)
    with engine.store.transaction() as tx:
        now, found = engine.directory(tx), find_account(tx, login)
        require_rights(now, actor)  # who vouches for somebody is a question of rights (三员分立)
        require_reach_of(now, actor, found.id)
        passwords.set_hash(tx, found.id, "")
        person, words = Person(found.id, found.login, found.name), "清除了本地密码"
        remember(engine, tx, now, verb="bound", person=person, actor=actor, words=words, detail={"by": "outside"})


def has_password(engine: Engine, actor: Actor) -> bool:
    """Whether somebody's password is kept here, as a hash."""
    with engine.store.reading() as tx:
        return bool(find_account(tx, actor.login).password_hash)


def require_own_password(engine: Engine, actor: Actor) -> None:
    """Refuse whoever comes with a first password for anything but choosing their own."""
    with engine.store.reading() as tx:
        if find_account(tx, actor.login).password_until is not None:
            raise NotAllowed(
                "这是初始密码，只能用来设置自己的密码。",
                "this is a first password: it is only good for choosing one's own",
                "请先在网页上登录并设置密码。",
                "auth.first",
            )


def change_password(engine: Engine, actor: Actor, old: str, new: str) -> None:
    """A new password by whoever knows the old one; all sessions and tokens of the person end."""
    if not has_password(engine, actor):
        raise BadInput(
            "您的密码不在本系统保管，不能在这里修改。",
            "this password is not kept here",
            "请到统一认证或目录系统修改。",
            "auth.elsewhere",
        )
    sign_in(engine, actor.login, old)
    if old == new:
        raise BadInput("新密码与原密码相同。", "the new password is the old one", "请换一个。", "auth.password")
    keep_password(engine, actor, new)


def keep_password(engine: Engine, actor: Actor, new: str) -> None:
    """A password of one's own, fit to be one; everything that is open ends."""
    fit_password(actor.login, new, engine.settings.stolen_passwords)
    kept = _hasher.hash(new)
    with engine.store.transaction() as tx:
        passwords.set_hash(tx, find_account(tx, actor.login).id, kept)


def set_setting(engine: Engine, name: str, value: object, actor: Actor) -> None:
    """Keep one personal setting, e.g. phrases, theme or shortcuts."""
    with engine.store.transaction() as tx:
        kept = find_account(tx, actor.login).settings
        people.set_settings(tx, actor.id, {**kept, name: value})


def hashed(password: str) -> str:
    """The hash that is stored for a password; the demo uses one for everybody."""
    return _hasher.hash(password)


def _actor(engine: Engine, tx: Tx, found: Account) -> Actor:
    now = engine.directory(tx)
    person = now.person(found.id)
    unit = now.main_unit(person)
    company = now.company_of(unit)
    return Actor(
        id=found.id,
        login=found.login,
        name=found.name,
        roles=frozenset(found.roles),
        pools=now.pools_of(person),
        unit_id=unit.id if unit else None,
        title=now.title_of(person),
        settings=found.settings,
        reach=now.below(company) if company else None,
    )


def verifies(stored: str, password: str) -> bool:
    """Whether a password, or a recovery code, is the one of a hash."""
    return _one_of_few(lambda: _fits(stored, password))


def _fits(stored: str, password: str) -> bool:
    try:
        # as much work for what is too long as for any other, and never right: what was cut off was typed too
        return _hasher.verify(stored, password[:LONGEST_PASSWORD]) and len(password) <= LONGEST_PASSWORD
    except (VerificationError, InvalidHashError):
        return False


def _one_of_few(check: Callable[[], bool]) -> bool:
    if not _CHECKS.acquire(timeout=_PATIENCE):
        raise TooSoon(5, "登录的人太多，请稍后再试。", "too many logins at once", "请等几秒再试。", "auth.busy")
    try:
        return check()
    finally:
        _CHECKS.release()


@cache
def _nobody() -> str:
    # verified in place of a missing hash, so that the answer takes the same time
    return _hasher.hash("nobody has this password")
