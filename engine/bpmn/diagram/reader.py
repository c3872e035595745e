"""Reads the XML of a file into containers, nodes and flows. Every node gets an id, and keeps its line."""

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.events import Definitions, read_event
from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.diagram.model import EVENTS, NODES, SUB_PROCESSES, Container, Edge, Node
from engine.bpmn.diagram.source import Xml, child, children, line_of, local, text_of
from engine.bpmn.diagram.stubs import listener_stubs, told

HARMLESS = frozenset({
    "documentation", "extensionElements", "incoming", "outgoing", "sequenceFlow", "laneSet", "textAnnotation",
    "association", "group", "dataObject", "dataObjectReference", "dataStoreReference", "ioSpecification", "property",
    "dataInputAssociation", "dataOutputAssociation", "auditing", "monitoring", "potentialOwner", "humanPerformer",
    "performer", "resourceRole", "category", "standardLoopCharacteristics", "completionCondition",
    "multiInstanceLoopCharacteristics", "supports", "correlationSubscription", "artifact", "script", "rendering",
})  # fmt: skip


def read_processes(root: Xml, file: str, findings: Findings) -> list[Container]:
    """The processes of one file."""
    definitions = Definitions(root)
    return [_process(element, file, definitions, findings) for element in children(root, "process")]


def _process(element: Xml, file: str, definitions: Definitions, findings: Findings) -> Container:
    identifier = element.get("id") or f"process_{line_of(element)}"
    container = Container(
        id=identifier,
        name=element.get("name") or identifier,
        place=Place(identifier, line_of(element), file),
        xml=element,
        executable=element.get("isExecutable", "true") == "true",
        attributes=vendor.attributes(element),
        properties=vendor.properties(element),
        documentation=text_of(child(element, "documentation")),
    )
    _listeners(element, container.place, container.name, findings)
    _fill(container, file, definitions, _lanes(element), findings)
    return container


def _listeners(element: Xml, place: Place, name: str, findings: Findings) -> None:
    """Each listener on a line of its own, so that nobody takes a program for run."""
    for listener in listener_stubs(element, place, name):
        findings.adapt(place, told(listener))
        findings.stubs.append(listener)


def _fill(container: Container, file: str, definitions: Definitions, lanes: dict[str, str], findings: Findings) -> None:
    for element in container.xml:
        kind = local(element)
        if kind in NODES:
            node = _node(element, kind, container, file, definitions, lanes, findings)
            if node.id in container.nodes:
                findings.error("duplicate_id", node.place)
            container.nodes[node.id] = node
        elif kind and kind not in HARMLESS:
            where = Place(element.get("id") or kind, line_of(element), file)
            findings.error("unknown_element", where, kind=kind)
    for element in children(container.xml, "sequenceFlow"):
        edge = _edge(element, container, file)
        _listeners(element, edge.place, edge.name, findings)
        container.edges[edge.id] = edge


def _node(
    element: Xml,
    kind: str,
    container: Container,
    file: str,
    definitions: Definitions,
    lanes: dict[str, str],
    findings: Findings,
) -> Node:
    identifier = element.get("id") or f"{kind}_{line_of(element)}_{len(container.nodes)}"
    place = Place(identifier, line_of(element), file)
    if not element.get("id"):
        findings.adapt(place, f"{kind} 没有编号，已自动编号")
    node = Node(
        id=identifier,
        kind=kind,
        name=(element.get("name") or "").strip(),
        place=place,
        xml=element,
        container=container,
        attributes=vendor.attributes(element),
        properties=vendor.properties(element),
        documentation=text_of(child(element, "documentation")),
        lane=lanes.get(identifier),
        default=element.get("default"),
        attached_to=element.get("attachedToRef"),
        interrupting=element.get("cancelActivity", element.get("isInterrupting", "true")) != "false",
        event_triggered=element.get("triggeredByEvent") == "true",
        for_compensation=element.get("isForCompensation") == "true",
        loop=_loop(element),
        forms=vendor.forms(element),
    )
    _listeners(element, place, node.name, findings)
    if kind in EVENTS or kind == "receiveTask":
        node.event = read_event(node, definitions, findings)
    if kind in SUB_PROCESSES:
        node.inner = Container(identifier, node.name, place, element, parent=container)
        _fill(node.inner, file, definitions, lanes, findings)
    return node


def _edge(element: Xml, container: Container, file: str) -> Edge:
    identifier = element.get("id") or f"flow_{line_of(element)}_{len(container.edges)}"
    condition = text_of(child(element, "conditionExpression"))
    return Edge(
        id=identifier,
        source=(element.get("sourceRef") or "").strip(),
        target=(element.get("targetRef") or "").strip(),
        name=(element.get("name") or "").strip(),
        condition=condition or None,
        place=Place(identifier, line_of(element), file),
    )


def _loop(element: Xml) -> str | None:
    multiple = child(element, "multiInstanceLoopCharacteristics")
    if multiple is not None:
        return "sequential" if multiple.get("isSequential") == "true" else "parallel"
    return "standard" if child(element, "standardLoopCharacteristics") is not None else None


def _lanes(element: Xml) -> dict[str, str]:
    """Element id -> name of its innermost lane."""
    found: dict[str, str] = {}
    for lane in element.iter("{*}lane"):
        for reference in children(lane, "flowNodeRef"):
            if lane.get("name"):
                found[text_of(reference)] = str(lane.get("name"))
    return found
