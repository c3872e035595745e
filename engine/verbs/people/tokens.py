"""Bearer tokens for programs: issued for a password, valid for a month, ended with it or by hand."""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from engine.errors import NotAllowed
from engine.model import Actor
from engine.runtime import Engine
from engine.store import tokens
from engine.verbs.people.entering import require_whole
from engine.verbs.people.factors import require_code
from engine.verbs.people.signing import actor, session_epoch, sign_in

LIFE = timedelta(days=30)


def issue(engine: Engine, login: str, password: str, code: str = "") -> tuple[str, datetime]:
    """A new token and when it ends; raises NotAllowed (``auth.failed``, ``auth.code``) like signing in."""
    found = sign_in(engine, login, password)
    require_code(engine, found, code)
    require_whole(engine, found)
    # the epoch of the sessions goes along, so that a new password ends tokens as it ends sessions
    text = f"{session_epoch(engine, found.login)}.{secrets.token_urlsafe(32)}"
    now = engine.now()
    with engine.store.transaction() as tx:
        tokens.add(tx, digest=_digest(text), person_id=found.id, at=now, expires=now + LIFE)
    return text, now + LIFE


def bearer(engine: Engine, text: str) -> Actor:
    """The person behind a token, with the roles of this moment."""
    found = _valid(engine, text)
    return replace(actor(engine, found.login), door="token", confirmed=found.created_at)


def revoke(engine: Engine, text: str) -> None:
    """End a token."""
    found = _valid(engine, text)
    with engine.store.transaction() as tx:
        tokens.revoke(tx, found.id, engine.now())


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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
