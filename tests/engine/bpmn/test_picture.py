"""The picture of a diagram shows every node and flow that has a place, and lets no name become markup."""

from xml.etree import ElementTree

import pytest

from engine.bpmn.picture import picture
from engine.settings import SHIPPED

SVG = "{http://www.w3.org/2000/svg}"
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t" '
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"><process id="p"><startEvent id="s"/>'
    '<userTask id="a" name="{name}"/><sequenceFlow id="f" name="去" sourceRef="s" targetRef="a"/></process>'
)
PLACES = (
    '<di:BPMNDiagram><di:BPMNPlane><di:BPMNShape bpmnElement="s"><dc:Bounds x="0" y="30" width="36" height="36"/>'
    '</di:BPMNShape><di:BPMNShape bpmnElement="a"><dc:Bounds x="90" y="8" width="100" height="80"/></di:BPMNShape>'
    '<di:BPMNEdge bpmnElement="f"><dd:waypoint x="36" y="48"/><dd:waypoint x="90" y="48"/></di:BPMNEdge>'
    "</di:BPMNPlane></di:BPMNDiagram></definitions>"
)


def words(svg: str) -> str:
    return "".join(node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("folder", sorted(p.parent for p in SHIPPED.glob("*/process.toml")), ids=lambda p: p.name)
def test_every_shipped_diagram_has_a_picture_with_all_its_steps(folder: object) -> None:
    diagram = next(folder.glob("*.bpmn"))  # type: ignore[attr-defined]
    drawn = picture(diagram.read_bytes())

    assert drawn is not None
    shown = words(drawn.svg)
    names = [
        (node.get("name") or "").replace("\n", " ")
        for node in ElementTree.parse(diagram).iter("{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask")
    ]
    assert [name for name in names if name not in shown] == []


def test_names_are_text_and_never_markup() -> None:
    drawn = picture((HEAD.format(name="&lt;script&gt;&amp;") + PLACES).encode())

    assert drawn is not None
    assert "<script" not in drawn.svg
    assert words(drawn.svg) == "去<script>&"
    assert (drawn.width, drawn.height) == (214, 104)


@pytest.mark.parametrize("content", [b"", b"<x/>", (HEAD.format(name="a") + "</definitions>").encode()])
def test_what_has_no_layout_has_no_picture(content: bytes) -> None:
    assert picture(content) is None
