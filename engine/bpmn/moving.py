"""Moving by hand: ending some open work and placing tokens before other nodes (退回, 撤回, 重定位, 跳转)."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.case import Case
from engine.bpmn.execution.gateways import JoinSpec
from engine.bpmn.execution.nodes import NodeSpec, UserTaskSpec
from engine.bpmn.execution.outcome import step
from engine.bpmn.execution.scopes import RootSpec, ScopeSpec
from engine.bpmn.execution.snapshot import load
from engine.bpmn.execution.token import Token
from engine.bpmn.execution.tracing import offspring
from engine.bpmn.values import Json, Process, Step
from engine.errors import BadInput, NotOffered


def move(
    process: Process,
    snapshot: bytes,
    variables: Mapping[str, Json],
    now: datetime,
    *,
    cancel: Sequence[str] = (),
    enter: Sequence[str] = (),
) -> Step:
    """End the activities ``cancel`` (ids) and place a token before each element of ``enter``.

    Tokens that wait at a join on a flow which the entered elements will bring again are dropped, so that nothing is
    doubled.
    """
    case = load(process.routes, snapshot, deepcopy(dict(variables)), now)
    left = [scope for token_id in cancel for scope in _end(case, token_id)]
    targets = [_target(case, element) for element in enter]
    left += _drop_overtaken_joins(case, targets)
    for target in targets:
        case.place(target, _scope_for(case, target, left))
    _close_emptied(left)
    case.run()
    return step(case)


def superseded(process: Process, snapshot: bytes, now: datetime, *, enter: Sequence[str]) -> tuple[str, ...]:
    """Ids of the open activities that entering these elements would open a second time, and so should be cancelled."""
    case = load(process.routes, snapshot, {}, now)
    reached, _ = offspring(case.routes, [_target(case, element) for element in enter])
    found = [
        token.id
        for token in case.tasks.values()
        if isinstance(token.task_spec, UserTaskSpec)
        and token.state == TaskState.READY
        and not reached.isdisjoint({token.task_spec.name, *(scope.task_spec.name for scope in token.ancestors())})
    ]
    return tuple(found)


def _end(case: Case, token_id: str) -> list[Token]:
    """Cancel one open piece of work; returns the scopes around it, from the inside out."""
    token = case.tasks.get(token_id)
    if token is None or token is case.task_tree:
        raise NotOffered(f"环节 {token_id} 已不在办理中", f"{token_id} is not open", "请刷新后查看最新状态。")
    scopes = list(token.ancestors())
    if "total" in scopes[0].internal_data:
        scopes[0].internal_data["total"] -= 1  # a share of the completed counts those who were asked
    token.cancel()
    return scopes


def _target(case: Case, element: str) -> NodeSpec:
    name = case.routes.by_element.get(element)
    if name is None:
        raise BadInput(f"流程图中没有环节 {element}", f"there is no element {element!r}", code="bpmn.unknown_element")
    return case.routes.nodes[name]


def _scope_for(case: Case, target: NodeSpec, left: Sequence[Token]) -> Token:
    """The running scope the node belongs to: the one just left, else any, else a new one."""
    for token in (*left, *case.tasks.values()):
        holds = target.scope in (token.task_spec.name, token.internal_data.get("process"))
        if holds and token.alive and token.state == TaskState.STARTED:
            return token
    holder = case.routes.nodes[target.scope or ""]
    if not isinstance(holder, ScopeSpec) or isinstance(holder, RootSpec) or holder.name.endswith("#each"):
        raise BadInput(
            f"环节 {target.bpmn_id} 所在的子流程没有在运行，不能直接进入",
            f"nothing runs around {target.bpmn_id} that it could be entered in",
            "请进入子流程本身。",
            "bpmn.cannot_enter",
        )
    opened: Token = case.place(holder, _scope_for(case, holder, left))
    holder.enter(opened)
    return opened


def _drop_overtaken_joins(case: Case, targets: Sequence[NodeSpec]) -> list[Token]:
    """Tokens at joins whose flow will be filled again; returns the scopes around them."""
    _, flows = offspring(case.routes, targets)
    left: list[Token] = []
    for token in list(case.tasks.values()):
        if isinstance(token.task_spec, JoinSpec) and token.state == TaskState.WAITING and token.via in flows:
            left.extend(token.ancestors())
            token.cancel()
    return left


def _close_emptied(left: Sequence[Token]) -> None:
    """A scope that the move has emptied is left, not completed."""
    for scope in left:
        if (
            scope.alive
            and scope.parent is not None
            and not any(child.task_spec.occupies(child) for child in scope.children)
        ):
            scope.cancel()
