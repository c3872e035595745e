"""Decisions as values: tables with their columns, rules and hit policy, and what a decision answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.expressions import Expression
from engine.bpmn.values import Json

SINGLE = frozenset(["UNIQUE", "ANY", "PRIORITY", "FIRST"])
MULTIPLE = frozenset(["COLLECT", "RULE ORDER", "OUTPUT ORDER"])
AGGREGATIONS = frozenset(["SUM", "MIN", "MAX", "COUNT"])


@dataclass(frozen=True, slots=True)
class Output:
    """A column of results; ``order`` lists its values from the most to the least important."""

    name: str
    order: tuple[Json, ...] = ()
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A line: one test per input, one expression per output."""

    id: str
    tests: tuple[Expression, ...]
    results: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table; ``aggregation`` is empty unless the policy is COLLECT."""

    policy: str
    aggregation: str
    inputs: tuple[Expression, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """A table or an expression; ``variable`` is the name under which other decisions know its answer."""

    id: str
    name: str
    variable: str
    table: Table | None = None
    expression: Expression | None = None
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The answer: ``rows`` as Camunda counts them, and ``value`` as FEEL sees it."""

    rows: tuple[Mapping[str, Json], ...] = ()
    value: Json = field(default=None)
