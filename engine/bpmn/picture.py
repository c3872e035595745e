"""A diagram as an SVG picture, from the layout that its designer drew: for paper, where no viewer runs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from unicodedata import east_asian_width
from xml.sax.saxutils import escape

from lxml import etree

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.source import Xml, parse

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "dd": "http://www.omg.org/spec/DD/20100524/DI",
}
MARGIN = 12
FONT, SMALL = 12, 10.5
INK, SOFT, FILL = "#1d2733", "#6b7685", "#f4f7fb"
TASKS = re.compile(r"[tT]ask$|^callActivity$")
WORDS = {
    "userTask": "",
    "serviceTask": "⚙",
    "scriptTask": "⚙",
    "sendTask": "✉",
    "receiveTask": "✉",
    "callActivity": "⊞",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The SVG and its size in pixels of the diagram."""

    svg: str
    width: float
    height: float


def picture(content: bytes) -> Picture | None:
    """The drawing of a diagram; None if it has no layout."""
    root = parse("diagram", content, Findings())
    if root is None:
        return None
    elements = {str(e.get("id")): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
    shapes = [(s, _bounds(s)) for s in root.iterfind(".//di:BPMNShape", NS)]
    placed = [(s, b) for s, b in shapes if b is not None]
    edges = list(root.iterfind(".//di:BPMNEdge", NS))
    points = [p for edge in edges for p in _waypoints(edge)] + [
        corner for _s, (x, y, w, h) in placed for corner in ((x, y), (x + w, y + h))
    ]
    if not placed or not points:
        return None
    left, top = (min(p[n] for p in points) - MARGIN for n in (0, 1))
    width, height = (max(p[n] for p in points) + MARGIN - low for n, low in ((0, left), (1, top)))
    drawn = [*_edges(edges, elements), *_shapes(placed, elements)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="Noto Sans CJK SC, SimHei, sans-serif"><defs>'
        '<marker id="a" viewBox="0 0 8 8" '
        'refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0 8 4 0 8z" fill="{INK}"/></marker></defs>'
    )
    return Picture(head + "".join(drawn) + "</svg>", width, height)


def _bounds(of: Xml) -> tuple[float, float, float, float] | None:
    found = of.find("dc:Bounds", NS)
    if found is None:
        return None
    x, y, w, h = (float(found.get(name, 0)) for name in ("x", "y", "width", "height"))
    return x, y, w, h


def _waypoints(edge: Xml) -> list[tuple[float, float]]:
    found = [[float(p.get(name, 0)) for name in ("x", "y")] for p in edge.iterfind("dd:waypoint", NS)]
    return [(x, y) for x, y in found]


def _edges(edges: list[Xml], elements: Mapping[str, Xml]) -> Iterator[str]:
    for edge in edges:
        points = _waypoints(edge)
        flow = elements.get(str(edge.get("bpmnElement")))
        if len(points) < 2 or flow is None:
            continue
        dashed = "" if _kind(flow) == "sequenceFlow" else ' stroke-dasharray="4 3"'
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        yield f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.2"{dashed} marker-end="url(#a)"/>'
        name = flow.get("name")
        if name:
            label = edge.find("di:BPMNLabel", NS)
            at = _bounds(label) if label is not None else None
            x, y = (at[0] + at[2] / 2, at[1] + at[3] / 2) if at else _middle(points)
            yield from _text(str(name), x, y, SMALL, SOFT, 90)


def _middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    first, second = points[0], points[1]
    return (first[0] + second[0]) / 2, (first[1] + second[1]) / 2 - 8


def _shapes(placed: list[tuple[Xml, tuple[float, float, float, float]]], elements: Mapping[str, Xml]) -> Iterator[str]:
    # pools and sub-processes lie under what they hold
    for shape, bounds in sorted(placed, key=lambda one: -one[1][2] * one[1][3]):
        element = elements.get(str(shape.get("bpmnElement")))
        if element is not None:
            yield from _shape(shape, element, bounds)


def _shape(shape: Xml, element: Xml, bounds: tuple[float, float, float, float]) -> Iterator[str]:
    x, y, w, h = bounds
    kind, name = _kind(element), str(element.get("name") or "")
    line = f'stroke="{INK}" stroke-width="1.3"'
    if TASKS.search(kind):
        yield f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="8" fill="{FILL}" {line}/>'
        yield from _text(f"{WORDS.get(kind, '')}{name}", x + w / 2, y + h / 2, FONT, INK, w - 8)
    elif kind.endswith("Gateway"):
        path = f"M{x + w / 2:g} {y:g}L{x + w:g} {y + h / 2:g}L{x + w / 2:g} {y + h:g}L{x:g} {y + h / 2:g}z"
        yield f'<path d="{path}" fill="#fff" {line}/>'
        sign = {"parallelGateway": "＋", "inclusiveGateway": "○", "eventBasedGateway": "◇"}.get(kind, "×")
        yield from _text(sign, x + w / 2, y + h / 2, 15, INK, w)
        yield from _beside(shape, name, x + w / 2, y + h + 10)
    elif kind.endswith("Event"):
        thick = 3 if kind == "endEvent" else 1.3
        circle = f'<circle cx="{x + w / 2:g}" cy="{y + h / 2:g}"'
        yield f'{circle} r="{w / 2:g}" fill="#fff" stroke="{INK}" stroke-width="{thick}"/>'
        if kind not in ("startEvent", "endEvent"):
            yield f'{circle} r="{w / 2 - 3:g}" fill="none" stroke="{INK}"/>'
        if element.find("bpmn:timerEventDefinition", NS) is not None:
            yield from _text("◷", x + w / 2, y + h / 2, 16, INK, w)
        yield from _beside(shape, name, x + w / 2, y + h + 10)
    elif kind in ("subProcess", "adHocSubProcess", "transaction", "participant", "lane"):
        yield f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="6" fill="#fff" stroke="{SOFT}"/>'
        yield from _text(name, x + w / 2, y + 12, SMALL, SOFT, w)
    elif kind == "textAnnotation":
        said = element.findtext("bpmn:text", "", NS)
        yield from _text(said, x + w / 2, y + h / 2, SMALL, SOFT, w)


def _beside(shape: Xml, name: str, x: float, y: float) -> Iterator[str]:
    label = shape.find("di:BPMNLabel", NS)
    at = _bounds(label) if label is not None else None
    if name:
        yield from _text(name, *((at[0] + at[2] / 2, at[1] + at[3] / 2) if at else (x, y)), SMALL, INK, 96)


def _text(words: str, x: float, y: float, size: float, colour: str, width: float) -> Iterator[str]:
    lines = _wrapped(words, max(width / size * 2, 4))
    first = y - (len(lines) - 1) * size * 0.62
    for n, line in enumerate(lines):
        yield (
            f'<text x="{x:g}" y="{first + n * size * 1.24 + size * 0.36:g}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="middle">{escape(line)}</text>'
        )


def _wrapped(words: str, most: float) -> list[str]:
    """Lines of at most that many half widths."""
    lines, line, length = [], "", 0
    for sign in words.replace("\n", " "):
        wide = 2 if east_asian_width(sign) in "WFA" else 1
        if length + wide > most and line:
            lines.append(line)
            line, length = "", 0
        line += sign
        length += wide
    return [*lines, line] if line.strip() or not lines else lines


def _kind(element: Xml) -> str:
    return etree.QName(element).localname
