"""Compensation: running the undo activities of what has completed."""

from typing import TYPE_CHECKING, Any

from engine.bpmn.execution.catching import BoundarySpec
from engine.bpmn.execution.nodes import FlowSpec, NodeSpec

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token


class CompensationSpec(NodeSpec):
    """Throws compensation: runs the handlers as its own instances, and goes on when all are done."""

    def __init__(
        self, *arguments: Any, handlers: dict[str, str], activity: str | None, ends: bool, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.handlers, self.activity, self.ends = handlers, activity, ends

    def _run_hook(self, token: "Token") -> bool | None:
        scope = self.compensated_scope(token)
        finished = scope.internal_data.get("compensable", [])
        chosen = [entry for entry in finished if self.concerns(entry)]
        scope.internal_data["compensable"] = [entry for entry in finished if entry not in chosen]
        for _, activity in reversed(chosen):
            token.workflow.place(token.workflow.routes.nodes[self.handlers[activity]], token, instance=0)
        return None if chosen else True

    def compensated_scope(self, token: "Token") -> "Token":
        """The scope around; an event sub-process compensates the scope it stands in."""
        scope = token.parent
        while scope.task_spec.scope is not None and getattr(scope.task_spec, "event_triggered", False):
            scope = scope.parent
        return scope

    def concerns(self, entry: tuple[list[str], str]) -> bool:
        path, activity = entry
        named = self.activity is None or self.activity in (path[:1] or [activity])
        return named and activity in self.handlers

    def instance_done(self, token: "Token", handler: "Token") -> None:
        """A handler has completed."""
        handler.cancel()
        if not token.children:
            token.complete()

    def choose(self, token: "Token") -> tuple[FlowSpec, ...]:
        return () if self.ends else self.outgoing


class CancelSpec(CompensationSpec):
    """The cancel end event: stops the transaction, undoes what was done, and leaves by the cancel boundary event."""

    def _run_hook(self, token: "Token") -> bool | None:
        for other in token.parent.children:
            if other is not token and not isinstance(other.task_spec, BoundarySpec):
                other.cancel()
        return super()._run_hook(token)

    def end_of_visit(self, token: "Token", flows: tuple[FlowSpec, ...]) -> None:
        for child in token.parent.children:
            if isinstance(child.task_spec, BoundarySpec) and child.task_spec.catches("cancel", None):
                child.task_spec.fire(child)
                return
        token.workflow.leave(token, flows)
