"""Finds loops of nodes that never wait: without a way out they are refused, with one they are doubtful."""

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Container, Node

WAITING = frozenset({
    "userTask", "receiveTask", "serviceTask", "sendTask", "businessRuleTask", "callActivity",
    "intermediateCatchEvent", "eventBasedGateway", "subProcess", "transaction", "adHocSubProcess",
})  # fmt: skip


def lint_automatic_loops(process: Container, findings: Findings) -> None:
    """One finding per group of automatic nodes that lead back to each other."""
    for container in process.walk():
        graph = {
            node.id: [edge.target for edge in container.outgoing(node.id)]
            for node in container.nodes.values()
            if not _waits(node)
        }
        for group in _circles(graph):
            names = [container.nodes[name].name or name for name in sorted(group)]
            leaves = any(target not in group for name in group for target in graph[name])
            place = container.nodes[min(group)].place
            report = findings.warn if leaves else findings.error
            report("automatic_loop" if leaves else "endless_loop", place, circle=" → ".join(names))


def _waits(node: Node) -> bool:
    """Whether a token may rest here."""
    if node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind in ("none", "link"):
        return False
    return node.kind in WAITING


def _circles(graph: dict[str, list[str]]) -> list[set[str]]:
    """The strongly connected groups with more than one node."""
    reach = {name: _reachable(name, graph) for name in graph}
    groups: list[set[str]] = []
    for name in graph:
        group = {other for other in reach[name] if name in reach.get(other, set())}
        if name in reach[name] and group not in groups:
            groups.append(group)
    return groups


def _reachable(start: str, graph: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        name = todo.pop()
        if name in graph and name not in seen:
            seen.add(name)
            todo.extend(graph[name])
    return seen
