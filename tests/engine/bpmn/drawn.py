"""Small diagrams for tests, written as the lines between ``<process>`` and ``</process>``."""

import itertools
from datetime import UTC, datetime

from engine import bpmn

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">'
)


def drawing(body: str, process: str = "p", also: str = "") -> bytes:
    """A file with one process; ``also`` stands beside it (messages, errors, further processes)."""
    return f'{HEAD}{also}<process id="{process}" isExecutable="true">{body}</process></definitions>'.encode()


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow."""
    inner = f"<conditionExpression><![CDATA[{condition}]]></conditionExpression>" if condition else ""
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def chain(*nodes: str) -> str:
    """Nodes one after another; each is an element without its id: ``userTask a``, ``startEvent s``."""
    parts = [node.partition(" ") for node in nodes]
    drawn = "".join(f'<{kind} id="{name}"/>' for kind, _, name in parts)
    names = [name for _, _, name in parts]
    return drawn + "".join(flow(f"{a}_{b}", a, b) for a, b in itertools.pairwise(names))


def compiled(body: str, also: str = "") -> bpmn.Process:
    """The process of a small drawing."""
    return bpmn.compile({"p.bpmn": drawing(body, also=also)}, main="p")


def codes(content: bytes, **more: bytes) -> list[str]:
    """The codes of all problems of a file."""
    return [problem.code for problem in bpmn.check({"p.bpmn": content, **more}).problems]


def opened(step: bpmn.Step) -> list[str]:
    """Elements of the open tasks, in alphabetical order."""
    return sorted(activity.element for activity in step.activities)


def done(process: bpmn.Process, step: bpmn.Step, element: str, **given: object) -> bpmn.Step:
    """The step after the open task of that element is completed."""
    activity = next(activity for activity in step.activities if activity.element == element)
    return bpmn.complete(process, step.snapshot, activity.id, {**step.variables, **given}, NOW)
