"""Expressions of a diagram, read once; what cannot be read becomes a finding, and fails when a token gets there."""

import ast
from collections.abc import Callable
from typing import Any

from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.expressions import Expression, compile_expression, compile_template
from engine.errors import ExpressionError


class Broken(Expression):
    """Stands for an expression that could not be read."""

    __slots__ = ("error",)

    def __init__(self, text: str, error: ExpressionError) -> None:
        super().__init__(text, ast.Constant(value=None), frozenset(), frozenset())
        object.__setattr__(self, "error", error)

    def evaluate(self, *_: Any, **__: Any) -> Any:
        """Raise what was wrong."""
        raise self.error


def read(text: str, place: Place, findings: Findings) -> Expression:
    """An expression: a condition, a collection, a cardinality."""
    return _read(compile_expression, text, place, findings)


def read_template(text: str, place: Place, findings: Findings) -> Expression:
    """A text that may hold expressions: a timer, the target of a call."""
    return _read(compile_template, text, place, findings)


def _read(compiler: Callable[[str], Expression], text: str, place: Place, findings: Findings) -> Expression:
    try:
        return compiler(text)
    except ExpressionError as error:
        findings.expression(place, error)
        return Broken(text, error)
