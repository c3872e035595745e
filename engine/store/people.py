"""Persons, units, posts and who stands in for whom: accounts, and the rows of the organisation written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, or_, select

from engine.org import Substitution
from engine.store import epochs, guarding, guards, judging
from engine.store.columns import Json
from engine.store.covered import CHOICES, ENTRY
from engine.store.database import Tx
from engine.store.tables import appointment, charge, person, post, substitution, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What signing in and the personal settings need of a person."""

    id: int
    login: str
    name: str
    password_hash: str
    subject: str | None
    roles: Sequence[str]
    settings: Mapping[str, Json]
    session_epoch: int
    active: bool
    password_until: datetime | None  # of a first password; None: it is one's own


_ACCOUNT = select(person)
_BY_LOGIN = _ACCOUNT.where(person.c.login == bindparam("login_"))
_BY_SUBJECT = _ACCOUNT.where(person.c.subject == bindparam("subject_"))
_BY_ID = _ACCOUNT.where(person.c.id == bindparam("id_"))
_CHOSEN = select(person.c.id, *guards.columns(CHOICES))


def account(tx: Tx, key: int | str) -> Account | None:
    """A person by id or login, with what signing in needs."""
    found = tx.first(_BY_ID, id_=key) if isinstance(key, int) else tx.first(_BY_LOGIN, login_=key)
    return _account(tx, found) if found else None


def account_of_subject(tx: Tx, subject: str) -> Account | None:
    """Who is bound to somebody at the OpenID provider."""
    found = tx.first(_BY_SUBJECT, subject_=subject)
    return _account(tx, found) if found else None


def accounts_of_mail(tx: Tx, address: str) -> list[Account]:
    """Everybody active with a mail address, whatever its case."""
    statement = _ACCOUNT.where(func.lower(person.c.email) == address.lower(), person.c.active.is_(True))
    return [_account(tx, r) for r in tx.all(statement)]


def _account(tx: Tx, row: Any) -> Account:
    """What somebody has chosen for themselves goes back to what everybody begins with if it is not as written.

    Altered if the person is not, or the epoch of their sessions, or until when a first password is good.
    """
    judging.guarded(tx, ENTRY, row)
    found = judging.shaped(tx, person, Account, row)
    return found if judging.holds(tx, CHOICES, row) else replace(found, settings={})


def search(tx: Tx, text: str, units: Collection[int], limit: int) -> list[int]:
    """Ids of active persons by part of name, pinyin or login, or with a post in one of ``units``; best match first."""
    words = text.lower()
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    fields = (person.c.name, person.c.pinyin, person.c.login)
    matches = [func.lower(field).like(f"%{escaped}%", escape="\\") for field in fields]
    if units:
        holders = select(appointment.c.person_id).join(post, post.c.id == appointment.c.post_id)
        matches.append(person.c.id.in_(holders.where(post.c.unit_id.in_(units))))
    starts = or_(*(func.lower(field).like(f"{escaped}%", escape="\\") for field in fields))
    statement: Select[Any] = (
        select(person.c.id)
        .where(person.c.active.is_(True), or_(*matches))
        .order_by(starts.desc(), person.c.id)
        .limit(limit)
    )
    return [r.id for r in tx.all(statement)]


def add_unit(
    tx: Tx, *, code: str, name: str, short: str, kind: str, parent_id: int | None = None, ordinal: int = 0
) -> int:
    return tx.insert(unit, code=code, name=name, short=short, kind=kind, parent_id=parent_id, ordinal=ordinal)


def add_person(
    tx: Tx,
    *,
    login: str,
    name: str,
    pinyin: str,
    roles: Sequence[str],
    password_hash: str = "",
    email: str = "",
    phone: str = "",
) -> int:
    return tx.insert(
        person,
        login=login,
        name=name,
        pinyin=pinyin,
        email=email,
        phone=phone,
        password_hash=password_hash,
        roles=list(roles),
        settings={},
    )


def add_post(tx: Tx, *, unit_id: int, code: str, title: str) -> int:
    return tx.insert(post, unit_id=unit_id, code=code, title=title)


def appoint(
    tx: Tx,
    *,
    person_id: int,
    post_id: int,
    role: str,
    main: bool,
    since: date,
    until: date | None = None,
    ordinal: int = 0,
) -> int:
    return tx.insert(
        appointment,
        person_id=person_id,
        post_id=post_id,
        role=role,
        main=main,
        ordinal=ordinal,
        since=since,
        until=until,
    )


def end_appointments(tx: Tx, *, person_id: int, post_id: int, last: date) -> int:
    """Let the appointments of a person to a post end with a day; how many there were."""
    mine = (appointment.c.person_id == person_id, appointment.c.post_id == post_id)
    still = or_(appointment.c.until.is_(None), appointment.c.until > last)
    return guarding.change(tx, appointment, *mine, appointment.c.since <= last, still, until=last)


def undo_rotation(tx: Tx, *, old: int, new: int, post_id: int, day: date) -> None:
    """Take back a change of hands that was planned for ``day``."""
    mine = (appointment.c.post_id == post_id, appointment.c.person_id == new, appointment.c.since == day)
    tx.execute(delete(appointment).where(*mine))
    before = (appointment.c.post_id == post_id, appointment.c.person_id == old)
    guarding.change(tx, appointment, *before, appointment.c.until == day - timedelta(days=1), until=None)


def put_in_charge(
    tx: Tx, *, person_id: int, unit_id: int, since: date, topic: str | None = None, until: date | None = None
) -> int:
    return tx.insert(charge, person_id=person_id, unit_id=unit_id, topic=topic, since=since, until=until)


def substitute(
    tx: Tx,
    *,
    principal_id: int,
    substitute_id: int,
    since: datetime,
    until: datetime,
    scope: Sequence[str] = (),
    seals: bool = False,
    reason: str = "",
    letter: str = "",
    genres: Sequence[str] = (),
    most: Decimal | None = None,
) -> int:
    return tx.insert(
        substitution,
        principal_id=principal_id,
        substitute_id=substitute_id,
        since=since,
        until=until,
        scope=list(scope),
        seals=seals,
        reason=reason,
        letter=letter,
        genres=list(genres),
        most=None if most is None else str(most),
    )


def substitution_by_id(tx: Tx, substitution_id: int) -> Substitution | None:
    """A substitution, open or over."""
    found = tx.first(select(substitution).where(substitution.c.id == substitution_id))
    return authority(judging.guarded(tx, substitution, found)) if found else None


def authority(row: Any) -> Substitution:
    """A stored substitution as a value."""
    lists = {"scope": tuple(row.scope), "genres": tuple(row.genres)}
    given = {name: getattr(row, name) for name in Substitution.__dataclass_fields__}
    return Substitution(**{**given, **lists, "most": Decimal(row.most) if row.most is not None else None})


def revoke(tx: Tx, substitution_id: int, at: datetime) -> bool:
    """End a substitution early; False if there is none that is still open."""
    still = (substitution.c.revoked_at.is_(None), substitution.c.until > at)
    return guarding.change(tx, substitution, substitution.c.id == substitution_id, *still, revoked_at=at) == 1


def end_sessions(tx: Tx, person_id: int) -> None:
    """End every session and token of a person."""
    epochs.begin_anew(tx, person_id)


def set_active(tx: Tx, person_id: int, active: bool) -> None:
    """Let somebody in or out; either way open sessions end."""
    epochs.begin_anew(tx, person_id, active=active)


def set_roles(tx: Tx, person_id: int, roles: Sequence[str]) -> None:
    """What a person is from now on."""
    guarding.change(tx, person, person.c.id == person_id, roles=list(roles))


def set_settings(tx: Tx, person_id: int, settings: Mapping[str, Json]) -> None:
    guarding.change(tx, person, person.c.id == person_id, settings=dict(settings))


def settings_of(tx: Tx, ids: Collection[int]) -> dict[int, Mapping[str, Json]]:
    """What these persons have chosen for themselves."""
    rows = tx.all(_CHOSEN.where(person.c.id.in_(list(ids))))
    return {r.id: r.settings if judging.holds(tx, CHOICES, r) else {} for r in rows}


def settings_of_all(tx: Tx) -> dict[int, Mapping[str, Json]]:
    """The same of everybody who is still here."""
    rows = tx.all(_CHOSEN.where(person.c.active.is_(True)))
    return {r.id: r.settings if judging.holds(tx, CHOICES, r) else {} for r in rows}


def bind(tx: Tx, person_id: int, subject: str | None) -> bool:
    """Bind somebody to who they are at the provider, or unbind; False if they are bound already."""
    free = [] if subject is None else [person.c.subject.is_(None)]
    return guarding.change(tx, person, person.c.id == person_id, *free, subject=subject) == 1


def email_of(tx: Tx, person_id: int) -> str:
    found = tx.first(select(person).where(person.c.id == person_id))
    return str(judging.guarded(tx, person, found).email) if found else ""
