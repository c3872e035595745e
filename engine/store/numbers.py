"""Who has which number of a series: used by an instance, reserved for later, or void with its reason (废号)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, bindparam, func, select, update

from engine.store import judging
from engine.store.database import Tx
from engine.store.tables import instance, person, series, taken_number

USED, RESERVED, VOID = "used", "reserved", "void"
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One number of a series; ``number`` is the instance that uses it, ``person`` who reserved or voided it."""

    id: int
    series: str
    year: int
    ordinal: int
    text: str
    state: str
    reason: str
    taken_at: datetime
    number: str | None
    person: str | None
    instance_id: int | None = None
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """A series in a year: its counter and how many rows stand behind it."""

    series: str
    year: int
    last: int
    first: int
    used: int
    reserved: int
    void: int


_COLUMNS = (
    *(taken_number.c[name] for name in ("id", "series", "year", "ordinal", "text", "state", "reason", "taken_at")),
    taken_number.c.instance_id,
    taken_number.c.person_id,
    instance.c.number,
    person.c.name.label("person"),
    *judging.SIGNED,
)
_ROWS = select(*_COLUMNS).select_from(
    taken_number.outerjoin(instance, instance.c.id == taken_number.c.instance_id).outerjoin(
        person, person.c.id == taken_number.c.person_id
    )
)
_CLAIM = (
    update(taken_number)
    .where(taken_number.c.id == bindparam("id_"), taken_number.c.state == RESERVED)
    .values(state=USED, instance_id=bindparam("instance_"), taken_at=bindparam("at_"))
)


def note(
    tx: Tx,
    *,
    series: str,
    year: int,
    ordinal: int,
    text: str,
    at: datetime,
    instance_id: int | None = None,
    state: str = USED,
    reason: str = "",
    person_id: int | None = None,
) -> None:
    """Write down what has become of a number that was just taken."""
    row = {
        "series": series,
        "year": year,
        "ordinal": ordinal,
        "text": text,
        "state": state,
        "reason": reason[:LONGEST_REASON],
        "instance_id": instance_id,
        "taken_at": at,
        "person_id": person_id,
    }
    tx.insert_many(taken_number, [row])


def claim(tx: Tx, row: NumberRow, instance_id: int, at: datetime) -> bool:
    """Give a reserved number to an instance; False if somebody was faster."""
    return tx.execute(_CLAIM, {"id_": row.id, "instance_": instance_id, "at_": at}).rowcount == 1


def void_reserved(tx: Tx, number_id: int, reason: str, person_id: int) -> bool:
    """A reserved number that nobody will use (废号); False if it is not reserved any more."""
    statement = (
        update(taken_number)
        .where(taken_number.c.id == number_id, taken_number.c.state == RESERVED)
        .values(state=VOID, reason=reason[:LONGEST_REASON], person_id=person_id)
    )
    return tx.execute(statement).rowcount == 1


def void_of_instance(tx: Tx, instance_id: int, reason: str) -> None:
    """A number whose document was voided is never used again."""
    tx.execute(
        update(taken_number)
        .where(taken_number.c.instance_id == instance_id, taken_number.c.state == USED)
        .values(state=VOID, reason=reason[:LONGEST_REASON])
    )


def by_text(tx: Tx, name: str, text: str) -> NumberRow | None:
    """The number of a series that reads like this."""
    found = tx.first(_ROWS.where(taken_number.c.series == name, taken_number.c.text == text))
    return None if found is None else _row(tx, found)


def by_id(tx: Tx, number_id: int) -> NumberRow | None:
    found = tx.first(_ROWS.where(taken_number.c.id == number_id))
    return None if found is None else _row(tx, found)


def _row(tx: Tx, found: Any) -> NumberRow:
    return judging.named_by(tx, NumberRow, [found], name="person")[0]


def of_series(tx: Tx, name: str, year: int, *, states: Sequence[str] = (USED, RESERVED, VOID)) -> list[NumberRow]:
    """The numbers of a series in a year, in their order."""
    wanted = _ROWS.where(taken_number.c.series == name, taken_number.c.year == year, taken_number.c.state.in_(states))
    return judging.named_by(tx, NumberRow, tx.all(wanted.order_by(taken_number.c.ordinal)), name="person")


def kept(tx: Tx) -> list[SeriesRow]:
    """Every series whose numbers are written down one by one, with its counter."""

    def count(state: str) -> Label[int]:
        return func.count().filter(taken_number.c.state == state).label(state)

    statement = (
        select(
            taken_number.c.series,
            taken_number.c.year,
            series.c.last,
            func.min(taken_number.c.ordinal).label("first"),
            count(USED),
            count(RESERVED),
            count(VOID),
        )
        .join(series, (series.c.name == taken_number.c.series) & (series.c.year == taken_number.c.year))
        .group_by(taken_number.c.series, taken_number.c.year, series.c.last)
        .order_by(taken_number.c.year.desc(), taken_number.c.series)
    )
    return [SeriesRow(**r._mapping) for r in tx.all(statement)]
