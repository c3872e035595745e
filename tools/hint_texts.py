"""What errors say is to be done, as texts of the catalogue: constants as they are, f-strings with {0}, {1} in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from engine import errors

ROOT = Path(__file__).resolve().parent.parent
REFUSALS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
HINT = 2  # which argument of an error says what to do


def hint_texts() -> Iterator[tuple[str, str]]:
    """Place and text of each."""
    for folder in ("engine", "forms", "web"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                place = str(path.relative_to(ROOT))
                yield from ((place, text) for text in _in_file(ast.parse(path.read_text(encoding="utf-8"))))


def _in_file(tree: ast.Module) -> Iterator[str]:
    named = {target.id: node.value for node in ast.walk(tree) for target, node in _assigned(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            hint = _hint(node)
            if isinstance(hint, ast.Name):
                hint = named.get(hint.id)
            if hint is not None:
                yield from _texts(hint)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.Name, ast.Assign]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node) for target in node.targets if isinstance(target, ast.Name))


def _hint(call: ast.Call) -> ast.expr | None:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    for one in call.keywords:
        if one.arg == "hint":
            return one.value
    return call.args[HINT] if name in REFUSALS and len(call.args) > HINT else None


def _texts(hint: ast.expr) -> Iterator[str]:
    if isinstance(hint, ast.IfExp):
        yield from (*_texts(hint.body), *_texts(hint.orelse))
    elif isinstance(hint, ast.BoolOp):
        for value in hint.values:
            yield from _texts(value)
    else:
        pieces = list(_pieces(hint))
        numbers = iter(range(len(pieces)))
        if any(pieces):
            yield "".join(piece if piece is not None else f"{{{next(numbers)}}}" for piece in pieces)


def _pieces(hint: ast.expr) -> Iterator[str | None]:
    """The constant parts, and None for each that is known only when it is said."""
    if isinstance(hint, ast.Constant):
        yield str(hint.value)
    elif isinstance(hint, ast.JoinedStr):
        for value in hint.values:
            yield from _pieces(value)
    elif isinstance(hint, ast.BinOp) and isinstance(hint.op, ast.Add):
        yield from (*_pieces(hint.left), *_pieces(hint.right))
    else:
        yield None
