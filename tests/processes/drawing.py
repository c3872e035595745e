"""The drawing of a BPMN file as boxes and lines, for tests that ask whether a person could read it."""

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the drawing."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box") -> bool:
        """Whether two boxes share more than a border."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def on_border(self, x: float, y: float) -> bool:
        """Whether a point lies on the border, give or take a pixel."""
        inside = self.x - 1 <= x <= self.x + self.width + 1 and self.y - 1 <= y <= self.y + self.height + 1
        return inside and not (self.x + 1 < x < self.x + self.width - 1 and self.y + 1 < y < self.y + self.height - 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node and its name as drawn; ``label`` is where the name of an event or gateway stands."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    host: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A sequence flow as drawn."""

    id: str
    name: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: Box | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of a diagram; ``nodes`` and ``flows`` are the ids that the process itself holds."""

    shapes: dict[str, Shape]
    lines: dict[str, Line]
    nodes: frozenset[str]
    flows: frozenset[str]

    @property
    def width(self) -> float:
        return max(s.box.x + s.box.width for s in self.shapes.values()) - min(s.box.x for s in self.shapes.values())

    def labels(self) -> dict[str, Box]:
        """Every name that stands outside its shape."""
        found = {shape.id: shape.label for shape in self.shapes.values() if shape.label}
        return found | {line.id: line.label for line in self.lines.values() if line.label}


def read_drawing(path: Path) -> Drawing:
    """Read shapes, lines and labels of a file with one process."""
    root = etree.fromstring(path.read_bytes())
    process = root.find("bpmn:process", NS)
    assert process is not None
    flows = {f.get("id", ""): f for f in process.iterfind(".//bpmn:sequenceFlow", NS)}
    nodes = {
        e.get("id", ""): e
        for e in process.iter()
        if isinstance(e.tag, str)
        and etree.QName(e).localname.endswith(("Task", "Gateway", "Event", "subProcess", "callActivity"))
    }
    shapes = {}
    for drawn in root.iterfind(".//di:BPMNShape", NS):
        id = drawn.get("bpmnElement", "")
        if id in nodes:
            node = nodes[id]
            kind = etree.QName(node).localname
            shapes[id] = Shape(id, kind, node.get("name", ""), _box(drawn), _label(drawn), node.get("attachedToRef"))
    lines = {}
    for drawn in root.iterfind(".//di:BPMNEdge", NS):
        id = drawn.get("bpmnElement", "")
        if id in flows:
            points = tuple((float(p.get("x", "")), float(p.get("y", ""))) for p in drawn.iterfind("dd:waypoint", NS))
            flow = flows[id]
            ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
            lines[id] = Line(id, flow.get("name", ""), *ends, points, _label(drawn))
    return Drawing(shapes, lines, frozenset(nodes), frozenset(flows))


def _box(element: etree._Element) -> Box:
    bounds = element.find("dc:Bounds", NS)
    assert bounds is not None
    return Box(*(float(bounds.get(key, "")) for key in ("x", "y", "width", "height")))


def _label(element: etree._Element) -> Box | None:
    label = element.find("di:BPMNLabel", NS)
    return _box(label) if label is not None and label.find("dc:Bounds", NS) is not None else None


def text_width(text: str) -> int:
    """Width of a name in the 12-pixel type of the viewer: a Chinese character is as wide as it is high."""
    return sum(12 if ord(character) > 255 else 7 for character in text)
