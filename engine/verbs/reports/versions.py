"""Two versions of a process side by side: whether its steps became faster, and whether less comes back."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.reports import percent
from engine.runtime import Engine
from engine.store import by_version, reckoning
from engine.store.by_version import CaseRow, StepRow

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Speed:
    """How a step was worked at in one version; None where nothing was finished."""

    done: int
    mean_hours: float | None
    late: int


@dataclass(frozen=True, slots=True)
class StepBeside:
    """One step in both versions, under the name of the newer one that knows it."""

    element: str
    name: str
    old: Speed
    new: Speed

    @property
    def change(self) -> float | None:
        """Working hours more, or less if below zero, than before."""
        if self.old.mean_hours is None or self.new.mean_hours is None:
            return None
        return round(self.new.mean_hours - self.old.mean_hours, 1)


@dataclass(frozen=True, slots=True)
class Cases:
    """How many cases of a version were begun and ended, and the share that came back."""

    started: int
    ended: int
    return_rate: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Both versions; the slowest steps of either first."""

    old: Cases
    new: Cases
    steps: tuple[StepBeside, ...]


def beside(engine: Engine, process: str, old: int, new: int) -> Beside:
    """What was settled of two versions: working hours, pauses left out, of everything that was finished."""
    with engine.store.reading() as tx:
        reckoning.require_process(tx, process)
        cases = {row.version: row for row in by_version.cases(tx, process, (old, new))}
        rows = {(row.version, row.element): row for row in by_version.steps(tx, process, (old, new))}
    steps = [_step(rows, element, old, new) for element in {element for _version, element in rows}]
    steps.sort(key=lambda one: (-max(one.old.mean_hours or 0, one.new.mean_hours or 0), one.element))
    return Beside(_cases(cases.get(old)), _cases(cases.get(new)), tuple(steps))


def _step(rows: Mapping[tuple[int, str], StepRow], element: str, old: int, new: int) -> StepBeside:
    before, after = rows.get((old, element)), rows.get((new, element))
    named = after or before
    return StepBeside(element, named.step if named else element, _speed(before), _speed(after))


def _speed(row: StepRow | None) -> Speed:
    if row is None:
        return Speed(0, None, 0)
    return Speed(row.done, round(row.seconds / row.done / HOUR, 1), row.late)


def _cases(row: CaseRow | None) -> Cases:
    if row is None:
        return Cases(0, 0, None)
    return Cases(row.started, row.ended, percent(row.returned, row.started))
