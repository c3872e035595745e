"""The finished process value: everything the engine and the pages may ask about a diagram, none of it changeable."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Container, Node
from engine.bpmn.diagram.reading_order import reading_order
from engine.bpmn.diagram.vendor import embedded_forms
from engine.bpmn.execution.routes import Routes
from engine.bpmn.values import Element, Flow, Form, Process, StartEvent


def seal(
    containers: Mapping[str, Container], main: Container, routes: Routes, findings: Findings, digest: str
) -> Process:
    """The value for the main process; elements of called processes follow where their ids are free."""
    ordered = [main, *(container for container in containers.values() if container is not main)]
    elements: dict[str, Element] = {}
    flows: dict[str, Flow] = {}
    forms: dict[str, tuple[Form, ...]] = {}
    for container in ordered:
        for inner in container.walk():
            for node in inner.nodes.values():
                elements.setdefault(node.id, _element(node, container.id))
                if node.forms:
                    forms.setdefault(node.id, node.forms)
            for edge in inner.edges.values():
                flows.setdefault(edge.id, Flow(edge.id, edge.source, edge.target, edge.name, edge.condition))
    return Process(
        key=main.id,
        name=main.name,
        documentation=main.documentation,
        elements=MappingProxyType(elements),
        flows=MappingProxyType(flows),
        properties=MappingProxyType(main.properties),
        attributes=MappingProxyType(main.attributes),
        digest=digest,
        user_tasks_in_order=reading_order(main),
        warnings=tuple(findings.warnings),
        adaptations=tuple(findings.adaptations),
        processes=tuple(containers),
        forms=MappingProxyType(forms),
        embedded_forms=MappingProxyType(embedded_forms(main.xml)),
        starts=_starts(main),
        stubs=tuple(findings.stubs),
        routes=routes,
    )


def _starts(main: Container) -> tuple[StartEvent, ...]:
    """The start events that something outside has to trigger."""
    found = []
    for node in main.nodes.values():
        event = node.event
        if node.kind == "startEvent" and event is not None and event.kind not in ("none", "unknown"):
            found.append(StartEvent(node.id, event.kind, event.name or "", event.text if event.kind == "timer" else ""))
    return tuple(found)


def _element(node: Node, process: str) -> Element:
    container = node.container
    return Element(
        id=node.id,
        kind=node.kind,
        name=node.name,
        line=node.place.line,
        lane=node.lane,
        scope=container.id if container.parent is not None else None,
        process=process,
        attributes=MappingProxyType(node.attributes),
        properties=MappingProxyType(node.properties),
        documentation=node.documentation,
        incoming=tuple(edge.id for edge in container.incoming(node.id)),
        outgoing=tuple(edge.id for edge in container.outgoing(node.id)),
        attached_to=node.attached_to,
        loop=node.loop,
    )
