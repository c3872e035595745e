"""Which variables an expression sees: those of its process, hidden by local ones, and the counters of its loop."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token

OWN = "variables"  # key of internal_data under which a called process keeps its variables


def own_variables(token: "Token") -> dict[str, Any]:
    """The dict of variables of the process the token is in: the instance's, or that of the nearest call."""
    for scope in token.ancestors():
        if OWN in scope.internal_data:
            variables: dict[str, Any] = scope.internal_data[OWN]
            return variables
    return token.workflow.variables


def local_holder(token: "Token", name: str) -> "Token | None":
    """The token that holds a local variable of that name, on the way out to the process."""
    current: Token | None = token
    while current is not None:
        if name in current.data:
            return current
        current = current.parent
        if current is not None and OWN in current.internal_data:
            break
    return None


def local_variables(token: "Token") -> dict[str, Any]:
    """Loop items and counters around the token, the innermost winning; a called process does not see its caller's."""
    layers = []
    current: Token | None = token
    while current is not None:
        layers.append(current.data)
        current = current.parent
        if current is not None and OWN in current.internal_data:
            break
    return {name: value for layer in reversed(layers) for name, value in layer.items()}


def visible(token: "Token") -> dict[str, Any]:
    """Everything an expression may name where the token stands."""
    return {**own_variables(token), **_counters(token), **local_variables(token)}


def _counters(token: "Token") -> dict[str, int]:
    """``nrOfInstances`` and its kin of the nearest multi-instance around the token."""
    for scope in (token, *token.ancestors()):
        if "total" in scope.internal_data:
            return {
                "nrOfInstances": scope.internal_data["total"],
                "nrOfCompletedInstances": scope.internal_data["done"],
                "nrOfActiveInstances": _at_work(scope),
            }
        if scope is not token and OWN in scope.internal_data:
            break
    return {}


def _at_work(body: "Token") -> int:
    """The instances that go on; the one that has just completed is done, and its successor begins."""
    waiting = 1 if "rest" in body.internal_data else 0
    active = sum("instance" in child.internal_data and child.state != TaskState.COMPLETED for child in body.children)
    return max(int(active), waiting)
