"""Nodes that wait for an event: catch events, receive tasks, boundary events, event gateways, listeners."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.nodes import NodeSpec
from engine.bpmn.expressions import office, truth
from engine.bpmn.timers import Due, first_due, next_due
from engine.bpmn.values import EventDefinition
from engine.errors import ExpressionError

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token


class CatchSpec(NodeSpec):
    """Waits in the flow for its event."""

    watches = True

    def __init__(self, *arguments: Any, event: EventDefinition, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.event = event

    def _update_hook(self, token: "Token") -> bool:
        if "fired" in token.internal_data:
            return True
        token._set_state(TaskState.WAITING)
        token.workflow.watchers[token.id] = token
        if self.event.kind == "timer":
            self.set_due(token, first_due(self.event.timer, self.value(token), token.workflow.now, office().zone))
        for boundary in self.boundaries:
            token.workflow.place(token.workflow.routes.nodes[boundary], token, watch=True)
        return False

    def _on_ready_hook(self, token: "Token") -> None:
        token.workflow.queue.append(token)

    def read_date_again(self, token: "Token") -> None:
        """What a date timer waits for may have moved meanwhile."""
        if self.event.kind == "timer" and self.event.timer == "date":
            self.set_due(token, first_due("date", self.value(token), token.workflow.now, office().zone))

    def value(self, token: "Token") -> Any:
        """What the timer expression says here."""
        assert self.event.expression is not None
        return token.workflow.evaluate(self.stands_at(token), self.event.expression)

    def stands_at(self, token: "Token") -> "Token":
        """Where the variables of its expression are looked for."""
        return token

    def set_due(self, token: "Token", due: Due) -> None:
        """Remember when to fire."""
        token.internal_data["due"] = due.moment.timestamp()
        if due.rule:
            anchor = due.anchor.timestamp() if due.anchor is not None else None
            token.internal_data["cycle"] = [due.rounds, due.rule, anchor, due.number]

    def catches(self, kind: str, name: str | None) -> bool:
        """Whether an event is the one waited for."""
        return self.event.kind == kind and (self.event.name == name or self.event.name is None)

    def time_has_come(self, token: "Token") -> None:
        self.fire(token)

    def look_again(self, token: "Token") -> bool:
        if self.event.kind != "conditional" or self.event.expression is None:
            return False
        if self.event.variable and self.event.variable not in token.workflow.changed:
            if "seen" in token.internal_data:
                return False
            token.internal_data["seen"] = True  # once on arrival, whatever has changed
        holds = self.is_true(token)
        if "blocked" in token.internal_data:  # it fired before and must become false in between
            if not holds:
                del token.internal_data["blocked"]
            return False
        if holds:
            self.fire(token)
        return holds

    def is_true(self, token: "Token") -> bool:
        """A condition on a variable that is not there yet does not hold yet."""
        assert self.event.expression is not None
        try:
            return truth(token.workflow.evaluate(self.stands_at(token), self.event.expression))
        except ExpressionError as error:
            if error.reason != "expr.unknown_variable":
                raise
            return False

    def fire(self, token: "Token") -> None:
        """The event has happened: go on from here."""
        gateway = token.parent
        token.internal_data["fired"] = True
        if isinstance(gateway.task_spec, EventGatewaySpec):
            gateway.task_spec.decided(gateway, self)
            return
        token.workflow.watchers.pop(token.id, None)
        token._ready()

    def rearm(self, token: "Token") -> None:
        """A watcher that does not interrupt goes on watching; a date or duration comes only once."""
        if self.event.kind == "conditional":
            token.internal_data["blocked"] = True
        if self.event.kind != "timer":
            return
        following = next_due(self.fired(token), token.workflow.now, office().zone)
        if following is None:
            token.cancel()
        else:
            self.set_due(token, following)

    @staticmethod
    def fired(token: "Token") -> Due:
        """The round that has just come; a snapshot of an earlier version knows neither anchor nor number."""
        rounds, rule, anchor, number = (*token.internal_data.get("cycle", (0, "")), None, 0)[:4]
        begin = datetime.fromtimestamp(anchor, UTC) if anchor is not None else None
        return Due(datetime.fromtimestamp(token.internal_data["due"], UTC), rounds, rule, begin, number)


class ReceiveSpec(CatchSpec):
    """A receive task; without a message it waits until the engine around says it happened."""


class WatcherSpec(CatchSpec):
    """Waits beside the flow: its token watches, and a second one goes on when the event comes."""

    def __init__(self, *arguments: Any, interrupting: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.interrupting = interrupting

    def occupies(self, token: "Token") -> bool:
        return "watch" not in token.internal_data

    def caught(self, token: "Token", code: str | None, message: str) -> None:
        """An error or escalation has come up to here: keep what the diagram wants to know of it, and go on."""
        wanted = {self.event.code_variable: code, self.event.message_variable: message or None}
        values = {name: value for name, value in wanted.items() if name}
        token.workflow.assign(self.stands_at(token), values, outside=True)
        self.fire(token)


class BoundarySpec(WatcherSpec):
    """Sits on an activity; its watching token is a child of the activity's token."""

    def stands_at(self, token: "Token") -> "Token":
        """A call activity is judged by the variables of the caller, not of the process it calls."""
        return token.parent if "watch" in token.internal_data else token

    def fire(self, token: "Token") -> None:
        case, host = token.workflow, token.parent
        scope = host.parent
        if self.interrupting:
            host.cancel()
        else:
            self.rearm(token)
        case.place(self, scope, fired=True)


class ListenerSpec(WatcherSpec):
    """The start event of an event sub-process, seen from the scope it stands in."""

    shown = False

    def __init__(self, *arguments: Any, starts: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.starts = starts

    def fire(self, token: "Token") -> None:
        case, scope = token.workflow, token.parent
        if self.interrupting:
            for other in scope.children:
                if not isinstance(other.task_spec, BoundarySpec) or other.task_spec.occupies(other):
                    other.cancel()
        else:
            self.rearm(token)
        case.place(case.routes.nodes[self.starts], scope)


class EventGatewaySpec(NodeSpec):
    """Waits for whichever of its events comes first; the events wait as its children."""

    def _run_hook(self, token: "Token") -> None:
        for flow in self.outgoing:
            token.workflow.place(token.workflow.routes.nodes[flow.target], token, via=flow.id)

    def decided(self, token: "Token", event: NodeSpec) -> None:
        """One event has come; the others are off."""
        case, scope = token.workflow, token.parent
        flow = next(flow for flow in self.outgoing if flow.target == event.name)
        token.cancel()
        case.passed.extend((self.bpmn_id, *flow.shown))
        case.place(event, scope, via=flow.id, fired=True)
