"""What the world may see of a case after a step."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.catching import CatchSpec
from engine.bpmn.execution.loops import LoopSpec, MultiInstanceSpec
from engine.bpmn.execution.names import OWN, local_variables
from engine.bpmn.execution.nodes import ServiceSpec, UserTaskSpec
from engine.bpmn.execution.scopes import CallSpec, ScopeSpec
from engine.bpmn.execution.snapshot import save
from engine.bpmn.values import Activity, Call, Service, Step, Subscription

if TYPE_CHECKING:
    from engine.bpmn.execution.case import Case
    from engine.bpmn.execution.token import Token


def step(case: "Case") -> Step:
    """Write the case down as a value."""
    activities, services, calls, subscriptions = [], [], [], []
    for token in case.tasks.values():
        spec = token.task_spec
        if spec.manual and token.state == TaskState.READY:
            if isinstance(spec, UserTaskSpec):
                activities.append(_activity(token))
            elif isinstance(spec, ServiceSpec):
                services.append(_service(token, spec))
        elif isinstance(spec, CatchSpec):
            if token.state == TaskState.WAITING and spec.event.kind not in ("error", "escalation", "cancel"):
                subscriptions.append(_subscription(token, spec))
        elif isinstance(spec, CallSpec) and "calls" in token.internal_data:
            calls.append(_call(token, spec))
    due = [subscription.due for subscription in subscriptions if subscription.due is not None]
    if not (case.ended or activities or services or calls or subscriptions):
        case.errors.append("bpmn.stuck")  # tokens wait for each other: a fault of the diagram that somebody must see
    return Step(
        snapshot=save(case),
        variables=case.variables,
        activities=tuple(activities),
        services=tuple(services),
        calls=tuple(calls),
        subscriptions=tuple(subscriptions),
        next_due=min(due, default=None),
        passed=tuple(case.passed),
        ended=case.ended,
        errors=tuple(case.errors),
        thrown=tuple(case.thrown),
    )


def _activity(token: "Token") -> Activity:
    local = local_variables(token)
    loop = token.parent.task_spec
    item = loop.item if isinstance(loop, MultiInstanceSpec) else None
    around = list(token.ancestors())
    scopes = [scope.task_spec.bpmn_id for scope in around if isinstance(scope.task_spec, ScopeSpec)]
    return Activity(
        id=token.id,
        element=token.task_spec.bpmn_id,
        name=token.task_spec.bpmn_name,
        item=token.data.get(item or "loopCounter"),
        local=local,
        scopes=tuple(reversed(scopes[:-1])),
        process=token.task_spec.process,
        variables=_called_variables(token),
        run=next((scope.id for scope in reversed(around) if isinstance(scope.task_spec, LoopSpec | CallSpec)), None),
    )


def _service(token: "Token", spec: ServiceSpec) -> Service:
    local = local_variables(token)
    return Service(token.id, spec.bpmn_id, spec.bpmn_name, spec.service, local, _called_variables(token), spec.wanted)


def _call(token: "Token", spec: CallSpec) -> Call:
    given = token.internal_data[OWN]
    return Call(token.id, spec.bpmn_id, token.internal_data["calls"], given, spec.bpmn_name)


def _subscription(token: "Token", spec: CatchSpec) -> Subscription:
    due = token.internal_data.get("due")
    moment = datetime.fromtimestamp(due, UTC) if due is not None else None
    kind = "receive" if spec.event.kind == "none" else spec.event.kind
    return Subscription(token.id, spec.bpmn_id, kind, spec.event.name or "", moment)


def _called_variables(token: "Token") -> dict[str, Any] | None:
    """The variables of the called process a token is in; None for the process of the instance."""
    for scope in token.ancestors():
        if OWN in scope.internal_data:
            return dict(scope.internal_data[OWN])
    return None
