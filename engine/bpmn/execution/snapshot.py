"""The stored form of a case: our own JSON, without the diagram, of the tokens that are alive."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.case import Case
from engine.bpmn.execution.token import Token
from engine.errors import BadInput, Incident

if TYPE_CHECKING:
    from engine.bpmn.execution.routes import Routes

VERSION = 1


def save(case: Case) -> bytes:
    """Tokens in the order in which they arose: number, parent, node, state, local variables, memory of the node."""
    prefix = len(case.seed) + 1
    tokens = [
        [
            token.id[prefix:],
            token._parent and token._parent[prefix:],
            token.task_spec.name,
            token._state,
            token.data,
            token.internal_data,
        ]
        for token in case.tasks.values()
    ]
    stored = {
        "v": VERSION,
        "seed": case.seed,
        "count": case.counter,
        "ended": case.ended,
        "tokens": tokens,
        "variables": case.variables,
    }
    try:
        return orjson.dumps(stored)
    except TypeError:  # whole numbers beyond 64 bits and lone surrogates, which a form may hold
        pass
    try:
        return json.dumps(stored, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise BadInput("流程变量只能是 JSON 数据", f"variables must be JSON: {error}", code="bpmn.not_json") from error


def load(routes: "Routes", snapshot: bytes, variables: dict[str, Any], now: datetime) -> Case:
    """The case as it was; given variables win over those that were stored with it."""
    stored = _read(snapshot)
    case = Case(routes, stored["variables"], now, stored["seed"], stored["count"])
    case.change(variables)
    case.ended = stored["ended"]
    seed = case.seed
    for number, parent, node, state, data, internal in stored["tokens"]:
        spec = routes.nodes.get(node)
        if spec is None:
            raise _unreadable(f"node {node} does not exist in this version of the process")
        token = Token(case, spec, case.tasks[f"{seed}-{parent}"] if parent else None, f"{seed}-{number}")
        token._state, token.data, token.internal_data = state, data, internal
        if parent is None:
            case.task_tree = token
        if state == TaskState.WAITING:
            (case.watchers if spec.watches else case.joins)[token.id] = token
    return case


def _read(snapshot: bytes) -> dict[str, Any]:
    try:
        stored = orjson.loads(snapshot)
    except orjson.JSONDecodeError:
        try:
            stored = json.loads(snapshot)
        except ValueError as error:
            raise _unreadable("it is no JSON") from error
    if not isinstance(stored, dict) or stored.get("v") != VERSION:
        raise _unreadable("its version is unknown")
    return stored


def _unreadable(why: str) -> Incident:
    return Incident(
        "实例的运行状态无法读取，未做任何更改。",
        f"the stored state cannot be read: {why}",
        "请联系管理员。",
        "bpmn.snapshot",
    )
