"""The one table of field types: each entry is its JSON Schema, cleaning, display and reading from a page."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from forms.amounts import is_money
from forms.model import Field, Json, Knows, Names, Refused
from forms.patterns import PATTERNS, tidy
from forms.text import clean_text

OFFICE = ZoneInfo("Asia/Shanghai")  # a time without an offset is office time (domain.md §6.1)
MOST_ROWS = 200
MOST_ITEMS = 500
_WHOLE = re.compile(r"-?\d{1,16}", re.ASCII)
_YEARS = (1900, 2199)


@dataclass(frozen=True, slots=True)
class FieldType:
    """How one type of field behaves everywhere; ``keys`` are what its entry in a form file may say."""

    label: str
    schema: Callable[[Field], dict[str, Json]]
    clean: Callable[[Field, Json, Knows], Json]
    text: Callable[[Field, Json, Names], str]
    read: Callable[[Sequence[str]], Json]
    keys: frozenset[str] = frozenset()
    blank: Json = None  # what an expression sees while nothing is filled in
    many: bool = False


# ------------------------------------------------------------------ texts


def _text_schema(most: int) -> Callable[[Field], dict[str, Json]]:
    def schema(field: Field) -> dict[str, Json]:
        found: dict[str, Json] = {"type": "string", "maxLength": field.max_length or most}
        if field.min_length:
            found["minLength"] = field.min_length
        if field.pattern:
            found["pattern"] = PATTERNS[field.pattern].expression
        return found

    return schema


def _one_line(field: Field, value: Json, knows: Knows) -> Json:
    return tidy(field.pattern, clean_text(value, lines=False))


def _many_lines(field: Field, value: Json, knows: Knows) -> Json:
    return clean_text(value, lines=True)


def _plain(field: Field, value: Json, names: Names) -> str:
    return str(value)


def _last(posted: Sequence[str]) -> Json:
    return posted[-1] or None


def _read_lines(posted: Sequence[str]) -> Json:
    return posted[-1].replace("\r\n", "\n") or None  # a browser sends two characters and counts one


# ------------------------------------------------------------------ numbers


def _integer_schema(field: Field) -> dict[str, Json]:
    found: dict[str, Json] = {"type": "integer"}
    if field.min is not None:
        found["minimum"] = field.min
    if field.max is not None:
        found["maximum"] = field.max
    return found


def _integer(field: Field, value: Json, knows: Knows) -> int:
    return int(value)  # 3.0 is an integer to JSON


def _read_integer(posted: Sequence[str]) -> Json:
    text = posted[-1].strip()
    return int(text) if _WHOLE.fullmatch(text) else (text or None)


def _money(field: Field, value: Json, knows: Knows) -> str:
    if not isinstance(value, str):
        value = repr(value)  # 19.99, not its binary neighbour
    if not is_money(value):
        if re.fullmatch(r"-?\d{1,13}\.\d{3,30}", value, re.ASCII):
            raise Refused("form.type", "最多两位小数", "at most two decimals")
        raise Refused("form.type", "请填写金额，如 100000.00", "must be an amount such as 100000.00")
    amount = Decimal(value).quantize(Decimal("0.01"))
    if amount == 0 and value.startswith("-"):
        raise Refused("form.type", "请填写金额，如 100000.00", "must be an amount such as 100000.00")
    low, high = Decimal(field.min if field.min is not None else 0), field.max
    if amount < low:
        raise Refused("form.range", f"不得小于 {low}", f"must not be less than {low}")
    if high is not None and amount > Decimal(high):
        raise Refused("form.range", f"不得大于 {high}", f"must not be greater than {high}")
    return f"{amount:.2f}"


def _money_text(field: Field, value: Json, names: Names) -> str:
    return f"{Decimal(value):,.2f} 元" if isinstance(value, str) and is_money(value) else str(value)


def _read_money(posted: Sequence[str]) -> Json:
    return posted[-1].strip().replace(",", "") or None


# ------------------------------------------------------------------ dates


def _date(field: Field, value: Json, knows: Knows) -> str:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise Refused("form.type", "请填写日期，如 2026-09-17", "must be a date such as 2026-09-17") from None
    return _within(field, found.year, found.isoformat(), found.isoformat())


def _datetime(field: Field, value: Json, knows: Knows) -> str:
    try:
        found = datetime.fromisoformat(value)
        found = found.replace(tzinfo=OFFICE) if found.tzinfo is None else found.astimezone(OFFICE)
    except (ValueError, OverflowError):
        raise Refused("form.type", "请填写日期和时间，如 2026-09-17 15:00", "must be like 2026-09-17T15:00") from None
    return _within(field, found.year, found.isoformat(timespec="seconds"), found.date().isoformat())


def _within(field: Field, year: int, text: str, day: str) -> str:
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise Refused("form.range", "年份不对", "the year is out of range")
    if field.min is not None and day < str(field.min):
        raise Refused("form.range", f"不得早于 {field.min}", f"must not be before {field.min}")
    if field.max is not None and day > str(field.max):
        raise Refused("form.range", f"不得晚于 {field.max}", f"must not be after {field.max}")
    return text


def _datetime_text(field: Field, value: Json, names: Names) -> str:
    return str(value)[:16].replace("T", " ")


# ------------------------------------------------------------------ choices


def _select_schema(field: Field) -> dict[str, Json]:
    return {"enum": [option.value for option in field.options]}


def _multiselect_schema(field: Field) -> dict[str, Json]:
    return {"type": "array", "items": _select_schema(field), "maxItems": MOST_ITEMS}


def _label(field: Field, value: Json) -> str:
    return next((o.label for o in field.options if o.value == value), str(value))


def _same(field: Field, value: Json, knows: Knows) -> Json:
    return value


def _once_each(field: Field, value: Json, knows: Knows) -> list[Json]:
    return list(dict.fromkeys(value))


def _read_boolean(posted: Sequence[str]) -> Json:
    text = posted[-1]
    return True if text in ("true", "on", "1") else False if text in ("", "false", "0") else text


def _read_chosen(posted: Sequence[str]) -> Json:
    return [text for text in posted if text]


# ------------------------------------------------------------------ people, units, files, references

_UNKNOWN = {
    "person": ("没有这个人员", "no such person"),
    "unit": ("没有这个单位或部门", "no such unit"),
    "file": ("文件不存在或已失效，请重新上传", "no such file"),
}


def _id_schema(field: Field) -> dict[str, Json]:
    return {"type": "string", "maxLength": 120}


def _ids_schema(field: Field) -> dict[str, Json]:
    return {"type": "array", "items": _id_schema(field), "maxItems": int(field.max or MOST_ITEMS)}


def _kind(field: Field) -> str:
    if field.type == "reference":
        return f"reference:{field.source}"
    return field.type.removesuffix("s")


def _known(field: Field, value: Json, knows: Knows) -> str:
    text, kind = clean_text(value, lines=False), _kind(field)
    if not knows(kind, text):
        raise Refused("form.unknown_value", *_UNKNOWN.get(kind, ("台账中没有这一条", "no such record")))
    return text


def _all_known(field: Field, value: Json, knows: Knows) -> list[str]:
    return list(dict.fromkeys(_known(field, one, knows) for one in value))


def _named(field: Field, value: Json, names: Names) -> str:
    return names(_kind(field), str(value))


def _listed(each: Callable[[Field, Json, Names], str]) -> Callable[[Field, Json, Names], str]:
    def text(field: Field, value: Json, names: Names) -> str:
        return "、".join(each(field, one, names) for one in value) if isinstance(value, list) else str(value)

    return text


def _read_ids(posted: Sequence[str]) -> Json:
    """Many values of one name, or one text with separators when the page has no picker."""
    return [part for text in posted for part in re.split(r"[,，、;；\s]+", text) if part]


def _boolean_text(field: Field, value: Json, names: Names) -> str:
    return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _option_text(field: Field, value: Json, names: Names) -> str:
    return _label(field, value)


def _rows_schema(field: Field) -> dict[str, Json]:
    properties = {column.id: {**TYPES[column.type].schema(column), "title": column.label} for column in field.fields}
    row = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": row, "maxItems": int(field.max or MOST_ROWS)}


def _rows_text(field: Field, value: Json, names: Names) -> str:
    return f"{len(value)} 行" if isinstance(value, list) else str(value)


_LENGTHS = frozenset({"min_length", "max_length"})
_RANGE = frozenset({"min", "max"})
_MOST = frozenset({"max"})

TYPES: dict[str, FieldType] = {
    "text": FieldType("单行文本", _text_schema(200), _one_line, _plain, _last, _LENGTHS | {"pattern"}),
    "textarea": FieldType("多行文本", _text_schema(5_000), _many_lines, _plain, _read_lines, _LENGTHS),
    "document": FieldType("公文正文", _text_schema(200_000), _many_lines, _plain, _read_lines, _LENGTHS),
    "integer": FieldType("整数", _integer_schema, _integer, _plain, _read_integer, _RANGE),
    "money": FieldType("金额", lambda f: {"type": ["string", "number"]}, _money, _money_text, _read_money, _RANGE),
    "date": FieldType("日期", lambda f: {"type": "string", "maxLength": 10}, _date, _plain, _last, _RANGE),
    "datetime": FieldType(
        "日期时间", lambda f: {"type": "string", "maxLength": 35}, _datetime, _datetime_text, _last, _RANGE
    ),
    "select": FieldType("单选", _select_schema, _same, _option_text, _last, frozenset({"options"})),
    "multiselect": FieldType(
        "多选", _multiselect_schema, _once_each, _listed(_option_text), _read_chosen, frozenset({"options"}), [], True
    ),
    "boolean": FieldType("是否", lambda f: {"type": "boolean"}, _same, _boolean_text, _read_boolean, blank=False),
    "person": FieldType("人员", _id_schema, _known, _named, _last),
    "persons": FieldType("多人", _ids_schema, _all_known, _listed(_named), _read_ids, _MOST, [], True),
    "unit": FieldType("单位", _id_schema, _known, _named, _last),
    "units": FieldType("多个单位", _ids_schema, _all_known, _listed(_named), _read_ids, _MOST, [], True),
    "file": FieldType("文件", _id_schema, _known, _named, _last, frozenset({"opens"})),
    "files": FieldType("多个文件", _ids_schema, _all_known, _listed(_named), _read_ids, _MOST, [], True),
    "reference": FieldType("引用", _id_schema, _known, _named, _last, frozenset({"register", "take", "states"})),
    "rows": FieldType(
        "明细", _rows_schema, _same, _rows_text, _read_chosen, frozenset({"fields", "min", "max"}), [], True
    ),
}
