"""Bearer tokens for programs: issued for a password, valid for a month at most, ended with it or by hand.

How far one reaches stands in its text, and the row keeps the digest of all of it: whoever holds it cannot widen it.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, cast, get_args

from engine.errors import BadInput, NotAllowed, NotFound
from engine.model import Actor, Json
from engine.runtime import Engine
from engine.store import Tx, house_record, tokens
from engine.verbs.people.entering import require_whole
from engine.verbs.people.factors import require_code
from engine.verbs.people.signing import actor, session_epoch, sign_in

Scope = Literal["read", "work", "all"]  # each reaches as far as the one before, and further
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose a token is, with the roles of this moment, and how far it reaches of what they may."""

    actor: Actor
    scope: Scope


@dataclass(frozen=True, slots=True)
class Kept:
    """A token that still counts, without its text; ``current`` is the one that asks."""

    id: int
    issued: datetime
    expires: datetime
    current: bool


def issue(
    engine: Engine, login: str, password: str, code: str = "", *, scope: str = "all", days: int = LIFE.days
) -> tuple[str, datetime]:
    """A new token and when it ends; raises NotAllowed (``auth.failed``, ``auth.code``) like signing in."""
    if scope not in SCOPES or not 1 <= days <= LIFE.days:
        raise BadInput(
            f"访问令牌的范围应为 read、work 或 all，有效期 1 至 {LIFE.days} 天。",
            f"a token reaches read, work or all, for 1 to {LIFE.days} days",
            "请改正范围（scope）或天数（days）。",
            "auth.token_form",
        )
    found = sign_in(engine, login, password)
    require_code(engine, found, code)
    require_whole(engine, found)
    # the epoch of the sessions goes along, so that a new password ends tokens as it ends sessions
    text = f"{session_epoch(engine, found.login)}.{scope}.{secrets.token_urlsafe(32)}"
    now = engine.now()
    expires = now + timedelta(days=days)
    with engine.store.transaction() as tx:
        made = tokens.add(tx, digest=_digest(text), person_id=found.id, at=now, expires=expires)
        _remember(engine, tx, "token_issued", found, made, scope=scope, days=days)
    return text, expires


def bearer(engine: Engine, text: str) -> Bearer:
    """Whose a token is, and how far it reaches."""
    found = _valid(engine, text)
    person = replace(actor(engine, found.login), door="token", confirmed=found.created_at)
    return Bearer(person, _scope(text))


def kept(engine: Engine, person: Actor, text: str = "") -> tuple[Kept, ...]:
    """One's tokens that still count, the newest first; ``text`` is the one that asks."""
    digest = _digest(text)
    with engine.store.reading() as tx:
        rows = tokens.of_person(tx, person.id, engine.now())
    return tuple(Kept(row.id, row.created_at, row.expires_at, row.digest == digest) for row in rows)


def end(engine: Engine, person: Actor, token_id: int) -> None:
    """End one of one's own tokens, by its number: its text may be lost."""
    with engine.store.transaction() as tx:
        if not tokens.revoke_own(tx, token_id, person.id, engine.now()):
            raise NotFound("没有这个访问令牌，或它已失效。", "no such token, or it is over")
        _remember(engine, tx, "token_ended", person, token_id)


def revoke(engine: Engine, text: str) -> None:
    """End a token."""
    found = _valid(engine, text)
    person = actor(engine, found.login)
    with engine.store.transaction() as tx:
        tokens.revoke(tx, found.id, engine.now())
        _remember(engine, tx, "token_ended", person, found.id)


def _remember(engine: Engine, tx: Tx, verb: str, person: Actor, token_id: int, **detail: Json) -> None:
    """Auditors see what programs can open the house with; nobody is told, since programs do this every day."""
    said = {"login": person.login, "token": token_id, **detail}
    house_record.append(tx, verb, engine.now(), actor_id=person.id, detail=said)


def _valid(engine: Engine, text: str) -> tokens.TokenRow:
    with engine.store.reading() as tx:
        found = tokens.valid(tx, _digest(text), engine.now())
    if found is None or text.partition(".")[0] != str(found.session_epoch):
        raise NotAllowed(
            "访问令牌无效或已过期。",
            "the token is not valid (any more)",
            "请用 POST /api/v1/tokens 重新获取。",
            "auth.token",
        )
    return found


def _scope(text: str) -> Scope:
    """What stands in the text of a token that was found to be one; those from before there were scopes reach all."""
    parts = text.split(".")
    return cast(Scope, parts[1]) if len(parts) == 3 else "all"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
