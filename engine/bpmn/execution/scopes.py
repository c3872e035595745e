"""Nodes that hold tokens of their own: the process, sub-processes and called processes."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.names import OWN, visible
from engine.bpmn.execution.nodes import NodeSpec, remember
from engine.bpmn.expressions import Expression
from engine.errors import StepBudgetExceeded

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token

DEEPEST = 30


class ScopeSpec(NodeSpec):
    """A sub-process: ``starts`` and ``listeners`` are names of nodes inside."""

    shown = False  # recorded when it is entered

    def __init__(
        self, *arguments: Any, starts: tuple[str, ...] = (), listeners: tuple[str, ...] = (), **more: Any
    ) -> None:
        super().__init__(*arguments, **more)
        self.starts, self.listeners = starts, listeners

    def _run_hook(self, token: "Token") -> bool | None:
        token.workflow.passed.append(self.bpmn_id)
        if sum(1 for _ in token.ancestors()) > DEEPEST:
            raise _too_deep(self.bpmn_id)
        return self.open(token, self.starts, self.listeners)

    def open(self, token: "Token", starts: tuple[str, ...], listeners: tuple[str, ...]) -> bool | None:
        """Listen, then begin; an empty scope is done at once."""
        nodes = token.workflow.routes.nodes
        for listener in listeners:
            token.workflow.place(nodes[listener], token, watch=True)
        for start in starts:
            token.workflow.place(nodes[start], token)
        return None if starts else True

    def enter(self, token: "Token") -> None:
        """Open the scope without its start, because a token is about to be placed inside."""
        token.workflow.queue.remove(token)
        token.workflow.passed.append(self.bpmn_id)
        self.open(token, (), self.listeners)
        token._set_state(TaskState.STARTED)

    def finish(self, token: "Token") -> None:
        finished = token.internal_data.pop("compensable", [])
        if finished and not self.compensable:  # a handler of its own stands for those inside
            remember(token, [([self.element_name, *path], activity) for path, activity in finished])
        token.complete()


class RootSpec(ScopeSpec):
    """The process of the instance itself."""

    def finish(self, token: "Token") -> None:
        for child in token.children:
            child.cancel()
        token._set_state(TaskState.COMPLETED)
        token.workflow.ended = True


@dataclass(frozen=True, slots=True)
class Transfer:
    """One ``in`` or ``out`` of a call activity: everything, a variable or an expression."""

    target: str | None
    source: str | None = None
    expression: Expression | None = None


def mapped(
    mappings: tuple[Transfer, ...], source: dict[str, Any], evaluate: Callable[[Expression], Any]
) -> dict[str, Any]:
    """The variables that cross the border of a call; copies, so that neither side changes the other's."""
    result: dict[str, Any] = {}
    for mapping in mappings:
        if mapping.target is None:
            result.update(source)
        elif mapping.expression is not None:
            result[mapping.target] = evaluate(mapping.expression)
        else:
            result[mapping.target] = source.get(mapping.source or "")
    return deepcopy(result)


class CallSpec(ScopeSpec):
    """Calls another process. Without mapping nothing is passed, as in Camunda."""

    def __init__(
        self,
        *arguments: Any,
        called: Expression,
        inputs: tuple[Transfer, ...],
        outputs: tuple[Transfer, ...],
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.called, self.passes_in, self.passes_out = called, inputs, outputs

    def open(self, token: "Token", starts: tuple[str, ...], listeners: tuple[str, ...]) -> bool | None:
        case = token.workflow
        target = str(case.evaluate(token, self.called))
        given = mapped(self.passes_in, visible(token), lambda expression: case.evaluate(token, expression))
        token.internal_data[OWN] = given
        process = case.routes.processes.get(target)
        if process is None:
            token.internal_data["calls"] = target  # another instance does it; we wait to be told
            return None
        token.internal_data["process"] = process.root
        return super().open(token, process.starts, process.listeners)

    def finish(self, token: "Token") -> None:
        self.returned(token, token.internal_data[OWN])
        token.internal_data.pop("compensable", None)
        token.complete()

    def returned(self, token: "Token", results: dict[str, Any]) -> None:
        """Take over what the called process hands back."""
        values = mapped(self.passes_out, results, lambda expression: expression.evaluate(results))
        token.internal_data.pop(OWN, None)
        token.workflow.assign(token, values)


def _too_deep(element: str) -> StepBudgetExceeded:
    return StepBudgetExceeded(
        f"环节 {element} 的调用嵌套超过 {DEEPEST} 层，可能循环调用。本次操作未生效。",
        f"calls are nested deeper than {DEEPEST} at {element}; nothing was changed",
        "请检查调用关系。",
        "bpmn.call_cycle",
    )
