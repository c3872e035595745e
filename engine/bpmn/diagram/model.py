"""A diagram as it was drawn: containers with nodes and flows, before anything is decided about how it runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.diagram.findings import Place
from engine.bpmn.diagram.source import Xml
from engine.bpmn.values import Form

TASKS = frozenset({
    "task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask",
    "callActivity",
})  # fmt: skip
SUB_PROCESSES = frozenset(["subProcess", "transaction", "adHocSubProcess"])
GATEWAYS = frozenset({
    "exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway",
})  # fmt: skip
EVENTS = frozenset({
    "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent",
})  # fmt: skip
ACTIVITIES = TASKS | SUB_PROCESSES
NODES = ACTIVITIES | GATEWAYS | EVENTS


@dataclass(slots=True)
class Edge:
    """A sequence flow; ``drawn`` is False for one we have added."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    place: Place = field(default_factory=lambda: Place(""))
    drawn: bool = True


@dataclass(slots=True)
class Event:
    """An event definition, its references resolved to names."""

    kind: str = "none"
    name: str | None = None
    timer: str = ""
    text: str = ""
    activity: str | None = None
    code_variable: str = ""
    message_variable: str = ""
    variable: str = ""


@dataclass(slots=True)
class Node:
    """A flow node."""

    id: str
    kind: str
    name: str
    place: Place
    xml: Xml
    container: "Container"
    attributes: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    documentation: str = ""
    lane: str | None = None
    event: Event | None = None
    default: str | None = None
    attached_to: str | None = None
    interrupting: bool = True
    event_triggered: bool = False
    for_compensation: bool = False
    loop: str | None = None
    inner: "Container | None" = None
    forms: tuple[Form, ...] = ()


@dataclass(slots=True)
class Container:
    """A process or the inside of a sub-process."""

    id: str
    name: str
    place: Place
    xml: Xml
    parent: "Container | None" = None
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    executable: bool = True
    attributes: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    documentation: str = ""

    def outgoing(self, node: str) -> list[Edge]:
        """The flows out of a node, in the order of the file."""
        return [edge for edge in self.edges.values() if edge.source == node]

    def incoming(self, node: str) -> list[Edge]:
        """The flows into a node."""
        return [edge for edge in self.edges.values() if edge.target == node]

    def walk(self) -> Iterator["Container"]:
        """This container and all inside it."""
        yield self
        for node in self.nodes.values():
            if node.inner is not None:
                yield from node.inner.walk()

    def all_nodes(self) -> Iterator[Node]:
        """Every node, also those of sub-processes."""
        for container in self.walk():
            yield from container.nodes.values()


def link_target(node: Node) -> Node | None:
    """The catching link of the same name, for a throwing one."""
    if node.kind != "intermediateThrowEvent" or node.event is None or node.event.kind != "link":
        return None
    for other in node.container.nodes.values():
        caught = other.event if other.kind == "intermediateCatchEvent" else None
        if caught is not None and caught.kind == "link" and caught.name == node.event.name:
            return other
    return None
