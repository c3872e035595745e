"""The behaviour every node of a diagram shares, and the nodes that only run or wait."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.expressions import Assignment, Expression, truth
from engine.errors import ExpressionError, SanbanError

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token


EACH = "#each"  # ends the name of what runs once per round inside a loop


@dataclass(frozen=True, slots=True)
class FlowSpec:
    """A way out of a node. ``shown`` is what the history records: nothing for connections we have added."""

    id: str
    target: str
    condition: Expression | None = None
    default: bool = False
    shown: tuple[str, ...] = field(default=())


class NodeSpec(BpmnSpecMixin):
    """A node. ``name`` is unique among all files (``process/element``), ``bpmn_id`` is the id as drawn."""

    shown = True  # whether the history lists it as passed
    watches = False  # whether events, timers or conditions may wake a token here

    def __init__(self, spec: Any, name: str, element: str, label: str = "", **options: Any) -> None:
        super().__init__(spec, name, bpmn_name=label, **options)
        self.bpmn_id = element
        self.process = name.split("/", 1)[0]
        self.scope: str | None = None  # name of the node whose tokens hold tokens of this one
        self.incoming: frozenset[str] = frozenset()
        self.outgoing: tuple[FlowSpec, ...] = ()
        self.boundaries: tuple[str, ...] = ()
        self.compensable = False
        self.local_inputs: tuple[Assignment, ...] = ()  # evaluated on arrival, visible here only
        self.results: tuple[Assignment, ...] = ()  # evaluated on leaving, for the process

    @property
    def element_name(self) -> str:
        """Its unique name without the mark of a loop's instance."""
        return str(self.name).removesuffix(EACH)

    def test(self) -> None:
        """Nothing to test at run time: the diagram was checked when it was compiled."""

    def occupies(self, token: "Token") -> bool:
        """Whether the token keeps its scope open."""
        return True

    # ---------------------------------------------------- SpiffWorkflow's hooks, in the order in which they happen

    def _update_hook(self, token: "Token") -> bool:
        """Whether a token that has arrived may go on at once."""
        return True

    def _on_ready_hook(self, token: "Token") -> None:
        for local in self.local_inputs:
            token.data[local.name] = token.workflow.evaluate(token, local.value)
        for boundary in self.boundaries:
            token.workflow.place(token.workflow.routes.nodes[boundary], token, watch=True)
        if not self.manual:
            token.workflow.queue.append(token)

    def _on_complete_hook(self, token: "Token") -> None:
        case = token.workflow
        if self.shown:
            case.passed.append(self.bpmn_id)
        for result in self.results:
            case.assign(token, {result.name: case.evaluate(token, result.value)}, outside=True)
        if self.compensable:
            remember(token, [([], self.element_name)])
        flows = tuple(self.choose(token))
        self.end_of_visit(token, flows)

    def end_of_visit(self, token: "Token", flows: tuple[FlowSpec, ...]) -> None:
        """The token has done its work here."""
        if "instance" in token.internal_data:
            token.parent.task_spec.instance_done(token.parent, token)
        else:
            token.workflow.leave(token, flows)

    def choose(self, token: "Token") -> Iterable[FlowSpec]:
        """The ways out: all without condition, those whose condition holds, or else the default."""
        if "instance" in token.internal_data:
            return ()
        if not any(flow.condition or flow.default for flow in self.outgoing):
            return self.outgoing
        taken = [flow for flow in self.outgoing if not flow.default and self.holds(token, flow)]
        return taken or self.otherwise(token)

    def holds(self, token: "Token", flow: FlowSpec) -> bool:
        """Whether the condition of a flow is true here."""
        return flow.condition is None or decide(token, flow.condition)

    def otherwise(self, token: "Token") -> Iterable[FlowSpec]:
        """The default flow; without one nothing fits, and the step is rolled back."""
        default = [flow for flow in self.outgoing if flow.default]
        if not default:
            raise ExpressionError(
                f"环节“{self.bpmn_name or self.bpmn_id}”没有满足条件的出口",
                f"no outgoing flow of {self.bpmn_id} fits",
                "请检查条件，或在流程图中设置默认流。",
                "bpmn.no_flow_fits",
            )
        return default

    def finish(self, token: "Token") -> None:
        """Everything inside the token is done (scopes and loops only)."""
        token.complete()

    def time_has_come(self, token: "Token") -> None:
        """The moment the token waited for is here (timers only)."""

    def look_again(self, token: "Token") -> bool:
        """Variables may have changed; True if the token went on (conditional events only)."""
        return False

    def try_to_pass(self, token: "Token") -> bool:
        """Nothing else can run; True if the token went on (inclusive gateways only)."""
        return False


def remember(token: "Token", finished: Iterable[tuple[list[str], str]]) -> None:
    """Tell the scope around, not the loop, what may have to be undone: activities with the scopes they were in."""
    scope = token.parent.parent if "instance" in token.internal_data else token.parent
    scope.internal_data.setdefault("compensable", []).extend([path, activity] for path, activity in finished)


def decide(token: "Token", condition: Expression) -> bool:
    """A condition as yes or no; what is neither is an error that names the condition."""
    value = token.workflow.evaluate(token, condition)
    try:
        return truth(value)
    except TypeError as error:
        raise ExpressionError(
            f"条件“{condition.text}”的结果不是“是/否”", f"{condition.text!r}: {error}", code="expr.failed"
        ) from error


class PassSpec(NodeSpec):
    """A node that does nothing: a start, an untyped task, a manual task."""


class UserTaskSpec(NodeSpec):
    """Waits for a person."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, manual=True, **options)


class ServiceSpec(NodeSpec):
    """Waits for the engine around the core; ``service`` is the kind of work, ``wanted`` what the diagram calls for."""

    def __init__(self, *arguments: Any, service: str, wanted: str = "", **options: Any) -> None:
        super().__init__(*arguments, manual=True, **options)
        self.service, self.wanted = service, wanted


class ScriptSpec(NodeSpec):
    """Runs assignments in the expression language."""

    def __init__(self, *arguments: Any, assignments: tuple[Assignment, ...], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.assignments = assignments

    def _run_hook(self, token: "Token") -> bool:
        for assignment in self.assignments:
            token.workflow.assign(token, {assignment.name: token.workflow.evaluate(token, assignment.value)})
        return True


class BrokenSpec(NodeSpec):
    """A node that the file holds but nobody can run; arriving there is an error."""

    def __init__(self, *arguments: Any, error: SanbanError, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.error = error

    def _run_hook(self, token: "Token") -> bool:
        raise self.error


__all__ = [
    "EACH",
    "BrokenSpec",
    "FlowSpec",
    "NodeSpec",
    "PassSpec",
    "ScriptSpec",
    "ServiceSpec",
    "TaskState",
    "UserTaskSpec",
    "decide",
    "remember",
]
