"""规范性 in the monthly report: beside the on-time rate, with what the office wants to reach of both."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine import reports
from engine.model import Json
from engine.reports import CaseGroup
from engine.settings import Settings
from engine.store.snapshots import SnapshotRow
from engine.verbs.reports.lines import ConformityLine, Names

TARGETS = "targets"  # what a frozen month keeps them under


@dataclass(frozen=True, slots=True)
class Targets:
    """What the office wants to reach, in percent."""

    on_time: float
    conformity: float

    @classmethod
    def of(cls, settings: Settings, frozen: SnapshotRow | None) -> "Targets":
        """Those of the day on which the month was frozen, or of today."""
        kept = frozen.figures.get(TARGETS) if frozen else None
        return cls(*kept) if kept else cls(settings.on_time_target, settings.conformity_target)

    def kept(self) -> list[Json]:
        """As a snapshot keeps them."""
        return [self.on_time, self.conformity]


@dataclass(frozen=True, slots=True)
class ByConformity:
    """The whole, and by unit, process and whoever began the cases; most faults first."""

    total: ConformityLine
    units: tuple[ConformityLine, ...]
    processes: tuple[ConformityLine, ...]
    people: tuple[ConformityLine, ...]


def by_conformity(groups: Sequence[CaseGroup], names: Names) -> ByConformity:
    """The lines of one month."""
    found = {
        by: [names.conformity(by, key, each) for key, each in reports.case_lines(groups, by).items()]
        for by in reports.CASES_BY
    }
    whole = reports.conformity_of(groups)
    total = ConformityLine("合计", {}, whole.started, whole.faulty, whole.rate, whole.fault_rate, whole.points)
    return ByConformity(total, *(_worst_first(found[by]) for by in ("unit", "process", "initiator")))


def _worst_first(lines: Sequence[ConformityLine]) -> tuple[ConformityLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.points, -line.faulty, -line.started, line.name)))
