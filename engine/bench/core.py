"""The pure core alone: one step with restore and save, in turns with plain SpiffWorkflow, without any database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from engine import bpmn
from engine.bench.laps import Laps, median
from engine.bench.plain import PlainProcess
from engine.bench.report import Measured, line
from engine.bench.workloads import APPROVAL, LAST_ACTION, ROUND, ROUNDS, Script
from engine.model import Json

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)
MOST_MS = 0.4
MOST_LATE_MS = 0.5
LATE = LAST_ACTION - ROUND  # actions of the last round of a case that went round and round


@dataclass(slots=True)
class Stepped:
    """Laps of one script: ours and plain, by action."""

    ours: dict[int, list[float]] = field(default_factory=dict)
    plain: dict[int, list[float]] = field(default_factory=dict)

    def of(self, first: int, last: int, *, plain: bool = False) -> list[float]:
        """Laps of these actions of all cases."""
        taken = self.plain if plain else self.ours
        return [lap for action, laps in taken.items() if first <= action <= last for lap in laps]


def core_lines(scale: float) -> list[Measured]:
    """The lines of ``sanban bench --core``."""
    approval = stepped(APPROVAL, max(1, round(APPROVAL.instances * scale)))
    rounds = stepped(ROUNDS, max(1, round(ROUNDS.instances * scale)))
    return [
        _line("W1", "step", approval, 1, LAST_ACTION, MOST_MS),
        _line("W3", "first round", rounds, 1, ROUND, None),
        _line("W3", f"action {LAST_ACTION}", rounds, LATE + 1, LAST_ACTION, MOST_LATE_MS),
    ]


def stepped(script: Script, cases: int) -> Stepped:
    """Play a script on the pure core and on plain SpiffWorkflow, case by case, so that both meet the same machine."""
    diagram = script.diagram()
    process = bpmn.compile({"bench.bpmn": diagram})
    plain = PlainProcess(diagram, process.key)
    found = Stepped()
    for case in range(-min(script.warm_up, cases // 4), cases):
        kept = found if case >= 0 else Stepped()
        order = _ours(script, process, kept)
        _plain(plain, order, kept)
    return found


def _ours(script: Script, process: bpmn.Process, kept: Stepped) -> list[Mapping[str, Json]]:
    """One case of ours; what was decided, in order."""
    step = bpmn.start(process, {}, NOW)
    decided: list[Mapping[str, Json]] = []
    while step.activities:
        activity, action = step.activities[0], len(decided) + 1
        given: dict[str, Json] = {"outcome": script.outcome(activity.element, action)}
        laps = Laps()
        with laps.lap("step"):  # restore, complete, save: what a command needs of the core
            step = bpmn.complete(process, step.snapshot, activity.id, {**step.variables, **given}, NOW)
        kept.ours.setdefault(action, []).extend(laps.of("step"))
        decided.append(given)
    return decided


def _plain(plain: PlainProcess, order: list[Mapping[str, Json]], kept: Stepped) -> None:
    """The same decisions on plain SpiffWorkflow: deserialize, run, serialize."""
    state = plain.begun()
    for action, given in enumerate(order, 1):
        laps = Laps()
        with laps.lap("step"):
            state, _ = plain.after(state, given)
        kept.plain.setdefault(action, []).extend(laps.of("step"))


def _line(workload: str, what: str, laps: Stepped, first: int, last: int, most: float | None) -> Measured:
    ours, plain = laps.of(first, last), laps.of(first, last, plain=True)
    measured = line(workload, "core", what, ours, plain=plain)
    if most is None:
        return measured
    return replace(measured, target=f"≤ {most:g} ms", met=median(ours) <= most)
