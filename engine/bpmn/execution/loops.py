"""Loops around an activity: multi-instance in parallel or one after another, and the standard loop."""

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.bpmn.execution.nodes import NodeSpec, decide
from engine.bpmn.expressions import Expression
from engine.errors import ExpressionError, Incident

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token

MOST_INSTANCES = 500


class LoopSpec(NodeSpec):
    """The body of a loop: its token holds one token of ``inner`` per instance at work."""

    shown = False  # each instance is recorded

    def __init__(self, *arguments: Any, inner: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.inner = inner

    def begin(self, body: "Token", index: int, local: dict[str, Any]) -> None:
        """Start one instance with variables of its own."""
        case = body.workflow
        spec = case.routes.nodes[self.inner]
        instance = case.new_token(spec, body)
        instance.internal_data["instance"] = index
        instance.data = {"loopCounter": index, **local}
        spec._update(instance)

    def at_work(self, body: "Token") -> list["Token"]:
        """The instances that are not done."""
        return [
            child for child in body.children if "instance" in child.internal_data and child.state != TaskState.COMPLETED
        ]

    def instance_done(self, body: "Token", instance: "Token") -> None:
        """An instance has completed; its token leaves, and the loop goes on or ends."""
        raise NotImplementedError

    def end(self, body: "Token") -> None:
        """Stop what is still at work and leave the loop."""
        for other in self.at_work(body):
            other.cancel()
        body.complete()


class MultiInstanceSpec(LoopSpec):
    """Once per item of a collection, or a number of times."""

    def __init__(
        self,
        *arguments: Any,
        sequential: bool,
        cardinality: Expression | None = None,
        collection: Expression | None = None,
        item: str | None = None,
        condition: Expression | None = None,
        output: tuple[str, Expression] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.sequential, self.cardinality, self.collection = sequential, cardinality, collection
        self.item, self.condition, self.output = item, condition, output

    def _run_hook(self, body: "Token") -> bool | None:
        items = self.items(body)
        body.internal_data.update(total=len(items), done=0)
        if self.output is not None:
            body.internal_data["results"] = {}
        if not items:
            self.publish(body)
            return True
        if self.sequential:
            body.internal_data["rest"] = items[1:]
            items = items[:1]
        for index, item in enumerate(items):
            self.begin(body, index, self.local(item))
        return None

    def items(self, body: "Token") -> list[Any]:
        """What to go through; copied, because an instance may change its own."""
        if self.collection is not None:
            found = body.workflow.evaluate(body, self.collection)
            items = list(found.values()) if isinstance(found, dict) else found
            if not isinstance(items, list):
                raise self.not_countable(self.collection.text, "列表", "a list")
        else:
            assert self.cardinality is not None
            number = body.workflow.evaluate(body, self.cardinality)
            count = int(number) if isinstance(number, str) and number.strip().isdigit() else number
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                raise self.not_countable(self.cardinality.text, "非负整数", "a whole number")
            if count > MOST_INSTANCES:
                raise self.too_many(count)
            items = [None] * count
        if len(items) > MOST_INSTANCES:
            raise self.too_many(len(items))
        return deepcopy(items)

    def local(self, item: Any) -> dict[str, Any]:
        return {self.item: item} if self.item and self.collection is not None else {}

    def instance_done(self, body: "Token", instance: "Token") -> None:
        body.internal_data["done"] += 1
        if self.output is not None:
            key = str(instance.internal_data["instance"])
            body.internal_data["results"][key] = instance.workflow.evaluate(instance, self.output[1])
        enough = self.condition is not None and decide(instance, self.condition)
        instance.cancel()
        rest = body.internal_data.get("rest")
        if not enough and rest:
            body.internal_data["rest"] = rest[1:]
            self.begin(body, body.internal_data["done"], self.local(rest[0]))
        elif enough or not self.at_work(body):
            self.publish(body)
            self.end(body)

    def publish(self, body: "Token") -> None:
        """Hand over the collected results in the order of the items."""
        if self.output is not None:
            results = body.internal_data["results"]
            body.workflow.assign(body, {self.output[0]: [results[key] for key in sorted(results, key=int)]})

    def not_countable(self, text: str, kind_zh: str, kind_en: str) -> ExpressionError:
        return ExpressionError(
            f"多实例环节“{self.bpmn_name or self.bpmn_id}”的 {text} 不是{kind_zh}",
            f"{text!r} of the multi-instance {self.bpmn_id} is not {kind_en}",
            "请检查集合变量或次数。",
            "bpmn.multi_instance",
        )

    def too_many(self, count: int) -> Incident:
        return Incident(
            f"多实例环节“{self.bpmn_name or self.bpmn_id}”有 {count} 个实例，最多 {MOST_INSTANCES} 个",
            f"{count} instances of {self.bpmn_id}; at most {MOST_INSTANCES}",
            "请减少人数或分批办理。",
            "bpmn.too_many_instances",
        )


class StandardLoopSpec(LoopSpec):
    """Again and again while a condition holds."""

    def __init__(
        self, *arguments: Any, condition: Expression | None, maximum: int | None, test_before: bool, **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.condition, self.maximum, self.test_before = condition, maximum, test_before

    def _run_hook(self, body: "Token") -> bool | None:
        body.internal_data["rounds"] = 0
        if self.test_before and not self.again(body, body):
            return True
        self.begin(body, 0, {})
        return None

    def again(self, body: "Token", where: "Token") -> bool:
        """Whether another round is due."""
        if self.maximum is not None and body.internal_data["rounds"] >= self.maximum:
            return False
        return self.condition is None or decide(where, self.condition)

    def instance_done(self, body: "Token", instance: "Token") -> None:
        body.internal_data["rounds"] += 1
        again = self.again(body, instance) if self.condition or self.maximum is not None else False
        instance.cancel()
        if again:
            self.begin(body, body.internal_data["rounds"], {})
        else:
            self.end(body)
