"""The order in which people meet the user tasks of a diagram: along the flow, as a progress rail shows them."""

from itertools import count

from engine.bpmn.diagram.model import Container
from engine.bpmn.diagram.ways import Graph, beginnings, graph_of


def reading_order(container: Container) -> tuple[str, ...]:
    """User tasks by the longest way from the start, counted in tasks; on a par, and where nothing leads, as drawn.

    The longest way and not the shortest, because a step that is sometimes skipped still comes before what follows it.
    """
    graph = graph_of(container)
    forward = _without_back_edges(container, graph)
    depth = _longest_ways(container, forward)
    position = {name: number for number, name in enumerate(container.nodes)}
    order: list[str] = []
    for name in sorted(graph, key=lambda name: (depth.get(name, len(graph)), position[name])):
        node = container.nodes[name]
        if node.kind == "userTask":
            order.append(name)
        elif node.inner is not None:
            order.extend(reading_order(node.inner))
    return tuple(order)


def _without_back_edges(container: Container, graph: Graph) -> dict[str, list[str]]:
    """The part that can be reached, without the flows that lead back to a node one is still on the way from."""
    forward: dict[str, list[str]] = {}
    finished: dict[str, int] = {}
    clock = count()
    for start in beginnings(container):
        way = [(start, iter(graph[start]))] if start not in forward else []
        forward.setdefault(start, [])
        while way:
            name, following = way[-1]
            target = next(following, None)
            if target is None:
                finished[name] = next(clock)
                way.pop()
            elif target not in forward:
                forward[name].append(target)
                forward[target] = []
                way.append((target, iter(graph[target])))
            elif target in finished:
                forward[name].append(target)
    return {name: forward[name] for name in sorted(forward, key=lambda name: -finished[name])}


def _longest_ways(container: Container, forward: Graph) -> dict[str, int]:
    """How many tasks of people lie before each node; ``forward`` comes in topological order."""
    depth = dict.fromkeys(forward, 0)
    for name, following in forward.items():
        node = container.nodes[name]
        behind = depth[name] + (node.kind == "userTask" or node.inner is not None)
        for target in following:
            depth[target] = max(depth[target], behind)
    return depth
