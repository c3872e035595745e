"""Reads event definitions and resolves the messages, signals, errors and escalations they refer to."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Event
from engine.bpmn.diagram.source import Xml, child, children, local, text_of

if TYPE_CHECKING:
    from engine.bpmn.diagram.model import Node

REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}
CODES = {"error": "errorCode", "escalation": "escalationCode"}
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}
KINDS = frozenset({
    "message", "signal", "timer", "conditional", "error", "escalation", "compensate", "terminate", "cancel", "link",
})  # fmt: skip


class Definitions:
    """The messages, signals, errors and escalations of a file, by id."""

    def __init__(self, root: Xml) -> None:
        self.by_id: dict[str, dict[str, str]] = {
            kind: {str(item.get("id")): self._value(kind, item) for item in children(root, kind) if item.get("id")}
            for kind in REFERENCES
        }
        errors = [(str(item.get("id")), vendor.attributes(item)) for item in children(root, "error")]
        self.messages = {name: found["errorMessage"] for name, found in errors if found.get("errorMessage")}

    @staticmethod
    def _value(kind: str, item: Xml) -> str:
        code = item.get(CODES[kind]) if kind in CODES else None
        return str(code or item.get("name") or item.get("id"))

    def resolve(self, kind: str, reference: str) -> tuple[str, bool]:
        """The name or code a reference means, and whether it is defined; Activiti refers to errors by their code."""
        known = self.by_id[kind]
        plain = reference.rpartition(":")[2]
        for key in (reference, plain):
            if key in known:
                return known[key], True
        return plain, plain in known.values()


def read_event(node: "Node", definitions: Definitions, findings: Findings) -> Event:
    """What an event node waits for or throws."""
    if node.kind == "receiveTask":
        reference = node.xml.get("messageRef")
        return _referring("message", reference, node, definitions, findings) if reference else Event()
    found = [item for item in node.xml if str(item.tag).endswith("EventDefinition")]
    if not found:
        return Event()
    if len(found) > 1:
        findings.error("several_events", node.place)
    kind = local(found[0]).removesuffix("EventDefinition")
    if kind not in KINDS:
        findings.warn("unknown_event", node.place)
        return Event(kind="unknown")
    return _definition(kind, found[0], node, definitions, findings)


def _definition(kind: str, xml: Xml, node: "Node", definitions: Definitions, findings: Findings) -> Event:
    if kind in REFERENCES:
        return _catching(_referring(kind, xml.get(REFERENCES[kind]), node, definitions, findings), xml)
    if kind == "timer":
        return _timer(xml, node, findings)
    if kind == "conditional":
        variable = vendor.attributes(xml).get("variableName", "")
        return Event(kind, text=text_of(child(xml, "condition")), variable=variable)
    if kind == "compensate":
        return Event(kind, activity=xml.get("activityRef"))
    if kind == "link":
        return Event(kind, name=xml.get("name") or node.name)
    return Event(kind)


def _referring(kind: str, reference: str | None, node: "Node", definitions: Definitions, findings: Findings) -> Event:
    if not reference:
        if kind in ("message", "signal"):
            findings.warn("no_reference", node.place, kind=kind)
        return Event(kind, name="" if kind in ("message", "signal") else None)
    name, defined = definitions.resolve(kind, reference)
    if not defined:
        findings.adapt(node.place, f"{kind} {reference} 未定义，按同名处理")
    return Event(kind, name=name, text=definitions.messages.get(reference, ""))


def _catching(event: Event, xml: Xml) -> Event:
    """With the variables that take the code and message of what is caught."""
    wanted = vendor.attributes(xml)
    code = wanted.get(f"{event.kind}CodeVariable", "")
    return replace(event, code_variable=code, message_variable=wanted.get(f"{event.kind}MessageVariable", ""))


def _timer(xml: Xml, node: "Node", findings: Findings) -> Event:
    for tag, timer in TIMERS.items():
        text = text_of(child(xml, tag))
        if text:
            return Event("timer", timer=timer, text=text)
    findings.error("no_time", node.place)
    return Event("timer", timer="duration")
