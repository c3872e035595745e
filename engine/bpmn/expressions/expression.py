"""An expression read once, to be evaluated many times; immutable and shared between threads."""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.bpmn.expressions import feelin, grammar
from engine.bpmn.expressions.evaluator import KNOWN, SCOPED, evaluate, uncounted
from engine.bpmn.expressions.feel import FeelReader
from engine.bpmn.expressions.foreign import call
from engine.bpmn.expressions.functions import Function
from engine.bpmn.expressions.refusals import LONGEST, unreadable
from engine.bpmn.expressions.surroundings import office
from engine.bpmn.expressions.tokens import tokenize
from engine.errors import ExpressionError

NO_FUNCTIONS: Mapping[str, Function] = MappingProxyType({})
WHOLE = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
PART = re.compile(r"[$#]\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """``text`` as written, the free variable ``names`` and the ``functions`` it calls beyond the built-in ones.

    ``error`` is set where a text of a diagram could not be read; it is raised when the value is needed.
    """

    text: str
    tree: ast.expr = field(repr=False, compare=False)
    names: frozenset[str] = field(compare=False)
    functions: frozenset[str] = field(compare=False)
    error: ExpressionError | None = field(default=None, compare=False)

    def evaluate(
        self,
        names: Mapping[str, Any],
        functions: Mapping[str, Function] = NO_FUNCTIONS,
        *,
        spent: Callable[[int], None] = uncounted,
    ) -> Any:
        """The value for these variables; raises ``ExpressionError`` naming an unknown variable."""
        if self.error is not None:
            raise self.error
        return evaluate(self.text, self.tree, names, functions, spent)

    @property
    def calls(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Functions from outside with their arguments as written; None where an argument has to be worked out."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        return tuple(
            (node.func.id, tuple(_written(argument) for argument in node.args))
            for node in found
            if isinstance(node.func, ast.Name) and node.func.id in self.functions
        )

    @property
    def is_constant(self) -> bool:
        return isinstance(self.tree, ast.Constant)


def _written(argument: ast.expr) -> Any:
    if isinstance(argument, ast.List):
        return [item.value for item in argument.elts if isinstance(item, ast.Constant)]
    return argument.value if isinstance(argument, ast.Constant) else None


def broken(text: str, error: ExpressionError) -> Expression:
    """Stands for an expression that could not be read."""
    return Expression(text, ast.Constant(value=None), frozenset(), frozenset(), error)


def is_expression(text: str) -> bool:
    """Whether a text is marked as one: ``${…}``, ``#{…}`` or ``=…``."""
    return bool(PART.search(text)) or text.strip().startswith("=")


def compile_expression(text: str) -> Expression:
    """Read JUEL ``${…}``, FEEL ``=…`` or a bare expression; raises ``ExpressionError`` for anything else."""
    source = text.strip()
    if len(source) > LONGEST:
        raise unreadable(source, f"超过 {LONGEST} 个字符", f"more than {LONGEST} characters")
    if not source:
        raise unreadable(source, "为空", "it is empty")
    return expression_of(source, _tree(source))


def compile_template(text: str) -> Expression:
    """Like ``compile_expression``, but an unmarked text stands for itself: a duration, an address, a process id."""
    source = text.strip()
    return compile_expression(source) if is_expression(source) else expression_of(source, ast.Constant(value=source))


def compile_collection(texts: Sequence[str], keys: Sequence[str] | None = None) -> Expression:
    """A list of templates, or with ``keys`` a record of them."""
    trees = [compile_template(text).tree for text in texts]
    source = ", ".join(texts)
    if keys is None:
        return expression_of(source, ast.List(elts=trees, ctx=ast.Load()))
    pairs = [part for key, tree in zip(keys, trees, strict=True) for part in (ast.Constant(value=key), tree)]
    return expression_of(source, call(".record", *pairs))


def _tree(source: str) -> ast.expr:
    if source.startswith("="):
        return _feel_tree(source[1:], source)
    whole = WHOLE.fullmatch(source)
    if whole and not re.search(r"[$#]\{", whole[1]):
        return grammar.read(whole[1], source)
    if not PART.search(source):
        return grammar.read(source, source)
    parts = PART.split(source)  # texts and expressions in turn
    trees = [
        grammar.read(part, source) if index % 2 else ast.Constant(value=part)
        for index, part in enumerate(parts)
        if index % 2 or part
    ]
    return call(".join", *trees)


def _feel_tree(text: str, source: str) -> ast.expr:
    def own() -> ast.expr:
        return FeelReader(tokenize(text, source), source).whole()

    return feelin.read(text, source, own) if office().feel == "feelin" else own()


def expression_of(source: str, tree: ast.expr) -> Expression:
    """The tree with the names and functions that it needs from outside."""
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    heads = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    known = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in heads}
    names = {name for name in known if not name.startswith(".")} - _bound(tree)
    return Expression(source, tree, frozenset(names), frozenset(called - KNOWN.keys()))


def _bound(tree: ast.expr) -> set[str]:
    """Names that the expression gives itself: those a loop runs through, and entries of a context."""
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SCOPED:
            bound |= {
                arg.value for arg in node.args[::2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            }
            bound |= {"item"} if node.func.id == ".filter" else set()
    return bound
