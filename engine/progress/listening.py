"""Listeners of a diagram that are bound: told what has happened, beside the flow, which never waits for them."""

from collections import Counter
from collections.abc import Iterable

from engine import bpmn
from engine.progress.case import Case
from engine.store import bindings
from engine.store.instances import ActivityRow

OPENED = ("create", "assignment", "start")  # of a step that people do, in the order in which they happen
LEFT = ("complete", "end")


def ring(case: Case, step: bpmn.Step, opened: Iterable[ActivityRow]) -> None:
    """Ask for the calls of what a step opened, passed and ended; what is not bound is not rung."""
    listeners = [stub for stub in case.package.process.stubs if stub.event]
    if not listeners:
        return
    happened = _happened(case, step, [activity.element for activity in opened])
    for stub in listeners:
        wanted = bpmn.LISTENER + stub.wanted
        times = happened[stub.element, stub.event]
        if times and bindings.find(case.tx, case.row.definition_id, wanted) is not None:
            for _ in range(times):
                _ask(case, stub, wanted)


def _happened(case: Case, step: bpmn.Step, opened: list[str]) -> Counter[tuple[str, str]]:
    """How often each event happened at each element."""
    process = case.package.process
    found: Counter[tuple[str, str]] = Counter((element, event) for element in opened for event in OPENED)
    for passed in step.passed:
        if passed in process.flows:
            found[passed, "take"] += 1
            continue
        found.update((passed, event) for event in LEFT)
        element = process.elements.get(passed)
        if element is None or element.kind != "userTask":  # of which the beginning was told when it opened
            found[passed, "start"] += 1
    if case.row.revision == 0 and not case.begun:  # it was never stored
        case.begun = True
        found[process.key, "start"] += 1
    if step.ended:
        found[process.key, "end"] += 1
    return found


def _ask(case: Case, stub: bpmn.Stub, wanted: str) -> None:
    case.rung += 1
    bindings.ring(
        case.tx,
        instance_id=case.row.id,
        wait=f"{bindings.LISTENED}{case.row.revision}-{case.rung}",
        element=stub.element[:80],
        wanted=wanted,
        next_try=case.now + case.held,  # a decision that is taken back has told nobody
        asked_at=case.now,
    )
