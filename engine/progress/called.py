"""What became of a caller ends what it has called, if its diagram says so: a withdrawn application is not sealed."""

from typing import Final

from engine import bpmn
from engine.model import Json
from engine.progress.case import Case, names
from engine.store import calls, timers

STOP: Final = "stop"  # kind of the timer that brings the word to the called instance


def stop_called(case: Case, state: str, reason: str) -> None:
    """Tell the instances whose end this one waits for that it came to nothing; their own tick locks them."""
    elements = case.package.process.elements
    if not any("stop-called" in element.properties for element in elements.values()):
        return
    step = bpmn.assign(case.package.process, case.row.snapshot, names(case), case.now)
    said = {call.id: elements[call.element].properties for call in step.calls}
    facts: dict[str, Json] = {"state": state, "reason": f"{case.row.number}：{reason}" if reason else case.row.number}
    rows = [
        {"instance_id": child, "kind": STOP, "level": "caller", "rung": f"caller-{case.row.id}", "due": case.now}
        | {"facts": {**facts, "rule": said[wait]["stop-called"], "message": said[wait].get("stop-message", "")}}
        for child, wait in calls.called_by(case.tx, case.row.id)
        if said.get(wait, {}).get("stop-called")
    ]
    timers.arm(case.tx, rows)
