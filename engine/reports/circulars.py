"""The numbers of a supervision report for a stretch of time: how many there are, by unit, and the lists behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

from engine.reports.scores import Score

Row: TypeAlias = dict[str, str | int | None]
UNKNOWN: Final = "—"  # a share of nothing


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter as a report sees it at its moment; ``closed`` is the close-out that was accepted."""

    number: str
    title: str
    unit: str
    handed: datetime
    due: datetime | None
    due_words: str
    closed: datetime | None = None
    percent: int | None = None
    problems: str = ""
    next: str = ""
    help: bool = False
    light: str = ""
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class Circular:
    """What a report begins with; its rows are lines of the form's tables."""

    summary: str
    units: tuple[Row, ...]
    added: tuple[Row, ...]
    going: tuple[Row, ...]
    closed: tuple[Row, ...]
    late: tuple[Row, ...]


def circular(matters: Sequence[Matter], since: datetime, until: datetime) -> Circular:
    """``since`` included, ``until`` excluded; on time counts what fell due in between and was closed by then."""
    known = [m for m in matters if m.handed < until]
    going = [m for m in known if m.closed is None or m.closed >= until]
    added = [m for m in known if m.handed >= since]
    closed = [m for m in known if m.closed is not None and since <= m.closed < until]
    late = sorted((m for m in going if m.due is not None and m.due < until), key=lambda m: (-m.late_days, m.number))
    units = tuple(_unit(name, known, since, until) for name in sorted({m.unit for m in known}))
    due, good = _due(known, since, until)
    summary = (
        f"期末在办 {len(going)} 件，新增 {len(added)} 件，办结 {len(closed)} 件；本期到期 {due} 件，"
        f"按时办结 {good} 件，按时率 {_rate(due, good)}；逾期未办结 {len(late)} 件。"
    )
    return Circular(
        summary,
        units,
        tuple(_row(m) for m in added),
        tuple(_row(m) for m in going if m not in late),
        tuple(_row(m) for m in closed),
        tuple(_row(m) for m in late),
    )


def points(found: Sequence[Score]) -> tuple[Row, ...]:
    """扣分情况: what was taken off and added in the time, by unit, and for what; units with neither are left out."""
    rows: list[Row] = []
    for score in found:
        reasons: dict[str, tuple[int, Decimal]] = {}
        for entry in score.entries:
            times, worth = reasons.get(entry.reason, (0, Decimal(0)))
            reasons[entry.reason] = (times + entry.times, worth + entry.points)
        if reasons:
            why = "；".join(f"{reason} {times} 次 {worth:+f} 分" for reason, (times, worth) in reasons.items())
            rows.append({"unit": score.unit, "taken": f"{score.taken:f}", "added": f"{score.added:f}", "why": why})
    return tuple(sorted(rows, key=lambda row: (Decimal(str(row["taken"])), str(row["unit"]))))


def _due(matters: Sequence[Matter], since: datetime, until: datetime) -> tuple[int, int]:
    due = [m for m in matters if m.due is not None and since <= m.due < until]
    return len(due), sum(m.closed is not None and m.due is not None and m.closed <= m.due for m in due)


def _rate(due: int, good: int) -> str:
    return f"{100 * good / due:.1f}%" if due else UNKNOWN


def _unit(name: str, known: Sequence[Matter], since: datetime, until: datetime) -> Row:
    own = [m for m in known if m.unit == name]
    going = [m for m in own if m.closed is None or m.closed >= until]
    due, good = _due(own, since, until)
    return {
        "unit": name,
        "green": sum(m.light == "green" for m in going),
        "amber": sum(m.light == "amber" for m in going),
        "red": sum(m.light == "red" for m in going),
        "done": sum(m.closed is not None and since <= m.closed < until for m in own),
        "rate": _rate(due, good),
    }


def _row(matter: Matter) -> Row:
    return {
        "matter_no": matter.number,
        "title": matter.title,
        "unit": matter.unit,
        "due": matter.due_words,
        "percent": matter.percent,
        "late_days": matter.late_days,
        "problems": matter.problems,
        "next": matter.next,
        "help": "是" if matter.help else "",
    }
