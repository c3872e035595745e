"""Evaluates a tree with simpleeval, hardened: allow-listed nodes, our operators and functions, a step budget."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from simpleeval import EvalWithCompoundTypes

from engine.bpmn.expressions.functions import FUNCTIONS, INTERNAL, Function
from engine.bpmn.expressions.refusals import failed, foreign_call, over_budget, unknown_variable
from engine.bpmn.expressions.semantics import OPERATORS, plain, truth
from engine.errors import ExpressionError

MAX_STEPS = 2_000
ITEMS_OF_A_STEP = 64  # looking through so many items or characters counts as one step: work is bounded, not only size
KNOWN: Mapping[str, Function] = {**FUNCTIONS, **INTERNAL}


def uncounted(_steps: int) -> None:
    """Where nobody counts."""


class Evaluator(EvalWithCompoundTypes):
    """One evaluation of one tree."""

    def __init__(self, text: str, names: Mapping[str, Any], functions: Mapping[str, Function]) -> None:
        # not super().__init__: it fills a much larger table of node types and changes the warnings of the process
        self.expr, self.names, self.functions, self.operators = text, names, functions, OPERATORS
        self.steps = 0
        self.nodes: dict[type[ast.AST], Callable[..., Any]] = {
            ast.Constant: self._eval_constant,
            ast.Name: self._eval_name,
            ast.Call: self._eval_call,
            ast.Compare: self._eval_compare,
            ast.BoolOp: self._eval_boolop,
            ast.BinOp: self._eval_binop,
            ast.UnaryOp: self._eval_unaryop,
            ast.IfExp: self._eval_ifexp,
            ast.List: self._eval_list,
        }

    def _eval(self, node: ast.AST) -> Any:
        self.spend(1)
        return self.nodes[type(node)](node)

    def _eval_name(self, node: ast.Name) -> Any:
        try:
            value = self.names[node.id]
        except KeyError:
            raise unknown_variable(self.expr, node.id) from None
        if isinstance(value, str | list | dict):
            self.spend(len(value) // ITEMS_OF_A_STEP)
        return value

    def spend(self, steps: int) -> None:
        """Count work, up to the budget."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise over_budget(self.expr, "步骤太多", "too many steps")

    def _eval_call(self, node: ast.Call) -> Any:
        name = node.func.id  # type: ignore[attr-defined]
        if name == ".known":  # a variable that may be missing
            return self.names.get(node.args[0].value)  # type: ignore[attr-defined]
        if name == ".exists":
            return node.args[0].value in self.names  # type: ignore[attr-defined]
        function = KNOWN.get(name) or self.functions.get(name)
        if function is None:
            raise foreign_call(self.expr, name)
        return function(*[self._eval(argument) for argument in node.args])

    def _eval_boolop(self, node: ast.BoolOp) -> bool:
        wanted = isinstance(node.op, ast.Or)
        return wanted if any(truth(self._eval(value)) is wanted for value in node.values) else not wanted

    def _eval_ifexp(self, node: ast.IfExp) -> Any:
        return self._eval(node.body if truth(self._eval(node.test)) else node.orelse)

    def _eval_list(self, node: ast.List) -> list[Any]:
        return [self._eval(item) for item in node.elts]


def evaluate(
    text: str,
    tree: ast.expr,
    names: Mapping[str, Any],
    functions: Mapping[str, Function],
    spent: Callable[[int], None] = uncounted,
) -> Any:
    """The value of ``tree``; a failure is an ``ExpressionError`` that names the cause. ``spent`` is told the cost."""
    evaluator = Evaluator(text, names, functions)
    try:
        value = evaluator._eval(tree)
        spent(evaluator.steps)
        return plain(value)
    except ExpressionError:
        raise
    except OverflowError as error:
        raise over_budget(text, "数值或文本太大", str(error)) from error
    except KeyError as error:
        raise unknown_variable(text, str(error.args[0])) from error
    except (TypeError, ValueError, IndexError, ArithmeticError, AttributeError) as error:
        raise failed(text, str(error)[:200]) from error
