"""Finds loops that nothing leads out of, although the diagram has an end elsewhere."""

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Container, Node, link_target
from engine.bpmn.diagram.ways import graph_of, reached_from, way_to


def lint_endless(container: Container, findings: Findings) -> None:
    """One warning for each group of nodes from which no end can be reached along the flows."""
    if not _may_end(container) or _is_left_from_outside(container):
        return
    graph = graph_of(container)
    lost = set(graph) - _leading_to(graph, {node.id for node in container.nodes.values() if _ends(node, graph)})
    for group in _last_groups(graph, lost):
        first = next(name for name in container.nodes if name in group)
        circle = " → ".join(container.nodes[name].name or name for name in container.nodes if name in group)
        way = way_to(container, first, graph)
        if way:
            trace = (*way, *(name for name in container.nodes if name in group and name != first))
            findings.warn("no_way_out", container.nodes[first].place, circle=circle, trace=trace)


def _may_end(container: Container) -> bool:
    """Without any end at all, the linter has refused the process already."""
    return any(node.kind == "endEvent" or not container.outgoing(node.id) for node in container.nodes.values())


def _is_left_from_outside(container: Container) -> bool:
    """Whether an event sub-process or a boundary event around may interrupt the loop."""
    current: Container | None = container
    while current is not None:
        if any(node.event_triggered and _interrupts(node) for node in current.nodes.values()):
            return True
        parent = current.parent
        if parent is not None and any(n.attached_to == current.id and n.interrupting for n in parent.nodes.values()):
            return True
        current = parent
    return False


def _interrupts(node: Node) -> bool:
    inner = node.inner.nodes.values() if node.inner is not None else ()
    return any(start.kind == "startEvent" and start.interrupting for start in inner)


def _ends(node: Node, graph: dict[str, list[str]]) -> bool:
    aside = node.event_triggered or node.for_compensation
    return node.kind == "endEvent" or aside or (not graph[node.id] and link_target(node) is None)


def _leading_to(graph: dict[str, list[str]], ends: set[str]) -> set[str]:
    into: dict[str, list[str]] = {name: [] for name in graph}
    for name, targets in graph.items():
        for target in targets:
            into[target].append(name)
    found: set[str] = set()
    todo = list(ends)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(into[name])
    return found


def _last_groups(graph: dict[str, list[str]], lost: set[str]) -> list[set[str]]:
    """The loops one ends up in: groups of lost nodes that lead to each other and nowhere else."""
    reach = {name: reached_from(name, graph) for name in lost}
    groups: list[set[str]] = []
    for name in lost:
        group = {other for other in reach[name] if name in reach[other]}
        if group and reach[name] == group and group not in groups:
            groups.append(group)
    return groups
