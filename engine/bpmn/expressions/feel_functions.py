"""Functions that only FEEL knows, under names with a leading ``.``; characters count from one, as items do."""

import ast
import math
from collections.abc import Callable, Mapping
from typing import Any

from engine.bpmn.expressions import moments
from engine.bpmn.expressions.functions import item_at, lookup, numbers
from engine.bpmn.expressions.refusals import LONGEST_TEXT
from engine.bpmn.expressions.semantics import OPERATORS, as_text, contains, number, same, truth

MOST_COMPARED = 1_000  # items that are compared with each other

Function = Callable[..., Any]


def limited(values: list[Any]) -> list[Any]:
    """No list grows beyond what a text may."""
    if len(values) > LONGEST_TEXT:
        raise OverflowError("the list is too long")
    return values


def listed(values: tuple[Any, ...]) -> list[Any]:
    """The items of one list, or the arguments themselves."""
    return values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)


def each(value: Any) -> list[Any]:
    """A list, or the one value as a list, as FEEL has it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def extreme(sign: int) -> Function:
    """min and max of numbers, days or texts."""

    def find(*values: Any) -> Any:
        found = [value for value in listed(values) if value is not None]
        if not found:
            return None
        best = found[0]
        less = OPERATORS[ast.Lt]
        for value in found[1:]:
            if less(value, best) if sign < 0 else less(best, value):
                best = value
        return best

    return find


def substring(text: Any, start: Any, length: Any = None) -> str:
    """From a character on; negative positions count from the end."""
    found, first = as_text(text), int(number(start))
    begin = first - 1 if first > 0 else max(0, len(found) + first)
    return found[begin:] if length is None else found[begin : begin + max(0, int(number(length)))]


def before(text: Any, mark: Any) -> str:
    head, found, _ = as_text(text).partition(as_text(mark)) if as_text(mark) else ("", "", "")
    return head if found else ""


def after(text: Any, mark: Any) -> str:
    _, found, tail = as_text(text).partition(as_text(mark)) if as_text(mark) else ("", "x", as_text(text))
    return tail if found else ""


def joined(values: Any, mark: Any = "") -> str:
    """``string join``: what is null is left out."""
    parts = [as_text(value) for value in each(values) if value is not None]
    if sum(map(len, parts)) + len(as_text(mark)) * len(parts) > LONGEST_TEXT:
        raise OverflowError("the text is too long")
    return as_text(mark).join(parts)


least, greatest = extreme(-1), extreme(1)


def distinct(*lists: Any) -> list[Any]:
    """``distinct values`` and ``union``."""
    found: list[Any] = []
    values = [value for one in lists for value in each(one)]
    if len(values) > MOST_COMPARED:
        raise OverflowError("the list is too long")
    for value in values:
        if not contains(value, found):
            found.append(value)
    return found


def flat(values: Any) -> list[Any]:
    found: list[Any] = []
    waiting = list(reversed(each(values)))
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        else:
            found.append(value)
        if len(found) + len(waiting) > LONGEST_TEXT:
            raise OverflowError("the list is too long")
    return found


def sublist(values: Any, start: Any, length: Any = None) -> list[Any]:
    found, first = each(values), int(number(start))
    begin = first - 1 if first > 0 else max(0, len(found) + first)
    return found[begin:] if length is None else found[begin : begin + max(0, int(number(length)))]


def inserted(values: Any, position: Any, value: Any) -> list[Any]:
    found = list(each(values))
    found.insert(int(number(position)) - 1, value)
    return limited(found)


def removed(values: Any, position: Any) -> list[Any]:
    found, at = list(each(values)), int(number(position)) - 1
    if 0 <= at < len(found):
        del found[at]
    return found


def mean(*values: Any) -> Any:
    found = numbers(values)
    return sum(found) / len(found) if found else None


def median(*values: Any) -> Any:
    found = sorted(numbers(values))
    half = len(found) // 2
    return None if not found else found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


def product(*values: Any) -> Any:
    found: Any = 1
    for value in numbers(values):
        found = number(found * value)
    return found


def rounded(how: Callable[[Any], int]) -> Function:
    def compute(value: Any, digits: Any = 0) -> Any:
        scale = 10 ** min(15, max(-15, int(number(digits))))
        found = how(number(value) * scale) / scale
        return int(found) if found == int(found) else found

    return compute


def half_even(value: Any, digits: Any = 0) -> Any:
    exact: Any = number(value)
    found = round(exact, min(15, max(-15, int(number(digits)))))
    return int(found) if found == int(found) else found


def field_of(owner: Any, name: str) -> Any:
    """A field of a record, of each record of a list, a part of a day or duration; null where there is none."""
    if isinstance(owner, list):
        return [field_of(one, name) for one in owner]
    if isinstance(owner, dict):
        return owner.get(name)
    if isinstance(owner, moments.Duration) or moments.is_moment(owner):
        return moments.part_of(owner, name)
    return None if owner is None else lookup(owner, name)


def item_of(values: Any, index: Any) -> Any:
    """FEEL counts from one, and has null where there is nothing."""
    if isinstance(values, dict):
        return values.get(index)
    position = int(number(index))
    found = each(values)
    at = position - 1 if position > 0 else position
    return item_at(found, at) if position and -len(found) <= at < len(found) else None


def entries(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in record.items()]


FEEL: Mapping[str, Function] = {
    "abs": lambda value: abs(number(value)),
    "all": lambda *values: all(truth(value) for value in listed(values)),
    "any": lambda *values: any(truth(value) for value in listed(values)),
    "append": lambda values, *more: limited([*each(values), *more]),
    "ceiling": rounded(math.ceil),
    "concatenate": lambda *lists: limited([value for one in lists for value in each(one)]),
    "contains": lambda text, part: as_text(part) in as_text(text),
    "count": lambda *values: len(listed(values)),
    "date": moments.day_of,
    "date and time": moments.moment_of,
    "day of week": lambda text: moments.WEEKDAYS[moments.part_of(text, "weekday") - 1],
    "decimal": half_even,
    "distinct values": distinct,
    "duration": moments.duration,
    "ends with": lambda text, end: as_text(text).endswith(as_text(end)),
    "even": lambda value: number(value) % 2 == 0,
    "flatten": flat,
    "floor": rounded(math.floor),
    "get entries": entries,
    "get value": lambda record, key: record.get(key),
    "index of": lambda values, wanted: [n for n, value in enumerate(each(values), 1) if same(value, wanted)],
    "insert before": inserted,
    "list contains": lambda values, wanted: contains(wanted, each(values)),
    "lower case": lambda text: as_text(text).lower(),
    "max": greatest,
    "mean": mean,
    "median": median,
    "min": least,
    "modulo": lambda value, by: OPERATORS[ast.Mod](value, by),
    "number": number,
    "odd": lambda value: number(value) % 2 == 1,
    "product": product,
    "remove": removed,
    "reverse": lambda values: list(reversed(each(values))),
    "round down": rounded(math.trunc),
    "round half up": lambda value, digits=0: rounded(lambda one: math.floor(one + 0.5))(value, digits),
    "split": lambda text, mark: as_text(text).split(as_text(mark)),
    "starts with": lambda text, start: as_text(text).startswith(as_text(start)),
    "string": as_text,
    "string join": joined,
    "string length": lambda text: len(as_text(text)),
    "sublist": sublist,
    "substring": substring,
    "substring after": after,
    "substring before": before,
    "sum": lambda *values: number(sum(numbers(values))) if listed(values) else None,
    "time": moments.time_of,
    "trim": lambda text: as_text(text).strip(),
    "union": distinct,
    "upper case": lambda text: as_text(text).upper(),
    "years and months duration": moments.months_between,
}
FEEL_INTERNAL: Mapping[str, Function] = {
    ".feel_field": field_of,
    ".feel_item": item_of,
    ".literal": moments.literal,
    **{f".feel {name}": function for name, function in FEEL.items()},
}
