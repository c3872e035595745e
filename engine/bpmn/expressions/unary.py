"""FEEL unary tests, the cells of decision tables: ``"急", "特急"``, ``> 5000``, ``[1..5)``, ``not("普通")``, ``-``.

They read into the same allow-listed tree as any expression; the value of the column is the name ``.input``, which no
text can spell.
"""

import ast
from collections.abc import Mapping
from typing import Any

from engine.bpmn.expressions.evaluator import evaluate
from engine.bpmn.expressions.expression import Expression, expression_of
from engine.bpmn.expressions.foreign import call
from engine.bpmn.expressions.grammar import Reader
from engine.bpmn.expressions.refusals import LONGEST, unreadable
from engine.bpmn.expressions.semantics import COMPARISONS, truth
from engine.bpmn.expressions.tokens import Token, refuse_python, tokenize

INPUT = ".input"
OPENING = {"[": ast.GtE, "(": ast.Gt, "]": ast.Gt}
CLOSING = {"]": ast.LtE, ")": ast.Lt}


def compile_test(text: str) -> Expression:
    """The tests of one cell; an empty cell and ``-`` are always true."""
    source = text.strip()
    if len(source) > LONGEST:
        raise unreadable(source, f"超过 {LONGEST} 个字符", f"more than {LONGEST} characters")
    if source in ("", "-"):
        return expression_of(source, ast.Constant(value=True))
    return expression_of(source, TestReader(_closed(tokenize(source, source)), source, feel=True).whole())


def passes(test: Expression, value: Any, names: Mapping[str, Any]) -> bool:
    """Whether a value passes the tests of a cell, where these variables are known."""
    return truth(evaluate(test.text, test.tree, {**names, INPUT: value}, {}))


def _closed(tokens: list[Token]) -> list[Token]:
    """``]1..5[`` ends like ``)``; a bracket that opens a list is never the last."""
    ends = (Token("end", ""), Token("op", ","), Token("op", ")"))
    opens = Token("op", "[")
    return [
        Token("op", ")") if token == opens and following in ends else token
        for token, following in zip(tokens, [*tokens[1:], ends[0]], strict=True)
    ]


class TestReader(Reader):
    """Reads the tests of a cell instead of one expression."""

    asks_input = False

    def whole(self) -> ast.expr:
        refuse_python(self.tokens, self.source)
        tree = self.negated() if self._is_negated() else self.tests()
        if self.next.kind != "end":
            raise self.unexpected()
        return tree

    def _is_negated(self) -> bool:
        return self.next == Token("name", "not") and self.tokens[1] == Token("op", "(")

    def negated(self) -> ast.expr:
        self.position += 2
        tree = self.tests()
        self.expect(")")
        return ast.UnaryOp(op=ast.Not(), operand=tree)

    def tests(self) -> ast.expr:
        found = [self.test()]
        while self.accept("op", ","):
            found.append(self.test())
        return ast.BoolOp(op=ast.Or(), values=found) if len(found) > 1 else found[0]

    def test(self) -> ast.expr:
        symbol = self.accept("op", *COMPARISONS, "=")
        if symbol:
            return _present(_compare(ast.Eq() if symbol == "=" else COMPARISONS[symbol](), self.sum()))
        return self.interval() or self.value()

    def interval(self) -> ast.expr | None:
        """``[1..5]``, ``(1..5)``, ``]1..5[``; None if it is something else, such as a list."""
        begin = self.position
        opening = self.accept("op", *OPENING)
        if opening is None or not self._has_dots():
            self.position = begin
            return None
        low = self.sum()
        self.expect("..")
        high = self.sum()
        closing = self.accept("op", *CLOSING)
        if closing is None:
            raise self.unexpected()
        bounds = [_compare(OPENING[opening](), low), _compare(CLOSING[closing](), high)]
        return _present(ast.BoolOp(op=ast.And(), values=list(bounds)))

    def _has_dots(self) -> bool:
        """Whether dots come before the next comma."""
        for token in self.tokens[self.position :]:
            if token == Token("op", ".."):
                return True
            if token == Token("op", ","):
                return False
        return False

    def value(self) -> ast.expr:
        """A value to be equal to, a list to be in, or a condition about ``?``."""
        self.asks_input = False
        tree = self.choice()
        return tree if self.asks_input else call(".matches", _input(), tree)

    def atom(self) -> ast.expr:
        if self.accept("op", "?"):
            self.asks_input = True
            return _input()
        return super().atom()


def _input() -> ast.expr:
    return ast.Name(id=INPUT, ctx=ast.Load())


def _compare(operator: ast.cmpop, value: ast.expr) -> ast.expr:
    return ast.Compare(left=_input(), ops=[operator], comparators=[value])


def _present(test: ast.expr) -> ast.expr:
    """Nothing is neither larger nor smaller than anything."""
    known = ast.Compare(left=_input(), ops=[ast.NotEq()], comparators=[ast.Constant(value=None)])
    return ast.BoolOp(op=ast.And(), values=[known, test])
