"""Questions about the graph that are answered once, when a diagram is built."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.diagram.model import Container, Node
from engine.bpmn.execution.gateways import JoinSpec
from engine.bpmn.execution.nodes import NodeSpec


def compensation_handlers(container: Container, deep: bool = True) -> dict[str, str]:
    """Activity id -> id of what undoes it: the handler at its compensation boundary event, or an event sub-process."""
    found: dict[str, str] = {}
    for inner in container.walk() if deep else (container,):
        targets = {item.get("sourceRef"): item.get("targetRef") for item in inner.xml.findall("{*}association")}
        for node in inner.nodes.values():
            if node.event is not None and node.event.kind == "compensate" and node.attached_to and targets.get(node.id):
                found[node.attached_to] = str(targets[node.id])
            for handler in node.inner.nodes.values() if node.inner is not None else ():
                if starts_by_compensation(handler):
                    found.setdefault(node.id, handler.id)
    return found


def starts_by_compensation(node: Node) -> bool:
    """Whether it is an event sub-process that undoes the sub-process it stands in."""
    inner = node.inner.nodes.values() if node.inner is not None and node.event_triggered else ()
    return any(n.kind == "startEvent" and n.event is not None and n.event.kind == "compensate" for n in inner)


def upstream(nodes: Mapping[str, NodeSpec], join: JoinSpec) -> Mapping[str, frozenset[str]]:
    """For each flow into a join, the nodes of its scope from which it can be reached without passing the join."""
    into: dict[str, list[str]] = {}
    for node in nodes.values():
        for flow in node.outgoing:
            into.setdefault(flow.target, []).append(node.name)
        for boundary in node.boundaries:
            into.setdefault(boundary, []).append(node.name)
    found: dict[str, frozenset[str]] = {}
    for node in nodes.values():
        for flow in node.outgoing:
            if flow.target == join.name:
                found[flow.id] = _sources(node.name, into, join.name)
    return MappingProxyType(found)


def _sources(start: str, into: Mapping[str, list[str]], excluded: str) -> frozenset[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in seen and name != excluded:
            seen.add(name)
            todo.extend(into.get(name, ()))
    return frozenset(seen)
