"""What the operators mean: numbers and texts compare as people write them, and nothing grows without limit."""

import ast
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from math import floor
from typing import Any

from engine.bpmn.expressions.moments import Duration, apart, duration, instants, is_moment, moved
from engine.bpmn.expressions.refusals import LARGEST_NUMBER, LONGEST_TEXT
from forms import Amount

Operator = Callable[..., Any]
Number = int | float | Decimal

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
    if isinstance(value, Amount):
        return bool(value.number)
    if isinstance(value, str):
        word = value.strip().lower()
        if word not in ("true", "false", ""):
            raise TypeError("a condition must be true or false, not the text " + repr(value[:20]))
        return word == "true"
    return bool(value)


def same(left: Any, right: Any) -> bool:
    """Equality across the spellings forms use: 5 and "5", true and "true"; money by its worth, moments by instant."""
    if is_exact(left) or is_exact(right):
        left, right = exact(left), exact(right)
    both = instants(left, right)
    if both is not None:
        return both[0] == both[1]
    if isinstance(left, str) != isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        if isinstance(other, bool):
            return bool(text.strip().lower() == str(other).lower())
        if isinstance(other, int | float):
            number = as_number(text)
            return number is not None and number == other
    return bool(left == right)


def is_exact(value: Any) -> bool:
    """Money, or what was reckoned from it."""
    return isinstance(value, Amount | Decimal)


def exact(value: Any) -> Any:
    """The decimal number that something spells, as it is written: 0.1 is a tenth; anything else stays what it is."""
    if isinstance(value, Amount):
        return value.number
    read = as_number(value) if isinstance(value, str) else value
    if isinstance(read, int | float) and not isinstance(read, bool):
        return Decimal(str(read))
    return value


def plain(value: Any) -> Any:
    """A result as JSON knows it: exact numbers become whole numbers or floats of the same spelling, durations texts."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def as_number(text: str) -> int | float | None:
    """The number a text spells, if it spells one."""
    for kind in (int, float):
        try:
            return kind(text) if len(text) < 40 else None
        except ValueError:
            continue
    return None


def ordered(compare: Operator) -> Operator:
    """Make ``<`` and its kin read a number written as text when the other side is a number, and money as a number."""

    def decide(left: Any, right: Any) -> bool:
        if is_exact(left) or is_exact(right):
            return bool(compare(exact(left), exact(right)))
        if isinstance(left, Duration) or isinstance(right, Duration):
            return bool(compare(duration(left).order(), duration(right).order()))
        both = instants(left, right)
        if both is not None:
            return bool(compare(*both))
        if isinstance(left, str) and isinstance(right, int | float):
            left = as_number(left) if as_number(left) is not None else left
        elif isinstance(right, str) and isinstance(left, int | float):
            right = as_number(right) if as_number(right) is not None else right
        return bool(compare(left, right))

    return decide


def number(value: Any) -> Number:
    """A number that may take part in arithmetic."""
    read = value.number if isinstance(value, Amount) else as_number(value) if isinstance(value, str) else value
    if isinstance(read, bool) or not isinstance(read, int | float | Decimal):
        raise TypeError("a number is needed")
    size: Any = abs(read)
    if size > LARGEST_NUMBER:
        raise OverflowError("the number is too large")
    return read


def together(left: Any, right: Any) -> tuple[Any, Any]:
    """Two numbers of one kind: both exact if one of them is."""
    a, b = number(left), number(right)
    return (exact(a), exact(b)) if is_exact(a) or is_exact(b) else (a, b)


def total(values: list[Any]) -> Any:
    """The sum as it would be on paper, where a tenth is a tenth; a value that is no number is a ``TypeError``."""
    found = [number(value) for value in values]
    whole = all(isinstance(value, int) for value in found)
    return plain(number(sum(found if whole else map(exact, found))))


def subtract(left: Any, right: Any) -> Any:
    """Of numbers, of moments, of durations, or a duration from a moment."""
    if is_moment(left):
        return apart(left, right) if is_moment(right) else moved(left, duration(right), -1)
    if isinstance(left, Duration) or isinstance(right, Duration):
        left, right = duration(left), duration(right)
        return Duration(left.months - right.months, left.seconds - right.seconds)
    return number(operator.sub(*together(left, right)))


def multiply(left: Any, right: Any) -> Any:
    """Of numbers, or a duration so many times."""
    if isinstance(right, Duration):
        left, right = right, left
    if isinstance(left, Duration):
        times = float(number(right))
        return Duration(int(left.months * times), left.seconds * times)
    return number(operator.mul(*together(left, right)))


def divide(left: Any, right: Any) -> Any:
    """Of numbers, durations by a number or by each other."""
    if isinstance(left, Duration):
        if isinstance(right, Duration):
            return number(left.order() / right.order())
        return multiply(left, 1 / float(number(right)))
    return number(operator.truediv(*together(left, right)))


def arithmetic(compute: Operator) -> Operator:
    """Numbers only, so that neither texts nor lists are multiplied."""
    return lambda left, right: number(compute(*together(left, right)))


def remainder(left: Number, right: Number) -> Any:
    """Has the sign of the divisor for every kind of number; that of ``Decimal`` itself would not."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return left - right * floor(left / right)
    return left % right  # type: ignore[operator]


def add(left: Any, right: Any) -> Any:
    """Sum of numbers; texts and lists are joined up to a limit; a moment or a duration is made later by a duration."""
    if isinstance(left, Duration) or isinstance(right, Duration):
        if is_moment(left) or is_moment(right):
            day, by = (left, right) if is_moment(left) else (right, left)
            return moved(day, by)
        left, right = duration(left), duration(right)
        return Duration(left.months + right.months, left.seconds + right.seconds)
    if is_exact(left) and is_exact(right):
        return number(operator.add(*together(left, right)))
    if (isinstance(left, str) and isinstance(right, str)) or (isinstance(left, list) and isinstance(right, list)):
        if len(left) + len(right) > LONGEST_TEXT:
            raise OverflowError("the text is too long")
        return left + right  # type: ignore[operator]
    if isinstance(left, str) != isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        if as_number(text) is None and isinstance(other, Number):
            return as_text(left) + as_text(right)
    return number(operator.add(*together(left, right)))


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
    ast.Sub: subtract,
    ast.Mult: multiply,
    ast.Div: divide,
    ast.Mod: arithmetic(remainder),
    ast.Eq: same,
    ast.NotEq: lambda left, right: not same(left, right),
    ast.Gt: ordered(operator.gt),
    ast.Lt: ordered(operator.lt),
    ast.GtE: ordered(operator.ge),
    ast.LtE: ordered(operator.le),
    ast.In: contains,
    ast.NotIn: lambda needle, stack: not contains(needle, stack),
    ast.Not: lambda value: not truth(value),
    ast.USub: lambda value: multiply(value, -1),
}
