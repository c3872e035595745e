"""What was measured, as values and as a table to read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.bench.laps import median, p95


@dataclass(frozen=True, slots=True)
class Measured:
    """One line: milliseconds per action, the ratios of the same run, and whether the target is met."""

    workload: str
    database: str
    what: str
    count: int
    p50_ms: float
    p95_ms: float
    per_second: float
    cpu_p50_ms: float | None = None
    raw_p50_ms: float | None = None
    plain_p50_ms: float | None = None
    bytes_each: float | None = None
    plain_bytes_each: float | None = None
    note: str = ""
    target: str = ""
    met: bool | None = None

    @property
    def to_raw(self) -> float | None:
        """How many raw transactions of the same rows one action costs."""
        return self.p50_ms / self.raw_p50_ms if self.raw_p50_ms else None

    @property
    def to_plain(self) -> float | None:
        """How many actions of plain SpiffWorkflow one action costs."""
        return self.p50_ms / self.plain_p50_ms if self.plain_p50_ms else None


@dataclass(frozen=True, slots=True)
class Report:
    """All lines of a run, and what machine it was."""

    machine: str
    lines: tuple[Measured, ...]

    @property
    def met(self) -> bool:
        """Whether no line misses its target."""
        return all(line.met is not False for line in self.lines)


def line(
    workload: str,
    database: str,
    what: str,
    laps: Sequence[float],
    *,
    cpu: Sequence[float] = (),
    raw: Sequence[float] = (),
    plain: Sequence[float] = (),
    bytes_each: float | None = None,
    plain_bytes_each: float | None = None,
) -> Measured:
    """A line from laps."""
    middle = median(laps)
    return Measured(
        workload=workload,
        database=database,
        what=what,
        count=len(laps),
        p50_ms=middle,
        p95_ms=p95(laps),
        per_second=1000 / middle,
        cpu_p50_ms=median(cpu) if cpu else None,
        raw_p50_ms=median(raw) if raw else None,
        plain_p50_ms=median(plain) if plain else None,
        bytes_each=bytes_each,
        plain_bytes_each=plain_bytes_each,
    )


HEAD = (
    "",
    "database",
    "action",
    "n",
    "p50 ms",
    "p95 ms",
    "cpu ms",
    "per s",
    "raw ms",
    "× raw",
    "plain ms",
    "× plain",
    "bytes/inst.",
    "target",
)


def in_words(report: Report) -> str:
    """A table for the terminal."""
    rows = [HEAD, *(_cells(one) for one in report.lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    table = [
        "  ".join(
            cell.rjust(width) if n > 2 else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    return "\n".join([report.machine, "", *(text.rstrip() for text in table)])


def _cells(one: Measured) -> tuple[str, ...]:
    verdict = "" if one.met is None else ("met" if one.met else "MISSED")
    size = _number(one.bytes_each, 0)
    if one.plain_bytes_each:
        size += f" ({_number(one.plain_bytes_each, 0)})"
    return (
        one.workload,
        one.database,
        one.what,
        str(one.count),
        _number(one.p50_ms, 2),
        _number(one.p95_ms, 2),
        _number(one.cpu_p50_ms, 2),
        _number(one.per_second, 0),
        _number(one.raw_p50_ms, 2),
        _number(one.to_raw, 1),
        _number(one.plain_p50_ms, 2),
        _number(one.to_plain, 1),
        size,
        f"{one.target} {one.note} {verdict}".strip(),
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or math.isnan(value) else f"{value:,.{digits}f}"
