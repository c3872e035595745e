"""The JSON Schema 2020-12 of a form, compiled once, and the Chinese words for what it finds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from forms.model import Field, Form, Json, Refused
from forms.patterns import PATTERNS
from forms.types import TYPES

_KEYWORDS = Draft202012Validator.VALIDATORS
_EXACT = {"string": str, "integer": int, "boolean": bool, "array": list}  # certainly of that JSON type
_TYPES = {
    "integer": ("请填写整数", "must be an integer"),
    "boolean": ("请选择“是”或“否”", "must be true or false"),
    "money": ("请填写金额，如 100000.00", "must be an amount such as 100000.00"),
    "date": ("请填写日期，如 2026-09-17", "must be a date such as 2026-09-17"),
    "datetime": ("请填写日期和时间，如 2026-09-17 15:00", "must be like 2026-09-17T15:00"),
    "rows": ("应为若干行", "must be a list of rows"),
}
_WORDS: dict[str, tuple[str, str, str]] = {
    "minLength": ("form.length", "至少 {v} 个字", "must have at least {v} characters"),
    "maxLength": ("form.length", "至多 {v} 个字", "must have at most {v} characters"),
    "minimum": ("form.range", "不得小于 {v}", "must not be less than {v}"),
    "maximum": ("form.range", "不得大于 {v}", "must not be greater than {v}"),
    "maxItems": ("form.length", "至多 {v} 项", "must have at most {v} entries"),
    "enum": ("form.option", "请选择列表中的一项", "must be one of the options"),
}

Compiled = Callable[[Json], None]
"""Checks one value; raises Refused."""
Plan = Mapping[str, Compiled]
"""The compiled schema of each field by its path (``items/amount`` for a column)."""


def plan(fields: Iterable[Field]) -> Plan:
    """Compile the schemas of all fields once, when the form is read."""
    found: dict[str, Compiled] = {}
    for field in fields:
        if field.type == "rows":
            found |= {f"{field.id}/{column.id}": compiled(column) for column in field.fields}
        else:
            found[field.id] = compiled(field)
    return found


def json_schema(form: Form) -> dict[str, Json]:
    """The form as a JSON Schema for other programs; what is required depends on the step and is not part of it."""
    properties = {f.id: {**TYPES[f.type].schema(f), "title": f.label} for f in form.fields}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": form.title,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def compiled(field: Field) -> Compiled:
    """A check of one value that raises Refused with the first finding.

    The keywords of the field's schema are looked up once and called directly: walking the whole schema with
    ``iter_errors`` costs twice as much as all the rest of a submission.
    """
    schema = TYPES[field.type].schema(field)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    steps: list[tuple[str, Any, Json]] = [(name, _KEYWORDS[name], wanted) for name, wanted in schema.items()]
    exact = _EXACT.get(str(schema.get("type")))
    others = [step for step in steps if step[0] != "type"] if exact else steps

    def check(value: Json) -> None:
        for name, keyword, wanted in others if type(value) is exact else steps:
            for error in keyword(validator, wanted, value, schema) or ():
                if name == "items":  # the finding is about one entry and names its own keyword
                    raise _refused(field, str(error.validator), error.validator_value)
                raise _refused(field, name, wanted)

    return check


def _refused(field: Field, keyword: str, wanted: Json) -> Refused:
    if keyword == "pattern":
        return Refused("form.pattern", PATTERNS[field.pattern].message_zh, PATTERNS[field.pattern].message_en)
    if keyword in _WORDS:
        code, zh, en = _WORDS[keyword]
        return Refused(code, zh.format(v=wanted), en.format(v=wanted))
    many = ("应为列表", "must be a list") if TYPES[field.type].many else ("应为文字", "must be a text")
    return Refused("form.type", *_TYPES.get(field.type, many))
