"""Expressions of a diagram, read once; what cannot be read becomes a finding, and fails when a token gets there."""

from collections.abc import Callable

from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.expressions import Expression, broken, compile_expression, compile_template
from engine.errors import ExpressionError


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
        return broken(text, error)
