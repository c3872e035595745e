"""Builds the loop around an activity from the standard's elements and the vendors' attributes."""

from typing import Any

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Node
from engine.bpmn.diagram.reading_expressions import read
from engine.bpmn.diagram.source import Xml, child, text_of
from engine.bpmn.execution.loops import LoopSpec, MultiInstanceSpec, StandardLoopSpec


def loop_around(node: Node, spec: Any, name: str, inner: str, findings: Findings) -> LoopSpec:
    """The body of the loop a node is drawn with."""
    if node.loop == "standard":
        return _standard(node, spec, name, inner, findings)
    xml = child(node.xml, "multiInstanceLoopCharacteristics")
    assert xml is not None
    collection, item = _collection(xml)
    cardinality = text_of(child(xml, "loopCardinality"))
    if not collection and not cardinality:
        findings.error("no_collection", node.place)
        cardinality = "0"
    condition = text_of(child(xml, "completionCondition"))
    output = _output(xml)
    return MultiInstanceSpec(
        spec,
        name,
        node.id,
        node.name,
        inner=inner,
        sequential=node.loop == "sequential",
        collection=read(collection, node.place, findings) if collection else None,
        cardinality=read(cardinality, node.place, findings) if not collection else None,
        item=item,
        condition=read(condition, node.place, findings) if condition else None,
        output=(output[0], read(output[1], node.place, findings)) if output else None,
    )


def _collection(xml: Xml) -> tuple[str, str | None]:
    """The collection and the name of its item, wherever the dialect puts them."""
    found = vendor.attributes(xml)
    collection, item = found.get("collection", ""), found.get("elementVariable")
    for tag, zeebe in vendor.extensions(xml):
        if tag == "loopCharacteristics":
            collection, item = zeebe.get("inputCollection", ""), zeebe.get("inputElement")
    reference = child(xml, "loopDataInputRef")
    if not collection and reference is not None:
        collection = text_of(reference)
    data = child(xml, "inputDataItem")
    if item is None and data is not None:
        item = data.get("name") or data.get("id")
    return collection.strip(), item


def _output(xml: Xml) -> tuple[str, str] | None:
    """The variable that collects a result of each instance, and the expression of that result."""
    for tag, zeebe in vendor.extensions(xml):
        collection, element = zeebe.get("outputCollection"), zeebe.get("outputElement")
        if tag == "loopCharacteristics" and collection and element:
            return collection, element
    target, item = text_of(child(xml, "loopDataOutputRef")), child(xml, "outputDataItem")
    name = (item.get("name") or item.get("id")) if item is not None else None
    return (target, name) if target and name else None


def _standard(node: Node, spec: Any, name: str, inner: str, findings: Findings) -> LoopSpec:
    xml = child(node.xml, "standardLoopCharacteristics")
    assert xml is not None
    condition = text_of(child(xml, "loopCondition"))
    maximum = xml.get("loopMaximum", "")
    return StandardLoopSpec(
        spec,
        name,
        node.id,
        node.name,
        inner=inner,
        condition=read(condition, node.place, findings) if condition else None,
        maximum=int(maximum) if maximum.isdigit() else None,
        test_before=xml.get("testBefore") == "true",
    )
