"""Forms that other tools drew, as forms of ours: Camunda's ``.form`` JSON, and fields declared inside a diagram."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms.model import Form, FormError, Json
from forms.reading import MOST_CHARACTERS, MOST_FIELDS, RESERVED, form_of

ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)  # theirs are often in camelCase, and conditions name them
TYPES = {
    "string": "text", "textfield": "text", "text": "text", "bigtext": "textarea", "textarea": "textarea",
    "long": "integer", "int": "integer", "integer": "integer", "number": "integer", "double": "money",
    "float": "money", "decimal": "money", "boolean": "boolean", "checkbox": "boolean", "date": "date",
    "datetime": "datetime", "enum": "select", "select": "select", "radio": "select", "dropdown": "select",
    "checklist": "multiselect", "taglist": "multiselect", "user": "person", "users": "persons", "people": "person",
    "file": "file", "filepicker": "files", "upload": "file",
}  # fmt: skip
DRAWN = frozenset({"text", "html", "image", "spacer", "separator", "button", "iframe", "table", "documentPreview"})
HOLDERS = frozenset({"group"})
Raw = dict[str, Json]


def adopt(title: str, declared: Sequence[Raw], before: Sequence[Raw] = ()) -> tuple[Form, tuple[str, ...]]:
    """A form of what was declared, behind the fields of ``before``, and what could not be taken over.

    ``declared`` are dicts with ``id``, ``label``, ``type`` of the other tool, and ``required``, ``default``,
    ``options`` (value and label) where it has them. A field that is declared twice is taken once.
    """
    fields: dict[str, Raw] = {raw["id"]: raw for raw in before}
    lost: list[str] = []
    for raw in declared:
        if raw["id"] in fields:
            continue
        made = _made(raw)
        if made is None or len(fields) >= MOST_FIELDS:
            lost.append(str(raw["id"])[:40])
        else:
            fields[raw["id"]] = made
    return form_of({"title": title, "field": list(fields.values())}, "", ids=ID), tuple(dict.fromkeys(lost))


def components(text: str) -> tuple[str, list[Raw]]:
    """Id and fields of a ``.form`` file; groups are opened, what only decorates is left out."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError("the form file is too large")
    raw = json.loads(text)
    if not isinstance(raw, dict) or not isinstance(raw.get("components"), list):
        raise ValueError("no components")
    return str(raw.get("id") or ""), list(_fields(raw["components"], 0))


def _fields(found: Sequence[Any], depth: int) -> list[Raw]:
    fields: list[Raw] = []
    for one in found:
        if not isinstance(one, dict) or depth > 10:
            continue
        kind = str(one.get("type"))
        if kind in HOLDERS and isinstance(one.get("components"), list):
            fields += _fields(one["components"], depth + 1)
        elif one.get("key") and kind not in DRAWN:
            fields.append(_component(one))
    return fields


def _component(one: Mapping[str, Any]) -> Raw:
    rules = _dict(one.get("validate"))
    kind = str(one.get("type"))
    if kind == "datetime" and one.get("subtype", "date") != "datetime":
        kind = "date"
    if kind == "number" and one.get("decimalDigits"):
        kind = "decimal"
    values = [_dict(value) for value in one.get("values") or []] if isinstance(one.get("values"), list) else []
    options = [(str(v["value"]), str(v.get("label") or v["value"])) for v in values if v.get("value")]
    return {
        "id": str(one["key"]),
        "label": str(one.get("label") or one["key"]),
        "type": kind,
        "required": rules.get("required") is True,
        "writable": not (one.get("readonly") is True or one.get("disabled") is True),
        "default": one.get("defaultValue"),
        "help": str(one.get("description") or ""),
        "options": options,
    }


def _dict(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _made(raw: Raw) -> Raw | None:
    """The field in our words; None if we have nothing like it, or its name cannot be one of ours."""
    kind = TYPES.get(str(raw.get("type") or "string").lower())
    name = str(raw["id"])
    if kind is None or not ID.fullmatch(name) or name in RESERVED:
        return None
    made: Raw = {"id": name, "type": kind, "label": str(raw.get("label") or name)[:200]}
    if kind in ("select", "multiselect"):
        made["options"] = [{"value": value, "label": label} for value, label in dict(raw.get("options") or ()).items()]
    if raw.get("required"):
        made["required"] = True
    if raw.get("help"):
        made["help"] = str(raw["help"])[:500]
    with_default = made | {"default": _value(kind, raw.get("default"))}
    for candidate in (with_default, made):
        try:
            form_of({"title": name, "field": [candidate]}, "", ids=ID)
        except FormError:
            continue
        return candidate if candidate.get("default") is not None else made
    return None


def _value(kind: str, text: Json) -> Json:
    """A default as our types want it; an expression of another tool is none of ours."""
    if text in (None, "") or (isinstance(text, str) and text.lstrip().startswith(("${", "#{", "="))):
        return None
    if kind == "boolean" and isinstance(text, str):
        return {"true": True, "false": False}.get(text.strip().lower())
    if kind == "integer" and isinstance(text, str):
        return int(text) if re.fullmatch(r"-?\d{1,15}", text.strip()) else None
    return text
