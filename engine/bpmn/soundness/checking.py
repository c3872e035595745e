"""Turns what the exploration of each container found into warnings with the trace that leads there."""

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import ACTIVITIES, Container
from engine.bpmn.diagram.ways import graph_of, way_to
from engine.bpmn.soundness.endless import lint_endless
from engine.bpmn.soundness.exploring import Explorer, Outcome
from engine.bpmn.soundness.net import net_of
from engine.bpmn.soundness.reduction import reduced

MOST_STATES = 20_000  # of one container


def examine(process: Container, findings: Findings, limit: int = MOST_STATES) -> None:
    """Warnings about a process and its sub-processes; they warn only, because the data may rule a case out."""
    for container in process.walk():
        if container.nodes:
            lint_endless(container, findings)
            outcome = Explorer(reduced(net_of(container)), limit).explore()
            _tell(container, outcome, findings, limit)


def _tell(container: Container, outcome: Outcome, findings: Findings, limit: int) -> None:
    nodes = container.nodes
    for waiting in outcome.deadlocks:
        names = "、".join(_called(container, name) for name in waiting.missing)
        place = nodes[waiting.join].place
        findings.warn("deadlock", place, missing=names, ids=", ".join(waiting.missing), trace=waiting.trace)
    for name, trace in outcome.doubled.items():
        findings.warn("doubled", nodes[name].place, trace=trace)
    if outcome.beyond_limit:
        findings.warn("not_examined", container.place, states=limit)
    if outcome.complete:
        graph = graph_of(container)
        for name, node in nodes.items():
            aside = node.event_triggered or node.for_compensation
            if node.kind in ACTIVITIES and name not in outcome.alive and not aside:
                trace = way_to(container, name, graph)
                if trace:  # what no line leads to has been told by the linter
                    findings.warn("never_offered", node.place, trace=trace)


def _called(container: Container, name: str) -> str:
    node = container.nodes.get(name)
    return node.name or node.id if node is not None else name
