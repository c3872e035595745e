"""Checklist templates: a CSV file whose rows become work items with their own owner, date and evidence."""

import csv
import io
from dataclasses import dataclass

from engine.errors import InvalidPackage

COLUMNS = ("id", "title", "owner", "due", "requires", "tags", "key", "evidence", "phase")


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One line of a template; ``due`` is relative to the meeting (``T-10``, ``T-1 15:30``, ``end+2h``)."""

    id: str
    title: str
    owner: str
    due: str
    requires: tuple[str, ...]
    tags: frozenset[str]
    key: bool
    evidence: str
    phase: str


def read_checklist(text: str, name: str) -> tuple[ChecklistRow, ...]:
    """Parse a template; refuses unknown columns, double ids and prerequisites that are not in the file."""
    reader = csv.DictReader(io.StringIO(text))
    if reader.fieldnames is None or set(reader.fieldnames) != set(COLUMNS):
        raise InvalidPackage(
            f"{name} 的列应为：{'、'.join(COLUMNS)}。",
            f"{name}: columns must be {', '.join(COLUMNS)}",
            "请按模板补齐列名。",
        )
    rows = tuple(
        ChecklistRow(
            id=line["id"].strip(),
            title=line["title"].strip(),
            owner=line["owner"].strip(),
            due=line["due"].strip(),
            requires=_parts(line["requires"]),
            tags=frozenset(_parts(line["tags"])),
            key=line["key"].strip() == "1",
            evidence=line["evidence"].strip(),
            phase=line["phase"].strip(),
        )
        for line in reader
    )
    _check(rows, name)
    return rows


def _parts(text: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in text.split(";") if p.strip())


def _check(rows: tuple[ChecklistRow, ...], name: str) -> None:
    ids = [row.id for row in rows]
    double = sorted({i for i in ids if ids.count(i) > 1})
    missing = sorted({r for row in rows for r in row.requires if r not in ids})
    faults = [f"编号重复：{'、'.join(double)}"] * bool(double) + [f"前置项不存在：{'、'.join(missing)}"] * bool(missing)
    if faults:
        raise InvalidPackage(f"{name}：{'；'.join(faults)}。", f"{name}: double ids {double}, unknown {missing}")
