"""Which rows of a checklist apply to a case as it is now."""

from collections.abc import Collection
from datetime import datetime

from engine.package import Checklist, ChecklistRow, Package
from engine.package.revision import from_texts
from engine.progress.case import Case, names
from engine.runtime import evaluate
from engine.store import Tx, checklists


def tags_of(case: Case, checklist: Checklist) -> frozenset[str] | None:
    """The tags that this case calls for; None if every row applies."""
    if not checklist.tags:
        return None
    return frozenset(str(tag) for tag in evaluate(checklist.tags, names(case)) or () if tag)


def template(case: Case, checklist: Checklist) -> tuple[ChecklistRow, ...]:
    """All rows of its files, in the version that was in force when the case began."""
    return tuple(row for file in checklist.files for row in rows_of(case.tx, case.package, file, case.row.started_at))


def rows_of(tx: Tx, package: Package, file: str, at: datetime) -> tuple[ChecklistRow, ...]:
    """The rows of one file for what begins at an instant: as the house has revised them, else as the package says."""
    found = checklists.in_force(tx, package.manifest.key, file, at)
    return tuple(map(from_texts, found.rows)) if found is not None else package.checklists[file]


def applying(case: Case, checklist: Checklist, tags: Collection[str] | None) -> list[ChecklistRow]:
    """The rows of its phase that carry one of the tags."""
    rows = template(case, checklist)
    ofphase = [row for row in rows if checklist.phase in (None, row.phase)]
    return [row for row in ofphase if tags is None or not row.tags.isdisjoint(tags)]


def version_of(case: Case) -> int:
    """The version of its checklist that a case follows; 0: as the package brings it."""
    files = {file for one in case.package.manifest.checklist.values() for file in one.files}
    found = (checklists.in_force(case.tx, case.row.process, file, case.row.started_at) for file in sorted(files))
    return max((row.version for row in found if row is not None), default=0)
