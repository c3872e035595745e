"""Adds a golden snapshot: ``python -m tests.engine.bpmn.golden.record NAME FILE.bpmn [start=json] [TASK=json …]``.

Plays the tasks in order, and stores the diagram, the snapshot and how the case goes on from there to its end. What was
stored once is never recorded anew: a later version of the core must go on from it as the one did that stored it.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import bpmn

HERE = Path(__file__).parent
NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
MOST = 30

Played = list[tuple[str, dict[str, Any]]]


def advance(process: bpmn.Process, step: bpmn.Step, element: str, given: dict[str, Any]) -> bpmn.Step:
    """Complete the first open task of an element, let a service go on, or send a message by name."""
    for activity in step.activities:
        if activity.element == element:
            return bpmn.complete(process, step.snapshot, activity.id, {**step.variables, **given}, NOW)
    if element.startswith("message:"):
        return bpmn.receive(process, step.snapshot, {**step.variables, **given}, NOW, message=element[8:])
    return bpmn.receive(process, step.snapshot, {**step.variables, **given}, NOW, element=element)


def waiting(step: bpmn.Step) -> dict[str, list[str]]:
    """What is open, in a form that can be stored."""
    return {
        "activities": sorted(activity.element for activity in step.activities),
        "services": sorted(service.element for service in step.services),
        "subscriptions": sorted(f"{s.element}:{s.kind}:{s.name}" for s in step.subscriptions),
    }


def rest(process: bpmn.Process, step: bpmn.Step) -> list[dict[str, Any]]:
    """How a case goes on if always the first open piece of work in alphabetical order is done."""
    found: list[dict[str, Any]] = []
    while not step.ended and len(found) < MOST:
        names = waiting(step)
        element = [*names["activities"], *names["services"]][0]
        step = advance(process, step, element, {})
        found.append({"done": element, "passed": list(step.passed), "waiting": waiting(step), "ended": step.ended})
    return found


def record(name: str, diagram: bytes, played: Played, variables: dict[str, Any]) -> Path:
    """Write one golden file; refuses to replace one."""
    path = HERE / f"{name}.json"
    process = bpmn.compile({"golden.bpmn": diagram})
    step = bpmn.start(process, variables, NOW)
    for element, given in played:
        step = advance(process, step, element, given)
    stored = {
        "diagram": diagram.decode(),
        "snapshot": step.snapshot.decode(),
        "next_due": step.next_due.isoformat() if step.next_due else None,
        "waiting": waiting(step),
        "rest": rest(process, step),
    }
    with path.open("x", encoding="utf-8") as file:
        json.dump(stored, file, ensure_ascii=False, indent=1)
        file.write("\n")
    return path


if __name__ == "__main__":
    steps = [(task, json.loads(data or "{}")) for task, _, data in (part.partition("=") for part in sys.argv[3:])]
    begins = steps[:1] if steps and steps[0][0] == "start" else []
    target = record(sys.argv[1], Path(sys.argv[2]).read_bytes(), steps[len(begins) :], begins[0][1] if begins else {})
    sys.stdout.write(f"{target}\n")
