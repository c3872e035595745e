"""What the operators mean: numbers and texts compare as people write them, and nothing grows without limit."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.expressions.refusals import LARGEST_NUMBER, LONGEST_TEXT

Operator = Callable[..., Any]

CONSTANTS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}
COMPARISONS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq,
    "!=": ast.NotEq,
    "<": ast.Lt,
    ">": ast.Gt,
    "<=": ast.LtE,
    ">=": ast.GtE,
}
SUMS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
PRODUCTS: dict[str, type[ast.operator]] = {"*": ast.Mult, "/": ast.Div, "%": ast.Mod}


def truth(value: Any) -> bool:
    """Whether a condition holds; the text ``"false"`` of a form does not, and any other text is no condition at all."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word not in ("true", "false", ""):
            raise TypeError("a condition must be true or false, not the text " + repr(value[:20]))
        return word == "true"
    return bool(value)


def same(left: Any, right: Any) -> bool:
    """Equality across the spellings forms use: 5 and "5", true and "true"."""
    if isinstance(left, str) != isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        if isinstance(other, bool):
            return bool(text.strip().lower() == str(other).lower())
        if isinstance(other, int | float):
            number = as_number(text)
            return number is not None and number == other
    return bool(left == right)


def as_number(text: str) -> int | float | None:
    """The number a text spells, if it spells one."""
    for kind in (int, float):
        try:
            return kind(text) if len(text) < 40 else None
        except ValueError:
            continue
    return None


def ordered(compare: Operator) -> Operator:
    """Make ``<`` and its kin read a number written as text when the other side is a number."""

    def decide(left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, int | float):
            left = as_number(left) if as_number(left) is not None else left
        elif isinstance(right, str) and isinstance(left, int | float):
            right = as_number(right) if as_number(right) is not None else right
        return bool(compare(left, right))

    return decide


def number(value: Any) -> int | float:
    """A number that may take part in arithmetic."""
    if isinstance(value, str):
        value = as_number(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number is needed")
    if abs(value) > LARGEST_NUMBER:
        raise OverflowError("the number is too large")
    return value


def arithmetic(compute: Operator) -> Operator:
    """Numbers only, so that neither texts nor lists are multiplied."""
    return lambda left, right: number(compute(number(left), number(right)))


def add(left: Any, right: Any) -> Any:
    """Sum of numbers; texts and lists are joined up to a limit."""
    if (isinstance(left, str) and isinstance(right, str)) or (isinstance(left, list) and isinstance(right, list)):
        if len(left) + len(right) > LONGEST_TEXT:
            raise OverflowError("the text is too long")
        return left + right  # type: ignore[operator]
    if isinstance(left, str) != isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        if as_number(text) is None and isinstance(other, int | float):
            return as_text(left) + as_text(right)
    return number(number(left) + number(right))


def as_text(value: Any) -> str:
    """How a value reads inside a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if len(text) > LONGEST_TEXT:
        raise OverflowError("the text is too long")
    return text


def contains(needle: Any, stack: Any) -> bool:
    """Membership in a list, among the keys of a record, or inside a text."""
    if isinstance(stack, str):
        return as_text(needle) in stack
    if isinstance(stack, list | tuple):
        return any(same(needle, item) for item in stack)
    return needle in stack


OPERATORS: Mapping[type[ast.AST], Operator] = {
    ast.Add: add,
    ast.Sub: arithmetic(operator.sub),
    ast.Mult: arithmetic(operator.mul),
    ast.Div: arithmetic(operator.truediv),
    ast.Mod: arithmetic(operator.mod),
    ast.Eq: same,
    ast.NotEq: lambda left, right: not same(left, right),
    ast.Gt: ordered(operator.gt),
    ast.Lt: ordered(operator.lt),
    ast.GtE: ordered(operator.ge),
    ast.LtE: ordered(operator.le),
    ast.In: contains,
    ast.NotIn: lambda needle, stack: not contains(needle, stack),
    ast.Not: lambda value: not truth(value),
    ast.USub: lambda value: -number(value),
}
