"""Expressions of a diagram, read once; what cannot be read becomes a finding, and fails when a token gets there."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.expressions import (
    Expression,
    broken,
    compile_collection,
    compile_expression,
    compile_template,
    is_expression,
    office,
)
from engine.bpmn.timers import check_literal, instant
from engine.errors import ExpressionError

SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # to try a timer with; whatever lies before is past


def read(text: str, place: Place, findings: Findings) -> Expression:
    """An expression: a condition, a collection, a cardinality."""
    return _read(compile_expression, text, place, findings)


def read_template(text: str, place: Place, findings: Findings) -> Expression:
    """A text that may hold expressions: a timer, the target of a call."""
    return _read(compile_template, text, place, findings)


def read_collection(texts: Sequence[str], keys: Sequence[str] | None, place: Place, findings: Findings) -> Expression:
    """A list of texts that may hold expressions, or with ``keys`` a record of them."""
    try:
        return compile_collection(texts, keys)
    except ExpressionError as error:
        findings.expression(place, error)
        return broken(", ".join(texts), error)


def read_timer(kind: str, text: str, place: Place, findings: Findings) -> Expression:
    """A timer: a literal is checked now, because nobody sees it fail at night."""
    plain = text.strip().strip("'\"")  # SpiffWorkflow's own diagrams quote their literals
    if is_expression(plain):
        return read_template(plain, place, findings)
    try:
        check_literal(kind, plain, SOME_DAY, office().zone)
        if kind == "date" and instant(plain, office().zone) < SOME_DAY:
            findings.warn("past_date", place, moment=plain)
        return compile_template(plain)
    except ExpressionError as error:
        findings.expression(place, error)
        return broken(plain, error)


def _read(compiler: Callable[[str], Expression], text: str, place: Place, findings: Findings) -> Expression:
    try:
        return compiler(text)
    except ExpressionError as error:
        findings.expression(place, error)
        return broken(text, error)
