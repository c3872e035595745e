"""Rows of registers, and the counters of gap-free series; who has which number is in ``numbers``."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, bindparam, exists, func, select, type_coerce

from engine.errors import NotFound
from engine.store import guarding, guards, judging, row_digests
from engine.store.columns import Json
from engine.store.database import Tx
from engine.store.prepared import Prepared
from engine.store.tables import instance, record, series

LOOKED_THROUGH = 5000  # lines: some years of an office's letters


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """One line of a register; corrections are further lines that point to the one they correct."""

    id: int
    register: str
    ordinal: int
    label: str
    state: str
    data: Mapping[str, Json]
    instance_id: int | None
    corrects_id: int | None
    created_at: datetime
    created_by: int | None
    digest: str | None = None  # of what was written, see row_digests


_COLUMNS = [record.c[name] for name in RecordRow.__dataclass_fields__]
_BY_LABEL = (
    select(*_COLUMNS)
    .where(record.c.register == bindparam("register_"), record.c.label == bindparam("label_"))
    .order_by(record.c.ordinal.desc())
    .limit(1)
)
# locked as an update would: of two takers one waits here for the other's commit
_COUNTER = Prepared[Any](
    select(series.c.id, *guards.columns(series))
    .where(series.c.name == bindparam("name_"), series.c.year == bindparam("year_"))
    .with_for_update(key_share=True)
)


def take(tx: Tx, name: str, year: int, *, many: int = 1) -> int:
    """The next number of a series, the last one of ``many``; the row lock makes two takers wait: no gap, no double.

    Altered if the counter is not as it was written; nothing is given out then.
    """
    found = tx.first(_COUNTER, name_=name, year_=year)
    if found is None:
        judging.whole(tx, series)  # a counter whose name has decayed would begin anew
        # the first of a year: of two at once one waits here for the other's commit, and both count up
        tx.insert_new(series, [{"name": name, "year": year, "last": 0}])
        found = tx.first(_COUNTER, name_=name, year_=year)
        assert found is not None  # it has just been written, by this one or by the other
    last = int(found.last) + many
    guarding.change_read(tx, series, found.id, found._asdict(), {"last": last})
    return last


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line to be appended to a register; ``corrects_id`` is the one it stands for from now on."""

    label: str
    state: str
    data: Mapping[str, Json]
    instance_id: int | None
    at: datetime
    by: int | None
    corrects_id: int | None = None


def add(tx: Tx, register: str, line: NewLine) -> int:
    """Append one line; its id."""
    return tx.insert(record, **_values(tx, register, take(tx, f"register:{register}", 0), line))


def add_many(tx: Tx, register: str, lines: Sequence[NewLine]) -> None:
    """Append many lines in their order, with two statements."""
    if lines:
        last = take(tx, f"register:{register}", 0, many=len(lines))
        first = last - len(lines) + 1
        tx.insert_many(record, [_values(tx, register, n, line) for n, line in enumerate(lines, first)])


def _values(tx: Tx, register: str, ordinal: int, line: NewLine) -> dict[str, Any]:
    values = {
        "register": register,
        "ordinal": ordinal,
        "label": line.label,
        "state": line.state,
        "data": dict(line.data),
        "instance_id": line.instance_id,
        "corrects_id": line.corrects_id,
        "created_at": line.at,
        "created_by": line.by,
    }
    return values | {"digest": row_digests.of_record(tx.audit_key, values)}


def _line(tx: Tx, found: Any) -> RecordRow:
    """A line as it was written; Altered if it is not."""
    row = RecordRow(**{name: getattr(found, name) for name in RecordRow.__dataclass_fields__})
    judging.line(tx, row)
    return row


def by_label(tx: Tx, register: str, label: str) -> RecordRow | None:
    found = tx.first(_BY_LABEL, register_=register, label_=label)
    return None if found is None else _line(tx, found)


def last_of_instance(tx: Tx, register: str, instance_id: int) -> RecordRow | None:
    """The newest line that an instance has written into a register."""
    found = tx.first(
        select(*_COLUMNS)
        .where(record.c.register == register, record.c.instance_id == instance_id)
        .order_by(record.c.ordinal.desc())
        .limit(1)
    )
    return None if found is None else _line(tx, found)


def alike(tx: Tx, register: str, wanted: Mapping[str, Json], *, but: int, most: int = 5) -> list[str]:
    """Labels of lines of other instances that say the same in these columns, the newest first."""
    # what is written in a line at all is found by the database; whether it stands in its column, only by reading it
    written = type_coerce(record.c.data, Text)
    rows = tx.all(
        select(record.c.label, record.c.data)
        .where(record.c.register == register, record.c.instance_id != but)
        .where(*(written.contains(orjson.dumps(value).decode(), autoescape=True) for value in wanted.values()))
        .order_by(record.c.ordinal.desc())
        .limit(LOOKED_THROUGH)
    )
    found = dict.fromkeys(r.label for r in rows if all(r.data.get(k) == v for k, v in wanted.items()))
    return list(found)[:most]


def missing(record_id: int) -> NotFound:
    """What is said of a line that is not there, and of one that is not theirs to see."""
    return NotFound(f"没有找到登记 {record_id}。", f"record {record_id} not found")


def by_id(tx: Tx, record_id: int) -> RecordRow:
    found = tx.first(select(*_COLUMNS).where(record.c.id == record_id))
    if found is None:
        raise missing(record_id)
    return _line(tx, found)


def holding(tx: Tx, register: str, column: str, value: str) -> list[RecordRow]:
    """Lines that hold a text in a column, oldest first, replaced ones too; only the newest are looked through."""
    statement = (
        select(*_COLUMNS).where(record.c.register == register).order_by(record.c.ordinal.desc()).limit(LOOKED_THROUGH)
    )
    rows = [_line(tx, r) for r in tx.all(statement)]
    return [row for row in reversed(rows) if row.data.get(column) == value]


def last_ordinal(tx: Tx, register: str) -> int:
    """How many lines were ever written into a register: it has not changed while this is the same."""
    wanted = select(series.c.last).where(series.c.name == f"register:{register}", series.c.year == 0)
    return int(tx.scalar(wanted) or 0)


def lock(tx: Tx, register: str) -> None:
    """Let nobody else add to a register until this transaction ends: who replaces a line must see the last one."""
    tx.all(_COUNTER, name_=f"register:{register}", year_=0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of a register: of a time, in a state, all of them or only those that no later one replaces."""

    register: str
    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None
    standing: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as SQL."""
        found: list[ColumnElement[bool]] = [record.c.register == self.register]
        if self.since is not None:
            found.append(record.c.created_at >= self.since)
        if self.until is not None:
            found.append(record.c.created_at < self.until)
        if self.state:
            found.append(record.c.state == self.state)
        if self.standing:
            later = record.alias()
            found.append(~exists().where(later.c.corrects_id == record.c.id))
        return found


def of_register(tx: Tx, wanted: Wanted, *, limit: int = 200, offset: int = 0) -> list[tuple[RecordRow, str | None]]:
    """Lines of a register, newest first, each with the number of its instance."""
    statement = (
        select(*_COLUMNS, instance.c.number)
        .outerjoin(instance, instance.c.id == record.c.instance_id)
        .where(*wanted.conditions())
        .order_by(record.c.ordinal.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(_line(tx, r), r.number) for r in tx.all(statement)]


def standing(tx: Tx, register: str, *, since: datetime | None = None) -> list[RecordRow]:
    """The lines that no later one replaces, oldest first."""
    wanted = Wanted(register, since=since, standing=True).conditions()
    return [_line(tx, r) for r in tx.all(select(*_COLUMNS).where(*wanted).order_by(record.c.ordinal))]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A standing line and the instance it came from, if any."""

    id: int
    label: str
    state: str
    data: Mapping[str, Json]
    instance_id: int | None
    number: str | None
    instance_state: str | None
    created_by: int | None = None


def held(tx: Tx, register: str, states: Collection[str], *, since: datetime | None = None) -> list[HeldRow]:
    """The standing lines in these states, oldest first, each with the number and state of its instance."""
    rows = tx.all(
        select(*_COLUMNS, instance.c.number, instance.c.state.label("instance_state"))
        .outerjoin(instance, instance.c.id == record.c.instance_id)
        .where(*Wanted(register, since=since, standing=True).conditions(), record.c.state.in_(sorted(states)))
        .order_by(record.c.ordinal)
    )
    lines = [(_line(tx, row), row) for row in rows]
    return [
        HeldRow(
            line.id,
            line.label,
            line.state,
            line.data,
            line.instance_id,
            row.number,
            row.instance_state,
            line.created_by,
        )
        for line, row in lines
    ]


def count_of(tx: Tx, wanted: Wanted) -> int:
    """How many lines there are."""
    return int(tx.scalar(select(func.count()).select_from(record).where(*wanted.conditions())))


def count_by_state(tx: Tx, register: str) -> dict[str, int]:
    """How many standing lines are in each state."""
    wanted = Wanted(register, standing=True).conditions()
    rows = tx.all(select(record.c.state, func.count().label("many")).where(*wanted).group_by(record.c.state))
    return {str(r.state): int(r.many) for r in rows}


def count(tx: Tx, register: str) -> int:
    return count_of(tx, Wanted(register))
