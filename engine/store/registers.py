"""Rows of registers, and the counters of gap-free series; who has which number is in ``numbers``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from engine.errors import NotFound
from engine.store.columns import Json
from engine.store.database import Tx
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


_COLUMNS = [record.c[name] for name in RecordRow.__dataclass_fields__]
_BY_LABEL = (
    select(*_COLUMNS)
    .where(record.c.register == bindparam("register_"), record.c.label == bindparam("label_"))
    .order_by(record.c.ordinal.desc())
    .limit(1)
)
_BUMP = (
    update(series)
    .where(series.c.name == bindparam("name_"), series.c.year == bindparam("year_"))
    .values(last=series.c.last + 1)
    .returning(series.c.last)
)


def take(tx: Tx, name: str, year: int) -> int:
    """The next number of a series; the row lock makes two takers wait, so there is no gap and no double."""
    wanted = {"name_": name, "year_": year}
    found = tx.execute(_BUMP, wanted).scalar()
    if found is None:
        # the first of a year: of two at once one waits here for the other's commit, and both count up
        tx.insert_new(series, [{"name": name, "year": year, "last": 0}])
        found = tx.execute(_BUMP, wanted).scalar_one()
    return int(found)


def add(
    tx: Tx,
    *,
    register: str,
    label: str,
    state: str,
    data: Mapping[str, Json],
    instance_id: int | None,
    at: datetime,
    by: int | None,
    corrects_id: int | None = None,
) -> int:
    """Append one line."""
    ordinal = take(tx, f"register:{register}", 0)
    return tx.insert(
        record,
        register=register,
        ordinal=ordinal,
        label=label,
        state=state,
        data=dict(data),
        instance_id=instance_id,
        corrects_id=corrects_id,
        created_at=at,
        created_by=by,
    )


def by_label(tx: Tx, register: str, label: str) -> RecordRow | None:
    found = tx.first(_BY_LABEL, register_=register, label_=label)
    return None if found is None else RecordRow(**found._mapping)


def last_of_instance(tx: Tx, register: str, instance_id: int) -> RecordRow | None:
    """The newest line that an instance has written into a register."""
    found = tx.first(
        select(*_COLUMNS)
        .where(record.c.register == register, record.c.instance_id == instance_id)
        .order_by(record.c.ordinal.desc())
        .limit(1)
    )
    return None if found is None else RecordRow(**found._mapping)


def alike(tx: Tx, register: str, wanted: Mapping[str, Json], *, but: int, most: int = 5) -> list[str]:
    """Labels of lines of other instances that say the same in these columns, the newest first."""
    rows = tx.all(
        select(record.c.label, record.c.data)
        .where(record.c.register == register, record.c.instance_id != but)
        .order_by(record.c.ordinal.desc())
        .limit(LOOKED_THROUGH)
    )
    found = dict.fromkeys(r.label for r in rows if all(r.data.get(k) == v for k, v in wanted.items()))
    return list(found)[:most]


def by_id(tx: Tx, record_id: int) -> RecordRow:
    found = tx.first(select(*_COLUMNS).where(record.c.id == record_id))
    if found is None:
        raise NotFound(f"没有找到登记 {record_id}。", f"record {record_id} not found")
    return RecordRow(**found._mapping)


def set_state(tx: Tx, record_id: int, state: str, data: Mapping[str, Json]) -> None:
    """Move a record along its life; its line stays."""
    tx.execute(update(record).where(record.c.id == record_id).values(state=state, data=dict(data)))


def of_register(
    tx: Tx,
    register: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 200,
    offset: int = 0,
) -> list[tuple[RecordRow, str | None]]:
    """Lines of a register, newest first, each with the number of its instance."""
    statement = (
        select(*_COLUMNS, instance.c.number)
        .outerjoin(instance, instance.c.id == record.c.instance_id)
        .where(record.c.register == register)
        .order_by(record.c.ordinal.desc())
        .limit(limit)
        .offset(offset)
    )
    if since is not None:
        statement = statement.where(record.c.created_at >= since)
    if until is not None:
        statement = statement.where(record.c.created_at < until)
    return [(RecordRow(**{k: v for k, v in r._mapping.items() if k != "number"}), r.number) for r in tx.all(statement)]


def count(tx: Tx, register: str) -> int:
    return int(tx.scalar(select(func.count()).where(record.c.register == register)))
