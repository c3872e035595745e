"""When entries of a checklist are due: counted from the day, squeezed when that has gone, after what they wait for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine import limits
from engine.errors import InvalidLimit
from engine.package import Checklist, ChecklistRow
from engine.package.checklist import anchored
from engine.progress.case import Case
from engine.progress.listed import applying, tags_of, template
from engine.progress.timing import instant

COMPRESSED = "4WH"  # what is left for an entry whose day has already gone (domain.md §4.7)


@dataclass(frozen=True, slots=True)
class Date:
    """When an entry is due, and on which day by the template, which may have gone."""

    due: datetime
    own: datetime

    @property
    def compressed(self) -> bool:
        return self.due != self.own


def dates_of(
    case: Case,
    checklist: Checklist,
    rows: Sequence[ChecklistRow],
    tags: Collection[str] | None,
    *,
    settled: Collection[str] = (),
) -> dict[str, Date]:
    """A date for each row. What waits for a squeezed entry comes after it, but not later than the gate."""
    dates = {row.id: date_of(case, checklist, row.offset(tags), row.id) for row in rows}
    gate = gate_day(case, checklist, tags)
    waits = {row.id: [r for r in row.requires if r in dates and r not in settled] for row in rows}
    for _ in rows:  # each round moves one link of a chain further
        late = {
            entry: max(dates[r].due for r in needed)
            for entry, needed in waits.items()
            if any(dates[r].compressed and dates[r].due > dates[entry].due for r in needed)
        }
        if not late:
            break
        dates |= {entry: replace(dates[entry], due=due) for entry, due in late.items()}
    if gate is None:
        return dates
    return {entry: replace(date, due=min(date.due, max(gate, date.own))) for entry, date in dates.items()}


def date_of(case: Case, checklist: Checklist, offset: str, entry: str) -> Date:
    """When an entry with this offset is due; a day that has gone is replaced by a few working hours from now."""
    due, compressed = entry_due(case, offset, entry, checklist.anchor, checklist.end_anchor)
    return Date(due, own_day(case, checklist, offset, entry) if compressed else due)


def day_of(case: Case, checklist: Checklist, entry: str) -> datetime | None:
    """The day by the template of the row with this id; None if it does not apply to the case."""
    tags = tags_of(case, checklist)
    row = next((row for row in applying(case, checklist, tags) if row.id == entry), None)
    return own_day(case, checklist, row.offset(tags), entry) if row is not None else None


def own_day(case: Case, checklist: Checklist, offset: str, entry: str) -> datetime:
    """The day by the template, whether it has gone or not."""
    moment, distance = _from(case, offset, entry, checklist.anchor, checklist.end_anchor)
    return limits.before(distance, moment, case.calendar)


def entry_due(case: Case, offset: str, entry: str, anchor: str, end_anchor: str) -> tuple[datetime, bool]:
    """When an entry is due, and whether its own day had gone."""
    moment, distance = _from(case, offset, entry, anchor, end_anchor)
    due = limits.before(distance, moment, case.calendar)
    if due > case.now:
        return due, False
    least = limits.deadline(COMPRESSED, case.now, case.calendar)
    return max(due, min(least, moment - timedelta(hours=1)) if moment > case.now else least), True


def _from(case: Case, offset: str, entry: str, anchor: str, end_anchor: str) -> tuple[datetime, str]:
    side, distance = anchored(offset)
    base = case.row.variables.get(anchor)
    if side == "end":
        base = case.row.variables.get(end_anchor) or base
    moment = instant(base, case)
    if moment is None:
        raise InvalidLimit(
            f"清单的基准时间“{anchor}”没有填写，{entry} 的截止时间算不出来。",
            f"no anchor for {entry}",
            "请填写会议时间。",
        )
    return moment, distance


def gate_day(case: Case, checklist: Checklist, tags: Collection[str] | None) -> datetime | None:
    """When the row that looks over the others is due, if that is still to come."""
    row = next((r for r in template(case, checklist) if checklist.gate and r.id == checklist.gate), None)
    due = own_day(case, checklist, row.offset(tags), row.id) if row is not None else None
    return due if due is not None and due > case.now else None
