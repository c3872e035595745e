"""Who has which number of a series: used by an instance, reserved for later, or void with its reason (废号)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.errors import Altered
from engine.store import altered_rows, guarding, guards, house, judging
from engine.store.database import Tx
from engine.store.tables import instance, person, series, taken_number

USED, RESERVED, VOID = "used", "reserved", "void"
ALTERED = "altered"  # in place of the state of a line that is not as it was written
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
    """A series in a year: its counter, how many rows stand behind it, and how many of them are not as written."""

    series: str
    year: int
    last: int | None  # not as it was written
    used: int
    reserved: int
    void: int
    altered: int


_LINE = "line_"  # what begins the names of the columns by which a line is judged
_COLUMNS = (
    *(taken_number.c[name] for name in ("id", "series", "year", "ordinal", "text", "state", "reason", "taken_at")),
    taken_number.c.instance_id,
    taken_number.c.person_id,
    instance.c.number,
    person.c.name.label("person"),
    *judging.SIGNED,
    *guards.columns(taken_number, _LINE),
)
_ROWS = select(*_COLUMNS).select_from(
    taken_number.outerjoin(instance, instance.c.id == taken_number.c.instance_id).outerjoin(
        person, person.c.id == taken_number.c.person_id
    )
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
    """Write down what has become of a number that was just taken; Altered if the ledger says that somebody has it."""
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
    if tx.insert_if_new(taken_number, **row) is None:  # a line that has decayed into it: counters give none twice
        raise Altered(f"编号 {series} {year} 第 {ordinal} 号", altered_rows.code_of(taken_number))


def claim(tx: Tx, row: NumberRow, instance_id: int, at: datetime) -> bool:
    """Give a reserved number to an instance; False if somebody was faster."""
    reserved = (taken_number.c.id == row.id, taken_number.c.state == RESERVED)
    return guarding.change(tx, taken_number, *reserved, state=USED, instance_id=instance_id, taken_at=at) == 1


def void_reserved(tx: Tx, number_id: int, reason: str, person_id: int) -> bool:
    """A reserved number that nobody will use (废号); False if it is not reserved any more."""
    reserved = (taken_number.c.id == number_id, taken_number.c.state == RESERVED)
    said = reason[:LONGEST_REASON]
    return guarding.change(tx, taken_number, *reserved, state=VOID, reason=said, person_id=person_id) == 1


def void_of_instance(tx: Tx, instance_id: int, reason: str) -> None:
    """A number whose document was voided is never used again."""
    used = (taken_number.c.instance_id == instance_id, taken_number.c.state == USED)
    guarding.change(tx, taken_number, *used, state=VOID, reason=reason[:LONGEST_REASON])


def by_text(tx: Tx, name: str, text: str) -> NumberRow | None:
    """The number of a series that reads like this; Altered if it is not as it was written."""
    found = tx.first(_ROWS.where(taken_number.c.series == name, taken_number.c.text == text))
    return None if found is None else _row(tx, found)


def by_id(tx: Tx, number_id: int) -> NumberRow | None:
    """A number; Altered if it is not as it was written."""
    found = tx.first(_ROWS.where(taken_number.c.id == number_id))
    return None if found is None else _row(tx, found)


def _row(tx: Tx, found: Any) -> NumberRow:
    if not judging.holds(tx, taken_number, found, _LINE):
        raise Altered(f"编号 {taken_number.name}:{found.id}", altered_rows.code_of(taken_number))
    return judging.named_by(tx, NumberRow, [found], name="person")[0]


def of_series(tx: Tx, name: str, year: int, *, states: Sequence[str] = (USED, RESERVED, VOID)) -> list[NumberRow]:
    """The numbers of a series in a year, in their order; a line that is not as it was written says so."""
    wanted = _ROWS.where(taken_number.c.series == name, taken_number.c.year == year, taken_number.c.state.in_(states))
    rows = [_shown(tx, row) for row in tx.all(wanted.order_by(taken_number.c.ordinal))]
    return judging.named_by(tx, NumberRow, rows, name="person")


def _shown(tx: Tx, row: Any) -> Any:
    if judging.holds(tx, taken_number, row, _LINE):
        return row
    return judging.hidden(
        row, text=judging.HIDDEN, state=ALTERED, reason="", number=None, instance_id=None, person=None, person_id=None
    )


def kept(tx: Tx) -> list[SeriesRow]:
    """Every series whose numbers are written down one by one, with its counter; only lines as written count."""
    counters = {(r.name, r.year): r for r in tx.all(select(series))}
    found = _states(tx)
    books = ((key, counters[key], states) for key, states in found.items() if key in counters)
    return [
        SeriesRow(
            series=name,
            year=year,
            last=counter.last if judging.holds(tx, series, counter) else None,
            used=states[USED],
            reserved=states[RESERVED],
            void=states[VOID],
            altered=states[ALTERED],
        )
        for (name, year), counter, states in sorted(books, key=lambda one: (-one[0][1], one[0][0]))
    ]


def _states(tx: Tx) -> dict[tuple[str, int], Counter[str]]:
    """How many lines of each series and year are in which state; of the older ones those count that nobody was told."""
    found: dict[tuple[str, int], Counter[str]] = {}
    newest = tx.all(select(taken_number).order_by(taken_number.c.id.desc()).limit(judging.SUMMED))
    for r in newest:
        state = r.state if judging.holds(tx, taken_number, r) else ALTERED
        found.setdefault((r.series, r.year), Counter())[state] += 1
    if len(newest) == judging.SUMMED:
        older = taken_number.c.id < newest[-1].id
        of = (taken_number.c.series, taken_number.c.year, taken_number.c.state)
        for r in tx.all(select(*of, func.count().label("n")).where(older).group_by(*of)):
            found.setdefault((r.series, r.year), Counter())[r.state] += r.n
        told = house.told_rows(tx, taken_number)
        for r in tx.all(select(*of).where(older, taken_number.c.id.in_(told))):
            found[r.series, r.year].update({r.state: -1, ALTERED: 1})
    return found
