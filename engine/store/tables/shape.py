"""What all tables share: one metadata with names for every constraint, and an id that both databases count up."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table
from sqlalchemy.schema import SchemaItem

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)

# SQLite gives an alias of the row id only to INTEGER PRIMARY KEY; PostgreSQL wants room for years of rows.
Id = BigInteger().with_variant(Integer, "sqlite")


def table(name: str, *columns: SchemaItem) -> Table:
    """A table with a counted id."""
    return Table(name, metadata, Column("id", Id, primary_key=True, autoincrement=True), *columns)


def guarded(name: str, *columns: SchemaItem) -> Table:
    """A table whose rows have a keyed digest of what they say (docs/decisions/104)."""
    return table(name, *columns, Column("row_digest", String(80)))
