"""On the third working day of a month, at nine, the month before is frozen: later corrections are told beside it."""

from datetime import date, datetime, time, timedelta

from engine import limits, reports
from engine.model import Json
from engine.runtime import Engine
from engine.store import Tx, figures, reckoning, settled, snapshots
from engine.verbs.reports.conformity import TARGETS, Targets
from engine.verbs.reports.settling import settle

AT = time(9, 0)
ON = 3  # working day of the following month (domain.md §6.10): two days to correct what was written down wrongly


def freeze_due(engine: Engine) -> list[str]:
    """Freeze every month whose moment has come; their snapshots. Safe to call twice and from several nodes."""
    with engine.store.reading() as tx:
        calendar = engine.calendar(tx)
        last = reports.beside(reports.month_of(calendar.local(engine.now()).date()), -1)
        # the last month may have work of which nothing is settled yet
        if not _waiting(engine, tx, calendar, {*settled.months(tx), last}):
            return []
    settle(engine)
    with engine.store.reading() as tx:
        waiting = _waiting(engine, tx, calendar, set(settled.months(tx)))
    made = []
    for month in waiting:
        with engine.store.transaction() as tx:
            if not reckoning.is_sound(tx, month):
                continue  # told by itself; frozen when it is mended
            row = snapshots.freeze(tx, month, moment(month, calendar), engine.now())
            if row is not None:
                snapshots.keep_figures(tx, row.id, _sums(tx, row) | {TARGETS: Targets.of(engine.settings, None).kept()})
                made.append(row.label)
    return made


def moment(month: str, calendar: limits.Calendar) -> datetime:
    """When a month is frozen: nine o'clock on the third working day after it."""
    following = reports.beside(month, 1)
    last = date.fromisoformat(f"{following}-01") - timedelta(days=1)
    return calendar.at(calendar.working_day(last, ON), AT)


def _waiting(engine: Engine, tx: Tx, calendar: limits.Calendar, known: set[str]) -> list[str]:
    """Months that should be frozen by now and are not."""
    now = engine.now()
    this = reports.month_of(calendar.local(now).date())
    frozen = {row.month for row in snapshots.all_of_them(tx)}
    return sorted(m for m in known if m < this and m not in frozen and moment(m, calendar) <= now)


def _sums(tx: Tx, row: snapshots.SnapshotRow) -> dict[str, Json]:
    cut = figures.Cut(row.id, row.month, row.until)
    whole, cases = reports.total(figures.groups(tx, cut)), figures.case_figures(tx, cut)
    conformity = reports.conformity_of(figures.case_groups(tx, cut))
    return {
        "due": whole.due,
        "on_time": whole.on_time,
        "rate": whole.rate,
        "done": whole.done,
        "mean_hours": whole.mean_hours,
        "started": cases.started,
        "returned": cases.returned,
        "faulty": conformity.faulty,
        "points": conformity.points,
        "backlog": cases.backlog,
    }
