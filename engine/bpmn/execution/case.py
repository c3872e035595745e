"""A running instance in memory: the tree of tokens, the queue of those that can run, and the loop that runs them."""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.names import local_holder, own_variables, visible
from engine.bpmn.execution.scripting import NO_SCRIPTS
from engine.bpmn.execution.token import Token
from engine.bpmn.expressions import Expression
from engine.bpmn.expressions.evaluator import NOW
from engine.bpmn.expressions.refusals import over_budget
from engine.bpmn.values import Thrown
from engine.errors import StepBudgetExceeded

if TYPE_CHECKING:
    from engine.bpmn.execution.nodes import FlowSpec, NodeSpec
    from engine.bpmn.execution.routes import Routes

MAX_STEPS = 100_000  # automatic nodes of one event; people and services do not count
MAX_WORK = 1_000_000  # steps of all expressions of one event
MAX_TOKENS = 5_000
MAX_DEPTH = 30  # scopes within scopes, so that calls of calls end


class Case(BpmnWorkflow):
    """The state of one instance during one step. Never kept, never shared."""

    tasks: dict[str, Token]
    task_tree: Token

    def __init__(self, routes: "Routes", variables: dict[str, Any], now: datetime, seed: str, counter: int = 0) -> None:
        super().__init__(routes.spec, script_engine=NO_SCRIPTS, deserializing=True)
        self.routes, self.variables, self.now = routes, variables, now
        self.clock = now.isoformat()
        self.seed, self.counter = seed, counter
        self.queue: deque[Token] = deque()
        self.watchers: dict[str, Token] = {}  # tokens that an event, a timer or a condition may wake
        self.joins: dict[str, Token] = {}  # tokens that wait at inclusive gateways
        self.passed: list[str] = []
        self.errors: list[str] = []
        self.thrown: list[Thrown] = []
        self.changed: set[str] = set()  # names of variables that were written in this step
        self.steps = 0
        self.work = 0
        self.ended = False

    # ------------------------------------------------------------ the tree

    def new_token(self, spec: "NodeSpec", parent: Token | None) -> Token:
        """A token that does nothing yet."""
        self.counter += 1
        if len(self.tasks) > MAX_TOKENS:
            raise _over_budget(spec.bpmn_id, "令牌过多", "too many tokens")
        return Token(self, spec, parent, f"{self.seed}-{self.counter}")

    def place(self, spec: "NodeSpec", scope: Token, via: str | None = None, **internal: Any) -> Token:
        """Put a token before a node and let the node decide whether it runs or waits."""
        token = self.new_token(spec, scope)
        if via is not None:
            token.internal_data["via"] = via
        token.internal_data.update(internal)
        spec._update(token)
        return token

    def forget(self, token: Token) -> None:
        """A token is no longer part of the tree."""
        self.tasks.pop(token.id, None)
        self.watchers.pop(token.id, None)
        self.joins.pop(token.id, None)

    def follow(self, flow: "FlowSpec", scope: Token) -> None:
        """Move along a sequence flow."""
        self.passed.extend(flow.shown)
        self.place(self.routes.nodes[flow.target], scope, via=flow.id)

    def leave(self, token: Token, flows: Iterable["FlowSpec"]) -> None:
        """The token is done: go on along ``flows``, and close its scope if nothing is left in it."""
        scope = token.parent
        token.cancel()
        for flow in flows:
            if scope.alive:
                self.follow(flow, scope)
        self.settle(scope)

    def settle(self, scope: Token) -> None:
        """Complete a scope in which nobody is at work any more."""
        if (
            scope.alive
            and scope.state == TaskState.STARTED
            and not any(t.task_spec.occupies(t) for t in scope.children)
        ):
            scope.task_spec.finish(scope)

    def _task_completed_notify(self, token: Token) -> None:
        """Nothing to do: the library would now ask every waiting task again, we wake tokens by name."""

    # ------------------------------------------------------------ the loop

    def run(self) -> None:
        """Go on until everything waits: for people, services, events or time."""
        while True:
            while self.queue:
                token = self.queue.popleft()
                if token.alive and token.state == TaskState.READY:
                    self.count(token)
                    token.run()
            if not (self._awaken() or self._pass_joins()):
                return

    def count(self, token: Token) -> None:
        """Spend one step of the budget."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _over_budget(
                token.task_spec.bpmn_id, "自动步骤过多，可能是没有等待的循环", "an automatic loop never waits"
            )

    def _awaken(self) -> bool:
        """Timers that are due, oldest first, then conditions that have become true."""
        due = [(t.internal_data["due"], n, t) for n, t in enumerate(self.watchers.values()) if "due" in t.internal_data]
        for moment, _, token in sorted(due):
            if moment > self.now.timestamp():
                break
            if token.alive:
                token.task_spec.time_has_come(token)
                return True
        return any(token.task_spec.look_again(token) for token in list(self.watchers.values()) if token.alive)

    def _pass_joins(self) -> bool:
        return any(token.task_spec.try_to_pass(token) for token in list(self.joins.values()) if token.alive)

    # ------------------------------------------------------------ variables

    def evaluate(self, token: Token, expression: Expression) -> Any:
        """The value of an expression where the token stands."""
        known = visible(token)
        known[NOW] = self.clock
        return expression.evaluate(known, spent=self.spend)

    def spend(self, work: int) -> None:
        """Count what expressions cost, up to a budget of their own."""
        self.work += work
        if self.work > MAX_WORK:
            raise over_budget("…", "一步之内计算太多", "too much to compute in one step")

    def assign(self, token: Token, values: Mapping[str, Any], *, outside: bool = False) -> None:
        """Write variables: to the local one of that name if there is one, else to the process.

        ``outside`` passes over the locals of the token itself, which end with it.
        """
        for name, value in values.items():
            holder = local_holder(token, name)
            if outside and holder is token:
                holder = None
            (own_variables(token) if holder is None else holder.data)[name] = value
            self.changed.add(name)

    def change(self, values: Mapping[str, Any]) -> None:
        """Variables of the process come from outside."""
        self.changed.update(name for name, value in values.items() if self.variables.get(name, self) != value)
        self.variables.update(values)


def _over_budget(element: str, why_zh: str, why_en: str) -> StepBudgetExceeded:
    return StepBudgetExceeded(
        f"流程在环节 {element} 停止：{why_zh}。本次操作未生效。",
        f"stopped at {element}: {why_en}; nothing was changed",
        "请在循环中加入人工环节、等待事件或结束条件。",
    )
