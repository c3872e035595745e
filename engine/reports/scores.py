"""What supervision takes off and adds in a quarter: 100 and the points of domain.md §5.8, by matter and unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from engine.errors import BadInput

BASE: Final = Decimal(100)
MOST_ADDED: Final = Decimal(5)
HEAVIER: Final = Decimal("1.5")  # what is taken off for 重大 matters and those of superiors counts so many times
Points: TypeAlias = Mapping[str, Decimal]
POINTS: Final[Points] = {
    "签收超时": Decimal("-0.5"),
    "反馈逾期": Decimal(-1),
    "反馈无实质内容": Decimal(-1),
    "黄单": Decimal("-0.5"),
    "红单": Decimal(-1),
    "临期延期": Decimal("-0.5"),
    "办结逾期1–3个工作日": Decimal(-2),
    "办结逾期4–7个工作日": Decimal(-3),
    "办结逾期7个工作日以上": Decimal(-5),
    "办结被退回重办": Decimal(-2),
    "复核不实": Decimal(-10),
    "提前办结且质量优": Decimal("0.5"),
    "经验被通报推广": Decimal(1),
}


def points_with(own: Points) -> Points:
    """The table with what the house counts otherwise; refuses a reason that nothing is counted for."""
    if unknown := sorted(set(own) - set(POINTS)):
        known = "、".join(POINTS)
        raise BadInput(
            f"SANBAN_SUPERVISION_POINTS 中的“{'、'.join(unknown)}”不是计分事由。",
            f"SANBAN_SUPERVISION_POINTS: unknown reasons {unknown}",
            f"可用的事由：{known}。",
            "settings.points",
        )
    return {**POINTS, **own}


@dataclass(frozen=True, slots=True)
class Deeds:
    """What happened to one matter within one quarter; ``late_days`` are working days at its close-out, 0 if none."""

    number: str
    title: str
    unit: str
    major: bool = False
    receipts_late: int = 0
    reports_late: int = 0
    reports_poor: int = 0
    yellow: int = 0
    red: int = 0
    near: int = 0
    late_days: int = 0
    reworked: int = 0
    untrue: int = 0
    early: int = 0
    spread: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a score: how often something happened to a matter, and what it takes off or adds in all."""

    number: str
    title: str
    reason: str
    times: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's quarter."""

    unit: str
    matters: int
    total: Decimal
    taken: Decimal
    added: Decimal
    entries: tuple[Entry, ...]


def entries_of(deeds: Deeds, points: Points = POINTS) -> tuple[Entry, ...]:
    """Every reason that applies to one matter, in the order of the table."""
    late = deeds.late_days
    counts = {
        "签收超时": deeds.receipts_late,
        "反馈逾期": deeds.reports_late,
        "反馈无实质内容": deeds.reports_poor,
        "黄单": deeds.yellow,
        "红单": deeds.red,
        "临期延期": deeds.near,
        "办结逾期1–3个工作日": int(1 <= late <= 3),
        "办结逾期4–7个工作日": int(4 <= late <= 7),
        "办结逾期7个工作日以上": int(late > 7),
        "办结被退回重办": deeds.reworked,
        "复核不实": deeds.untrue,
        "提前办结且质量优": deeds.early,
        "经验被通报推广": deeds.spread,
    }
    return tuple(
        Entry(deeds.number, deeds.title, reason, times, _worth(points[reason], deeds.major) * times)
        for reason, times in counts.items()
        if times
    )


def _worth(points: Decimal, major: bool) -> Decimal:
    return points * HEAVIER if major and points < 0 else points


def scores(all_deeds: Iterable[Deeds], points: Points = POINTS) -> tuple[Score, ...]:
    """One score for each unit, the best first."""
    by_unit: dict[str, list[Deeds]] = {}
    for deeds in all_deeds:
        by_unit.setdefault(deeds.unit, []).append(deeds)
    found = [_score(unit, own, points) for unit, own in by_unit.items()]
    return tuple(sorted(found, key=lambda score: (-score.total, score.unit)))


@dataclass(frozen=True, slots=True)
class Part:
    """What a score of a year is made of: one reason in one quarter, over all matters of the unit."""

    quarter: str
    reason: str
    times: int
    points: Decimal


@dataclass(frozen=True, slots=True)
class Year:
    """A unit's year: its quarters by name, and their mean; a quarter without matters has no score and counts not."""

    unit: str
    quarters: Mapping[str, Decimal]
    total: Decimal
    matters: int  # of all its quarters; what lasts for several counts in each
    parts: tuple[Part, ...]
    rank: int  # units with the same score share a place


def years(by_quarter: Mapping[str, Sequence[Score]]) -> tuple[Year, ...]:
    """年度得分 of each unit (domain.md §5.8: the mean of its quarters), the best first."""
    units: dict[str, dict[str, Score]] = {}
    for name, found in by_quarter.items():
        for score in found:
            units.setdefault(score.unit, {})[name] = score
    means = {u: round(sum((s.total for s in own.values()), Decimal(0)) / len(own), 2) for u, own in units.items()}
    rows = [
        Year(
            unit,
            {name: score.total for name, score in own.items()},
            means[unit],
            sum(score.matters for score in own.values()),
            tuple(part for name, score in own.items() for part in _parts(name, score)),
            1 + sum(other > means[unit] for other in means.values()),
        )
        for unit, own in units.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.rank, row.unit)))


def _parts(name: str, score: Score) -> list[Part]:
    """The lines of a quarter by reason, what cost most first; what is added beyond the most is told with the rest."""
    found: dict[str, tuple[int, Decimal]] = {}
    for entry in score.entries:
        times, points = found.get(entry.reason, (0, Decimal(0)))
        found[entry.reason] = (times + entry.times, points + entry.points)
    parts = [Part(name, reason, times, points) for reason, (times, points) in found.items()]
    return sorted(parts, key=lambda part: (part.points, part.reason))


def _score(unit: str, own: Sequence[Deeds], points: Points) -> Score:
    lines = tuple(entry for deeds in own for entry in entries_of(deeds, points))
    taken = sum((line.points for line in lines if line.points < 0), Decimal(0))
    added = min(sum((line.points for line in lines if line.points > 0), Decimal(0)), MOST_ADDED)
    return Score(unit, len(own), max(Decimal(0), BASE + taken + added), taken, added, lines)


def quarter(text: str) -> tuple[date, date]:
    """First day of a quarter ``2026Q3`` and of the next one; ValueError if it is none."""
    year, sign, number = text.partition("Q")
    if not sign or not year.isdecimal() or len(year) != 4 or number not in ("1", "2", "3", "4"):
        raise ValueError(text)
    first = date(int(year), int(number) * 3 - 2, 1)
    return first, date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)


def quarter_of(day: date) -> str:
    """``2026Q3`` of a day."""
    return f"{day.year}Q{(day.month + 2) // 3}"
