"""The business rule task: evaluates a decision of the files and hands its answer to the process."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.bpmn.decisions import Decision, Result, decide
from engine.bpmn.execution.names import visible
from engine.bpmn.execution.nodes import NodeSpec
from engine.bpmn.expressions import Expression
from engine.bpmn.expressions.evaluator import NOW
from engine.bpmn.values import Json
from engine.errors import ExpressionError

if TYPE_CHECKING:
    from engine.bpmn.execution.token import Token

MAPPINGS = frozenset(["singleEntry", "singleResult", "collectEntries", "resultList", "feel"])


class DecisionSpec(NodeSpec):
    """``mapping`` is Camunda's mapDecisionResult, or ``feel`` for the answer as FEEL sees it.

    Without a result variable each output of the one row becomes a variable of its name.
    """

    def __init__(
        self,
        *arguments: Any,
        reference: Expression,
        decisions: Mapping[str, Decision],
        result: str | None,
        mapping: str,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.reference, self.decisions, self.result, self.mapping = reference, decisions, result, mapping

    def _run_hook(self, token: "Token") -> bool:
        case = token.workflow
        known = {**visible(token), NOW: case.clock}
        answer = decide(self.decisions, str(case.evaluate(token, self.reference)), known)
        if self.result is not None:
            case.assign(token, {self.result: self.mapped(answer)})
        else:
            case.assign(token, self.only(answer) or {})
        return True

    def mapped(self, answer: Result) -> Json:
        """The answer in the shape the diagram asks for."""
        if self.mapping == "feel":
            return answer.value
        if self.mapping == "resultList":
            return [dict(row) for row in answer.rows]
        if self.mapping == "collectEntries":
            return [self.entry(row) for row in answer.rows]
        row = self.only(answer)
        return self.entry(row) if self.mapping == "singleEntry" and row is not None else row

    def only(self, answer: Result) -> dict[str, Json] | None:
        """The one row of the answer, None if there is none."""
        if len(answer.rows) > 1:
            raise self.unfit(f"{len(answer.rows)} 行结果", f"{len(answer.rows)} rows")
        return dict(answer.rows[0]) if answer.rows else None

    def entry(self, row: Mapping[str, Json]) -> Json:
        """The one value of a row."""
        if len(row) != 1:
            raise self.unfit(f"{len(row)} 个输出", f"{len(row)} outputs")
        return next(iter(row.values()))

    def unfit(self, found_zh: str, found_en: str) -> ExpressionError:
        return ExpressionError(
            f"环节“{self.bpmn_name or self.bpmn_id}”只能接收一个结果，决策给出了{found_zh}",
            f"{self.bpmn_id} takes a single result, the decision gave {found_en}",
            "请修改命中策略或 mapDecisionResult。",
            "dmn.mapping",
        )
