"""Rows of bearer tokens: only digests are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from engine.store.database import Tx
from engine.store.tables import person, token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """Whose a valid token is."""

    id: int
    login: str
    session_epoch: int
    created_at: datetime


_VALID = (
    select(token.c.id, person.c.login, person.c.session_epoch, token.c.created_at)
    .join(person, person.c.id == token.c.person_id)
    .where(
        token.c.digest == bindparam("digest"),
        token.c.revoked_at.is_(None),
        token.c.expires_at > bindparam("now"),
        person.c.active,
    )
)


def add(tx: Tx, *, digest: str, person_id: int, at: datetime, expires: datetime) -> int:
    return tx.insert(token, digest=digest, person_id=person_id, created_at=at, expires_at=expires)


def valid(tx: Tx, digest: str, now: datetime) -> TokenRow | None:
    found = tx.first(_VALID, digest=digest, now=now)
    return None if found is None else TokenRow(**found._mapping)


def revoke(tx: Tx, token_id: int, now: datetime) -> None:
    tx.execute(update(token).where(token.c.id == token_id, token.c.revoked_at.is_(None)).values(revoked_at=now))
