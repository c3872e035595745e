"""Finds what is wrong or doubtful in the shape of the diagrams, before anything is built."""

import re
from collections.abc import Mapping

from engine.bpmn.diagram.choices import lint_choice
from engine.bpmn.diagram.duties import lint_duties
from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.diagram.loops_without_wait import lint_automatic_loops
from engine.bpmn.diagram.model import ACTIVITIES, Container, Node, link_target

MOST_NODES = 2_000  # nodes and flows of all files
GOOD_ID = re.compile(r"[^\W\d][\w.\-]{0,199}")


def lint(containers: Mapping[str, Container], main: Container, findings: Findings) -> None:
    """All findings about the processes of an upload."""
    for process in containers.values():
        _lint_ids(process, findings)
        for container in process.walk():
            _lint_ends(container, findings, is_main=process is main)
            _lint_flows(container, findings)
            _lint_reachability(container, findings)
            for node in container.nodes.values():
                _lint_node(node, findings)
        lint_automatic_loops(process, findings)
        lint_duties(process, findings)
    _lint_calls(containers, findings)


def is_too_large(containers: Mapping[str, Container], findings: Findings) -> bool:
    """Whether there is more than anybody draws, which would take long to look at."""
    size = sum(len(inner.nodes) + len(inner.edges) for c in containers.values() for inner in c.walk())
    if size > MOST_NODES:
        findings.error("too_many", next(iter(containers.values())).place, most=MOST_NODES)
    return size > MOST_NODES


def _lint_ids(process: Container, findings: Findings) -> None:
    """Ids are unique in the whole process, because tokens are stored by them."""
    places = [process.place]
    for container in process.walk():
        places += [node.place for node in container.nodes.values()]
        places += [edge.place for edge in container.edges.values()]
    seen: set[str] = set()
    for place in places:
        if place.id in seen:
            findings.error("duplicate_id", place)
        if not GOOD_ID.fullmatch(place.id):
            findings.error("bad_id", place)
        seen.add(place.id)


def _lint_ends(container: Container, findings: Findings, *, is_main: bool) -> None:
    if container.parent is not None or not container.nodes:
        return
    nodes = container.nodes.values()
    if not any(node.kind == "startEvent" for node in nodes) and (is_main or container.executable):
        findings.error("no_start", container.place)
    if not any(_ends(container, node) for node in nodes):
        findings.error("no_end", container.place)


def _ends(container: Container, node: Node) -> bool:
    return node.kind == "endEvent" or not (container.outgoing(node.id) or node.event_triggered or node.for_compensation)


def _lint_flows(container: Container, findings: Findings) -> None:
    for edge in container.edges.values():
        if edge.source == edge.target and edge.source in container.nodes:
            findings.error("self_flow", edge.place)
        elif edge.source not in container.nodes or edge.target not in container.nodes:
            findings.error("dangling_flow", edge.place)


def _lint_reachability(container: Container, findings: Findings) -> None:
    """Nodes that no token can come to; a sub-process without start event begins wherever nothing leads to."""
    nodes = container.nodes
    begins = [node.id for node in nodes.values() if node.kind == "startEvent" or _stands_alone(node)]
    if not any(node.kind == "startEvent" for node in nodes.values()):
        begins += [node.id for node in nodes.values() if not container.incoming(node.id)]
    reached: set[str] = set()
    while begins:
        name = begins.pop()
        if name in reached or name not in nodes:
            continue
        reached.add(name)
        begins += [edge.target for edge in container.outgoing(name)]
        begins += [node.id for node in nodes.values() if node.attached_to == name]
    for node in nodes.values():
        if node.id not in reached:  # work nobody would ever get is a fault, an end event left over is not
            report = findings.error if node.kind in ACTIVITIES else findings.warn
            report("unreachable", node.place)


def _stands_alone(node: Node) -> bool:
    """Begins without a sequence flow: event sub-processes, undo activities, the far end of a link."""
    link = node.kind == "intermediateCatchEvent" and node.event is not None and node.event.kind == "link"
    return node.event_triggered or node.for_compensation or link


def _lint_node(node: Node, findings: Findings) -> None:
    container = node.container
    if node.kind == "boundaryEvent" and node.attached_to not in container.nodes:
        findings.error("nowhere_attached", node.place, target=node.attached_to)
    if node.event is not None and node.event.kind == "conditional" and not node.event.text:
        findings.error("no_condition", node.place)
    if node.kind == "intermediateThrowEvent" and node.event and node.event.kind == "link" and link_target(node) is None:
        findings.error("no_link_target", node.place)
    outgoing = container.outgoing(node.id)
    if node.default and node.default not in (edge.id for edge in outgoing):
        findings.warn("unknown_default", node.place, flow=node.default)
    if node.kind == "eventBasedGateway":
        targets = [container.nodes[edge.target] for edge in outgoing if edge.target in container.nodes]
        if any(target.kind not in ("intermediateCatchEvent", "receiveTask") for target in targets):
            findings.error("event_gateway_target", node.place)
    if len(outgoing) > 1 or any(edge.condition for edge in outgoing):
        lint_choice(node, findings)


def _lint_calls(containers: Mapping[str, Container], findings: Findings) -> None:
    """Circles of calls among the files, and calls that leave them."""
    calls: dict[str, set[str]] = {}
    for process in containers.values():
        for node in process.all_nodes():
            target = node.xml.get("calledElement") or node.attributes.get("calledElement") or ""
            if node.kind == "callActivity" and target in containers:
                calls.setdefault(process.id, set()).add(target)
            elif node.kind == "callActivity" and target and not target.startswith(("$", "#", "=")):
                findings.warn("called_outside", node.place, target=target)
    for process in containers.values():
        circle = _circle(process.id, calls)
        if circle and process.id == min(circle):
            findings.error(
                "call_cycle", Place(process.id, process.place.line, process.place.file), circle=" → ".join(circle)
            )


def _circle(start: str, calls: Mapping[str, set[str]]) -> list[str]:
    """The way from a process back to itself, if there is one."""
    todo = [[start]]
    seen: set[str] = set()
    while todo:
        path = todo.pop(0)
        for target in sorted(calls.get(path[-1], ())):
            if target == start:
                return [*path, start]
            if target not in seen:
                seen.add(target)
                todo.append([*path, target])
    return []
