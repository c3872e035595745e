"""What a token can bring about on its own: the nodes and flows it may reach without the help of other tokens."""

from collections.abc import Iterable

from engine.bpmn.execution.gateways import JoinSpec
from engine.bpmn.execution.loops import LoopSpec
from engine.bpmn.execution.nodes import FlowSpec, NodeSpec
from engine.bpmn.execution.routes import Routes
from engine.bpmn.execution.scopes import ScopeSpec


def offspring(routes: Routes, entered: Iterable[NodeSpec]) -> tuple[set[str], set[str]]:
    """Names of the nodes and ids of the flows that tokens before these nodes may pass.

    A join is passed only if they fill all its flows themselves: inside a branch one does not get past the join that
    waits for the other branches, from before the fork one does.
    """
    nodes: set[str] = set()
    flows: set[str] = set()
    todo = [node.name for node in entered]
    while todo:
        name = todo.pop()
        if name in nodes:
            continue
        nodes.add(name)
        node = routes.nodes[name]
        todo.extend(_inside(node))
        for flow in _ways_out(routes, node):
            flows.add(flow.id)
            target = routes.nodes[flow.target]
            waits = isinstance(target, JoinSpec) and len(target.incoming) > 1
            if not waits or target.incoming <= flows:
                todo.append(flow.target)
    return nodes, flows


def _inside(node: NodeSpec) -> tuple[str, ...]:
    """What begins when a token enters: boundary events may fire, a scope starts, a loop runs its body."""
    if isinstance(node, ScopeSpec):
        return (*node.boundaries, *node.starts, *node.listeners)
    return (*node.boundaries, node.inner) if isinstance(node, LoopSpec) else node.boundaries


def _ways_out(routes: Routes, node: NodeSpec) -> tuple[FlowSpec, ...]:
    """The flows a token takes from here; at the end of a sub-process those of the sub-process."""
    while not node.outgoing and node.scope is not None and node.scope in routes.nodes:
        node = routes.nodes[node.scope]
    return node.outgoing
