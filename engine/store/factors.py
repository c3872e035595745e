"""Rows of second factors and their recovery codes: secrets are encrypted, codes are hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from engine.store.database import Tx
from engine.store.tables import factor, recovery_code


@dataclass(frozen=True, slots=True)
class FactorRow:
    """Somebody's factor; until it is confirmed it asks nobody for anything."""

    id: int
    person_id: int
    secret: str
    created_at: datetime
    confirmed_at: datetime | None
    last_step: int


_ALL = select(*[factor.c[name] for name in FactorRow.__dataclass_fields__]).order_by(factor.c.id)
_OF_PERSON = _ALL.where(factor.c.person_id == bindparam("person"))
_CODE = select(recovery_code.c.id, recovery_code.c.hash).where(
    recovery_code.c.person_id == bindparam("person"),
    recovery_code.c.ordinal == bindparam("ordinal"),
    recovery_code.c.used_at.is_(None),
)
_LEFT = select(func.count()).where(recovery_code.c.person_id == bindparam("person"), recovery_code.c.used_at.is_(None))


def of_person(tx: Tx, person_id: int) -> FactorRow | None:
    found = tx.first(_OF_PERSON, person=person_id)
    return None if found is None else FactorRow(**found._mapping)


def every(tx: Tx) -> list[FactorRow]:
    """Everybody's, for the check-up."""
    return [FactorRow(**row._mapping) for row in tx.all(_ALL)]


def propose(tx: Tx, person_id: int, secret: str, at: datetime) -> None:
    """A factor that is not confirmed yet, instead of another such one."""
    tx.execute(delete(factor).where(factor.c.person_id == person_id, factor.c.confirmed_at.is_(None)))
    tx.insert_if_new(factor, person_id=person_id, secret=secret, created_at=at)  # of two at once one counts


def confirm(tx: Tx, factor_id: int, at: datetime) -> None:
    tx.execute(update(factor).where(factor.c.id == factor_id).values(confirmed_at=at))


def advance(tx: Tx, factor_id: int, step: int) -> bool:
    """Use up a time step; False if it, or a later one, was used before: of two at once one is refused."""
    used = update(factor).where(factor.c.id == factor_id, factor.c.last_step < step).values(last_step=step)
    return tx.execute(used).rowcount == 1


def remove(tx: Tx, person_id: int) -> None:
    """The factor and its recovery codes, as if there had never been any."""
    tx.execute(delete(recovery_code).where(recovery_code.c.person_id == person_id))
    tx.execute(delete(factor).where(factor.c.person_id == person_id))


def set_codes(tx: Tx, person_id: int, hashes: Sequence[str]) -> None:
    """These recovery codes instead of all that were there."""
    tx.execute(delete(recovery_code).where(recovery_code.c.person_id == person_id))
    tx.insert_many(
        recovery_code, [{"person_id": person_id, "ordinal": n, "hash": each} for n, each in enumerate(hashes, 1)]
    )


def code(tx: Tx, person_id: int, ordinal: int) -> tuple[int, str] | None:
    """Id and hash of a recovery code that has not been used."""
    found = tx.first(_CODE, person=person_id, ordinal=ordinal)
    return None if found is None else (int(found.id), str(found.hash))


def use_code(tx: Tx, code_id: int, at: datetime) -> bool:
    """Use a recovery code up; False if somebody was faster."""
    used = update(recovery_code).where(recovery_code.c.id == code_id, recovery_code.c.used_at.is_(None))
    return tx.execute(used.values(used_at=at)).rowcount == 1


def codes_left(tx: Tx, person_id: int) -> int:
    return int(tx.scalar(_LEFT, person=person_id) or 0)
