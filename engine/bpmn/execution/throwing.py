"""Events on their way: messages to one waiting node, signals to all, errors and escalations from the inside out."""

from typing import TYPE_CHECKING, Any

from engine.bpmn.execution.catching import BoundarySpec, CatchSpec, ListenerSpec
from engine.bpmn.execution.nodes import FlowSpec, NodeSpec
from engine.bpmn.values import EventDefinition, Thrown

if TYPE_CHECKING:
    from engine.bpmn.execution.case import Case
    from engine.bpmn.execution.token import Token


def deliver(case: "Case", name: str) -> bool:
    """Give a message to the node that has waited longest for it."""
    for token in case.watchers.values():
        if token.task_spec.catches("message", name):
            token.task_spec.fire(token)
            return True
    return False


def broadcast(case: "Case", name: str) -> int:
    """Give a signal to every node that waits for it now; returns how many there were."""
    waiting = [token for token in case.watchers.values() if token.task_spec.catches("signal", name)]
    for token in waiting:
        if token.alive:  # one before it may have interrupted it
            token.task_spec.fire(token)
    return len(waiting)


def climb(token: "Token", kind: str, code: str | None) -> bool:
    """Take an error or escalation outwards until somebody catches it, a named code before catch-all."""
    boundaries = [child for child in token.children if isinstance(child.task_spec, BoundarySpec)]
    scopes = [boundaries]
    for scope in token.ancestors():
        scopes.append([child for child in scope.children if isinstance(child.task_spec, ListenerSpec)])
        scopes.append([child for child in scope.children if isinstance(child.task_spec, BoundarySpec)])
    for candidates in scopes:
        fitting = [t for t in candidates if not t.task_spec.occupies(t) and t.task_spec.catches(kind, code)]
        fitting.sort(key=lambda t: t.task_spec.event.name is None)
        if fitting:
            fitting[0].task_spec.fire(fitting[0])
            return True
    return False


class ThrowSpec(NodeSpec):
    """An intermediate throw event or an end event."""

    shown = False  # recorded before the event is thrown, which may end the token's scope

    def __init__(self, *arguments: Any, event: EventDefinition, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.event = event

    def _run_hook(self, token: "Token") -> bool | None:
        case = token.workflow
        case.passed.append(self.bpmn_id)
        kind, name = self.event.kind, self.event.name or ""
        caught = False
        if kind == "message":
            caught = deliver(case, name)
        elif kind == "signal":
            broadcast(case, name)
        elif kind in ("error", "escalation"):
            caught = climb(token, kind, self.event.name)
            if not caught and kind == "error":
                case.errors.append(f"bpmn.error:{name}")
        if kind in ("message", "signal", "error", "escalation") and not caught:
            case.thrown.append(Thrown(kind, name, self.bpmn_id))
        return True if token.alive else None


class EndSpec(ThrowSpec):
    """An end event; whatever flows are drawn out of it, the path ends."""

    def choose(self, token: "Token") -> tuple[FlowSpec, ...]:
        return ()


class TerminateSpec(EndSpec):
    """Ends everything in its scope at once; ``everything`` ends the whole instance."""

    def __init__(self, *arguments: Any, everything: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.everything = everything

    def end_of_visit(self, token: "Token", flows: tuple[FlowSpec, ...]) -> None:
        scope = token.workflow.task_tree if self.everything else token.parent
        for other in scope.children:
            if not isinstance(other.task_spec, BoundarySpec):
                other.cancel()
        token.workflow.settle(scope)


class CancelSpec(EndSpec):
    """The cancel end event of a transaction: leaves by the transaction's cancel boundary event."""

    def end_of_visit(self, token: "Token", flows: tuple[FlowSpec, ...]) -> None:
        scope = token.parent
        watching = [child for child in scope.children if isinstance(child.task_spec, CatchSpec)]
        for child in watching:
            if child.task_spec.catches("cancel", None):
                child.task_spec.fire(child)
                return
        token.workflow.leave(token, flows)
