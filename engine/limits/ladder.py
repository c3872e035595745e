"""Ladders: what happens before, at and after a deadline, and at which instants (domain.md §5.5, §5.6, §6.7)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeAlias

from engine.errors import InvalidLimit
from engine.limits.calendar import Calendar
from engine.limits.due import overdue_days, rung
from engine.limits.limit import HOUR, Limit, parse_limit

Weight: TypeAlias = Literal["normal", "major"]


@dataclass(frozen=True, slots=True)
class Moment:
    """One spelling of ``when``: ``kind`` and its number, which is days, microseconds or per cent by kind."""

    kind: Literal["due", "working", "natural", "day", "left", "elapsed", "near", "on"]
    amount: int = 0
    event: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A moment for limits counted in days that last at least ``days`` working days; 0 serves every limit."""

    days: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: when, whom (performer rules), with which text, and what else the system does.

    ``key`` is unique for an urgency and stays the same when the deadline moves, so that a rung fires once.
    """

    key: str
    when: tuple[Choice, ...]
    to: tuple[str, ...]
    template: str
    actions: tuple[str, ...] = ()
    level: str = ""
    urgency: tuple[str, ...] = ()
    major: Moment | None = None
    weight: Weight | None = None

    @property
    def late(self) -> bool:
        """Whether this rung belongs to missed deadlines."""
        return self.key.startswith(("late-", "daily-"))

    @property
    def by_day(self) -> bool:
        """Whether it comes on an overdue working day and not some hours after the deadline or at once."""
        return any(choice.moment.kind == "day" for choice in self.when)

    def overdue_day(self, *, major: bool) -> int | None:
        """The overdue working day it comes on, 0 the day it is due; None if it comes before, or by hours.

        Most rungs of a ``major`` matter come earlier.
        """
        moments = [self.major] if major and self.major is not None else [choice.moment for choice in self.when]
        if major and moments == [Moment("due")]:
            return 0
        return next((m.amount for m in moments if m.kind == "day" and m.amount >= 0), None)

    @property
    def event(self) -> str:
        """The name after ``on:``; empty for rungs that come by time."""
        return next((choice.moment.event for choice in self.when), "")


@dataclass(frozen=True, slots=True)
class RungTime:
    """A rung and the instant it is due, in UTC."""

    rung: Rung
    at: datetime


@dataclass(frozen=True, slots=True)
class Ladder:
    """A named ladder; ``kind`` is ``seal-out`` for the one that may wake people at night."""

    name: str
    title: str
    rungs: tuple[Rung, ...]
    kind: str = ""
    leader_to: tuple[str, ...] = ()
    daily: Rung | None = None

    def schedule(
        self,
        *,
        urgency: str,
        start: datetime,
        due: datetime,
        limit: str | Limit | None,
        calendar: Calendar,
        weight: Weight = "normal",
        anchor: date | datetime | None = None,
    ) -> tuple[RungTime, ...]:
        """Every timed rung in order of time; ``limit`` None means a deadline set by hand, ``anchor`` the meeting.

        A warning that would come before the start comes at the start; other reminders before the start are left out.
        """
        span = _Span(start, due, parse_limit(limit) if isinstance(limit, str) else limit, calendar, anchor)
        times: list[RungTime] = []
        for each in self._rungs(urgency, weight):
            at = span.instant(each, weight)
            if at is None or (at <= start and "light:amber" not in each.actions):
                continue
            # "+4WH" late in the day is after 08:30 of the next one: a higher level never comes before a lower one.
            lower = [time.at for time in times if time.rung.late and each.late and each.by_day]
            times.append(RungTime(each, max([at, start.astimezone(UTC), *lower])))
        return tuple(sorted(times, key=lambda time: (time.at, time.rung.late, time.rung.key)))

    def warned(self, when: str) -> "Ladder":
        """The same ladder with its warning at another moment; the empty text changes nothing."""
        if not when:
            return self
        moment = (Choice(0, parse_moment(when)),)
        return replace(self, rungs=tuple(replace(r, when=moment) if r.key == "warn" else r for r in self.rungs))

    def on(self, event: str, urgency: str, weight: Weight = "normal") -> Rung | None:
        """The rung that an event of the process brings (``on:check_failed``)."""
        return next((each for each in self._rungs(urgency, weight) if each.event == event), None)

    def reminder(
        self, *, due: datetime, after: datetime, calendar: Calendar, taken: tuple[datetime, ...] = ()
    ) -> RungTime | None:
        """The next daily reminder after an instant, skipping the ``taken`` ones: one row ahead while it is late."""
        if self.daily is None:
            return None
        k = max(overdue_days(due, after, calendar), 1)
        while (at := rung(due, k, calendar)) <= after or at in taken:
            k += 1
        return RungTime(replace(self.daily, key=f"daily-{k}"), at)

    def addressed(self, rung: Rung, *, leader: bool) -> Rung:
        """The rung for this performer: leaders' late work goes to liaison and office head, never further up."""
        if not (leader and rung.late and self.leader_to):
            return rung
        kept = tuple(action for action in rung.actions if action.startswith("light:") or action == "phone")
        return replace(rung, to=self.leader_to, actions=kept)

    def _rungs(self, urgency: str, weight: Weight) -> Iterator[Rung]:
        for each in self.rungs:
            if (not each.urgency or urgency in each.urgency) and each.weight in (None, weight):
                yield each


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    due: datetime
    limit: Limit | None
    calendar: Calendar
    anchor: date | datetime | None

    def instant(self, rung: Rung, weight: Weight) -> datetime | None:
        """When the rung comes, None when it does not come by time or not for so short a limit."""
        if weight == "major" and rung.major is not None:
            return self._at(rung.major)
        days = self._days()
        chosen = next((choice for choice in rung.when if choice.days <= days), None)
        return self._at(chosen.moment) if chosen else None

    def _days(self) -> int:
        """Length in working days of a limit counted in days, 0 for hours; a set instant counts if on another day."""
        unit = self.limit.unit if self.limit else "AT"
        if unit in ("WD", "CD") or (unit in ("AT", "T") and self._day() > self.calendar.day_of(self.start)):
            return max(self.calendar.working_days_between(self.start, self.due), 1)
        return 0

    def _day(self) -> date:
        return self.calendar.day_of(self.due)

    def _at(self, moment: Moment) -> datetime | None:
        match moment.kind:
            case "due":
                return self.due.astimezone(UTC)
            case "working":
                return self.calendar.add_working(self.due, moment.amount)
            case "natural":
                return self.due.astimezone(UTC) + timedelta(microseconds=moment.amount)
            case "day":
                return self.calendar.opening(self.calendar.working_day(self._day(), moment.amount))
            case "left":
                return self._share(moment.amount)
            case "elapsed":
                return self._share(100 - moment.amount)
            case "near":
                return self._near(moment.amount)
        return None

    def _share(self, left: int) -> datetime:
        """The instant at which that percentage of the time is left: of natural time for natural limits."""
        working = self.calendar.working_micros(self.start, self.due)
        if working > 0 and (self.limit is None or self.limit.unit not in ("CH", "ISO")):
            return self.calendar.add_working(self.due, -working * left // 100)
        return self.due.astimezone(UTC) - (self.due - self.start) * left / 100

    def _near(self, days: int) -> datetime | None:
        if self.anchor is None:
            return None
        close = self.calendar.opening(self.calendar.working_day(self.calendar.day_of(self.anchor), -days))
        return max(self.due.astimezone(UTC), close)


def parse_moment(text: str) -> Moment:
    """Read one spelling of ``when``; InvalidLimit if it is none."""
    text = text.strip()
    if text == "due":
        return Moment("due")
    if text.startswith("on:") and text[3:].isidentifier():
        return Moment("on", event=text[3:])
    head, _, tail = text.partition(" ")
    if head in ("left", "elapsed") and tail.endswith("%") and tail[:-1].isdecimal() and 0 < int(tail[:-1]) < 100:
        return Moment("left" if head == "left" else "elapsed", int(tail[:-1]))
    if head == "near" and (limit := parse_limit(tail)).unit == "WD":
        return Moment("near", limit.days)
    sign = -1 if "-" in text else 1
    name, _, number = text.partition("-" if sign < 0 else "+")
    if name == "day" and number.isdecimal() and int(number) <= 366:
        return Moment("day", sign * int(number))
    distance = parse_limit(number) if name == "due" else None
    if distance is None or distance.unit not in ("CH", "WH") or distance.micros > 10_000 * HOUR:
        raise InvalidLimit(f"阶梯时点“{text}”无法识别。", f"not a moment: {text!r}", "如 due-1WH、day+3、left 25%。")
    return Moment("natural" if distance.unit == "CH" else "working", sign * distance.micros)
