"""What expressions of a form see, and which fields they make visible or required."""

import re
from collections.abc import Iterable, Mapping

from forms.amounts import Amount, is_money
from forms.model import Evaluate, Field, Form, Json, is_expression
from forms.types import TYPES

_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def variables(form: Form, data: Mapping[str, Json]) -> dict[str, Json]:
    """Every field of the form by id, blank ones included; amounts as ``Amount``, which compares as a number."""
    return _seen(form.fields, data)


def amounts(form: Form, data: Mapping[str, Json]) -> dict[str, Json]:
    """The same reading of those fields alone that hold money, in rows too: what conditions of a diagram need to see."""
    found = {f.id: data[f.id] for f in form.fields if f.id in data}
    plain = {f.id: _amount(found[f.id]) for f in form.fields if f.type == "money" and f.id in found}
    rows = {f.id: f for f in form.fields if f.type == "rows" and isinstance(found.get(f.id), list)}
    return plain | {id: [_paid(field, row) for row in found[id]] for id, field in rows.items()}


def defaults(form: Form, evaluate: Evaluate) -> dict[str, Json]:
    """The data a new form begins with: constants as written, ``${…}`` computed."""
    begun = {f.id: f.default for f in form.fields if f.default is not None and not is_expression(f.default)}
    seen = variables(form, begun)
    return begun | {f.id: evaluate(f.default, seen) for f in form.fields if is_expression(f.default)}


def visible(form: Form, data: Mapping[str, Json], evaluate: Evaluate) -> set[str]:
    """Ids of the fields that are part of the form while it holds this data."""
    if all(f.visible is True for f in form.fields):
        return set(form.by_id)
    seen = variables(form, data)
    return {f.id for f in form.fields if holds(f.visible, seen, evaluate)}


def holds(condition: bool | str, seen: Mapping[str, Json], evaluate: Evaluate) -> bool:
    """Does a condition hold? One that fails because a field it names is not filled in yet does not."""
    if isinstance(condition, bool):
        return condition
    try:
        found = evaluate(condition, seen)
    except Exception:  # whatever the caller's language raises: ``days > 5`` on an empty form is no fault
        if any(seen.get(word, condition) is None for word in words(condition)):
            return False
        raise
    if isinstance(found, Amount):
        return bool(found.number)
    return found.strip().lower() not in ("", "false") if isinstance(found, str) else bool(found)


def words(expression: str) -> list[str]:
    """Everything in an expression that could be the id of a field."""
    return _WORD.findall(expression)


def row_variables(field: Field, row: Mapping[str, Json], seen: Mapping[str, Json]) -> dict[str, Json]:
    """What a condition inside a row sees: the columns of that row over the fields of the form."""
    return {**seen, **_seen(field.fields, row)}


def _seen(fields: Iterable[Field], data: Mapping[str, Json]) -> dict[str, Json]:
    return {field.id: _value(field, data.get(field.id)) for field in fields}


def _value(field: Field, value: Json) -> Json:
    """The value as an expression sees it; one of a wrong type (a draft, a refused page) counts as not filled in."""
    entry = TYPES[field.type]
    if field.type == "money":
        return Amount(value) if isinstance(value, str) and is_money(value) else None
    if field.type == "rows":
        return [_seen(field.fields, row) for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    wanted = list if entry.many else {"integer": int, "boolean": bool}.get(field.type, str)
    if value == "" or type(value) is not wanted:
        return list(entry.blank) if entry.many else entry.blank
    return value


def _amount(value: Json) -> Json:
    """Money that can be counted; what is no amount stays what it is."""
    return Amount(value) if isinstance(value, str) and is_money(value) else value


def _paid(field: Field, row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    return row | {c.id: _amount(row[c.id]) for c in field.fields if c.type == "money" and c.id in row}
