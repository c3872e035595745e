"""Statements that never change, compiled once for each kind of database: building the SQL costs more than asking."""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

T = TypeVar("T")
Convert = Callable[[Any], Any]
MOST_KEPT = 2_000  # rows, of some 2 KB each
ASKED = object()  # stands for a value that the caller gives


@dataclass(frozen=True, slots=True)
class Bind:
    """One parameter: its name, how its value is converted, and the value if the statement itself has it."""

    name: str
    convert: Convert | None
    own: Any

    def value(self, given: Mapping[str, Any]) -> Any:
        found = given[self.name] if self.own is ASKED else self.own
        return found if self.convert is None else self.convert(found)


@dataclass(frozen=True, slots=True)
class Text:
    """What a driver is given, and what is done to the values on the way there and back."""

    sql: str
    binds: tuple[Bind, ...]
    names: tuple[str, ...]  # of the columns that come back
    results: tuple[tuple[int, Convert], ...]

    def bound(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters in the order of their places."""
        return tuple([bind.value(given) for bind in self.binds])

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """A row of the driver with our types."""
        if not self.results:
            return row
        read = list(row)
        for at, convert in self.results:
            if read[at] is not None:
                read[at] = convert(read[at])
        return read


class Prepared(Generic[T]):
    """A fixed statement with its values bound by name; each row becomes a value of ``shape``, made by keywords.

    Not for lists of unknown length (``IN``), nor for inserts that count on defaults made in Python. ``plan_once``: the
    best way to the rows is the same for all values, so PostgreSQL need not look for it again each time. ``kept``: what
    was made of the last rows; who asks again for rows that have not changed gets the same values.
    """

    def __init__(
        self,
        statement: Executable,
        shape: Callable[..., T] | None = None,
        *,
        plan_once: bool = False,
        kept: dict[Any, Any] | None = None,
    ) -> None:
        self.statement = statement
        self.plan_once = plan_once
        self._kept = kept
        self._shape = shape
        self._texts: dict[str, Text] = {}
        self._row: Callable[[Sequence[Any]], Any] | None = None

    def on(self, dialect: Dialect) -> Text:
        """Its text for this database."""
        found = self._texts.get(dialect.name)
        if found is None:
            found = self._texts[dialect.name] = _compiled(self.statement, dialect)
        return found

    def values(self, text: Text, rows: Sequence[Sequence[Any]]) -> list[T]:
        """What the rows of the driver stand for."""
        names, shape, read = text.names, self._shape, text.read
        if shape is not None:
            return [shape(**dict(zip(names, read(row), strict=True))) for row in rows]
        if self._row is None:
            made = namedtuple("Row", names)  # type: ignore[misc]
            shape_of = made if self._kept is None else type("Kept", (made,), {"sound_for": None})
            self._row = shape_of._make  # type: ignore[attr-defined]
        make = self._row
        if self._kept is None:
            return [make(read(row)) for row in rows]
        return [self._once(self._kept, row, lambda row: make(read(row))) for row in rows]

    @staticmethod
    def _once(kept: dict[Any, Any], row: Any, make: Callable[[Any], Any]) -> Any:
        found = kept.get(row)
        if found is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            found = kept[row] = make(row)
        return found


def _compiled(statement: Any, dialect: Dialect) -> Text:
    compiled: SQLCompiler = statement.compile(dialect=dialect)
    named = {name: bind for bind, name in compiled.bind_names.items()}
    sql, order = (compiled.string, compiled.positiontup or ()) if compiled.positional else _numbered(compiled.string)
    binds = tuple(
        Bind(name, _binding(named[name].type, dialect), ASKED if named[name].required else named[name].effective_value)
        for name in order
    )
    columns = tuple(getattr(statement, "selected_columns", ()) or statement.exported_columns)
    found = ((at, _reading(column.type, dialect)) for at, column in enumerate(columns))
    results = tuple((at, convert) for at, convert in found if convert is not None)
    return Text(sql, binds, tuple(c.key for c in columns), results)


_PLACE = re.compile(r"%\((\w+)\)s|%%")


def _numbered(sql: str) -> tuple[str, list[str]]:
    """A text in PostgreSQL's own words, $1 for %(name)s: the driver has nothing to translate before it sends it."""
    order: dict[str, int] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${order.setdefault(name, len(order) + 1)}"

    return _PLACE.sub(place, sql), list(order)


def _binding(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    found: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return found


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    found: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return found
