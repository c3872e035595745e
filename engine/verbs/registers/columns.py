"""A table's head and cells matched to the columns of a register: people by name, units by short name, dates by ISO."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.csv_files import unmarked
from engine.model import Json
from engine.org import Directory
from engine.package import Register
from engine.verbs.registers.cells import refused

NUMBER, STATE, SOURCE = "登记号", "状态", "来源"  # what an export adds to the columns of the register
_SEPARATORS = re.compile(r"[、,，;；\n]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(.*)", re.DOTALL)
_YES, _NO = {"是", "有", "true", "1", "√"}, {"否", "无", "false", "0", ""}


@dataclass(frozen=True, slots=True)
class Unclear:
    """A cell that means nothing here, and why."""

    zh: str
    en: str


def head(cells: Sequence[Json], register: Register) -> dict[int, str]:
    """Which column of the register each column of the table is; by label or id."""
    by_name = {c.label: c.id for c in register.column} | {c.id: c.id for c in register.column}
    by_name |= {NUMBER: NUMBER, STATE: STATE, SOURCE: SOURCE}
    titles = [str(cell or "").strip() for cell in cells]
    unknown = [title for title in titles if title and title not in by_name]
    if unknown:
        raise refused(
            f"第 1 行有不认识的栏目：{'、'.join(unknown)[:200]}。",
            f"unknown columns {unknown[:9]}",
            "请从本页下载模板，栏目名与模板一致。",
        )
    found = {n: by_name[title] for n, title in enumerate(titles) if title}
    if len(set(found.values())) < len(found) or not set(found.values()) - {NUMBER, STATE, SOURCE}:
        raise refused("第 1 行应是栏目名，且不能重复。", "row 1 must be the head", "请从本页下载模板。")
    return found


class Understanding:
    """Turns cells into the values that the types of the columns hold."""

    def __init__(self, register: Register, directory: Directory) -> None:
        self.types = {c.id: c.type for c in register.column}
        self.directory = directory
        self.people: dict[str, set[str]] = {}
        for person in directory.persons:
            if person.active:
                for name in (person.login, person.name):
                    self.people.setdefault(name, set()).add(person.login)
        self.units: dict[str, set[str]] = {}
        for unit in directory.units:
            for name in (unit.code, unit.name, unit.short):
                self.units.setdefault(name, set()).add(unit.code)

    def value(self, column: str, cell: Json) -> Json | Unclear:
        """The value of a cell; ``None`` where it is empty."""
        text, kind = plain(cell), self.types[column]
        if not text:
            return None
        if kind in ("file", "files", "rows"):
            return Unclear("这一栏不能导入，请在页面上填写", "this column cannot be imported")
        if kind in ("persons", "units", "multiselect"):
            one = kind.removesuffix("s")
            parts = [self._one(one, part.strip()) for part in _SEPARATORS.split(text) if part.strip()]
            return next((part for part in parts if isinstance(part, Unclear)), parts)
        return self._one(kind, text)

    def _one(self, kind: str, text: str) -> Json | Unclear:
        match kind:
            case "person":
                return _only(self.people.get(text, set()), text, "人员", "请改用登录名")
            case "unit":
                return _only(self.units.get(text, set()), text, "单位或部门", "请改用代码")
            case "boolean":
                return _boolean(text)
            case "date" | "datetime":
                return _moment(text)
            case "integer":
                return int(text) if re.fullmatch(r"-?\d{1,16}", text, re.ASCII) else text
            case "money":
                return text.replace(",", "").replace("，", "").removesuffix("元").strip()
        return text


def plain(cell: Json) -> str:
    """A cell as text; the apostrophe that an export puts before a formula is no part of it."""
    text = "" if cell is None else str(cell).strip()
    return unmarked(text)


def _only(found: set[str], text: str, what: str, advice: str) -> Json | Unclear:
    if len(found) == 1:
        return next(iter(found))
    if found:
        return Unclear(f"有 {len(found)} 个{what}叫“{text[:40]}”，{advice}", f"{text[:40]!r} is not unique")
    return Unclear(f"没有{what}“{text[:40]}”", f"no {text[:40]!r}")


def _boolean(text: str) -> Json | Unclear:
    low = text.lower()
    if low in _YES or low in _NO:
        return low in _YES
    return Unclear("请填“是”或“否”", "must be yes or no")


def _moment(text: str) -> Json:
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day, rest = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}{rest}"
