"""The verbs of the core: each takes a process, a snapshot and one event, and answers with a step."""

import secrets
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.case import Case
from engine.bpmn.execution.catching import CatchSpec
from engine.bpmn.execution.names import OWN
from engine.bpmn.execution.nodes import ServiceSpec, UserTaskSpec
from engine.bpmn.execution.outcome import step
from engine.bpmn.execution.routes import Routes
from engine.bpmn.execution.scopes import CallSpec
from engine.bpmn.execution.snapshot import load
from engine.bpmn.execution.throwing import broadcast, climb, deliver
from engine.bpmn.execution.token import Token
from engine.bpmn.values import Forecast, Json, Process, Step
from engine.errors import BadInput, NotOffered, SanbanError


def start(
    process: Process,
    variables: Mapping[str, Json],
    now: datetime,
    *,
    message: str | None = None,
    signal: str | None = None,
) -> Step:
    """Begin an instance at its plain start event, or at the one that waits for the message or signal."""
    routes: Routes = process.routes
    case = Case(routes, copied(variables), now, secrets.token_hex(6))
    root = case.new_token(routes.nodes[routes.main.root], None)
    case.task_tree = root
    root._set_state(TaskState.STARTED)
    for listener in routes.main.listeners:
        case.place(routes.nodes[listener], root, watch=True)
    for node in _starts(routes, message, signal):
        case.place(routes.nodes[node], root, fired=True)
    case.run()
    return step(case)


def complete(
    process: Process,
    snapshot: bytes,
    activity_id: str,
    variables: Mapping[str, Json],
    now: datetime,
    *,
    data: Mapping[str, Json] | None = None,
) -> Step:
    """A person has done an open user task. ``variables`` is the current dict, what the person gave included.

    ``data`` is what the person gave, said apart. It matters for a task of a called process (``Activity.variables`` is
    not None), to which it goes; without it, whatever differs from before goes there.
    """
    case, token = _open(process, snapshot, activity_id, variables, now, UserTaskSpec, data)
    _finish(case, token)
    return step(case)


def receive(
    process: Process,
    snapshot: bytes,
    variables: Mapping[str, Json],
    now: datetime,
    *,
    message: str | None = None,
    signal: str | None = None,
    element: str | None = None,
    data: Mapping[str, Json] | None = None,
    error: str | None = None,
) -> Step:
    """A message or signal by name has come, or a waiting node (by element or by its own id) may go on.

    For a call, ``data`` are the variables the called instance ended with. ``error`` reports that the work of
    ``element`` failed with that code, for error events to catch.
    """
    if element is not None:
        return _go_on(process, snapshot, element, variables, now, data, error)
    case = load(process.routes, snapshot, copied(variables), now)
    if data:
        case.change(copied(data))
    if message is not None and not deliver(case, message):
        raise NotOffered(f"流程没有在等待消息“{message}”", f"nothing waits for the message {message!r}")
    if signal is not None:
        broadcast(case, signal)
    case.run()
    return step(case)


def assign(process: Process, snapshot: bytes, variables: Mapping[str, Json], now: datetime) -> Step:
    """Variables have changed from outside: conditional events look again."""
    case = load(process.routes, snapshot, copied(variables), now)
    case.run()
    return step(case)


def reschedule(process: Process, snapshot: bytes, variables: Mapping[str, Json], now: datetime) -> Step:
    """The same when dates have moved: timers that wait for a date read it again; durations and cycles run on."""
    case = load(process.routes, snapshot, copied(variables), now)
    for token in list(case.watchers.values()):
        if isinstance(token.task_spec, CatchSpec):
            token.task_spec.read_date_again(token)
    case.run()
    return step(case)


def look(process: Process, snapshot: bytes, now: datetime) -> Step:
    """What a stored instance waits for; nothing runs, so nothing can change."""
    return step(load(process.routes, snapshot, {}, now))


def wake(process: Process, snapshot: bytes, now: datetime, variables: Mapping[str, Json] | None = None) -> Step:
    """Fire the timers that are due."""
    return assign(process, snapshot, variables or {}, now)


def preview(
    process: Process, snapshot: bytes, activity_id: str, variables: Mapping[str, Json], now: datetime
) -> Forecast:
    """What completing an activity would do. Errors of the diagram are part of the answer."""
    try:
        before = set(load(process.routes, snapshot, {}, now).tasks)
        after = complete(process, snapshot, activity_id, variables, now)
    except NotOffered:
        raise
    except SanbanError as error:
        return Forecast(errors=(error.reason,))
    return Forecast(
        activities=tuple(activity for activity in after.activities if activity.id not in before),
        services=tuple(service for service in after.services if service.id not in before),
        calls=tuple(call for call in after.calls if call.id not in before),
        passed=after.passed,
        ended=after.ended,
        errors=after.errors,
    )


def copied(values: Mapping[str, Json]) -> dict[str, Json]:
    """The core's own copy, so that what the caller does with his later changes nothing here."""
    try:
        return {name: _copied(value) for name, value in values.items()}
    except RecursionError as error:
        raise BadInput("流程变量嵌套太深", "variables are nested too deeply", code="bpmn.not_json") from error


def _copied(value: Json) -> Json:
    # what JSON is made of, without the bookkeeping of deepcopy, which took a third of a step
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return value if isinstance(value, str | int | float | None) else deepcopy(value)


def _starts(routes: Routes, message: str | None, signal: str | None) -> tuple[str, ...]:
    """The start nodes an instance begins with."""
    main = routes.main
    for kind, name in (("message", message), ("signal", signal)):
        if name is not None:
            fitting = tuple(s.node for s in main.events if s.event.kind == kind and s.event.name == name)
            if not fitting:
                raise BadInput(
                    f"流程不能由“{name}”启动", f"no start event waits for {kind} {name!r}", code="bpmn.no_such_start"
                )
            return fitting
    if main.starts:
        return main.starts
    if len(main.events) == 1 or all(s.event.kind == "timer" for s in main.events):
        return tuple(s.node for s in main.events[:1])
    raise BadInput(
        "流程只能由消息或信号启动", "the process starts by message or signal only", code="bpmn.no_such_start"
    )


def _open(
    process: Process,
    snapshot: bytes,
    token_id: str,
    variables: Mapping[str, Json],
    now: datetime,
    kind: type,
    data: Mapping[str, Json] | None,
) -> tuple[Case, Token]:
    """Load the case and find the open token; what it is given goes to the process it belongs to."""
    case = load(process.routes, snapshot, {}, now)
    token = case.tasks.get(token_id)
    if token is None or token.state != TaskState.READY or not isinstance(token.task_spec, kind):
        raise _not_offered(token_id)
    give(case, token, variables, data)
    return case, token


def give(case: Case, token: Token, variables: Mapping[str, Json], data: Mapping[str, Json] | None) -> None:
    """Write variables where the token's process keeps them."""
    given = copied(variables)
    called = next((scope for scope in token.ancestors() if OWN in scope.internal_data), None)
    if called is None:
        case.change(given)
        local = {name: value for name, value in (data or {}).items() if name not in given}
        case.change(copied(local))
        return
    if data is None:
        data = {
            name: value for name, value in given.items() if name not in case.variables or case.variables[name] != value
        }
    else:
        case.change({name: value for name, value in given.items() if name not in data})
    called.internal_data[OWN].update(copied(data))
    case.changed.update(data)


def _go_on(
    process: Process,
    snapshot: bytes,
    element: str,
    variables: Mapping[str, Json],
    now: datetime,
    data: Mapping[str, Json] | None,
    error: str | None,
) -> Step:
    """A waiting node is told to go on."""
    case = load(process.routes, snapshot, {}, now)
    token = next(
        (token for token in case.tasks.values() if element in (token.id, token.task_spec.bpmn_id) and _waits(token)),
        None,
    )
    if token is None:
        raise _not_offered(element)
    spec = token.task_spec
    give(case, token, variables, None if isinstance(spec, CallSpec) else data)
    if error is not None:
        if not climb(token, "error", error):
            raise BadInput(
                f"没有环节处理错误“{error}”", f"nothing catches the error {error!r}", code="bpmn.uncaught_error"
            )
    elif isinstance(spec, CatchSpec):
        spec.fire(token)
    elif isinstance(spec, CallSpec):
        spec.returned(token, copied(data or {}))
        token.complete()
    else:
        token.run()
    case.run()
    return step(case)


def _waits(token: Token) -> bool:
    """Whether the engine around may tell the token to go on."""
    spec: Any = token.task_spec
    if isinstance(spec, ServiceSpec):
        return bool(token.state == TaskState.READY)
    if isinstance(spec, CallSpec):
        return "calls" in token.internal_data
    return isinstance(spec, CatchSpec) and token.state == TaskState.WAITING


def _finish(case: Case, token: Token) -> None:
    case.count(token)
    token.run()
    case.run()


def _not_offered(what: str) -> NotOffered:
    return NotOffered(
        f"环节 {what} 当前不可办理：可能已办结、已取消或尚未到达", f"{what} is not open", "请刷新后查看最新状态。"
    )
