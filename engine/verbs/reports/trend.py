"""Months side by side: the last twelve of the whole house, and the one before in the same scope."""

from dataclasses import dataclass

from engine import reports
from engine.reports import Conformity, Figures
from engine.store import Tx, figures, reckoning, snapshots

TREND = 12


@dataclass(frozen=True, slots=True)
class Point:
    """What was to be done in a month, and how; None where nothing is known."""

    month: str
    due: int | None = None
    on_time: int | None = None
    rate: float | None = None
    started: int | None = None
    faulty: int | None = None
    conformity: float | None = None
    mean_hours: float | None = None


def point(month: str, whole: Figures, cases: Conformity) -> Point:
    """A month that was just counted."""
    return Point(month, whole.due, whole.on_time, whole.rate, cases.started, cases.faulty, cases.rate, whole.mean_hours)


def month_before(tx: Tx, cut: figures.Cut) -> Point | None:
    """The month before in the same scope, as it was frozen."""
    row = snapshots.of_month(tx, reports.beside(cut.month, -1))
    if row is None or cut.whole:
        return _frozen(row) if row else None
    reckoning.require_month(tx, row.month, row)
    own = figures.Cut(row.id, row.month, row.until, cut.units, cut.person)
    cases = reports.conformity_of(figures.case_groups(tx, own))
    return point(row.month, reports.total(figures.groups(tx, own)), cases)


def trend(tx: Tx, now: Point) -> tuple[Point, ...]:
    """Twelve months up to this one, the first one first."""
    known = {row.month: _frozen(row) for row in snapshots.all_of_them(tx)} | {now.month: now}
    months = [reports.beside(now.month, n) for n in range(1 - TREND, 1)]
    return tuple(known.get(month, Point(month)) for month in months)


def _frozen(row: snapshots.SnapshotRow) -> Point:
    """From the sums that were kept; those of an earlier version knew no faults."""
    kept = row.figures
    started, faulty = kept.get("started"), kept.get("faulty")
    rate = Conformity(started, faulty).rate if started is not None and faulty is not None else None
    return Point(
        row.month, kept.get("due"), kept.get("on_time"), kept.get("rate"), started, faulty, rate, kept.get("mean_hours")
    )
