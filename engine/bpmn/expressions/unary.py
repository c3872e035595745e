"""FEEL unary tests, the cells of decision tables: ``"急", "特急"``, ``> 5000``, ``[1..5)``, ``not("普通")``, ``-``.

They read into the same allow-listed tree as any expression; the value of the column is the name ``.input``, which no
text can spell.
"""

import ast
from collections.abc import Mapping
from typing import Any

from engine.bpmn.expressions import feelin
from engine.bpmn.expressions.evaluator import INPUT, evaluate
from engine.bpmn.expressions.expression import Expression, expression_of
from engine.bpmn.expressions.feel import FeelReader
from engine.bpmn.expressions.foreign import call
from engine.bpmn.expressions.refusals import LONGEST, unreadable
from engine.bpmn.expressions.semantics import COMPARISONS, truth
from engine.bpmn.expressions.surroundings import office
from engine.bpmn.expressions.tokens import Token, refuse_python, tokenize


def compile_test(text: str) -> Expression:
    """The tests of one cell; an empty cell and ``-`` are always true."""
    source = text.strip()
    if len(source) > LONGEST:
        raise unreadable(source, f"超过 {LONGEST} 个字符", f"more than {LONGEST} characters")
    if source in ("", "-"):
        return expression_of(source, ast.Constant(value=True))

    def own() -> ast.expr:
        return TestReader(tokenize(source, source), source).whole()

    return expression_of(source, feelin.read(source, source, own, test=True) if office().feel == "feelin" else own())


def passes(test: Expression, value: Any, names: Mapping[str, Any]) -> bool:
    """Whether a value passes the tests of a cell, where these variables are known."""
    return truth(evaluate(test.text, test.tree, {**names, INPUT: value}, {}))


class TestReader(FeelReader):
    """Reads the tests of a cell instead of one expression."""

    asks_input = False

    def whole(self) -> ast.expr:
        refuse_python(self.tokens, self.source)
        tree = self.negated() if self._is_negated() else self.tests(_input())
        if self.next.kind != "end":
            raise self.unexpected()
        return tree

    def _is_negated(self) -> bool:
        return self.next == Token("name", "not") and self.tokens[1] == Token("op", "(")

    def negated(self) -> ast.expr:
        self.position += 2
        tree = self.tests(_input())
        self.expect(")")
        return ast.UnaryOp(op=ast.Not(), operand=tree)

    def test(self, subject: ast.expr) -> ast.expr:
        """A comparison, an interval, a value to be equal to, a list to be in, or a condition about ``?``."""
        if not _is_input(subject) or self.next.value in (*COMPARISONS, "="):
            return super().test(subject)
        interval = self.interval(subject)
        if interval is not None:
            return interval
        self.asks_input = False
        tree = self.choice()
        return tree if self.asks_input else call(".matches", subject, tree)

    def atom(self) -> ast.expr:
        if self.accept("op", "?"):
            self.asks_input = True
            return _input()
        return super().atom()


def _input() -> ast.expr:
    return ast.Name(id=INPUT, ctx=ast.Load())


def _is_input(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Name) and tree.id == INPUT
