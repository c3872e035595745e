"""Ways through a container as drawn: what follows each node, and the shortest way to one from a start."""

from collections import deque
from collections.abc import Mapping

from engine.bpmn.diagram.model import Container, link_target

Graph = Mapping[str, list[str]]


def graph_of(container: Container) -> dict[str, list[str]]:
    """What follows each node: along its flows, as its boundary event, or at the far end of its link."""
    graph: dict[str, list[str]] = {name: [] for name in container.nodes}
    for edge in container.edges.values():
        if edge.source in graph and edge.target in graph:
            graph[edge.source].append(edge.target)
    for node in container.nodes.values():
        link = link_target(node)
        if link is not None:
            graph[node.id].append(link.id)
        if node.attached_to in graph:
            graph[node.attached_to].append(node.id)
    return graph


def beginnings(container: Container) -> list[str]:
    """Where tokens begin: the start events, or else the nodes that nothing leads to."""
    starts = [node.id for node in container.nodes.values() if node.kind == "startEvent"]
    if starts:
        return starts
    entered = {edge.target for edge in container.edges.values()}
    aside = {n.id for n in container.nodes.values() if n.event_triggered or n.for_compensation or n.attached_to}
    return [name for name in container.nodes if name not in entered | aside]


def way_to(
    container: Container, goal: str, graph: Graph | None = None, avoiding: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """The ids of the elements on the shortest way from a start to ``goal``; empty if there is none."""
    graph = graph_of(container) if graph is None else graph
    before: dict[str, str | None] = {name: None for name in beginnings(container) if name not in avoiding}
    todo = deque(before)
    while todo:
        name = todo.popleft()
        if name == goal:
            return _back(before, goal)
        for target in graph[name]:
            if target not in before and target not in avoiding:
                before[target] = name
                todo.append(target)
    return ()


def reached_from(start: str, graph: Graph) -> set[str]:
    """The nodes after a node, itself only if a way leads back."""
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo.extend(graph[name])
    return seen


def _back(before: dict[str, str | None], goal: str) -> tuple[str, ...]:
    trace: list[str] = []
    name: str | None = goal
    while name is not None:
        trace.append(name)
        name = before[name]
    return tuple(reversed(trace))
