"""Read a form file (TOML): all it may say is listed here, anything else is a fault, and all faults come at once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from forms.model import Field, Form, FormError, FormFault, Json, Option, Refused, Rule, Section, is_expression
from forms.patterns import PATTERNS
from forms.schema import plan
from forms.types import TYPES

MOST_CHARACTERS = 256 * 1024
MOST_FIELDS = 200
MOST_COLUMNS = 30
MOST_OPTIONS = 300
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
# Names the engine gives to expressions, and names that mean something to a serializer or a browser.
_ENGINE = {
    "outcome",
    "outcomes",
    "results",
    "rulings",
    "initiator",
    "initiator_unit",
    "number",
    "today",
    "now",
    "item",
    "performer",
}
_LANGUAGE = {"true", "false", "null", "none", "and", "or", "not", "in", "if", "else", "for", "is"}
RESERVED = frozenset(_ENGINE | _LANGUAGE | {"typename", "constructor", "prototype", "self"})
_FORM_KEYS = frozenset({"title", "title_en", "field", "section", "rule"})
_FIELD_KEYS = frozenset(
    {"id", "type", "label", "label_en", "required", "visible", "default", "help", "system"}
)  # those of its type come on top
_COLUMN_KEYS = _FIELD_KEYS - {"system", "default"}
OPENED = ("package",)
_SECTION_KEYS = frozenset({"title", "title_en", "fields"})
_RULE_KEYS = frozenset({"when", "field", "message", "message_en"})


def read_form(text: str, name: str) -> Form:
    """The form a TOML text describes; raises FormError with all its faults."""
    if len(text) > MOST_CHARACTERS:
        raise FormError(name, [FormFault("文件", "表单文件过大", "the form file is too large")])
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:  # ValueError: a number of 10,000 digits
        raise FormError(name, [FormFault("文件", f"不是合法的 TOML：{error}", f"not valid TOML: {error}")]) from None
    return form_of(raw, name)


def form_of(raw: Mapping[str, Json], name: str, *, ids: re.Pattern[str] = _ID) -> Form:
    """The form these values describe; ``ids`` are the names its fields may have."""
    return _Reader(name, ids).form(raw)


class _Reader:
    """Collects the faults of one form file while reading it."""

    def __init__(self, name: str, ids: re.Pattern[str]) -> None:
        self.name, self.ids = name, ids
        self.faults: list[FormFault] = []
        self.fields: dict[str, Field] = {}

    def fault(self, where: str, zh: str, en: str) -> None:
        self.faults.append(FormFault(where, zh, en))

    # ---------------------------------------------------------------- the whole

    def form(self, raw: Mapping[str, Json]) -> Form:
        self.known(raw, _FORM_KEYS, "表单")
        title = self.text(raw, "title", "表单", needed=True)
        for entry in self.tables(raw, "field", "表单"):
            self.field(entry)
        sections = tuple(self.section(n, entry) for n, entry in enumerate(self.tables(raw, "section", "表单"), 1))
        rules = tuple(self.rule(n, entry) for n, entry in enumerate(self.tables(raw, "rule", "表单"), 1))
        self.placed(sections)
        self.filled()
        if not 1 <= len(self.fields) <= MOST_FIELDS:
            self.fault("表单", f"应有 1 至 {MOST_FIELDS} 个字段", f"must have 1 to {MOST_FIELDS} fields")
        if self.faults:
            raise FormError(self.name, self.faults)
        fields = tuple(self.fields.values())
        drawn = sections or (Section("", "", tuple(self.fields)),)
        title_en = str(raw.get("title_en", title))
        return Form(self.name, title, title_en, fields, drawn, rules, by_id=dict(self.fields), plan=plan(fields))

    def section(self, n: int, raw: Mapping[str, Json]) -> Section:
        where = f"第 {n} 个 section"
        self.known(raw, _SECTION_KEYS, where)
        title = self.text(raw, "title", where)
        ids: list[str] = []
        for entry in raw.get("fields", []) if isinstance(raw.get("fields", []), list) else [None]:
            if isinstance(entry, str):
                ids.append(entry)
            elif isinstance(entry, dict):
                ids.append(self.field(entry))
            else:
                self.fault(where, "fields 应列出字段的 id 或字段本身", "fields must list ids or fields")
        return Section(title, str(raw.get("title_en", title)), tuple(ids))

    def filled(self) -> None:
        """What is taken over from a record goes into fields that only the engine writes."""
        for one in self.fields.values():
            for id in one.take:
                if id not in self.fields or not self.fields[id].system:
                    self.fault(one.id, f"take 的字段 {id} 应是 system 字段", f"take: {id} must be a system field")

    def placed(self, sections: tuple[Section, ...]) -> None:
        """Every field that somebody fills in stands in exactly one section."""
        ids = [id for section in sections for id in section.fields]
        for id in ids:
            if id not in self.fields:
                self.fault(id, "section 提到的字段不存在", "a section names a field that does not exist")
        for id in sorted({id for id in ids if ids.count(id) > 1}):
            self.fault(id, "字段出现在多个 section 中", "stands in more than one section")
        for field in self.fields.values():
            if sections and field.id not in ids and not field.system:
                self.fault(field.id, "字段不在任何 section 中", "stands in no section")

    def rule(self, n: int, raw: Mapping[str, Json]) -> Rule:
        where = f"第 {n} 个 rule"
        self.known(raw, _RULE_KEYS, where)
        when, field, message = (self.text(raw, key, where, needed=True) for key in ("when", "field", "message"))
        if field and field not in self.fields:
            self.fault(where, f"字段 {field} 不存在", f"there is no field {field}")
        return Rule(when, field, message, str(raw.get("message_en", message)))

    # ---------------------------------------------------------------- fields

    def field(self, raw: Mapping[str, Json]) -> str:
        """Read one field of the form, keep it, and give its id."""
        field = self.one(raw, "", _FIELD_KEYS)
        if field.id in self.fields:
            self.fault(field.id, "字段 id 重复", "the id is used twice")
        self.fields[field.id] = field
        return field.id

    def one(self, raw: Mapping[str, Json], prefix: str, keys: frozenset[str]) -> Field:
        id = raw.get("id")
        where = f"{prefix}{id if isinstance(id, str) and id else '（无 id）'}"
        self.identified(id, where)
        kind = raw.get("type")
        if not isinstance(kind, str) or kind not in TYPES or (prefix and kind == "rows"):
            self.fault(where, f"没有这种字段类型：{kind!s:.40}", f"no such field type: {kind!s:.40}")
            return Field(str(id), "text", str(id), str(id))
        self.known(raw, keys | TYPES[kind].keys, where)
        label = self.text(raw, "label", where, needed=True)
        field = Field(
            id=str(id),
            type=kind,
            label=label,
            label_en=str(raw.get("label_en", label)),
            required=self.condition(raw, "required", where, False),
            visible=self.condition(raw, "visible", where, True),
            options=self.options(raw, where) if "options" in TYPES[kind].keys else (),
            min=self.bound(raw, "min", kind, where),
            max=self.bound(raw, "max", kind, where),
            min_length=self.count(raw, "min_length", where),
            max_length=self.count(raw, "max_length", where),
            pattern=self.one_of(raw, "pattern", where, PATTERNS),
            help=self.text(raw, "help", where),
            fields=self.columns(raw, where) if kind == "rows" else (),
            system=raw.get("system") is True,
            register=self.text(raw, "register", where, needed=kind == "reference"),
            states=self.states(raw, where),
            take=self.taken(raw, where),
            opens=self.one_of(raw, "opens", where, OPENED),
        )
        return replace(field, default=self.default(raw, field, where))

    def states(self, raw: Mapping[str, Json], where: str) -> tuple[str, ...]:
        """In which states a record may be chosen here."""
        found = raw.get("states", [])
        if isinstance(found, list) and all(isinstance(state, str) for state in found):
            return tuple(found)
        self.fault(where, "states 应列出状态", "states must list states")
        return ()

    def taken(self, raw: Mapping[str, Json], where: str) -> dict[str, str]:
        """Fields that are filled from the record that is chosen."""
        found = raw.get("take", {})
        if isinstance(found, dict) and all(isinstance(name, str) for name in found.values()):
            return dict(found)
        self.fault(where, 'take 应写作 { 字段 = "栏目" }', 'take must be { field = "column" }')
        return {}

    def identified(self, id: Json, where: str) -> None:
        if not isinstance(id, str) or not self.ids.fullmatch(id):
            self.fault(
                where, "id 应为小写字母开头的字母、数字、下划线，至多 40 个", "the id must match [a-z][a-z0-9_]{0,39}"
            )
        elif id in RESERVED:
            self.fault(where, "这个 id 是保留字，请换一个", "this id is reserved")

    def columns(self, raw: Mapping[str, Json], where: str) -> tuple[Field, ...]:
        columns = [self.one(entry, f"{where}.", _COLUMN_KEYS) for entry in self.tables(raw, "fields", where)]
        if not 1 <= len(columns) <= MOST_COLUMNS:
            self.fault(where, f"应有 1 至 {MOST_COLUMNS} 列", f"must have 1 to {MOST_COLUMNS} columns")
        for id in sorted({c.id for c in columns if sum(c.id == other.id for other in columns) > 1}):
            self.fault(f"{where}.{id}", "列 id 重复", "the id of the column is used twice")
        return tuple(columns)

    def options(self, raw: Mapping[str, Json], where: str) -> tuple[Option, ...]:
        listed = raw.get("options", [])
        options = [self.option(entry, where) for entry in listed] if isinstance(listed, list) else []
        if not 1 <= len(options) <= MOST_OPTIONS:
            self.fault(where, f"options 应有 1 至 {MOST_OPTIONS} 个选项", f"must have 1 to {MOST_OPTIONS} options")
        if len({option.value for option in options}) < len(options):
            self.fault(where, "选项的值重复", "an option is listed twice")
        return tuple(options)

    def option(self, entry: Json, where: str) -> Option:
        if isinstance(entry, str) and entry:
            return Option(entry, entry, entry)
        if isinstance(entry, dict) and isinstance(entry.get("value"), str) and entry["value"]:
            self.known(entry, frozenset({"value", "label", "label_en"}), f"{where} 的选项")
            label = str(entry.get("label", entry["value"]))
            return Option(entry["value"], label, str(entry.get("label_en", label)))
        self.fault(where, "选项应为文字，或 {value, label}", "an option must be a text or {value, label}")
        return Option("?", "?", "?")

    def default(self, raw: Mapping[str, Json], field: Field, where: str) -> Json:
        """A default is a value of the field's type; people and units exist or not only when the form is used."""
        value = raw.get("default")
        if value is None or is_expression(value):
            return value
        if field.type == "rows":
            self.fault(where, "明细不能有默认值", "rows cannot have a default")
            return None
        try:
            plan([field])[field.id](value)
            return TYPES[field.type].clean(field, value, lambda kind, text: True)
        except Refused as refused:
            self.fault(where, f"默认值不合规：{refused.message_zh}", f"the default {refused}")
            return None

    # ---------------------------------------------------------------- single values

    def known(self, raw: Mapping[str, Json], keys: frozenset[str], where: str) -> None:
        for key in sorted(set(raw) - keys):
            self.fault(where, f"不认识 {key[:40]}", f"{key[:40]} is not known here")

    def tables(self, raw: Mapping[str, Json], key: str, where: str) -> list[dict[str, Any]]:
        found = raw.get(key, [])
        if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
            return found
        self.fault(where, f"{key} 应为若干个表", f"{key} must be an array of tables")
        return []

    def text(self, raw: Mapping[str, Json], key: str, where: str, *, needed: bool = False) -> str:
        value = raw.get(key, "")
        if not isinstance(value, str) or len(value) > 2_000 or (needed and not value.strip()):
            self.fault(where, f"{key} 应为文字", f"{key} must be a text")
            return ""
        return value

    def condition(self, raw: Mapping[str, Json], key: str, where: str, otherwise: bool) -> bool | str:
        value = raw.get(key, otherwise)
        if isinstance(value, bool) or (isinstance(value, str) and value.strip() and len(value) <= 2_000):
            return value
        self.fault(where, f"{key} 应为 true、false 或表达式", f"{key} must be true, false or an expression")
        return otherwise

    def one_of(self, raw: Mapping[str, Json], key: str, where: str, names: Iterable[str]) -> str:
        name = raw.get(key, "")
        if name == "" or (isinstance(name, str) and name in names):
            return str(name)
        known = "、".join(names)
        self.fault(where, f"{key} 只能是 {known} 之一", f"{key} must be one of {known}")
        return ""

    def count(self, raw: Mapping[str, Json], key: str, where: str) -> int | None:
        value = raw.get(key)
        if value is None or (type(value) is int and 0 <= value <= 1_000_000):
            return value
        self.fault(where, f"{key} 应为非负整数", f"{key} must be a count")
        return None

    def bound(self, raw: Mapping[str, Json], key: str, kind: str, where: str) -> int | str | None:
        value = raw.get(key)
        if value is None or key not in TYPES[kind].keys:
            return None
        try:
            if kind in ("date", "datetime"):
                return date.fromisoformat(str(value)).isoformat()
            if kind == "money" and isinstance(value, (str, int)):
                return str(Decimal(value))
        except (ValueError, InvalidOperation):
            pass
        if type(value) is int and abs(value) < 2**53 and kind != "date":
            return value
        self.fault(where, f"{key} 不合规", f"{key} is not usable")
        return None
