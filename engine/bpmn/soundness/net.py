"""A container as a net of stations and ways: what tokens can do, whatever the data says.

A condition counts as possibly true and possibly false, unless it holds no variable. Sub-processes, calls and loops are
one station here; their insides are nets of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.bpmn.diagram.model import ACTIVITIES, GATEWAYS, Container, Edge, Node, link_target
from engine.bpmn.expressions import compile_expression, truth
from engine.errors import ExpressionError

ROOT = ""


@dataclass(slots=True, eq=False)
class Way:
    """A connection; ``trace`` are the elements on it that a reduction took up, ``covers`` all it stands for."""

    source: str
    target: str
    chance: str = "always"  # always | maybe | default
    trace: tuple[str, ...] = ()
    covers: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Station:
    """A node. ``split`` says which ways a token leaves by, ``join`` what must have come before it leaves."""

    name: str
    shown: tuple[str, ...] = ()
    split: str = "all"  # all | one | some
    join: str = "any"  # any | all | some
    activity: bool = False
    terminates: bool = False
    beside: tuple[str, ...] = ()  # boundary events that do not interrupt
    quiet: bool = False  # coming here twice at once does no harm
    covers: frozenset[str] = frozenset()


@dataclass(slots=True)
class Net:
    """Stations by name and the ways between them."""

    stations: dict[str, Station] = field(default_factory=dict)
    ways: list[Way] = field(default_factory=list)

    def add(self, name: str, *, drawn: bool = True, **more: object) -> Station:
        """A new station; one that is not drawn never shows in a trace."""
        shown = (name,) if drawn else ()
        station = Station(name, shown, covers=frozenset(shown), **more)  # type: ignore[arg-type]
        self.stations[name] = station
        return station

    def connect(self, source: str, target: str, chance: str = "always") -> None:
        """A new way."""
        self.ways.append(Way(source, target, chance))

    def out(self) -> dict[str, list[Way]]:
        """The ways out of each station."""
        found: dict[str, list[Way]] = {name: [] for name in self.stations}
        for way in self.ways:
            found[way.source].append(way)
        return found

    def into(self) -> dict[str, list[Way]]:
        """The ways into each station."""
        found: dict[str, list[Way]] = {name: [] for name in self.stations}
        for way in self.ways:
            found[way.target].append(way)
        return found


def net_of(container: Container) -> Net:
    """The part of a container that its starts lead to."""
    net = Net()
    for node in container.nodes.values():
        if not (node.event_triggered or node.for_compensation or _undoes(node)):
            _add_node(net, node)
    _add_starts(net, container)
    net.ways = [way for way in net.ways if way.target in net.stations and way.source in net.stations]
    _keep_reachable(net)
    _find_quiet(net)
    return net


def _undoes(node: Node) -> bool:
    return node.kind == "boundaryEvent" and node.event is not None and node.event.kind == "compensate"


def _add_node(net: Net, node: Node) -> None:
    gateway = node.kind in GATEWAYS
    waits = {"parallelGateway": "all", "inclusiveGateway": "some"}.get(node.kind, "any")
    station = net.add(node.id, activity=not gateway and node.kind in ACTIVITIES | {"intermediateCatchEvent"})
    station.join = waits if len(node.container.incoming(node.id)) > 1 else "any"
    station.terminates = node.kind == "endEvent" and _kills(node)
    leaves = _hang_boundaries(net, node, station)
    link = link_target(node)
    if link is not None:
        net.connect(leaves.name, link.id)
    elif node.kind != "endEvent":
        leaves.split = _split(node)
        for edge, chance in ways_out(node):
            net.connect(leaves.name, edge.target, chance)


def _kills(node: Node) -> bool:
    """An error that leaves a sub-process takes everything in it along."""
    kind = node.event.kind if node.event is not None else "none"
    return kind in ("terminate", "cancel") or (kind == "error" and node.container.parent is not None)


def _hang_boundaries(net: Net, node: Node, station: Station) -> Station:
    """Boundary events are other ways to leave; returns the station at which the flows as drawn begin."""
    hung = [other for other in node.container.nodes.values() if other.attached_to == node.id and not _undoes(other)]
    if not hung:
        return station
    always = ("error", "cancel")
    interrupting = [b for b in hung if b.interrupting or (b.event is not None and b.event.kind in always)]
    station.beside = tuple(other.id for other in hung if other not in interrupting)
    if not interrupting:
        return station
    station.split = "one"
    leaves = net.add(f"{node.id}/done", drawn=False)
    net.connect(node.id, leaves.name)
    for other in interrupting:
        net.connect(node.id, other.id)
    return leaves


def _split(node: Node) -> str:
    if node.kind in ("exclusiveGateway", "eventBasedGateway", "complexGateway"):
        return "one"
    decides = node.kind != "parallelGateway" and any(
        edge.condition or edge.id == node.default for edge in node.container.outgoing(node.id)
    )
    return "some" if decides or node.kind == "inclusiveGateway" else "all"


def ways_out(node: Node) -> Iterator[tuple[Edge, str]]:
    """The flows a token may take, with its chance; conditions without variables are decided here."""
    exclusive = node.kind == "exclusiveGateway"
    unconditional = node.kind in ("parallelGateway", "eventBasedGateway")
    edges = node.container.outgoing(node.id)
    for edge in edges:
        if edge.id == node.default:
            continue
        certain = _decided(edge.condition) if edge.condition and not unconditional else not exclusive
        if certain is not False or (exclusive and not edge.condition):
            yield edge, "always" if certain else "maybe"
        if certain and exclusive:
            return
    yield from ((edge, "default") for edge in edges if edge.id == node.default)


def _decided(condition: str) -> bool | None:
    """Whether a condition is always true or always false."""
    try:
        expression = compile_expression(condition)
        if expression.names or expression.functions:
            return None
        return truth(expression.evaluate({}))
    except (ExpressionError, TypeError):
        return None


def _add_starts(net: Net, container: Container) -> None:
    """Plain starts begin together, each start that waits for an event begins alone."""
    starts = [node for node in container.nodes.values() if node.kind == "startEvent"]
    if not starts:
        starts = [node for node in container.nodes.values() if node.id in net.stations and _stands_free(node)]
    plain = [
        n for n in starts if container.parent is not None or n.event is None or n.event.kind in ("none", "unknown")
    ]
    net.add(ROOT, drawn=False, split="one")
    for number, group in enumerate([plain, *([node] for node in starts if node not in plain)]):
        if group:
            name = f"/begin{number}"
            net.add(name, drawn=False)
            net.connect(ROOT, name)
            for node in group:
                net.connect(name, node.id)


def _stands_free(node: Node) -> bool:
    return node.attached_to is None and not node.container.incoming(node.id)


def _keep_reachable(net: Net) -> None:
    reached = reachable(net, [ROOT])
    net.stations = {name: station for name, station in net.stations.items() if name in reached}
    net.ways = [way for way in net.ways if way.source in reached and way.target in reached]


def reachable(net: Net, begin: list[str], *, beside: bool = True) -> set[str]:
    """Stations one can come to; ``beside`` follows boundary events that do not interrupt."""
    out = net.out()
    reached: set[str] = set()
    todo = list(begin)
    while todo:
        name = todo.pop()
        if name not in reached and name in net.stations:
            reached.add(name)
            todo.extend(way.target for way in out[name])
            todo.extend(net.stations[name].beside if beside else ())
    return reached


def _find_quiet(net: Net) -> None:
    """Doubling does no harm on reminders beside the flow, nor where only ends are left."""
    main = reachable(net, [ROOT], beside=False)
    into = net.into()
    todo = [name for name, station in net.stations.items() if station.activity or station.join == "all"]
    harmed: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in harmed:
            harmed.add(name)
            todo.extend(way.source for way in into[name])
    for name, station in net.stations.items():
        station.quiet = name not in main or name not in harmed
