"""Spellings of other engines for what we have: Flowable's ``variables:equals(x, 1)``, Camunda's ``execution``."""

import ast

from engine.bpmn.expressions.semantics import COMPARISONS

COMPARED: dict[str, type[ast.cmpop]] = {
    **COMPARISONS,  # eq, lt and their kin are operators of JUEL, and come as such
    "equals": ast.Eq,
    "notequals": ast.NotEq,
    "lowerthan": ast.Lt,
    "lessthan": ast.Lt,
    "lowerthanorequals": ast.LtE,
    "lessthanorequals": ast.LtE,
    "lte": ast.LtE,
    "greaterthan": ast.Gt,
    "greaterthanorequals": ast.GtE,
    "gte": ast.GtE,
}
PREFIXES = frozenset(["variables", "vars", "var"])


def call(name: str, *arguments: ast.expr) -> ast.expr:
    """A call of one of our own functions."""
    return ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=list(arguments), keywords=[])


def of_variables(prefix: str, name: str, arguments: list[ast.expr]) -> ast.expr | None:
    """``var:eq(x, 1)`` and its kin, which take a variable by name and count a missing one as null."""
    word = name.lower()
    variable = _name_of(arguments[0]) if prefix in PREFIXES and arguments else None
    if variable is None:
        return None
    known, rest = call(".known", ast.Constant(value=variable)), arguments[1:]
    if word in COMPARED and len(rest) == 1:
        return ast.Compare(left=known, ops=[COMPARED[word]()], comparators=rest)
    if word in ("contains", "containsany") and rest:
        tests: list[ast.expr] = [ast.Compare(left=value, ops=[ast.In()], comparators=[known]) for value in rest]
        joined = ast.And() if word == "contains" else ast.Or()
        return ast.BoolOp(op=joined, values=tests) if len(tests) > 1 else tests[0]
    simple = {
        "get": known,
        "exists": call(".exists", ast.Constant(value=variable)),
        "isempty": call(".empty", known),
        "empty": call(".empty", known),
        "isnotempty": ast.UnaryOp(op=ast.Not(), operand=call(".empty", known)),
        "notempty": ast.UnaryOp(op=ast.Not(), operand=call(".empty", known)),
    }
    if word in ("getordefault", "getordefaultvalue") and len(rest) == 1:
        there = call(".exists", ast.Constant(value=variable))
        return ast.IfExp(test=there, body=known, orelse=rest[0])
    return simple.get(word) if not rest else None


def of_execution(owner: ast.expr, name: str, arguments: list[ast.expr]) -> ast.expr | None:
    """``execution.getVariable('x')`` is the variable, null if it is not there."""
    if not isinstance(owner, ast.Name) or owner.id not in ("execution", "task") or len(arguments) != 1:
        return None
    variable = arguments[0].value if isinstance(arguments[0], ast.Constant) else None
    if not isinstance(variable, str) or not variable.isidentifier() or variable.startswith("_"):
        return None
    if name in ("getVariable", "getVariableLocal"):
        return call(".known", ast.Constant(value=variable))
    return call(".exists", ast.Constant(value=variable)) if name in ("hasVariable", "hasVariableLocal") else None


def _name_of(argument: ast.expr) -> str | None:
    """The variable a first argument names, with or without quotes."""
    if isinstance(argument, ast.Name):
        return argument.id
    value = argument.value if isinstance(argument, ast.Constant) else None
    return value if isinstance(value, str) and value.isidentifier() and not value.startswith("_") else None
