"""One pass over submitted data before anything trusts its shape: depth, size and values that JSON cannot hold."""

from math import isfinite

from forms.model import FieldProblem, Json

SAFE_INTEGER = 2**53 - 1  # beyond it a browser and JSON lose digits
DEEPEST = 6  # the form, its rows, a row, a list in it, and room
MOST_NODES = 20_000
MOST_TEXT = 1_000_000  # characters in all values together


def hostile(data: Json) -> FieldProblem | None:
    """The reason to refuse the whole submission, or None; walks with a list, so depth cannot break it."""
    if not isinstance(data, dict):
        return _whole("form.type", "表单数据应为一个对象", "the data must be an object")
    waiting: list[tuple[Json, int]] = [(data, 1)]
    nodes = texts = 0
    while waiting:
        container, depth = waiting.pop()
        if depth > DEEPEST:
            return _whole("form.too_deep", "数据嵌套过深", "the data is nested too deeply")
        inside = container.values() if isinstance(container, dict) else container
        nodes += len(inside)
        texts += sum([len(one) for one in inside if isinstance(one, str)])
        if nodes > MOST_NODES or texts > MOST_TEXT:
            return _whole("form.too_big", "数据过多", "there is too much data")
        waiting += [(one, depth + 1) for one in inside if isinstance(one, (dict, list))]
    return None


def not_json(value: Json) -> bool:
    """Is this a number that JSON or a browser cannot carry, or no JSON value at all?"""
    if isinstance(value, bool) or value is None or isinstance(value, (str, list, dict)):
        return False
    if isinstance(value, int):
        return not -SAFE_INTEGER <= value <= SAFE_INTEGER
    return not (isinstance(value, float) and isfinite(value))


def _whole(code: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem("", "表单", code, zh, en)
