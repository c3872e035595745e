"""Checklist templates: a CSV file whose rows become work items with their own owner, date and evidence."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from engine import limits
from engine.errors import InvalidLimit, InvalidPackage

COLUMNS = ("id", "title", "owner", "due", "requires", "tags", "key", "evidence", "phase")


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One line of a template; ``due`` is relative to the meeting (``T-10``, ``T-1 15:30``, ``end+2h``).

    It may differ by tag: ``党=T-7;董=T-15``.
    """

    id: str
    title: str
    owner: str
    due: str
    requires: tuple[str, ...]
    tags: frozenset[str]
    key: bool
    evidence: str
    phase: str

    def offset(self, tags: Collection[str] | None) -> str:
        """When it is due in a case with these tags."""
        dues = _dues(self.due)
        return next((due for tag, due in dues.items() if tags is None or tag in tags), "") if dues else self.due


def anchored(due: str) -> tuple[str, str]:
    """What a ``due`` counts from, ``start`` or ``end``, and how far: ``end+2h`` is ``end`` and ``+2h``."""
    if due.startswith("end"):
        return "end", due[3:] or "+0min"
    return "start", (due[5:] or "+0min") if due.startswith("start") else due


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


def _dues(text: str) -> dict[str, str]:
    """``党=T-7;董=T-15`` by tag; nothing if it is the same for all."""
    return {tag.strip(): due.strip() for tag, _, due in (part.partition("=") for part in _parts(text)) if due}


def _check(rows: tuple[ChecklistRow, ...], name: str) -> None:
    faults = row_faults(rows)
    if faults:
        raise InvalidPackage(
            f"{name}：{'；'.join(faults)}。", f"{name}: {'; '.join(faults)}", "写法见参考手册“流程包”。"
        )


def row_faults(rows: Collection[ChecklistRow]) -> list[str]:
    """What is wrong with the rows of one template, in words."""
    ids = [row.id for row in rows]
    double = sorted({i for i in ids if ids.count(i) > 1})
    missing = sorted({r for row in rows for r in row.requires if r not in ids})
    undated = [row.id for row in rows if not _dated(row)]
    waiting = _waiting_for_themselves(rows)
    said = (
        ("编号重复", double),
        ("前置项不存在", missing),
        ("截止写法不对", undated),
        ("前置项互相等待", waiting),
    )
    return [f"{words}：{'、'.join(found)}" for words, found in said if found]


def _dated(row: ChecklistRow) -> bool:
    dues = _dues(row.due)
    if dues and set(dues) != row.tags:
        return False  # it would have no date, or a date that no case asks for
    try:
        for due in dues.values() or (row.due,):
            limits.parse_offset(anchored(due)[1])
    except InvalidLimit:
        return False
    return True


def _waiting_for_themselves(rows: Collection[ChecklistRow]) -> list[str]:
    waits = {row.id: set(row.requires) for row in rows}
    settled = {needed for needs in waits.values() for needed in needs if needed not in waits}
    while ready := {id for id, needed in waits.items() if id not in settled and needed <= settled}:
        settled |= ready
    return sorted(set(waits) - settled)
