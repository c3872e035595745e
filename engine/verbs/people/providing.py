"""Signing in by an OpenID provider: who it says somebody is, bound to a person once, and found by that from then on."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from engine.errors import BadInput, Conflict, NotAllowed
from engine.model import Actor
from engine.org import KEPT_BY_HAND, Person
from engine.progress.permission import require_said_again
from engine.runtime import Engine
from engine.store import Tx, factors, house, people, sessions
from engine.store.people import Account
from engine.verbs.people.account_changes import remember
from engine.verbs.people.rules import find_account, require_reach_of, require_rights
from engine.verbs.people.sessions import open_session
from engine.verbs.people.signing import actor as actor_of

LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody can show anew who they are."""

    password: bool
    provider: bool
    code: bool = False  # with the password, a code of their second factor


@dataclass(frozen=True, slots=True)
class Bound:
    """Who somebody is at the provider, empty if nobody, and whether a password is kept here."""

    subject: str
    issuer: str
    password: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider has said about somebody, verified; ``mail`` is empty unless the provider has verified it."""

    issuer: str
    subject: str
    login: str = ""
    mail: str = ""
    session: str = ""  # of the provider (`sid`), if it says one

    @property
    def key(self) -> str:
        """What is kept of it: a subject means something only together with its issuer."""
        return f"{self.subject} {self.issuer}"

    @property
    def outside(self) -> str:
        """What a session here keeps of the one there; of a provider that names none, that it is one of its."""
        return sha256(f"{self.session} {self.issuer}".encode()).hexdigest()


def sign_in_as(engine: Engine, told: Told) -> Actor:
    """The person behind what a provider says; bound the first time, if the house binds by itself."""
    with engine.store.transaction() as tx:
        found = people.account_of_subject(tx, told.key) or _bound_now(engine, tx, told)
    if found is None:
        raise NotAllowed(
            "统一认证已通过，但没有与之对应的本系统账号。",
            "The provider knows you, but no account here belongs to you.",
            "请联系系统管理员绑定账号。 Please ask an administrator to bind your account.",
            "auth.stranger",
        )
    if not found.active:
        raise NotAllowed("您的账号已停用。", "Your account is disabled.", "如需恢复，请联系系统管理员。", "auth.left")
    return actor_of(engine, found.login)


def logged_out(engine: Engine, told: Told, once: str, at: datetime) -> int:
    """The provider says that somebody has left there: what began by it ends here; how many sessions.

    A message counts once. It names a session there, or a person, or both.
    """
    with engine.store.transaction() as tx:
        key = f"logout:{sha256(f'{once} {told.issuer}'.encode()).hexdigest()}"
        if house.claim_key(tx, key, "", at) is not None:
            raise BadInput("这个退出通知已经用过。", "this logout token was used before", "", "auth.logout")
        house.store_answer(tx, key, {})
        account = people.account_of_subject(tx, told.key) if told.subject else None
        if told.subject and account is None:
            return 0  # nobody of this office, or unbound meanwhile: there is nothing to end
        person_id = account.id if account is not None else None
        ending = sessions.of_outside(tx, person_id=person_id, outside=told.outside if told.session else None)
        sessions.end(tx, ending, engine.now())
    return len(ending)


def ways(engine: Engine, actor: Actor) -> Ways:
    """How somebody can confirm: by the password that is kept here, or by a fresh login at the provider."""
    with engine.store.reading() as tx:
        found = find_account(tx, actor.login)
        factor = factors.of_person(tx, actor.id)
    return Ways(
        bool(found.password_hash or engine.settings.ldap_url),
        bool(engine.settings.oidc_issuer and found.subject),
        factor is not None and factor.confirmed_at is not None,
    )


def confirm_as(engine: Engine, actor: Actor, text: str, told: Told) -> datetime:
    """Somebody has just shown anew who they are: counts like the password said again; when."""
    with engine.store.transaction() as tx:
        found = people.account_of_subject(tx, told.key)
        if found is None or found.id != actor.id:
            raise NotAllowed(
                "统一认证登录的不是您本人，没有确认。",
                "Somebody else has signed in at the provider; nothing was confirmed.",
                "请用自己的账号重新认证。",
                "auth.other_person",
            )
        row, now = open_session(engine, text), engine.now()
        if row is not None:
            sessions.confirm(tx, row.id, now)
    return now


def bind(engine: Engine, login: str, subject: str, actor: Actor | None) -> None:
    """Bind somebody by hand to a subject of the provider of the settings: whoever gives rights says who is who."""
    require_said_again(engine, actor)
    told = Told(engine.settings.oidc_issuer, subject.strip()[:LONGEST_SUBJECT])
    with engine.store.transaction() as tx:
        other = people.account_of_subject(tx, told.key)
        found = _to_bind(engine, tx, login, actor)
        if not engine.settings.oidc_issuer or not subject.strip():
            raise BadInput(
                "没有设置统一认证，或没有填写用户标识。",
                "no provider is set, or no subject is given",
                "请先设置 SANBAN_OIDC_ISSUER，再填写对方在统一认证中的用户标识（sub）。",
                "auth.subject",
            )
        if other is not None or not people.bind(tx, found.id, told.key):
            whom = other.name if other is not None else found.name
            raise Conflict(
                f"{whom}已绑定统一认证账号。",
                f"{login} or this subject is bound already",
                "请先解除绑定。",
                "auth.bound",
            )
        _remember(engine, tx, found, "hand", actor)


def unbind(engine: Engine, login: str, actor: Actor | None) -> None:
    """Somebody is nobody at the provider any more; what they have open by it ends."""
    require_said_again(engine, actor)
    with engine.store.transaction() as tx:
        found = _to_bind(engine, tx, login, actor)
        people.bind(tx, found.id, None)
        people.end_sessions(tx, found.id)
        _remember(engine, tx, found, "none", actor)


def bound(engine: Engine, login: str, actor: Actor) -> Bound:
    """Who somebody is outside, for whoever says so here."""
    with engine.store.reading() as tx:
        found = _to_bind(engine, tx, login, actor)
    subject, _space, issuer = (found.subject or "").partition(" ")
    return Bound(subject, issuer, bool(found.password_hash))


def _to_bind(engine: Engine, tx: Tx, login: str, actor: Actor | None) -> Account:
    """Somebody of whom this person may say who they are outside; that is to give rights (三员分立)."""
    now, found = engine.directory(tx), find_account(tx, login)
    require_rights(now, actor)
    require_reach_of(now, actor, found.id)
    return found


def _bound_now(engine: Engine, tx: Tx, told: Told) -> Account | None:
    """Whoever fits by login or mail, if exactly one does, is nobody's yet, and is none of the three administrators."""
    how, found = engine.settings.oidc_bind, None
    if how == "login" and told.login:
        found = people.account(tx, told.login.lower())
    elif how == "mail" and told.mail:
        fitting = people.accounts_of_mail(tx, told.mail)
        found = fitting[0] if len(fitting) == 1 else None
    if found is None or KEPT_BY_HAND & set(found.roles) or not found.active or not people.bind(tx, found.id, told.key):
        return None
    _remember(engine, tx, found, how, None)
    return replace(found, subject=told.key)


def _remember(engine: Engine, tx: Tx, found: Account, how: str, actor: Actor | None) -> None:
    now, words = engine.directory(tx), "解除了统一认证绑定" if how == "none" else "绑定了统一认证账号"
    person = Person(found.id, found.login, found.name)
    remember(engine, tx, now, verb="bound", person=person, actor=actor, words=words, detail={"by": how})
