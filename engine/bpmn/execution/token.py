"""A token: SpiffWorkflow's Task as a node of a small tree of scopes.

SpiffWorkflow keeps every finished task as parent of the next. Here a finished token leaves the tree, and its successors
stand in the same scope; so the tree holds what is alive and nothing else, whatever the number of rounds.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.bpmn.execution.case import Case
    from engine.bpmn.execution.nodes import NodeSpec


class Token(Task):
    """``data`` holds local variables, ``internal_data`` what the node itself remembers."""

    workflow: "Case"
    task_spec: "NodeSpec"
    parent: "Token"  # None only for the process itself
    children: list["Token"]

    def __init__(self, case: "Case", spec: "NodeSpec", parent: "Token | None", token_id: str) -> None:
        # not super().__init__: random ids and clock readings have no place in a pure step
        self.id: str = token_id
        self.workflow = case
        self.task_spec = spec
        self._parent = parent.id if parent is not None else None
        self._children: list[str] = []
        self._state: int = TaskState.FUTURE
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        case.tasks[token_id] = self
        if parent is not None:
            parent._children.append(token_id)

    def _set_state(self, value: int) -> None:
        self._state = value  # the library would log every change with a picture of the whole workflow

    @property
    def alive(self) -> bool:
        """Still in the tree: neither finished nor cancelled."""
        return self.workflow.tasks.get(self.id) is self

    @property
    def via(self) -> str | None:
        """The sequence flow it came by; None if it was placed here by hand."""
        flow: str | None = self.internal_data.get("via")
        return flow

    def family(self) -> list["Token"]:
        """This token and all below it."""
        found = [self]
        for token in found:
            found.extend(token.children)
        return found

    def ancestors(self) -> Iterator["Token"]:
        """The scopes around it, from the inside out."""
        token = self.parent
        while token is not None:
            yield token
            token = token.parent

    def cancel(self) -> None:
        """Take it and all below it out of the tree."""
        for token in self.family():
            token._state = TaskState.CANCELLED
            token._children = []
            self.workflow.forget(token)
        if self.parent is not None:
            self.parent._children.remove(self.id)
