"""Time in the demo: a clock that walks to where it is told, and a diary that counts in working days back from today."""

from datetime import UTC, date, datetime, time, timedelta

from engine import limits

OPENING, CLOSING = time(8, 30), time(17, 30)
FEASTS = {
    1: "春节",
    2: "春节",
    3: "清明节",
    4: "劳动节",
    5: "端午节",
    6: "端午节",
    12: "元旦",
    11: "元旦",
    10: "重阳节",
}


class WalkingClock:
    """Call it for the time; it stands still between the steps of the story."""

    def __init__(self, begin: datetime) -> None:
        self._now = begin

    def __call__(self) -> datetime:
        return self._now

    def go(self, to: datetime) -> None:
        """Walk on; never back. The engine's time is UTC, whatever zone a story speaks of."""
        self._now = max(self._now, to.astimezone(UTC))


class Diary:
    """Day 0 is the last working day that is over at ``until``; 5 is five working days before it, -5 five after it."""

    def __init__(self, until: datetime, calendar: limits.Calendar) -> None:
        self.until, self.calendar = until, calendar
        local = calendar.local(until)
        day = local.date() if local.time() >= CLOSING else local.date() - timedelta(days=1)
        while not calendar.is_working(day):
            day -= timedelta(days=1)
        self._days = {0: day}

    def day(self, back: int) -> date:
        """The working day that many working days back."""
        if back not in self._days:
            step = 1 if back > 0 else -1
            day = self.day(back - step)
            while True:
                day -= timedelta(days=step)
                if self.calendar.is_working(day):
                    break
            self._days[back] = day
        return self._days[back]

    def at(self, back: int, clock: str) -> datetime:
        """Office time on such a day, in UTC."""
        local = datetime.combine(self.day(back), time.fromisoformat(clock), self.calendar.zone)
        return local.astimezone(UTC)

    def iso(self, back: int, clock: str) -> str:
        """The same as forms keep it."""
        return self.calendar.local(self.at(back, clock)).isoformat(timespec="seconds")

    def later(self, start: datetime, hours: float) -> datetime:
        """That many working hours after ``start``."""
        return limits.deadline(f"{max(hours, 0.02):.2f}WH", start, self.calendar)

    def in_office(self, moment: datetime, hours: float) -> datetime:
        """The moment itself in office hours, else so many working hours into the next."""
        local = self.calendar.local(moment)
        for begin, end in self.calendar.hours_on(local.date()) if self.calendar.is_working(local.date()) else ():
            if begin <= local.time() < end:
                return moment
        return self.later(moment, hours)

    def words(self, moment: datetime) -> dict[str, object]:
        """What titles may mention: ``{year}``, ``{month}``, ``{season}`` …"""
        local = self.calendar.local(moment)
        return {
            "year": local.year,
            "month": local.month,
            "day": local.day,
            "n": local.isocalendar().week // 2 + 1,
            "quarter": "一二三四"[(local.month - 1) // 3],
            "season": "冬春夏秋"[local.month % 12 // 3] + "季",
            "festival": FEASTS.get(local.month, "中秋节"),
        }
