"""Statements that insert rows of a table, one for each set of columns that is given."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Select, Table, bindparam, func, insert, literal, select, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from engine.store.prepared import Prepared


@lru_cache(maxsize=512)
def plain(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    """Nothing comes back."""
    return Prepared(insert(table).values(_values(table, names)).inline())


@lru_cache(maxsize=512)
def returning(table: Table, names: tuple[str, ...]) -> Prepared[Any]:
    """The id comes back."""
    return Prepared(insert(table).values(_values(table, names)).returning(table.c.id))


@lru_cache(maxsize=512)
def only_new(table: Table, names: tuple[str, ...], dialect: str) -> Prepared[Any]:
    """A row that breaks a unique constraint is left out."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return Prepared(make(table).values(_values(table, names)).on_conflict_do_nothing().inline())


def _values(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    # a default that is made by a function is not filled in: the statement would ask for it and fail
    fixed = {
        c.name: c.default.arg
        for c in table.c
        if c.name not in names and isinstance(c.default, ScalarElementColumnDefault)
    }
    return fixed | {name: bindparam(name) for name in names}


@lru_cache(maxsize=64)
def ids_ahead(tables: tuple[Table, ...]) -> Prepared[Any]:
    """Ids that PostgreSQL gives out before the rows are there: name of the table and id."""

    def of(table: Table) -> Select[Any]:
        series = func.generate_series(1, bindparam(f"of_{table.name}")).table_valued("n")
        following = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        return select(literal(table.name).label("name"), following.label("id")).select_from(series)

    parts = [of(table) for table in tables]
    return Prepared(union_all(*parts) if len(parts) > 1 else parts[0])


@lru_cache(maxsize=64)
def many(table: Table) -> Insert:
    """For many rows at once, as loading does; nothing comes back."""
    return insert(table).inline()


@lru_cache(maxsize=64)
def counted(table: Table, dialect: str) -> Insert:
    """For rows of which those come back that break no unique constraint."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table).on_conflict_do_nothing().returning(table.c.id)
