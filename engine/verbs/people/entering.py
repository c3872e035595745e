"""What a sign-in still lacks before it counts: a code, a password of one's own, a second factor.

A session that lacks something opens no page: nobody is signed in by it. It lives for a quarter of an hour.
"""

from dataclasses import dataclass
from datetime import timedelta

from engine.errors import BadInput, NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.store import factors, people
from engine.verbs.people.factors import needs_factor
from engine.verbs.people.sessions import open_session
from engine.verbs.people.signing import actor_by_id, has_password, keep_password, require_own_password, verifies

STEPS = ("factor", "password", "enrolment")  # in this order
LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody who has said a password, and what is to be done next."""

    actor: Actor
    lacks: str


def lacking(engine: Engine, actor: Actor, done: str = "") -> str:
    """The next step of a sign-in with a password after ``done``; empty if nothing is left."""
    with engine.store.reading() as tx:
        account, factor = people.account(tx, actor.id), factors.of_person(tx, actor.id)
    enrolled = factor is not None and factor.confirmed_at is not None
    wanted = {
        "factor": enrolled,
        "password": account is not None and account.password_until is not None,
        "enrolment": not enrolled and needs_factor(engine, actor),
    }
    left = STEPS[STEPS.index(done) + 1 :] if done else STEPS
    return next((step for step in left if wanted[step]), "")


def entering(engine: Engine, text: str, epoch: int) -> Entering | None:
    """Who is about to sign in behind a cookie, and what is missing; None if nobody is, or it took too long."""
    row = open_session(engine, text)
    if row is None or not row.lacks or row.session_epoch != epoch or engine.now() - row.created_at > LIFE:
        return None
    actor = actor_by_id(engine, row.person_id)
    return Entering(actor, row.lacks) if actor is not None else None


def choose_password(engine: Engine, who: Entering, new: str) -> None:
    """A password of one's own instead of the first one."""
    if who.lacks != "password":
        raise NotAllowed("现在不能设置密码。", "no password is to be chosen now", "请重新登录。", "auth.step")
    if _is_the_first(engine, who.actor, new):
        raise BadInput("新密码与初始密码相同。", "the new password is the first one", "请换一个。", "auth.password")
    keep_password(engine, who.actor, new)


def _is_the_first(engine: Engine, actor: Actor, new: str) -> bool:
    if not has_password(engine, actor):
        return False
    with engine.store.reading() as tx:
        account = people.account(tx, actor.id)
    return account is not None and verifies(account.password_hash, new)


def require_whole(engine: Engine, actor: Actor) -> None:
    """Refuse whoever comes with a password that only opens the way to one's own, or without a factor they must have."""
    require_own_password(engine, actor)
    if lacking(engine, actor, "password") == "enrolment":
        raise NotAllowed(
            "您须先设置动态验证码。",
            "a second factor is required for this account",
            "请先在网页上登录并设置。",
            "auth.enrolment",
        )
