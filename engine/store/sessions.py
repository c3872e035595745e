"""Rows of sessions: only digests of what the cookies hold are kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select

from engine.store import guarding, guards, judging
from engine.store.covered import ENTRY
from engine.store.database import Tx
from engine.store.tables import person, session


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session that has not ended."""

    id: int
    person_id: int
    session_epoch: int
    agent: str
    created_at: datetime
    confirmed_at: datetime
    lacks: str  # what has to be shown or chosen before the session counts; empty: it counts


_WHO = "who_"  # what begins the names of the columns by which the epoch of its person is judged
_OPEN = (
    select(session.c.id, person.c.session_epoch, *guards.columns(session), *guards.columns(ENTRY, _WHO))
    .join(person, person.c.id == session.c.person_id)
    .where(session.c.ended_at.is_(None), session.c.created_at > bindparam("since"))
)
_BY_DIGEST = _OPEN.where(session.c.digest == bindparam("digest"))
_FROM_OUTSIDE = select(session.c.id, *guards.columns(session)).where(session.c.ended_at.is_(None))
_OF_PERSON = _OPEN.where(session.c.person_id == bindparam("person")).order_by(session.c.id.desc())


def add(
    tx: Tx, *, digest: str, person_id: int, agent: str, at: datetime, lacks: str = "", outside: str | None = None
) -> int:
    return tx.insert(
        session,
        digest=digest,
        person_id=person_id,
        agent=agent,
        created_at=at,
        confirmed_at=at,
        lacks=lacks,
        outside=outside,
    )


def by_digest(tx: Tx, digest: str, since: datetime) -> SessionRow | None:
    """The open session behind a cookie, if it is not older than that; none that is not as it was written.

    None either of whom nobody can tell which sessions have ended: their epoch is not the one that was written.
    """
    return next(_sound(tx, tx.all(_BY_DIGEST, digest=digest, since=since)), None)


def of_person(tx: Tx, person_id: int, since: datetime) -> list[SessionRow]:
    """Somebody's open sessions, the newest first."""
    return list(_sound(tx, tx.all(_OF_PERSON, person=person_id, since=since)))


def _sound(tx: Tx, rows: Sequence[Any]) -> Iterator[SessionRow]:
    names = SessionRow.__dataclass_fields__
    sound = (r for r in rows if judging.holds(tx, session, r) and judging.holds(tx, ENTRY, r, _WHO))
    return (SessionRow(**{n: getattr(r, n) for n in names}) for r in sound)


def confirm(tx: Tx, session_id: int, at: datetime) -> None:
    """The person has just said the password."""
    guarding.change(tx, session, session.c.id == session_id, confirmed_at=at)


def end(tx: Tx, ids: Sequence[int], at: datetime) -> None:
    guarding.change(tx, session, session.c.id.in_(ids), session.c.ended_at.is_(None), ended_at=at)


def of_outside(tx: Tx, *, person_id: int | None, outside: str | None) -> list[int]:
    """Open sessions that began at the provider: of a person, of one session there, or of both."""
    found = _FROM_OUTSIDE.where(session.c.outside.is_not(None))
    if person_id is not None:
        found = found.where(session.c.person_id == person_id)
    if outside is not None:
        found = found.where(session.c.outside == outside)
    return [r.id for r in tx.all(found) if judging.holds(tx, session, r)]


def forget(tx: Tx, before: datetime) -> int:
    """Delete sessions that began before an instant or ended before it; how many."""
    old = or_(session.c.created_at < before, session.c.ended_at < before)
    return tx.execute(delete(session).where(old)).rowcount
