"""Reads tokens into the tree of an expression: the only place that decides what the language is."""

import ast
import re
from collections.abc import Callable, Sequence

from engine.bpmn.expressions.foreign import PREFIXES, call, of_execution, of_variables
from engine.bpmn.expressions.functions import METHODS
from engine.bpmn.expressions.refusals import (
    DEEPEST,
    PYTHON_FUNCTIONS,
    PYTHON_WORDS,
    forbidden_attribute,
    forbidden_name,
    foreign_call,
    over_budget,
    unreadable,
)
from engine.bpmn.expressions.semantics import COMPARISONS, CONSTANTS, PRODUCTS, SUMS
from engine.bpmn.expressions.tokens import Token, refuse_python, tokenize


def read(text: str, source: str) -> ast.expr:
    """The tree of one expression; ``source`` is the text as the author wrote it."""
    return Reader(tokenize(text, source), source).whole()


class Reader:
    """Recursive descent over the tokens of one expression."""

    equals = False  # whether a single = compares

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        self.tokens, self.source = tokens, source
        self.position = 0
        self.depth = 0
        self.open_choices = 0  # a ? b whose : is still to come

    def whole(self) -> ast.expr:
        refuse_python(self.tokens, self.source)
        tree = self.choice()
        if self.next.kind != "end":
            raise self.unexpected()
        return tree

    @property
    def next(self) -> Token:
        return self.tokens[self.position]

    def accept(self, kind: str, *values: str) -> str | None:
        """Take the next token if it is one of these."""
        token = self.next
        if token.kind == kind and token.value in values:
            self.position += 1
            return token.value
        return None

    def expect(self, operator: str) -> None:
        if not self.accept("op", operator):
            raise self.unexpected()

    def unexpected(self) -> Exception:
        shown = self.next.value or "end"
        return unreadable(self.source, f"不应出现“{shown}”", f"unexpected {shown!r}")

    def choice(self) -> ast.expr:
        """``a ? b : c``, ``b if a else c``, ``if a then b else c``."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise unreadable(self.source, "嵌套太深", "nested too deeply")
        tree = self.feel_choice() if self.accept("name", "if") else self.plain_choice()
        self.depth -= 1
        return tree

    def plain_choice(self) -> ast.expr:
        value = self.either()
        if self.accept("op", "?"):
            self.open_choices += 1
            then = self.choice()
            self.open_choices -= 1
            self.expect(":")
            return ast.IfExp(test=value, body=then, orelse=self.choice())
        if self.accept("name", "if"):
            test = self.either()
            if not self.accept("name", "else"):
                raise self.unexpected()
            return ast.IfExp(test=test, body=value, orelse=self.choice())
        return value

    def feel_choice(self) -> ast.expr:
        test = self.choice()
        if not self.accept("name", "then"):
            raise self.unexpected()
        then = self.choice()
        if not self.accept("name", "else"):
            raise self.unexpected()
        return ast.IfExp(test=test, body=then, orelse=self.choice())

    def either(self) -> ast.expr:
        values = [self.both()]
        while self.accept("op", "||"):
            values.append(self.both())
        return ast.BoolOp(op=ast.Or(), values=values) if len(values) > 1 else values[0]

    def both(self) -> ast.expr:
        values = [self.negation()]
        while self.accept("op", "&&"):
            values.append(self.negation())
        return ast.BoolOp(op=ast.And(), values=values) if len(values) > 1 else values[0]

    def negation(self) -> ast.expr:
        """``not a == b`` negates the comparison; ``!a == b`` only a."""
        if self.next == Token("name", "not") and self.tokens[self.position + 1] != Token("op", "("):
            self.position += 1
            return ast.UnaryOp(op=ast.Not(), operand=self.nested(self.negation))
        return self.comparison()

    def comparison(self) -> ast.expr:
        left = self.sum()
        operators: list[ast.cmpop] = []
        values: list[ast.expr] = []
        while (operator := self.comparator()) is not None:
            operators.append(operator)
            values.append(self.sum())
        if operators:
            return ast.Compare(left=left, ops=operators, comparators=values)
        if self.accept("name", "between"):
            low = self.sum()
            if not self.accept("op", "&&"):
                raise self.unexpected()
            return call(".between", left, low, self.sum())
        return left

    def comparator(self) -> ast.cmpop | None:
        symbol = self.accept("op", *COMPARISONS)
        if symbol:
            return COMPARISONS[symbol]()
        if self.equals and self.accept("op", "="):
            return ast.Eq()
        if self.accept("name", "in"):
            return ast.In()
        if self.next == Token("name", "not") and self.tokens[self.position + 1] == Token("name", "in"):
            self.position += 2
            return ast.NotIn()
        return None

    def sum(self) -> ast.expr:
        tree = self.product()
        while symbol := self.accept("op", *SUMS):
            tree = ast.BinOp(left=tree, op=SUMS[symbol](), right=self.product())
        return tree

    def product(self) -> ast.expr:
        tree = self.unary()
        while symbol := self.accept("op", *PRODUCTS):
            right = self.unary()
            if symbol == "%" and isinstance(tree, ast.Constant) and isinstance(tree.value, str):
                raise unreadable(self.source, "不支持文本格式化", "text formatting is not offered")
            for side in (tree, right):
                if symbol == "*" and (isinstance(side, ast.List) or _is_text(side)):
                    raise over_budget(self.source, "文本和列表不能相乘", "texts and lists cannot be multiplied")
            tree = ast.BinOp(left=tree, op=PRODUCTS[symbol](), right=right)
        return tree

    def unary(self) -> ast.expr:
        if self.accept("op", "!"):
            return ast.UnaryOp(op=ast.Not(), operand=self.nested(self.unary))
        if self.accept("op", "-"):
            return ast.UnaryOp(op=ast.USub(), operand=self.nested(self.unary))
        following = self.tokens[self.position + 1] if self.next.kind == "name" else Token("end", "")
        if (
            self.next.value == "empty"
            and self.next.kind == "name"
            and (following.kind == "name" or following.value == "(")
        ):
            self.position += 1
            return call(".empty", self.nested(self.unary))
        return self.postfix()

    def nested(self, rule: Callable[[], ast.expr]) -> ast.expr:
        """Apply a rule one level deeper."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise unreadable(self.source, "嵌套太深", "nested too deeply")
        tree = rule()
        self.depth -= 1
        return tree

    def postfix(self) -> ast.expr:
        tree = self.atom()
        while True:
            if self.accept("op", "["):
                tree = call(".item", tree, self.choice())
                self.expect("]")
            elif self.accept("op", "."):
                tree = self.member(tree)
            else:
                return tree

    def member(self, owner: ast.expr) -> ast.expr:
        token = self.next
        if token.kind != "name":
            raise self.unexpected()
        self.position += 1
        name = token.value
        if self.accept("op", "("):
            return self.method(owner, name)
        return self.field(owner, name)

    def field(self, owner: ast.expr, name: str) -> ast.expr:
        return call(".field", owner, ast.Constant(value=name))

    def method(self, owner: ast.expr, name: str) -> ast.expr:
        arguments = self.arguments(")")
        if (name, len(arguments)) in METHODS:
            return call(f".{name}/{len(arguments)}", owner, *arguments)
        getter = re.fullmatch(r"(?:get|is)([A-Z]\w*)", name)
        if getter and not arguments:
            return self.field(owner, getter[1][0].lower() + getter[1][1:])
        tree = of_execution(owner, name, arguments)
        if tree is None:
            raise foreign_call(self.source, name)
        return tree

    def prefixed(self, prefix: str) -> ast.expr:
        """Flowable writes ``variables:equals(x, 1)``."""
        self.position += 1
        name = self.next.value
        self.position += 2
        tree = of_variables(prefix, name, self.arguments(")"))
        if tree is None:
            raise foreign_call(self.source, f"{prefix}:{name}")
        return tree

    def arguments(self, closing: str) -> list[ast.expr]:
        values: list[ast.expr] = []
        if self.accept("op", closing):
            return values
        values.append(self.choice())
        while self.accept("op", ","):
            values.append(self.choice())
        self.expect(closing)
        return values

    def atom(self) -> ast.expr:
        token = self.next
        self.position += 1
        if token.kind == "number":
            return ast.Constant(value=float(token.value) if set(token.value) & set(".eE") else int(token.value))
        if token.kind == "text":
            return ast.Constant(value=token.value)
        if token.kind == "name":
            return self.named(token.value)
        if token == Token("op", "("):
            tree = self.choice()
            self.expect(")")
            return tree
        if token == Token("op", "["):
            return ast.List(elts=self.arguments("]"), ctx=ast.Load())
        self.position -= 1
        raise self.unexpected()

    def named(self, name: str) -> ast.expr:
        if name in CONSTANTS:
            return ast.Constant(value=CONSTANTS[name])
        if name == "not" and self.accept("op", "("):  # FEEL writes not(a)
            tree = self.choice()
            self.expect(")")
            return ast.UnaryOp(op=ast.Not(), operand=tree)
        if name in PYTHON_WORDS or self.next.kind == "text":
            raise unreadable(self.source, f"不支持 {name}", f"{name} is not offered")
        called = self.next == Token("op", "(")
        if called and name in ("getattr", "setattr", "delattr", "hasattr", "vars", "dir"):
            raise forbidden_attribute(self.source, name)
        if name.startswith("_") or (called and name in PYTHON_FUNCTIONS):
            raise forbidden_name(self.source, name)
        calls = self.tokens[self.position + 2 : self.position + 3] == [Token("op", "(")]
        if self.next == Token("op", ":") and calls and (name in PREFIXES or not self.open_choices):
            return self.prefixed(name)
        if self.accept("op", "("):
            return call(name, *self.arguments(")"))
        return ast.Name(id=name, ctx=ast.Load())


def _is_text(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and isinstance(tree.value, str)
