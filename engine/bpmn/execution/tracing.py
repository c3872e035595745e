"""What a token can bring about on its own: the nodes and flows it may reach, joins only where it fills every flow itself."""

from collections.abc import Iterable

from engine.bpmn.execution.gateways import JoinSpec
from engine.bpmn.execution.nodes import NodeSpec
from engine.bpmn.execution.routes import Routes


def offspring(routes: Routes, entered: Iterable[NodeSpec]) -> tuple[set[str], set[str]]:
    """Names of the nodes and ids of the flows that tokens before these nodes may pass without help of other tokens."""
    targets = list(entered)
    nodes: set[str] = set()
    flows: set[str] = set()
    todo = [node.name for node in targets]
    while todo:
        name = todo.pop()
        if name in nodes:
            continue
        nodes.add(name)
        node = routes.nodes[name]
        todo.extend(node.boundaries)
        for flow in node.outgoing:
            flows.add(flow.id)
            target = routes.nodes[flow.target]
            if not (isinstance(target, JoinSpec) and len(target.incoming) > 1) or target.incoming <= flows:
                todo.append(flow.target)
        todo.extend(_ways_out(routes, node))
    return nodes, flows


def _ways_out(routes: Routes, node: NodeSpec) -> list[str]:
    """A token at the end of a sub-process goes on behind it."""
    if node.outgoing or node.scope is None:
        return []
    scope = routes.nodes[node.scope]
    return [flow.target for flow in scope.outgoing]
