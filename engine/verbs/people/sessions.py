"""Sessions of the pages: begun with a password, over after eight hours, ended here or from another machine."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.errors import NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import directories, people, sessions
from engine.verbs.people.account_changes import remember
from engine.verbs.people.factors import require_code
from engine.verbs.people.rules import administrates, find_person, require_reach
from engine.verbs.people.signing import actor_by_id, require_own_password, sign_in

LONGEST = timedelta(hours=8)
AGENT = 120  # characters of what a browser calls itself


@dataclass(frozen=True, slots=True)
class Session:
    """One open session in the list of its person; ``here`` is the one that asks."""

    id: int
    agent: str
    since: datetime
    here: bool


def begin_session(engine: Engine, actor: Actor, agent: str = "", *, lacks: str = "", outside: str | None = None) -> str:
    """A new session of somebody who has just signed in; what its cookie holds.

    While it ``lacks`` something it is nobody's (``entering.py``); ``outside`` is the provider's session it comes from.
    """
    text, now, agent = secrets.token_urlsafe(32), engine.now(), _shown(agent)
    with engine.store.transaction() as tx:
        digest = _digest(text)
        sessions.add(tx, digest=digest, person_id=actor.id, agent=agent, at=now, lacks=lacks, outside=outside)
    return text


def of_session(engine: Engine, text: str, epoch: int) -> Actor | None:
    """Who sits behind a cookie; None when the session is over, for whatever reason."""
    found = open_session(engine, text)
    if found is None or found.session_epoch != epoch or found.lacks:
        return None
    actor = actor_by_id(engine, found.person_id)
    return replace(actor, door="page", confirmed=found.confirmed_at) if actor else None


def confirm_session(engine: Engine, actor: Actor, text: str, password: str, code: str = "") -> Actor:
    """The same person, having just shown again who they are: by the password, and by a code where they have a factor.

    Wrong ones cost time as at the login.
    """
    sign_in(engine, actor.login, password)
    require_own_password(engine, actor)
    require_code(engine, actor, code)
    found, now = open_session(engine, text), engine.now()
    if found is not None:
        with engine.store.transaction() as tx:
            sessions.confirm(tx, found.id, now)
    return replace(actor, confirmed=now)


def end_session(engine: Engine, text: str) -> None:
    """Signing out: the cookie is worth nothing afterwards, also to whoever copied it."""
    found = open_session(engine, text)
    if found is not None:
        with engine.store.transaction() as tx:
            sessions.end(tx, [found.id], engine.now())


def open_sessions(engine: Engine, actor: Actor, text: str = "") -> tuple[Session, ...]:
    """Where somebody is signed in."""
    digest_row = open_session(engine, text)
    with engine.store.reading() as tx:
        found = sessions.of_person(tx, actor.id, engine.now() - LONGEST)
    here = digest_row.id if digest_row else 0
    return tuple(Session(row.id, row.agent, row.created_at, row.id == here) for row in found if not row.lacks)


def end_sessions(engine: Engine, actor: Actor, *, only: int | None = None, but: str = "") -> int:
    """End one of one's own sessions by its number, or all but the one that asks; how many."""
    here = open_session(engine, but)
    now = engine.now()
    with engine.store.transaction() as tx:
        own = [row.id for row in sessions.of_person(tx, actor.id, now - LONGEST)]
        if only is not None and only not in own:
            raise NotFound("没有这个登录会话，可能已经退出。", f"no open session {only}", "请刷新页面。")
        ending = [only] if only is not None else [i for i in own if here is None or i != here.id]
        sessions.end(tx, ending, now)
    return len(ending)


def sign_out(engine: Engine, login: str, actor: Actor | None) -> None:
    """End every session and token of somebody at once: a lost telephone, a suspicion."""
    administrates(actor)
    with engine.store.transaction() as tx:
        now = directories.load(tx, engine.now(), engine.zone)
        person = find_person(now, login)
        require_reach(now, actor, person)
        people.end_sessions(tx, person.id)
        remember(engine, tx, now, verb="signed_out", person=person, actor=actor, words="退出了全部登录和令牌")


def open_session(engine: Engine, text: str) -> sessions.SessionRow | None:
    """The row behind a cookie, while it is open."""
    if not text:
        return None
    with engine.store.reading() as tx:
        return sessions.by_digest(tx, _digest(text), engine.now() - LONGEST)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _shown(agent: str) -> str:
    """What a browser calls itself, as far as it can be shown."""
    return "".join(c for c in agent[:AGENT] if c.isprintable())
