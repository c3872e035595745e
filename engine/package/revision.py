"""Revisions of a checklist template: rows that come in, change or go, and the difference between two versions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from engine.errors import BadInput
from engine.package.checklist import ChecklistRow, row_faults

ADD, CHANGE, DROP = "add", "change", "drop"
CHANGES: Final[Mapping[str, str]] = {"新增": ADD, "修改": CHANGE, "取消": DROP}
LABELS: Final[Mapping[str, str]] = {
    "title": "事项", "owner": "责任角色", "due": "截止", "requires": "前置", "tags": "适用", "key": "★",
    "evidence": "佐证", "phase": "阶段",
}  # fmt: skip
LONGEST = 120
_BETWEEN = re.compile("[;；,，、]")


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of one row: what is empty stays as it is, or as in the row that a new one is ``like``."""

    change: str
    entry: str
    like: str = ""
    title: str = ""
    owner: str = ""
    due: str = ""
    requires: str = ""
    evidence: str = ""
    key: bool | None = None


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that came in (``add``), went (``drop``) or changed, field by field."""

    change: str
    entry: str
    title: str
    fields: tuple[tuple[str, str, str], ...]  # label, before, after


def revised(rows: Sequence[ChecklistRow], revisions: Sequence[Revision]) -> tuple[ChecklistRow, ...]:
    """The rows after these revisions, one after another; BadInput names what cannot be done."""
    found = {row.id: row for row in rows}
    for one in revisions:
        _apply(found, one)
    made = tuple(found.values())
    if faults := row_faults(made):
        raise _refused("；".join(faults))
    return made


def _apply(found: dict[str, ChecklistRow], one: Revision) -> None:
    if one.change == ADD:
        model = found.get(one.like)
        if one.entry in found or not one.entry:
            raise _refused(f"新增的编号“{one.entry}”已有或没有写")
        if model is None or not one.title:
            raise _refused(f"新增 {one.entry} 须写明事项和参照的现有事项")
        _insert(found, _with(replace(model, id=one.entry, requires=()), one), after=model.id)
        return
    if one.entry not in found:
        raise _refused(f"清单里没有 {one.entry}")
    if one.change == CHANGE:
        found[one.entry] = _with(found[one.entry], one)
        return
    del found[one.entry]
    for row in list(found.values()):
        if one.entry in row.requires:
            found[row.id] = replace(row, requires=tuple(r for r in row.requires if r != one.entry))


def _insert(found: dict[str, ChecklistRow], row: ChecklistRow, *, after: str) -> None:
    """A new row stands behind the one it is like."""
    listed = list(found.values())
    place = next(n for n, one in enumerate(listed, 1) if one.id == after)
    found.clear()
    found.update({one.id: one for one in (*listed[:place], row, *listed[place:])})


def _with(row: ChecklistRow, one: Revision) -> ChecklistRow:
    requires = tuple(part.strip() for part in _BETWEEN.split(one.requires) if part.strip())
    return replace(
        row,
        title=one.title.strip()[:LONGEST] or row.title,
        owner=one.owner.strip() or row.owner,
        due=one.due.strip() or row.due,
        requires=() if requires == ("—",) else requires or row.requires,
        evidence=one.evidence.strip() or row.evidence,
        key=row.key if one.key is None else one.key,
    )


def differences(before: Sequence[ChecklistRow], after: Sequence[ChecklistRow]) -> tuple[RowDifference, ...]:
    """What changed between two versions, in the order of the later one; what went stands at the end."""
    old, new = {row.id: row for row in before}, {row.id: row for row in after}
    found = [
        RowDifference(CHANGE if row.id in old else ADD, row.id, row.title, _fields(old.get(row.id), row))
        for row in after
        if old.get(row.id) != row
    ]
    return (*found, *(RowDifference(DROP, row.id, row.title, ()) for row in before if row.id not in new))


def _fields(before: ChecklistRow | None, after: ChecklistRow) -> tuple[tuple[str, str, str], ...]:
    old, new = as_texts(before) if before is not None else {}, as_texts(after)
    return tuple((label, old.get(name, ""), new[name]) for name, label in LABELS.items() if old.get(name) != new[name])


def as_texts(row: ChecklistRow) -> dict[str, str]:
    """A row as the columns of a CSV file."""
    raw = asdict(row)
    raw |= {"requires": ";".join(row.requires), "tags": ";".join(sorted(row.tags)), "key": "1" if row.key else "0"}
    return {name: str(value) for name, value in raw.items()}


def from_texts(texts: Mapping[str, str]) -> ChecklistRow:
    """The same the other way."""
    lists = {name: [part for part in texts[name].split(";") if part] for name in ("requires", "tags")}
    return ChecklistRow(
        id=texts["id"],
        title=texts["title"],
        owner=texts["owner"],
        due=texts["due"],
        requires=tuple(lists["requires"]),
        tags=frozenset(lists["tags"]),
        key=texts["key"] == "1",
        evidence=texts["evidence"],
        phase=texts["phase"],
    )


def _refused(zh: str) -> BadInput:
    return BadInput(
        f"{zh}。", f"the list cannot be revised: {zh}", "请改正这条建议，或者不采纳。", "checklist.revision"
    )
