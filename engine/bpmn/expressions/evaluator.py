"""Evaluates a tree with simpleeval, hardened: allow-listed nodes, our operators and functions, a step budget."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from simpleeval import EvalWithCompoundTypes

from engine.bpmn.expressions.feel_functions import FEEL_INTERNAL, each
from engine.bpmn.expressions.feelin import NODE, worth
from engine.bpmn.expressions.functions import FUNCTIONS, INTERNAL, Function, is_empty
from engine.bpmn.expressions.moments import office_day
from engine.bpmn.expressions.refusals import failed, foreign_call, over_budget, unknown_variable
from engine.bpmn.expressions.semantics import OPERATORS, number, plain, truth
from engine.errors import ExpressionError

MAX_STEPS = 2_000
ITEMS_OF_A_STEP = 64  # looking through so many items or characters counts as one step: work is bounded, not only size
LONGEST_RANGE = 1_000
FEELIN_STEPS = 20  # asking V8 costs about as much as so many steps of our own
INPUT = ".input"  # what the tests of a cell ask about
NOW = ".now"  # the name under which the surroundings tell the time, as no text can spell it
SCOPED = frozenset({".some", ".every", ".for", ".for_flat", ".filter", ".context"})
ASKING = frozenset({".known", ".exists", ".now", ".today"})
KNOWN: Mapping[str, Function] = {
    **FUNCTIONS,
    **INTERNAL,
    **FEEL_INTERNAL,
    **dict.fromkeys((*SCOPED, *ASKING, ".range", NODE), is_empty),  # the evaluator does these itself
}


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
        if name in ASKING:
            return self._ask(name, node.args)
        if name in SCOPED:
            return self._scoped(name, node.args)
        if name == NODE:
            self.spend(FEELIN_STEPS)
            now, given = self.names.get(NOW), self.names.get(INPUT)
            return worth(node.args, self.names, now=now, given=given, spend=self.spend)
        if name == ".range":
            return self._range(*(self._eval(argument) for argument in node.args))
        function = KNOWN.get(name) or self.functions.get(name)
        if function is None:
            raise foreign_call(self.expr, name)
        found = function(*[self._eval(argument) for argument in node.args])
        if isinstance(found, str | list):
            self.spend(len(found) // ITEMS_OF_A_STEP)
        return found

    def _ask(self, name: str, arguments: list[ast.expr]) -> Any:
        """What only the surroundings know: a variable that may be missing, the time."""
        if name in (".now", ".today"):
            if NOW not in self.names:
                raise unknown_variable(self.expr, name[1:] + "()")
            return self.names[NOW] if name == ".now" else office_day(self.names[NOW])
        variable = arguments[0].value  # type: ignore[attr-defined]
        return self.names.get(variable) if name == ".known" else variable in self.names

    def _scoped(self, name: str, arguments: list[ast.expr]) -> Any:
        """Loops, filters and contexts of FEEL, which give names of their own to what is inside."""
        if name == ".context":
            return self._context(arguments)
        if name == ".filter":
            items, body = each(self._eval(arguments[0])), arguments[1]
            return [item for item in items if truth(self._inside({**_fields(item), "item": item}, body))]
        variable, body = arguments[0].value, arguments[2]  # type: ignore[attr-defined]
        values = (self._inside({variable: item}, body) for item in each(self._eval(arguments[1])))
        if name == ".some":
            return any(truth(value) for value in values)
        if name == ".every":
            return all(truth(value) for value in values)
        return [one for value in values for one in value] if name == ".for_flat" else list(values)

    def _inside(self, more: Mapping[str, Any], body: ast.expr) -> Any:
        """The value of a tree that sees more names."""
        outer = self.names
        self.spend(1 + len(outer) // ITEMS_OF_A_STEP)
        self.names = {**outer, **more}
        try:
            return self._eval(body)
        finally:
            self.names = outer

    def _context(self, pairs: list[ast.expr]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            found[key.value] = self._inside(found, value)  # type: ignore[attr-defined]
        return found

    def _range(self, first: Any, last: Any) -> list[int]:
        low, high = int(number(first)), int(number(last))
        if abs(high - low) > LONGEST_RANGE:
            raise over_budget(self.expr, "范围太大", "the range is too long")
        return list(range(low, high + 1)) if low <= high else list(range(low, high - 1, -1))

    def _eval_boolop(self, node: ast.BoolOp) -> bool:
        wanted = isinstance(node.op, ast.Or)
        return wanted if any(truth(self._eval(value)) is wanted for value in node.values) else not wanted

    def _eval_ifexp(self, node: ast.IfExp) -> Any:
        return self._eval(node.body if truth(self._eval(node.test)) else node.orelse)

    def _eval_list(self, node: ast.List) -> list[Any]:
        return [self._eval(item) for item in node.elts]


def _fields(item: Any) -> Mapping[str, Any]:
    return item if isinstance(item, dict) else {}


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
