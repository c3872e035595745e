"""Order rules of the office: steps that must come one before the other, whatever way a case takes (核稿, 签发, …)."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import ACTIVITIES, Container, Node
from engine.bpmn.diagram.ways import graph_of, way_to
from engine.errors import BadInput

Present = tuple[str, list[Node]]  # the name of a kind of step, and the activities of that kind

SHIPPED = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True, slots=True)
class OfficeStep:
    """A kind of step, known by words in the names of activities."""

    name: str
    words: tuple[str, ...]
    without: tuple[str, ...] = ()

    def fits(self, node: Node) -> bool:
        """Whether an activity is a step of this kind."""
        named = any(word in node.name for word in self.words)
        return node.kind in ACTIVITIES and named and not any(word in node.name for word in self.without)


@dataclass(frozen=True, slots=True)
class OfficeOrder:
    """Steps in the order in which they must come."""

    code: str
    name: str
    steps: tuple[OfficeStep, ...]


def read_order(text: str) -> tuple[OfficeOrder, ...]:
    """Sequences from TOML; raises ``BadInput`` if it is not of the shape of the shipped one."""
    try:
        return tuple(
            OfficeOrder(
                str(sequence["code"]),
                str(sequence["name"]),
                tuple(
                    OfficeStep(str(step["name"]), tuple(step["words"]), tuple(step.get("not", ())))
                    for step in sequence["step"]
                ),
            )
            for sequence in tomllib.loads(text).get("sequence", ())
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BadInput(
            f"顺序规则无法读取：{error}", f"the order rules cannot be read: {error}", code="order.invalid"
        ) from error


@cache
def shipped_order() -> tuple[OfficeOrder, ...]:
    """The rules that come with the house."""
    return read_order(SHIPPED.read_text(encoding="utf-8"))


def lint_order(process: Container, order: Sequence[OfficeOrder], findings: Findings) -> None:
    """A warning for each step that can be reached without the one that must come before it."""
    if process.properties.get("order") == "none":
        return
    for container in process.walk():
        graph = graph_of(container)
        for sequence in order:
            for earlier, later in _pairs(container, sequence):
                avoiding = frozenset(node.id for node in earlier[1])
                for node in later[1]:
                    trace = way_to(container, node.id, graph, avoiding)
                    if trace:
                        facts = {"step": node.name, "earlier": earlier[0], "rule": sequence.name}
                        findings.warn("out_of_order", node.place, code=sequence.code, trace=trace, **facts)


def _pairs(container: Container, sequence: OfficeOrder) -> Iterator[tuple[Present, Present]]:
    """Each kind of step that is there with the next one; if all neighbours are in order, so is the whole."""
    there = [(step.name, [node for node in container.nodes.values() if step.fits(node)]) for step in sequence.steps]
    return pairwise([entry for entry in there if entry[1]])
