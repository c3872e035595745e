"""Runs workloads on databases and judges them by the targets."""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import replace

from engine.bench.clockwork import deadlines, lateness, standstill
from engine.bench.core import core_lines
from engine.bench.crowded import crowded_inbox
from engine.bench.laps import median
from engine.bench.office import found
from engine.bench.report import Measured, Report, line
from engine.bench.reporting import settled_year
from engine.bench.sites import Site, opened
from engine.bench.workloads import (
    ACTIONS,
    APPROVAL,
    COUNTERSIGN,
    LAST_ACTION,
    ROUND,
    ROUNDS,
    Played,
    due_timers,
    full_inbox,
    play,
)
from engine.errors import BadInput

MOST_TO_RAW = {"sqlite": 10.0, "postgresql": 3.0}
MOST_GROWTH = 1.3
MOST_PAGE_MS = 3.0
MOST_CROWDED_MS = 20.0
LEAST_TIMERS = 600.0
MOST_LATE_MS = 2_000.0
MOST_STANDSTILL_MS = 60_000.0  # for ten thousand
MOST_REPORT_MS = 1000.0  # over 500,000 decisions (issue)


def _approval(site: Site, base: str, scale: float) -> list[Measured]:
    """W1: start and three decisions."""
    played = play(site, base, APPROVAL, scale)
    whole = _line("W1", site, "action", played, *ACTIONS)
    most = MOST_TO_RAW[site.kind]
    whole = replace(whole, target=f"≤ {most:g} × raw", met=(whole.to_raw or 0) <= most)
    return [whole, *(_line("W1", site, name, played, name) for name in ACTIONS)]


def _countersign(site: Site, base: str, scale: float) -> list[Measured]:
    """W2: start and ten who sign side by side."""
    return [_line("W2", site, "action", play(site, base, COUNTERSIGN, scale), *ACTIONS)]


def _rounds(site: Site, base: str, scale: float) -> list[Measured]:
    """W3: fifty times back to the drafter; a late action must cost what an early one did."""
    played = play(site, base, ROUNDS, scale)
    first = [lap for n in range(1, ROUND + 1) for lap in played.by_action[n]]
    last = [lap for n in range(LAST_ACTION - ROUND + 1, LAST_ACTION + 1) for lap in played.by_action[n]]
    growth = median(last) / median(first)
    late = line("W3", site.kind, f"actions {LAST_ACTION - ROUND + 1}-{LAST_ACTION}", last)
    late = replace(late, note=f"is {growth:.2f}", target=f"≤ {MOST_GROWTH} × first", met=growth <= MOST_GROWTH)
    return [
        _line("W3", site, "action", played, *ACTIONS),
        line("W3", site.kind, f"actions 1-{ROUND}", first, plain=_plain_round(played, 0)),
        replace(late, plain_p50_ms=median(_plain_round(played, LAST_ACTION - ROUND))),
    ]


def _plain_round(played: Played, skip: int) -> list[float]:
    """The laps of plain SpiffWorkflow in one round, of all its instances."""
    laps, each = played.plain.of("decide"), max(played.by_action)
    return [laps[first + n] for first in range(0, len(laps), each) for n in range(skip, skip + ROUND)]


def _inbox(site: Site, base: str, scale: float) -> list[Measured]:
    """W4: the first page of an inbox, with its counts."""
    laps = full_inbox(site, base, scale)
    page = line("W4", site.kind, "page", laps.of("page"), cpu=laps.cpu_of("page"))
    return [replace(page, target=f"≤ {MOST_PAGE_MS:g} ms", met=page.p50_ms <= MOST_PAGE_MS)]


def _timers(site: Site, base: str, scale: float) -> list[Measured]:
    """W5: timers that are due all at once."""
    fired = due_timers(site, base, scale)
    each = [tick.seconds / tick.count * 1000 for tick in fired.ticks]
    count = sum(tick.count for tick in fired.ticks)
    rate = count / sum(tick.seconds for tick in fired.ticks)
    cpu = [tick.cpu_seconds / tick.count * 1000 for tick in fired.ticks]
    measured = line("W5", site.kind, "timer", each, cpu=cpu, raw=fired.raw.of("timer"))
    return [replace(measured, count=count, per_second=rate, target=f"≥ {LEAST_TIMERS:g}/s", met=rate >= LEAST_TIMERS)]


def _deadlines(site: Site, _base: str, scale: float) -> list[Measured]:
    """W6: deadlines computed, in thousands; no database is asked."""
    laps = deadlines(scale)
    each = line("W6", site.kind, "1,000 deadlines", laps)
    minute = 60_000_000 / each.p50_ms
    return [replace(each, note=f"{minute / 1e6:.1f} million/min", target="≥ 1 million/min", met=minute >= 1e6)]


def _lateness(site: Site, base: str, scale: float) -> list[Measured]:
    """W7: from due to fired, when fifty timers become due each second."""
    laps = sorted(lateness(site, base, scale))
    last = laps[min(len(laps) - 1, len(laps) * 99 // 100)]
    each = line("W7", site.kind, "lateness", laps)
    return [replace(each, note=f"p99 {last:.0f} ms", target=f"≤ {MOST_LATE_MS:g} ms", met=last <= MOST_LATE_MS)]


def _reports(site: Site, base: str, scale: float) -> list[Measured]:
    """W8: the report of a month over a year of settled decisions."""
    laps = settled_year(site, base, scale)
    each = line("W8", site.kind, "monthly report", laps.of("month"), cpu=laps.cpu_of("month"))
    return [replace(each, target=f"≤ {MOST_REPORT_MS:g} ms", met=each.p95_ms <= MOST_REPORT_MS)]


def _standstill(site: Site, base: str, scale: float) -> list[Measured]:
    """W9: from the first tick after a standstill until nothing is overdue any more."""
    laps = standstill(site, base, scale)
    each, whole = line("W9", site.kind, "1,000 overdue steps", laps), sum(laps)
    most = MOST_STANDSTILL_MS * scale
    target = f"≤ {most / 1000:g} s in all"
    return [replace(each, note=f"{whole / 1000:.1f} s", target=target, met=whole <= most)]


def _crowded(site: Site, base: str, scale: float) -> list[Measured]:
    """W10: the first page of one of very many."""
    laps, total = crowded_inbox(site, base, scale)
    page = line("W10", site.kind, "page", laps.of("page"), cpu=laps.cpu_of("page"))
    met = page.p95_ms <= MOST_CROWDED_MS
    return [replace(page, note=f"p95, own {total:,}", target=f"≤ {MOST_CROWDED_MS:g} ms", met=met)]


_MEASURES: dict[str, Callable[[Site, str, float], list[Measured]]] = {
    "W1": _approval,
    "W2": _countersign,
    "W3": _rounds,
    "W4": _inbox,
    "W5": _timers,
    "W6": _deadlines,
    "W7": _lateness,
    "W8": _reports,
    "W9": _standstill,
    "W10": _crowded,
}


def measure(workloads: Sequence[str], databases: Sequence[str], scale: float, say: Callable[[str], None]) -> Report:
    """Each workload on each database; see ``engine.bench.run``."""
    unknown = [name for name in workloads if name not in _MEASURES]
    if unknown or not 0 < scale <= 10:
        raise BadInput(
            f"工作负载应为 {'、'.join(_MEASURES)}，比例在 0 和 10 之间。",
            f"unknown workloads {unknown} or scale {scale}",
        )
    lines: list[Measured] = []
    for database in databases:
        with opened(database) as site:
            base = site.fresh()
            found(base)
            for name in workloads:
                say(f"{name} on {site.kind} ...")
                lines += _MEASURES[name](site, base, scale)
    return Report(_machine(), tuple(lines))


def measure_core(scale: float) -> Report:
    """The pure core alone."""
    return Report(_machine(), tuple(core_lines(scale)))


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f}"


def _line(workload: str, site: Site, what: str, played: Played, *names: str) -> Measured:
    return line(
        workload,
        site.kind,
        what,
        played.ours.of(*names),
        cpu=played.ours.cpu_of(*names),
        raw=played.raw.of(*names),
        plain=played.plain.of(*names),
        bytes_each=played.bytes_each,
        plain_bytes_each=played.plain_bytes_each,
    )
