"""Builds the routes: one task spec per node of every container, connected by flow specs."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.bpmn.decisions import Decision
from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.graph import compensation_handlers, starts_by_compensation, upstream
from engine.bpmn.diagram.loops import loop_around
from engine.bpmn.diagram.mapping import read_mapping
from engine.bpmn.diagram.model import ACTIVITIES, Container, Edge, Event, Node, link_target
from engine.bpmn.diagram.reading_expressions import read, read_timer
from engine.bpmn.diagram.tasks import call_spec, rule_spec, script_spec, service_spec
from engine.bpmn.execution.catching import BoundarySpec, CatchSpec, EventGatewaySpec, ListenerSpec, ReceiveSpec
from engine.bpmn.execution.compensation import CancelSpec, CompensationSpec
from engine.bpmn.execution.gateways import ExclusiveSpec, InclusiveSpec, ParallelSpec
from engine.bpmn.execution.nodes import EACH, FlowSpec, NodeSpec, PassSpec, UserTaskSpec
from engine.bpmn.execution.routes import CaseSpec, ProcessRoute, Routes, Start
from engine.bpmn.execution.scopes import RootSpec, ScopeSpec
from engine.bpmn.execution.throwing import EndSpec, TerminateSpec, ThrowSpec
from engine.bpmn.values import EventDefinition

ROOT = "/"  # an XML id cannot hold a slash, so no element can have the name of a process's root
SIMPLE: Mapping[str, type[NodeSpec]] = {
    "task": PassSpec,
    "manualTask": PassSpec,
    "userTask": UserTaskSpec,
    "exclusiveGateway": ExclusiveSpec,
    "parallelGateway": ParallelSpec,
    "inclusiveGateway": InclusiveSpec,
    "eventBasedGateway": EventGatewaySpec,
    "startEvent": PassSpec,
}


class Builder:
    """Collects the specs of all processes of an upload."""

    def __init__(self, findings: Findings, decisions: Mapping[str, Decision]) -> None:
        self.findings, self.decisions = findings, decisions
        self.spec = CaseSpec(name=ROOT)
        self.nodes: dict[str, NodeSpec] = {}
        self.routes: dict[str, ProcessRoute] = {}
        self.by_element: dict[str, str] = {}

    def finished(self, main: str) -> Routes:
        """The routes with all processes that were added."""
        for node in self.nodes.values():
            if isinstance(node, InclusiveSpec):
                node.upstream = upstream(self.nodes, node)
        return Routes(
            self.spec, MappingProxyType(self.nodes), MappingProxyType(self.routes), self.routes[main],
            MappingProxyType(self.by_element),
        )  # fmt: skip

    # ------------------------------------------------------------ containers

    def add_process(self, process: Container) -> None:
        """All nodes of a process."""
        root = f"{process.id}{ROOT}"
        starts, listeners, events = self.fill(process, process.id, root)
        self.nodes[root] = RootSpec(self.spec, root, process.id, process.name)
        self.routes[process.id] = ProcessRoute(process.id, root, starts, listeners, events)

    def fill(
        self, container: Container, process: str, scope: str
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Start, ...]]:
        """Build what is inside; returns the names of plain starts and of listeners, and the starts that wait."""
        for node in container.nodes.values():
            self.add(node, process, scope)
        for node in container.nodes.values():
            self.connect(node, process)
        listeners = tuple(f"{process}/{n.id}#listener" for n in container.nodes.values() if self._listens(n, process))
        plain, waiting = [], []
        for node in container.nodes.values():
            if node.kind == "startEvent":
                if node.event is None or node.event.kind in ("none", "unknown") or container.parent is not None:
                    plain.append(f"{process}/{node.id}")
                else:
                    waiting.append(Start(f"{process}/{node.id}", self.event(node)))
        if not plain and container.parent is not None:
            plain = [f"{process}/{n.id}" for n in container.nodes.values() if self._begins(container, n)]
        return tuple(plain), listeners, tuple(waiting)

    def _listens(self, node: Node, process: str) -> bool:
        return f"{process}/{node.id}#listener" in self.nodes

    @staticmethod
    def _begins(container: Container, node: Node) -> bool:
        unattached = node.attached_to is None and not node.event_triggered and not node.for_compensation
        return unattached and not container.incoming(node.id)

    # ------------------------------------------------------------ nodes

    def add(self, node: Node, process: str, scope: str) -> None:
        """The spec of a node, wrapped in its loop."""
        if node.kind == "boundaryEvent" and node.event is not None and node.event.kind == "compensate":
            return
        name = f"{process}/{node.id}"
        inner = name + EACH if node.loop else name
        spec = self.make(node, process, inner)
        if node.kind in ACTIVITIES:
            spec.local_inputs, spec.results = read_mapping(node, self.findings)
        self.register(spec, name if node.loop else scope)
        if node.loop:
            self.register(loop_around(node, self.spec, name, inner, self.findings), scope)
        self.by_element.setdefault(node.id, name)

    def register(self, spec: NodeSpec, scope: str) -> None:
        """Remember a spec under its unique name."""
        spec.scope = scope
        self.nodes[spec.name] = spec

    def make(self, node: Node, process: str, name: str) -> NodeSpec:
        """The spec for a node by its kind."""
        if node.kind in SIMPLE:
            return SIMPLE[node.kind](self.spec, name, node.id, node.name)
        if node.inner is not None:
            return self.sub_process(node, process, name)
        if node.kind == "callActivity":
            return call_spec(node, self.spec, name, self.findings)
        if node.kind == "scriptTask":
            return script_spec(node, self.spec, name, self.findings)
        if node.kind == "businessRuleTask":
            return rule_spec(node, self.spec, name, self.decisions, self.findings)
        if node.kind in ("serviceTask", "sendTask"):
            return service_spec(node, self.spec, name, self.findings)
        if node.kind == "receiveTask":
            return ReceiveSpec(self.spec, name, node.id, node.name, event=self.event(node))
        if node.kind in ("intermediateCatchEvent", "boundaryEvent"):
            return self.catch(node, name)
        if node.kind in ("intermediateThrowEvent", "endEvent"):
            return self.throw(node, process, name)
        self.findings.error("unknown_element", node.place, kind=node.kind)
        return PassSpec(self.spec, name, node.id, node.name)

    def sub_process(self, node: Node, process: str, name: str) -> NodeSpec:
        """A sub-process; an event sub-process also gets the listener that starts it."""
        assert node.inner is not None
        if node.kind == "adHocSubProcess":
            self.findings.error("unknown_element", node.place, kind=node.kind)
        starts, listeners, _ = self.fill(node.inner, process, name)
        spec = ScopeSpec(self.spec, name, node.id, node.name, starts=starts, listeners=listeners)
        if node.event_triggered:
            spec.event_triggered = True
            self.listen(node, process, name)
        return spec

    def listen(self, node: Node, process: str, name: str) -> None:
        """What waits for the start event of an event sub-process."""
        assert node.inner is not None
        if starts_by_compensation(node):
            return
        start = next((n for n in node.inner.nodes.values() if n.kind == "startEvent"), None)
        if start is None or start.event is None or start.event.kind in ("none", "unknown"):
            self.findings.warn("unknown_event", node.place)
            return
        interrupting = start.interrupting or start.event.kind == "error"
        listener = f"{process}/{node.id}#listener"
        self.nodes[listener] = ListenerSpec(
            self.spec, listener, start.id, start.name, event=self.event(start), interrupting=interrupting, starts=name
        )

    def catch(self, node: Node, name: str) -> NodeSpec:
        event = self.event(node)
        if node.kind == "boundaryEvent":
            interrupting = node.interrupting or event.kind in ("error", "cancel")
            return BoundarySpec(self.spec, name, node.id, node.name, event=event, interrupting=interrupting)
        if event.kind in ("none", "link"):
            return PassSpec(self.spec, name, node.id, node.name)
        return CatchSpec(self.spec, name, node.id, node.name, event=event)

    def throw(self, node: Node, process: str, name: str) -> NodeSpec:
        ends = node.kind == "endEvent"
        kind = node.event.kind if node.event is not None else "none"
        if kind == "compensate" or (kind == "cancel" and ends):
            return self.compensation(node, process, name, ends)
        if kind == "message" and vendor.has_implementation(node.xml, node.attributes):
            return service_spec(node, self.spec, name, self.findings)
        if kind == "terminate":
            wanted = {
                word
                for item in (node.xml, *node.xml)
                for word, said in vendor.attributes(item).items()
                if said == "true"
            }
            reach = "case" if "terminateAll" in wanted else "loop" if "terminateMultiInstance" in wanted else "scope"
            return TerminateSpec(self.spec, name, node.id, node.name, event=self.event(node), reach=reach)
        if kind == "link" and not ends:
            return PassSpec(self.spec, name, node.id, node.name)
        chosen = EndSpec if ends else ThrowSpec
        return chosen(self.spec, name, node.id, node.name, event=self.event(node))

    def compensation(self, node: Node, process: str, name: str, ends: bool) -> NodeSpec:
        """A compensation throw knows the handlers of its scope and of the scopes inside."""
        scope = node.container
        while scope.parent is not None and scope.parent.nodes[scope.id].event_triggered:
            scope = scope.parent
        handlers = {f"{process}/{a}": f"{process}/{h}" for a, h in compensation_handlers(scope).items()}
        target = node.event.activity if node.event is not None else None
        activity = f"{process}/{target}" if target else None
        kind = CancelSpec if node.event is not None and node.event.kind == "cancel" else CompensationSpec
        return kind(self.spec, name, node.id, node.name, handlers=handlers, activity=activity, ends=ends)

    def event(self, node: Node) -> EventDefinition:
        """The event a node waits for or throws, its expression read."""
        event = node.event or Event()
        expression = None
        if event.kind == "timer" and event.text:
            expression = read_timer(event.timer, event.text, node.place, self.findings)
        elif event.kind == "conditional" and event.text:
            expression = read(event.text, node.place, self.findings)
        says = event.text if event.kind == "error" else ""
        return EventDefinition(
            event.kind, event.name, expression, event.timer, event.activity, says, event.code_variable,
            event.message_variable, event.variable,
        )  # fmt: skip

    # ------------------------------------------------------------ flows

    def connect(self, node: Node, process: str) -> None:
        """Flows out of a node, its boundary events, and whether it can be compensated."""
        spec = self.nodes.get(f"{process}/{node.id}")
        if spec is None:
            return
        container = node.container
        name = f"{process}/"
        edges = [edge for edge in container.outgoing(node.id) if edge.target in container.nodes]
        spec.outgoing = tuple(self.flow(edge, node, edges, name) for edge in edges)
        spec.incoming = frozenset(name + edge.id for edge in container.incoming(node.id))
        link = link_target(node)
        if link is not None:
            spec.outgoing = (FlowSpec(f"{name}{node.id}#link", name + link.id),)
        spec.boundaries = tuple(
            name + other.id
            for other in container.nodes.values()
            if other.attached_to == node.id and name + other.id in self.nodes
        )
        handled = self.nodes.get(f"{name}{node.id}{EACH}", spec)
        handled.compensable = node.id in compensation_handlers(container, deep=False)

    def flow(self, edge: Edge, node: Node, edges: list[Edge], prefix: str) -> FlowSpec:
        """A flow with its condition; at an exclusive gateway a flow without one is the default."""
        decides = node.kind not in ("parallelGateway", "eventBasedGateway")
        default = decides and (edge.id == node.default or self._silent_default(edge, node, edges))
        condition = None
        if decides and not default and edge.condition:
            condition = read(edge.condition, edge.place, self.findings)
        shown = (edge.id,) if edge.drawn else ()
        return FlowSpec(prefix + edge.id, prefix + edge.target, condition, default, shown)

    @staticmethod
    def _silent_default(edge: Edge, node: Node, edges: list[Edge]) -> bool:
        if node.kind != "exclusiveGateway" or edge.condition or any(other.id == node.default for other in edges):
            return False
        return edge is next(other for other in edges if not other.condition)
