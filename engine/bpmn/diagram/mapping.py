"""Which variables go into an activity and come out: ``inputOutput``, ``in`` and ``out``, Camunda 8's ``ioMapping``."""

from typing import Any

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Node
from engine.bpmn.diagram.reading_expressions import read, read_collection, read_template
from engine.bpmn.diagram.source import Xml, text_of
from engine.bpmn.execution.scopes import Transfer
from engine.bpmn.expressions import Assignment, Expression

Assignments = tuple[Assignment, ...]
Transfers = tuple[Transfer, ...]


def read_mapping(node: Node, findings: Findings) -> tuple[Assignments, Assignments]:
    """What an activity takes in as local variables and what it gives back."""
    found: dict[str, list[Assignment]] = {"input": [], "output": []}
    for tag, item in vendor.extensions(node.xml):
        for parameter in item if tag in ("inputOutput", "ioMapping") else ():
            kind, name = _kind(parameter), _target(parameter)
            if tag == "ioMapping" and kind == "output" and node.kind == "callActivity":
                continue  # reads the variables of the called process, so it is part of the call
            value = _value(parameter, node, findings) if kind in found and name.isidentifier() else None
            if value is None:
                findings.adapt(node.place, f"映射 {name} 过于复杂，不生效")
            else:
                found[kind].append(Assignment(name, value))
    return tuple(found["input"]), tuple(found["output"])


def read_transfers(node: Node, findings: Findings) -> tuple[Transfers, Transfers]:
    """What crosses the border of a call, in and out."""
    inputs: list[Transfer] = []
    outputs: list[Transfer] = []
    for tag, item in vendor.extensions(node.xml):
        if tag in ("in", "out") and item.get("businessKey") is None:
            (inputs if tag == "in" else outputs).append(_transfer(item, node, findings))
        for parameter in item if tag == "ioMapping" else ():
            if _kind(parameter) == "output" and _target(parameter).isidentifier():
                result = read_template(parameter.get("source") or "", node.place, findings)
                outputs.append(Transfer(_target(parameter), expression=result))
    if node.attributes.get("inheritVariables") == "true" or _propagates(node, "propagateAllParentVariables"):
        inputs.insert(0, Transfer(None))
    if not outputs and _propagates(node, "propagateAllChildVariables"):
        outputs.append(Transfer(None))
    return tuple(inputs), tuple(outputs)


def _kind(parameter: Xml) -> str:
    return str(parameter.tag).rpartition("}")[2].removesuffix("Parameter")


def _target(parameter: Xml) -> str:
    return parameter.get("name") or parameter.get("target") or ""


def _value(parameter: Xml, node: Node, findings: Findings) -> Expression | None:
    """A text, a list or a map of texts; None if it is a program or deeper than that."""
    if not len(parameter):
        return read_template(parameter.get("source") or text_of(parameter), node.place, findings)
    holder = parameter[0]
    kind = _kind(holder)
    if kind not in ("list", "map") or any(len(entry) for entry in holder):
        return None
    keys = [entry.get("key") or "" for entry in holder] if kind == "map" else None
    return read_collection([text_of(entry) for entry in holder], keys, node.place, findings)


def _propagates(node: Node, attribute: str) -> bool:
    """Camunda 8 passes everything unless it is told not to."""
    return any(
        tag == "calledElement" and item.get(attribute, "true") == "true" for tag, item in vendor.extensions(node.xml)
    )


def _transfer(item: Any, node: Node, findings: Findings) -> Transfer:
    if item.get("variables") == "all":
        return Transfer(None)
    expression = item.get("sourceExpression")
    target = item.get("target") or item.get("source") or ""
    if expression:
        return Transfer(target, expression=read(expression, node.place, findings))
    return Transfer(target, source=item.get("source"))
