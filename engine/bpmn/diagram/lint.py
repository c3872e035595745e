"""Finds what is wrong or doubtful in a diagram before anything is built."""

from collections.abc import Mapping

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import Container


def lint(containers: Mapping[str, Container], main: Container, findings: Findings) -> None:
    """All findings about the shape of the processes."""
    for container in containers.values():
        for inner in container.walk():
            for edge in inner.edges.values():
                if edge.source not in inner.nodes or edge.target not in inner.nodes or edge.source == edge.target:
                    findings.error(
                        "bpmn.flow", edge.place, f"顺序流 {edge.id} 没有正确连接", f"the flow {edge.id} is not connected",
                        "请连接到同一层的两个环节。", "Connect two nodes of the same level.",
                    )  # fmt: skip
