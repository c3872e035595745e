"""Moving by hand: ending some open work and placing tokens before other nodes (退回, 撤回, 重定位, 跳转)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.case import Case
from engine.bpmn.execution.catching import EventGatewaySpec
from engine.bpmn.execution.gateways import JoinSpec, ParallelSpec
from engine.bpmn.execution.loops import LoopSpec
from engine.bpmn.execution.nodes import NodeSpec
from engine.bpmn.execution.outcome import step
from engine.bpmn.execution.scopes import CallSpec, RootSpec, ScopeSpec
from engine.bpmn.execution.snapshot import load
from engine.bpmn.execution.token import Token
from engine.bpmn.execution.tracing import Reach, abandoned, overtaken, reach_of_move
from engine.bpmn.steps import copied
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
    """End the open work ``cancel`` (ids of activities) and place a token before each element of ``enter``.

    Joins stay right: a token that waits on a flow which the entered elements will bring again is dropped, and a branch
    that was done before counts as done. A branch at work that would be ended and not entered again refuses the move.
    """
    case = load(process.routes, snapshot, copied(variables), now)
    targets = [_target(case, element) for element in enter]
    ended = [case.tasks[token_id].task_spec.name for token_id in cancel if token_id in case.tasks]
    left = [scope for token_id in cancel for scope in _end(case, token_id)]
    reach = _reach(case, targets)
    if abandoned(case.routes, reach, ended):
        raise _branch_lost(enter)
    left += _drop_overtaken(case, reach)
    if overtaken(case.routes, [target.name for target in targets], _places(case)):
        raise _branch_lost(enter)
    for target in targets:
        case.place(target, _scope_for(case, target, left))
    _take_as_done(case, reach, left)
    _close_emptied(left)
    case.run()
    return step(case)


def superseded(process: Process, snapshot: bytes, now: datetime, *, enter: Sequence[str]) -> tuple[str, ...]:
    """Ids of the open work that entering these elements would open again: what a return to them has to cancel."""
    case = load(process.routes, snapshot, {}, now)
    nodes = _reach(case, [_target(case, element) for element in enter]).nodes
    return tuple(
        token.id
        for token in case.tasks.values()
        if _is_work(token) and any(place.task_spec.name in nodes for place in (token, *token.ancestors()))
    )


def entrance(process: Process, snapshot: bytes, now: datetime, token_id: str) -> str:
    """The element to enter for coming back to a piece of open work after it has ended.

    It is the node itself, or the outermost of the called processes and looped sub-processes around it: these cannot be
    entered in their middle.
    """
    case = load(process.routes, snapshot, {}, now)
    token = case.tasks.get(token_id)
    if token is None:
        raise NotOffered(f"环节 {token_id} 已不在办理中", f"{token_id} is not open", "请刷新后查看最新状态。")
    closed = [
        scope
        for scope in token.ancestors()
        if isinstance(scope.task_spec, CallSpec)
        or (isinstance(scope.task_spec, ScopeSpec) and isinstance(scope.parent and scope.parent.task_spec, LoopSpec))
    ]
    found: str = (closed[-1] if closed else token).task_spec.bpmn_id
    return found


def _is_work(token: Token) -> bool:
    """Whether somebody or something is waited for right here, not further inside."""
    if isinstance(token.task_spec, JoinSpec | RootSpec) or isinstance(token.parent.task_spec, EventGatewaySpec):
        return False
    inside = any(child.task_spec.occupies(child) for child in token.children)
    return token.task_spec.occupies(token) and (isinstance(token.task_spec, EventGatewaySpec) or not inside)


def _places(case: Case) -> list[str]:
    """The nodes where tokens are, joins that are waited at included."""
    return [t.task_spec.name for t in case.tasks.values() if t is not case.task_tree and t.alive]


def _reach(case: Case, targets: Sequence[NodeSpec]) -> Reach:
    waiting = [t for t in case.tasks.values() if isinstance(t.task_spec, JoinSpec) and t.state == TaskState.WAITING]
    others = [
        token.task_spec.name
        for token in case.tasks.values()
        if token.task_spec.occupies(token) and token is not case.task_tree and token not in waiting
    ]
    arrived = [token.via for token in waiting if token.via is not None]
    return reach_of_move(case.routes, [target.name for target in targets], others, arrived)


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


def _drop_overtaken(case: Case, reach: Reach) -> list[Token]:
    """Drop tokens at joins whose flow will be filled again; returns the scopes around them."""
    left: list[Token] = []
    for token in list(case.tasks.values()):
        waits = isinstance(token.task_spec, JoinSpec) and token.state == TaskState.WAITING
        if waits and token.via in reach.flows - reach.done:
            left.extend(token.ancestors())
            token.cancel()
    return left


def _take_as_done(case: Case, reach: Reach, left: Sequence[Token]) -> None:
    """Let a token wait at a join for each branch that was done before and is not entered again."""
    for node in case.routes.nodes.values():
        if isinstance(node, ParallelSpec):
            for flow in sorted(node.incoming & reach.done):
                token = case.new_token(node, _scope_for(case, node, left))
                token.internal_data["via"] = flow
                token._set_state(TaskState.WAITING)


def _close_emptied(left: Sequence[Token]) -> None:
    """A scope that the move has emptied is left, not completed."""
    for scope in left:
        if scope.alive and scope.parent is not None and not any(_keeps_open(child) for child in scope.children):
            scope.cancel()


def _keeps_open(token: Token) -> bool:
    """A token that waits at a join waits in vain when nothing else is left beside it."""
    return token.task_spec.occupies(token) and not isinstance(token.task_spec, JoinSpec)


def _branch_lost(enter: Sequence[str]) -> BadInput:
    return BadInput(
        "并行分支会被取消而无人再办，流程将跳过它",
        f"entering {', '.join(enter)} would end a parallel branch that nobody takes up again",
        "请保留该分支，或同时进入该分支中的环节。",
        "bpmn.branch_lost",
    )
