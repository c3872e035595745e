"""The compiled routes of a process: task specs that are built once, shared by all instances and changed by none."""

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine.bpmn.execution.nodes import NodeSpec
from engine.bpmn.values import EventDefinition


class CaseSpec(BpmnProcessSpec):
    """The library's registry of specs. Ours is ``Routes.nodes``; two elements of one id are reported, not raised."""

    def _add_notify(self, task_spec: NodeSpec) -> None:
        self.task_specs[task_spec.name] = task_spec


@dataclass(frozen=True, slots=True)
class Start:
    """A start event: the node, and what it waits for."""

    node: str
    event: EventDefinition


@dataclass(frozen=True, slots=True)
class ProcessRoute:
    """One process of the files: where it starts and what listens while it runs."""

    name: str
    root: str
    starts: tuple[str, ...]
    listeners: tuple[str, ...]
    events: tuple[Start, ...] = ()


@dataclass(frozen=True, slots=True)
class Routes:
    """All nodes of all files by their unique name, and where each element of the diagrams is found."""

    spec: CaseSpec
    nodes: Mapping[str, NodeSpec]
    processes: Mapping[str, ProcessRoute]
    main: ProcessRoute
    by_element: Mapping[str, str]
