"""Many instances out of one: its rows again under new numbers, faster than starting each."""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, Final

from sqlalchemy import func, select

from engine.archives.chain import entry_hash
from engine.runtime import Engine
from engine.store import Tx, instances, judging, row_digests, tables

CHUNK = 2_000
REFERENCES = {"instance_id": "instance", "activity_id": "activity", "item_id": "work_item"}
Change = Callable[[str, int, dict[str, Any]], None]
_DIGESTS: Final[Mapping[str, Callable[[bytes, dict[str, Any]], str]]] = {
    "instance": lambda key, row: row_digests.of_instance(key, SimpleNamespace(**row)),
    "work_item": row_digests.of_decision,
    "notification": row_digests.of_notice,
}


def multiply(
    engine: Engine, number: str, copies: int, change: Change, *, history: bool = True, notices: bool = False
) -> None:
    """Add copies of an instance; ``change(table, n, row)`` may alter each row before it is written."""
    names = ["instance", "activity", "work_item", "timer"]
    names += [*(["history"] if history else []), *(["notification"] if notices else [])]
    with engine.store.transaction() as tx:
        instance_id = instances.by_number(tx, number).id
        rows = {name: _rows_of(tx, name, instance_id) for name in names}
        free = {name: int(tx.scalar(select(func.max(_table(name).c.id))) or 0) + 1 for name in names}
    for first in range(0, copies, CHUNK):
        with engine.store.transaction() as tx:
            some = {
                name: [
                    _copy(name, n, row, position, rows, free, change)
                    for n in range(first, min(copies, first + CHUNK))
                    for position, row in enumerate(rows[name])
                ]
                for name in names
            }
            _seal(tx.audit_key, some)
            for name, made in some.items():
                tx.insert_many(_table(name), made)
    _continue_numbers(engine, names)


def _table(name: str) -> Any:
    return getattr(tables, name)


def _rows_of(tx: Tx, name: str, instance_id: int) -> list[dict[str, Any]]:
    table = _table(name)
    key = table.c.id if name == "instance" else table.c.instance_id
    return [dict(row._mapping) for row in tx.all(select(table).where(key == instance_id).order_by(table.c.id))]


def _copy(
    name: str,
    n: int,
    row: dict[str, Any],
    position: int,
    rows: dict[str, list[dict[str, Any]]],
    free: dict[str, int],
    change: Change,
) -> dict[str, Any]:
    """One row of copy ``n``: an id of its own, references to the rows of the same copy."""
    made = row | {"id": free[name] + n * len(rows[name]) + position}
    for column, other in REFERENCES.items():
        old = row.get(column)
        if old is not None:
            places = [r["id"] for r in rows[other]]
            made[column] = free[other] + n * len(places) + places.index(old)
    if made.get("once") is not None:
        made["once"] = f"{row['once']}-{n + 1}"
    if name == "instance":
        made["number"] = f"{row['number']}-{n + 1}"
    change(name, n, made)
    return made


def _seal(key: bytes, made: dict[str, list[dict[str, Any]]]) -> None:
    """Chains and digests of the copies' own, or nobody would read them; a row that has no digest is not judged."""
    heads = {row["id"]: "" for row in made["instance"]}
    for entry in made.get("history", []):
        values = {name: entry[name] for name in judging.CHAINED}
        entry["hash"] = heads[entry["instance_id"]] = entry_hash(key, heads[entry["instance_id"]], values)
    for row in made["instance"]:
        row["history_hash"] = heads[row["id"]]
        row["history_seq"] = row["history_seq"] if row["history_hash"] else 0
    for name, digest in _DIGESTS.items():
        for row in made.get(name, []):
            if row["digest"] is not None:
                row["digest"] = digest(key, row)


def _continue_numbers(engine: Engine, names: list[str]) -> None:
    """PostgreSQL counts apart from the rows; what we numbered ourselves must not be given out again."""
    if engine.store.dialect != "postgresql":
        return
    with engine.store.transaction() as tx:
        for name in names:
            table = _table(name)
            tx.scalar(
                select(
                    func.setval(func.pg_get_serial_sequence(name, "id"), select(func.max(table.c.id)).scalar_subquery())
                )
            )
