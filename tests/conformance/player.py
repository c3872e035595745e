"""Plays a scenario of the corpus through the pure core, with the process compiled anew before every event."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import bpmn
from engine.bpmn.expressions import office
from engine.bpmn.timers import after

BEGIN = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)


@dataclass
class Player:
    """The state between two steps of a scenario: what a store would keep."""

    files: dict[str, bytes]
    main: str
    now: datetime = BEGIN
    step: bpmn.Step | None = None
    events: int = 0

    @property
    def process(self) -> bpmn.Process:
        """Compiled anew each time, so that nothing of an instance can hide in it."""
        return bpmn.compile(self.files, main=self.main)

    @property
    def state(self) -> bpmn.Step:
        """The step before."""
        assert self.step is not None
        return self.step

    def start(self, start: dict[str, Any]) -> None:
        """Begin the instance."""
        self.step = bpmn.start(
            self.process, start["variables"], self.now, message=start.get("message"), signal=start.get("signal")
        )

    def play(self, step: dict[str, Any]) -> None:
        """One step of the scenario: an event or an expectation."""
        kind = next(key for key in step if key != "variables")
        getattr(self, kind)(step[kind], step.get("variables", {})) if kind == "complete" else getattr(self, kind)(
            step[kind]
        )

    def complete(self, task: str, given: dict[str, Any]) -> None:
        """A person does a task, named by id or name."""
        activity = next(a for a in self.state.activities if task in (a.element, a.name))
        variables = {**self.state.variables, **given}
        self.step = bpmn.complete(self.process, self.state.snapshot, activity.id, variables, self.now)

    def advance_time(self, duration: str) -> None:
        """Time passes, and the clock ticks."""
        self.now = after(duration, self.now, office().zone)
        self.step = bpmn.wake(self.process, self.state.snapshot, self.now)

    def message(self, name: str) -> None:
        """A message comes."""
        self.step = bpmn.receive(self.process, self.state.snapshot, self.state.variables, self.now, message=name)

    def signal(self, name: str) -> None:
        """A signal comes."""
        self.step = bpmn.receive(self.process, self.state.snapshot, self.state.variables, self.now, signal=name)

    def trigger(self, element: str) -> None:
        """A receive task without message is told to go on."""
        self.step = bpmn.receive(self.process, self.state.snapshot, self.state.variables, self.now, element=element)

    def set_variables(self, given: dict[str, Any]) -> None:
        """Variables change from outside."""
        self.step = bpmn.assign(self.process, self.state.snapshot, {**self.state.variables, **given}, self.now)

    def expect_active(self, elements: list[str]) -> None:
        """The open tasks, as a multiset of ids."""
        assert sorted(a.element for a in self.state.activities) == sorted(elements)

    def expect_active_names(self, names: list[str]) -> None:
        """The open tasks, as a multiset of names."""
        assert sorted(a.name for a in self.state.activities) == sorted(names)

    def expect_waiting(self, elements: list[str]) -> None:
        """Other nodes that wait."""
        waiting = [s.element for s in self.state.subscriptions] + [s.element for s in self.state.services]
        assert sorted(waiting) == sorted(elements)

    def expect_task_variables(self, expected: dict[str, Any]) -> None:
        """What a task sees."""
        activity = next(a for a in self.state.activities if a.element == expected["task"])
        shared = self.state.variables if activity.variables is None else activity.variables
        visible = {**shared, **activity.local}
        assert {name: visible.get(name) for name in expected["variables"]} == expected["variables"]

    def expect_ended(self, ended: bool) -> None:
        """Whether the instance is over."""
        assert self.state.ended is ended


def load(scenario: Path, corpus: Path) -> tuple[dict[str, Any], Player]:
    """A scenario and a player for its files."""
    content = json.loads(scenario.read_text(encoding="utf-8"))
    files = {name: (corpus / name).read_bytes() for name in content["bpmn"]}
    return content, Player(files, content["process"])
