"""What FEEL has and JUEL has not: ranges, ``some … satisfies``, ``for … return``, filters, contexts, dates."""

import ast
from collections.abc import Sequence

from engine.bpmn.expressions.feel_functions import FEEL
from engine.bpmn.expressions.foreign import call
from engine.bpmn.expressions.grammar import Reader
from engine.bpmn.expressions.refusals import unreadable
from engine.bpmn.expressions.semantics import COMPARISONS
from engine.bpmn.expressions.tokens import Token

OPENING = {"[": ast.GtE, "(": ast.Gt, "]": ast.Gt}
CLOSING = {"]": ast.LtE, ")": ast.Lt, "[": ast.Lt}
LOOPS = {"some": "satisfies", "every": "satisfies", "for": "return"}
LONGEST_NAME = 4  # words of a function's name
MOMENTS = ("now", "today")
DOTS, END = Token("op", ".."), Token("end", "")


class FeelReader(Reader):
    """Reads a FEEL expression into the same tree as any other."""

    equals = True

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        super().__init__(_closed(tokens), source)

    def choice(self) -> ast.expr:
        word = self.next.value if self.next.kind == "name" else ""
        following = self.tokens[self.position + 1] if self.next.kind != "end" else END
        if word in LOOPS and following.kind == "name":
            return self.nested(self.loop)
        return super().choice()

    def loop(self) -> ast.expr:
        """``some x in a, y in b satisfies …``: the last iterator stands innermost."""
        kind = self.next.value
        self.position += 1
        iterators = [self.iterator()]
        while self.accept("op", ","):
            iterators.append(self.iterator())
        if not self.accept("name", LOOPS[kind]):
            raise self.unexpected()
        tree = self.choice()
        for depth, (name, items) in enumerate(reversed(iterators)):
            inner = ".for" if kind != "for" or depth == 0 else ".for_flat"
            tree = call(f".{kind}" if kind != "for" else inner, ast.Constant(value=name), items, tree)
        return tree

    def iterator(self) -> tuple[str, ast.expr]:
        name = self.next.value
        if self.next.kind != "name" or name.startswith("_"):
            raise self.unexpected()
        self.position += 1
        if not self.accept("name", "in"):
            raise self.unexpected()
        first = self.sum()
        return name, call(".range", first, self.sum()) if self.accept("op", "..") else first

    # ------------------------------------------------------------ comparisons

    def comparison(self) -> ast.expr:
        left = self.sum()
        while True:
            if self.accept("name", "in"):
                left = self.membership(left)
            elif self.accept("name", "between"):
                low = self.sum()
                self.expect("&&")
                left = call(".between", left, low, self.sum())
            elif (operator := self.comparator()) is not None:
                left = _null_safe(left, operator, self.sum())
            else:
                return left

    def membership(self, subject: ast.expr) -> ast.expr:
        """``x in [1..5]``, ``x in (1, 2)``, ``x in > 5``, ``x in list``."""
        interval = self.interval(subject)
        if interval is not None:
            return interval
        if self.next == Token("op", "(") and self.next_tests():
            self.expect("(")
            tree = self.tests(subject)
            self.expect(")")
            return tree
        return self.test(subject)

    def next_tests(self) -> bool:
        """Whether the brackets hold several tests, and not one value that is computed."""
        depth = 0
        for token in self.tokens[self.position :]:
            depth += (token.value in ("(", "[", "{")) - (token.value in (")", "]", "}")) if token.kind == "op" else 0
            if depth == 1 and token in (Token("op", ","), *(Token("op", sign) for sign in COMPARISONS)):
                return True
            if depth == 0:
                return False
        return False

    def tests(self, subject: ast.expr) -> ast.expr:
        found = [self.test(subject)]
        while self.accept("op", ","):
            found.append(self.test(subject))
        return ast.BoolOp(op=ast.Or(), values=found) if len(found) > 1 else found[0]

    def test(self, subject: ast.expr) -> ast.expr:
        symbol = self.accept("op", *COMPARISONS, "=")
        if symbol:
            operator = ast.Eq() if symbol == "=" else COMPARISONS[symbol]()
            return present(subject, ast.Compare(left=subject, ops=[operator], comparators=[self.sum()]))
        interval = self.interval(subject)
        return interval if interval is not None else call(".matches", subject, self.sum())

    def interval(self, subject: ast.expr) -> ast.expr | None:
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
        bounds: list[ast.expr] = [
            ast.Compare(left=subject, ops=[OPENING[opening]()], comparators=[low]),
            ast.Compare(left=subject, ops=[CLOSING[closing]()], comparators=[high]),
        ]
        return present(subject, ast.BoolOp(op=ast.And(), values=bounds))

    def _has_dots(self) -> bool:
        """Whether dots come before the next comma or the end of these brackets."""
        depth = 0
        for token in self.tokens[self.position :]:
            if token == DOTS and depth == 0:
                return True
            depth += (token.value in ("(", "[", "{")) - (token.value in (")", "]", "}")) if token.kind == "op" else 0
            if (token == Token("op", ",") and depth == 0) or depth < 0:
                return False
        return False

    # ------------------------------------------------------------ values

    def postfix(self) -> ast.expr:
        tree = self.atom()
        while True:
            if self.accept("op", "["):
                inner = self.choice()
                self.expect("]")
                chosen = call(".filter", tree, inner) if _is_condition(inner) else call(".feel_item", tree, inner)
                tree = chosen
            elif self.accept("op", "."):
                tree = self.member(tree)
            else:
                return tree

    def field(self, owner: ast.expr, name: str) -> ast.expr:
        return call(".feel_field", owner, ast.Constant(value=name))

    def atom(self) -> ast.expr:
        if self.accept("op", "{"):
            return self.context()
        if self.accept("op", "@") and self.next.kind == "text":
            self.position += 1
            return call(".literal", ast.Constant(value=self.tokens[self.position - 1].value))
        return self.function() or super().atom()

    def context(self) -> ast.expr:
        """``{a: 1, b: a + 1}``: an entry sees those before it."""
        pairs: list[ast.expr] = []
        while not self.accept("op", "}"):
            if pairs:
                self.expect(",")
            token = self.next
            if token.kind not in ("name", "text") or token.value.startswith("_"):
                raise self.unexpected()
            self.position += 1
            self.expect(":")
            pairs += [ast.Constant(value=token.value), self.choice()]
        return call(".context", *pairs)

    def function(self) -> ast.expr | None:
        """A call of a function of FEEL, whose name may have several words."""
        words: list[str] = []
        for token in self.tokens[self.position : self.position + LONGEST_NAME + 1]:
            if token == Token("op", "(") and words:
                break
            if token.kind != "name" and token != Token("op", "&&"):
                return None
            words.append("and" if token.value == "&&" else token.value)
        name = " ".join(words)
        if name not in FEEL and name not in (*MOMENTS, "is defined"):
            return None
        self.position += len(words) + 1
        arguments = self.arguments(")")
        if name in MOMENTS and not arguments:
            return call(f".{name}")
        if name == "is defined" and len(arguments) == 1:
            return ast.Compare(left=_known(arguments[0]), ops=[ast.NotEq()], comparators=[ast.Constant(value=None)])
        if name not in FEEL:
            raise unreadable(self.source, f"{name} 的参数不对", f"wrong arguments of {name}")
        return call(f".feel {name}", *arguments)


def _closed(tokens: Sequence[Token]) -> list[Token]:
    """``]1..5[`` ends like ``)``; a bracket that opens a list is never the last."""
    ends = (Token("end", ""), Token("op", ","), Token("op", ")"))
    opens = Token("op", "[")
    return [
        Token("op", ")") if token == opens and following in ends else token
        for token, following in zip(tokens, [*tokens[1:], ends[0]], strict=True)
    ]


def present(subject: ast.expr, test: ast.expr) -> ast.expr:
    """Nothing is neither larger nor smaller than anything."""
    known = ast.Compare(left=subject, ops=[ast.NotEq()], comparators=[ast.Constant(value=None)])
    return ast.BoolOp(op=ast.And(), values=[known, test])


def _null_safe(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    """``x = null`` asks whether there is an x at all."""
    if isinstance(right, ast.Constant) and right.value is None:
        left = _known(left)
    elif isinstance(left, ast.Constant) and left.value is None:
        right = _known(right)
    return ast.Compare(left=left, ops=[operator], comparators=[right])


def _known(tree: ast.expr) -> ast.expr:
    return call(".known", ast.Constant(value=tree.id)) if isinstance(tree, ast.Name) else tree


def _is_condition(tree: ast.expr) -> bool:
    """Whether brackets hold a filter and not a position."""
    negated = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    calls = isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)
    asks = calls and tree.func.id in CONDITIONS  # type: ignore[attr-defined]
    return isinstance(tree, ast.Compare | ast.BoolOp) or negated or asks


CONDITIONS = frozenset({
    ".between", ".matches", ".some", ".every", ".feel contains", ".feel starts with", ".feel ends with",
    ".feel list contains", ".feel even", ".feel odd", ".feel all", ".feel any",
})  # fmt: skip
