"""Events on their way: messages to one waiting node, signals to all, errors and escalations from the inside out."""

from typing import TYPE_CHECKING, Any

from engine.bpmn.execution.catching import BoundarySpec, ListenerSpec, WatcherSpec
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


def climb(token: "Token", kind: str, code: str | None, message: str = "") -> bool:
    """Take an error or escalation outwards until somebody catches it, a named code before catch-all.

    What an event sub-process throws passes by its own start event, or it would catch itself for ever.
    """
    scopes = [_watchers_at(token, BoundarySpec)]
    inside = token.task_spec.name
    for scope in token.ancestors():
        listeners = _watchers_at(scope, ListenerSpec)
        scopes.append([other for other in listeners if other.task_spec.starts != inside])
        scopes.append(_watchers_at(scope, BoundarySpec))
        inside = scope.task_spec.name
    for candidates in scopes:
        fitting = [other for other in candidates if other.task_spec.catches(kind, code)]
        fitting.sort(key=lambda other: other.task_spec.event.name is None)
        if fitting:
            fitting[0].task_spec.caught(fitting[0], code, message)
            return True
    return False


def _watchers_at(token: "Token", kind: type[WatcherSpec]) -> list["Token"]:
    return [t for t in token.children if isinstance(t.task_spec, kind) and not t.task_spec.occupies(t)]


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
            caught = climb(token, kind, self.event.name, self.event.text)
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
    """Ends everything in its scope at once; ``reach`` is ``scope``, ``loop`` (all its instances) or ``case``."""

    def __init__(self, *arguments: Any, reach: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.reach = reach

    def end_of_visit(self, token: "Token", flows: tuple[FlowSpec, ...]) -> None:
        instance = next((scope for scope in token.ancestors() if "instance" in scope.internal_data), None)
        if self.reach == "loop" and instance is not None:
            instance.parent.task_spec.end(instance.parent)
            return
        scope = token.workflow.task_tree if self.reach == "case" else token.parent
        for other in scope.children:
            if not isinstance(other.task_spec, BoundarySpec):
                other.cancel()
        token.workflow.settle(scope)
