"""The functions every expression may call, and the methods of other engines that mean one of them.

Methods are stored under names with a leading ``.``, which no text can spell as a function and no variable can shadow.
"""

import ast
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.bpmn.expressions.refusals import LONGEST_TEXT
from engine.bpmn.expressions.semantics import OPERATORS, Number, as_text, contains, exact, is_exact, number, same

Function = Callable[..., Any]


def is_empty(value: Any) -> bool:
    """Nothing there: null, an empty text, list or record."""
    return value is None or value == "" or (isinstance(value, list | dict) and not value)


def numbers(values: tuple[Any, ...]) -> list[Any]:
    """The numbers given one by one or as one list; all exact if one of them is money."""
    items = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    found = [number(item) for item in items]
    return [exact(item) for item in found] if any(map(is_exact, found)) else found


def to_number(value: Any) -> Number:
    """The number a value or text spells."""
    return number(value)


def item_at(values: Any, index: Any) -> Any:
    """An item by position or key; negative positions count from the end."""
    if isinstance(values, dict):
        return values[index]
    if isinstance(values, list | str) and isinstance(index, int) and not isinstance(index, bool):
        return values[index]
    raise TypeError("only lists, texts and records have items")


def lookup(record: Any, name: str) -> Any:
    """A field of a record; never an attribute of a Python object."""
    if isinstance(record, dict):
        if name in record:
            return record[name]
        raise KeyError(name)
    raise TypeError(f"{name} is not a field")


def compare_to(left: Any, right: Any) -> int:
    """-1, 0 or 1."""
    if is_exact(left) or is_exact(right):
        left, right = exact(left), exact(right)
    return int(left > right) - int(left < right)


def join_texts(*parts: Any) -> str:
    """The parts of ``text ${a} text`` put together."""
    joined = "".join(as_text(part) for part in parts)
    if len(joined) > LONGEST_TEXT:
        raise OverflowError("the text is too long")
    return joined


def between(value: Any, low: Any, high: Any) -> bool:
    """Whether a value lies in a closed range."""
    not_after = OPERATORS[ast.LtE]
    return bool(not_after(low, value) and not_after(value, high))


def matches(value: Any, wanted: Any) -> bool:
    """Whether a cell of a decision table names this value, or a list that holds it."""
    return contains(value, wanted) if isinstance(wanted, list) else same(value, wanted)


def record(*pairs: Any) -> dict[str, Any]:
    """Names and values in turn."""
    return {as_text(name): value for name, value in zip(pairs[::2], pairs[1::2], strict=True)}


def day(text: Any) -> str:
    """A day as forms write it; such texts compare as days do."""
    return date.fromisoformat(as_text(text)[:10]).isoformat()


def days_between(start: Any, end: Any) -> int:
    """Calendar days from one day to another; of instants the day counts as written, less than zero backwards."""
    return (date.fromisoformat(day(end)) - date.fromisoformat(day(start))).days


FUNCTIONS: Mapping[str, Function] = {
    "abs": lambda value: abs(number(value)),
    "bool": lambda value: same(value, True),
    "contains": lambda stack, needle: contains(needle, stack),
    "count": len,
    "date": day,
    "days_between": days_between,
    "empty": is_empty,
    "ends_with": lambda text, end: as_text(text).endswith(as_text(end)),
    "float": lambda value: float(number(value)),
    "floor": lambda value: int(number(value) // 1),
    "int": lambda value: int(number(value)),
    "len": len,
    "lower": lambda text: as_text(text).lower(),
    "max": lambda *values: max(numbers(values)),
    "min": lambda *values: min(numbers(values)),
    "number": to_number,
    "round": lambda value, digits=0: round(number(value), int(digits)) if digits else round(number(value)),
    "size": len,
    "starts_with": lambda text, start: as_text(text).startswith(as_text(start)),
    "str": as_text,
    "string": as_text,
    "sum": lambda *values: sum(numbers(values)),
    "upper": lambda text: as_text(text).upper(),
}

METHODS: Mapping[tuple[str, int], Function] = {
    ("size", 0): len,
    ("length", 0): len,
    ("isEmpty", 0): is_empty,
    ("toLowerCase", 0): lambda text: as_text(text).lower(),
    ("toUpperCase", 0): lambda text: as_text(text).upper(),
    ("lower", 0): lambda text: as_text(text).lower(),
    ("upper", 0): lambda text: as_text(text).upper(),
    ("trim", 0): lambda text: as_text(text).strip(),
    ("strip", 0): lambda text: as_text(text).strip(),
    ("intValue", 0): lambda value: int(number(value)),
    ("longValue", 0): lambda value: int(number(value)),
    ("doubleValue", 0): lambda value: float(number(value)),
    ("booleanValue", 0): lambda value: same(value, True),
    ("toString", 0): as_text,
    ("contains", 1): lambda stack, needle: contains(needle, stack),
    ("containsKey", 1): lambda record, key: key in record,
    ("equals", 1): same,
    ("equalsIgnoreCase", 1): lambda left, right: as_text(left).lower() == as_text(right).lower(),
    ("get", 1): lambda values, key: values.get(key) if isinstance(values, dict) else item_at(values, key),
    ("get", 2): lambda values, key, otherwise: values.get(key, otherwise) if isinstance(values, dict) else otherwise,
    ("startsWith", 1): lambda text, start: as_text(text).startswith(as_text(start)),
    ("endsWith", 1): lambda text, end: as_text(text).endswith(as_text(end)),
    ("compareTo", 1): compare_to,
}

INTERNAL: Mapping[str, Function] = {
    ".item": item_at,
    ".field": lookup,
    ".join": join_texts,
    ".empty": is_empty,
    ".between": between,
    ".matches": matches,
    ".record": record,
    ".known": is_empty,  # these two ask the evaluator which variables there are
    ".exists": is_empty,
    **{f".{name}/{count}": function for (name, count), function in METHODS.items()},
}
