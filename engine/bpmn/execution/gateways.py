"""Gateways. Tokens that wait at a join are counted by the flow they came by, so returns and jumps keep joins right."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.nodes import FlowSpec, NodeSpec

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token


class ExclusiveSpec(NodeSpec):
    """Takes the first flow that fits; merges without waiting."""

    def choose(self, token: "Token") -> Iterable[FlowSpec]:
        if not any(flow.condition for flow in self.outgoing):
            return self.outgoing[:1]
        for flow in self.outgoing:
            if not flow.default and self.holds(token, flow):
                return (flow,)
        return self.otherwise(token)


class JoinSpec(NodeSpec):
    """What joins share: tokens of this gateway that wait in the same scope, one taken per flow."""

    def waiting(self, token: "Token") -> dict[str, "Token"]:
        """The first token that waits on each flow, besides this one."""
        found: dict[str, Token] = {}
        for other in token.parent.children:
            if other.task_spec is self and other.state == TaskState.WAITING and other is not token:
                found.setdefault(other.via or "", other)
        return found

    def absorb(self, tokens: Iterable["Token"]) -> None:
        """Their flows have arrived; one token goes on for all."""
        for other in tokens:
            other.cancel()


class ParallelSpec(JoinSpec):
    """Waits for one token on every incoming flow, then takes every outgoing flow."""

    def _update_hook(self, token: "Token") -> bool:
        missing = self.incoming - {token.via} if token.via is not None else frozenset()
        waiting = self.waiting(token) if missing else {}
        if not missing <= waiting.keys():
            token._set_state(TaskState.WAITING)
            return False
        self.absorb(waiting[flow] for flow in missing)
        return True

    def choose(self, token: "Token") -> Iterable[FlowSpec]:
        return self.outgoing


class InclusiveSpec(JoinSpec):
    """Waits for every token that can still arrive, then takes each flow that fits."""

    upstream: Mapping[
        str, frozenset[str]
    ] = {}  # incoming flow -> nodes from which it can be reached without passing here

    def _update_hook(self, token: "Token") -> bool:
        if token.via is None or len(self.incoming) < 2:
            return True
        token._set_state(TaskState.WAITING)
        token.workflow.joins[token.id] = token
        return False

    def try_to_pass(self, token: "Token") -> bool:
        arrived: dict[str, Token] = {**self.waiting(token), str(token.via): token}
        if any(self.may_arrive(other, arrived.keys()) for other in token.parent.children):
            return False
        self.absorb(other for other in arrived.values() if other is not token)
        token.workflow.joins.pop(token.id)
        token._ready()
        return True

    def may_arrive(self, other: "Token", arrived: Iterable[str]) -> bool:
        """Whether a token elsewhere can reach an empty flow, and none of those that are filled."""
        place = other.task_spec
        if place is self or not place.occupies(other):
            return False
        filled = set(arrived)
        reachable = {flow for flow, sources in self.upstream.items() if place.name in sources}
        return bool(reachable - filled) and not reachable & filled
