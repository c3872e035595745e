"""Rows of bearer tokens: only digests are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from engine.store import guarding, guards, judging
from engine.store.covered import ENTRY
from engine.store.database import Tx
from engine.store.tables import person, token


@dataclass(frozen=True, slots=True)
class TokenRow:
    """Whose a valid token is."""

    id: int
    login: str
    session_epoch: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnToken:
    """A token as its person sees it."""

    id: int
    digest: str
    created_at: datetime
    expires_at: datetime


_WHO = "who_"  # what begins the names of the columns by which the epoch of its person is judged
_VALID = (
    select(token.c.id, person.c.login, person.c.session_epoch, *guards.columns(token), *guards.columns(ENTRY, _WHO))
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
    """Whose a token is; nobody's if its row, or the epoch of its person, is not as it was written."""
    found = tx.first(_VALID, digest=digest, now=now)
    if found is None or not (judging.holds(tx, token, found) and judging.holds(tx, ENTRY, found, _WHO)):
        return None
    return TokenRow(found.id, found.login, found.session_epoch, found.created_at)


def revoke(tx: Tx, token_id: int, now: datetime) -> None:
    guarding.change(tx, token, token.c.id == token_id, token.c.revoked_at.is_(None), revoked_at=now)


def of_person(tx: Tx, person_id: int, now: datetime) -> list[OwnToken]:
    """The tokens of a person that still count, the newest first; none that is not as it was written."""
    counts = (token.c.person_id == person_id, token.c.revoked_at.is_(None), token.c.expires_at > now)
    rows = tx.all(select(token.c.id, *guards.columns(token)).where(*counts).order_by(token.c.id.desc()))
    return [
        OwnToken(row.id, row.digest, row.created_at, row.expires_at) for row in rows if judging.holds(tx, token, row)
    ]


def revoke_own(tx: Tx, token_id: int, person_id: int, now: datetime) -> bool:
    """End one of a person's tokens; False if it is not theirs, or over."""
    counts = (token.c.person_id == person_id, token.c.revoked_at.is_(None), token.c.expires_at > now)
    return guarding.change(tx, token, token.c.id == token_id, *counts, revoked_at=now) == 1


def forget_all(tx: Tx, person_id: int) -> None:
    """Take away every token of a person: their texts name an epoch that is over."""
    tx.execute(delete(token).where(token.c.person_id == person_id))
