"""What the calendar does by itself in the year: started cases, drafted reports, frozen months."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from engine.demo.clock import Diary
from engine.demo.office import Office
from engine.demo.story import told
from engine.demo.year.days import LENGTH
from engine.store import instances, overview
from engine.verbs import bindings, reports, schedules

FRIDAY = 4
TURNS = (3, 5)  # working days of a month on which packages have something to start; weekly reports on Fridays
BEFORE_END = 3  # and the last working day but two, for the roster of the next month


def plan(office: Office, diary: Diary) -> None:
    """Have the duties called when their time has come."""
    for at, duty in _calls(diary):
        office.plan(at, lambda duty=duty: _perform(office, duty))  # type: ignore[misc]


def tell(office: Office, diary: Diary, say: Callable[[str], None]) -> None:
    """Say at the beginning of each month how far it is."""
    last = None
    for back in range(LENGTH, -1, -1):
        day = diary.day(back)
        if day.replace(day=1) != last:
            last = day.replace(day=1)
            office.plan(diary.at(back, "08:31"), lambda day=day: say(f"  {day:%Y 年 %-m 月}"))  # type: ignore[misc]


def _calls(diary: Diary) -> Iterator[tuple[datetime, Callable[..., object]]]:
    """Each call with its time; the months before the first whole one have nothing to report."""
    count, month = 0, date.min
    for back in range(LENGTH, -1, -1):
        day = diary.day(back)
        if day.replace(day=1) != month:
            count, month = 0, day.replace(day=1)
        count += 1
        if count == 3:
            yield diary.at(back, "09:02"), reports.freeze_due
        ending = diary.day(back - BEFORE_END + 1).month == day.month != diary.day(back - BEFORE_END).month
        if count in TURNS or ending:
            yield diary.at(back, "09:05"), schedules.start_due
        yield diary.at(back, "17:20"), bindings.perform_due  # papers, while their cases still go on
        if day.weekday() == FRIDAY:
            yield diary.at(back, "15:01"), schedules.start_due
    yield diary.until - timedelta(minutes=1), schedules.start_due  # what is due today is there when the office opens


def _perform(office: Office, duty: Callable[..., object]) -> None:
    if not duty(office.engine):
        return
    with office.engine.store.reading() as tx:
        found = overview.instances_of(tx, list(told("small")["started"]))
        rows = [instances.by_id(tx, row.id) for row in found if row.id not in office.running]
    for row in rows:
        office.follow(row)
