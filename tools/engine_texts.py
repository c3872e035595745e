"""What the engine says to pages, found in its source: hints of errors, and what SPEAKERS build for whoever looks.

A text that is known only when it is said, such as an f-string, is a shape: {0}, {1} … stand for what is filled in.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from engine import errors
from web.engine_words import SPEAKERS

ROOT = Path(__file__).resolve().parent.parent
REFUSALS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
HINT = 2  # which argument of an error says what to do


def engine_texts() -> Iterator[tuple[str, str]]:
    """Place and text of each."""
    for folder in ("engine", "forms", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                place, tree = str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))
                yield from ((place, text) for text in _hints(tree))
                module = place.removesuffix(".py").replace("/", ".")
                for part in _speaking(tree, SPEAKERS[module]) if module in SPEAKERS else ():
                    yield from ((place, text) for text in _said(part))


def _hints(tree: ast.Module) -> Iterator[str]:
    named = {target.id: node.value for node in ast.walk(tree) for target, node in _assigned(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            hint = _hint(node)
            if isinstance(hint, ast.Name):
                hint = named.get(hint.id)
            if hint is not None:
                yield from _texts(hint)
        elif isinstance(node, ast.FunctionDef):
            arguments = node.args.args[-len(node.args.defaults) :] if node.args.defaults else []
            for argument, value in zip(arguments, node.args.defaults, strict=True):
                if argument.arg == "hint":
                    yield from _texts(value)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.Name, ast.Assign]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node) for target in node.targets if isinstance(target, ast.Name))


def _hint(call: ast.Call) -> ast.expr | None:
    for one in call.keywords:
        if one.arg == "hint":
            return one.value
    return call.args[HINT] if _refuses(call) and len(call.args) > HINT else None


def _refuses(call: ast.Call) -> bool:
    """Whether it makes an error, or is what an error of a kind makes of itself."""
    return getattr(call.func, "id", getattr(call.func, "attr", "")) in {*REFUSALS, "__init__"}


def _texts(hint: ast.expr) -> Iterator[str]:
    if isinstance(hint, ast.IfExp):
        yield from (*_texts(hint.body), *_texts(hint.orelse))
    elif isinstance(hint, ast.BoolOp):
        for value in hint.values:
            yield from _texts(value)
    else:
        yield from _shape(hint)


def _speaking(tree: ast.Module, names: tuple[str, ...]) -> Iterator[ast.AST]:
    """The whole module, or the values of these names."""
    if not names:
        yield tree
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        assigned = (part for target in targets if target is not None for part in ast.walk(target))
        if any(isinstance(part, ast.Name) and part.id in names for part in assigned):
            yield node


def _said(node: ast.AST) -> Iterator[str]:
    """Every text of a module that is no docstring, no error, and is not compared or looked up by."""
    if isinstance(node, ast.Constant | ast.JoinedStr) or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)):
        yield from _shape(node)
    if isinstance(node, ast.Compare | ast.Subscript | ast.MatchValue) or (
        isinstance(node, ast.Call) and _refuses(node)
    ):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    keys = node.keys if isinstance(node, ast.Dict) else ()
    whole = isinstance(node, ast.JoinedStr | ast.BinOp)
    for child in ast.iter_child_nodes(node):
        if child not in keys and not (whole and isinstance(child, ast.Constant)):
            yield from _said(child)


def _shape(text: ast.expr) -> Iterator[str]:
    pieces = list(_pieces(text))
    numbers = iter(range(len(pieces)))
    if any(pieces):
        yield "".join(piece if piece is not None else f"{{{next(numbers)}}}" for piece in pieces)


def _pieces(text: ast.expr) -> Iterator[str | None]:
    """The constant parts, and None for each that is known only when it is said."""
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        yield text.value
    elif isinstance(text, ast.JoinedStr):
        for value in text.values:
            yield from _pieces(value)
    elif isinstance(text, ast.BinOp) and isinstance(text.op, ast.Add):
        yield from (*_pieces(text.left), *_pieces(text.right))
    else:
        yield None
