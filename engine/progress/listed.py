"""Which rows of a checklist apply to a case as it is now."""

from collections.abc import Collection

from engine.package import Checklist, ChecklistRow
from engine.progress.case import Case, names
from engine.runtime import evaluate


def tags_of(case: Case, checklist: Checklist) -> frozenset[str] | None:
    """The tags that this case calls for; None if every row applies."""
    if not checklist.tags:
        return None
    return frozenset(str(tag) for tag in evaluate(checklist.tags, names(case)) or () if tag)


def template(case: Case, checklist: Checklist) -> tuple[ChecklistRow, ...]:
    """All rows of its files."""
    return tuple(row for file in checklist.files for row in case.package.checklists[file])


def applying(case: Case, checklist: Checklist, tags: Collection[str] | None) -> list[ChecklistRow]:
    """The rows of its phase that carry one of the tags."""
    rows = template(case, checklist)
    ofphase = [row for row in rows if checklist.phase in (None, row.phase)]
    return [row for row in ofphase if tags is None or not row.tags.isdisjoint(tags)]
