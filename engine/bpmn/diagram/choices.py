"""Checks where a token chooses its way: conditions, a default, and whether some way always fits."""

import ast
from itertools import combinations

from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.model import ACTIVITIES, Edge, Node
from engine.bpmn.diagram.ways import way_to
from engine.bpmn.expressions import compile_expression, truth
from engine.errors import ExpressionError

OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def lint_choice(node: Node, findings: Findings) -> None:
    """Several ways out need conditions and a default; so does an activity all of whose ways have conditions."""
    outgoing = node.container.outgoing(node.id)
    if node.kind in ("exclusiveGateway", "inclusiveGateway") and len(outgoing) > 1:
        _lint_gateway(node, outgoing, findings)
    elif node.kind in ACTIVITIES | {"exclusiveGateway", "inclusiveGateway"}:
        conditional = all(edge.condition and edge.id != node.default for edge in outgoing)
        if conditional and not always_fits(outgoing):
            findings.warn("no_default", node.place, trace=way_to(node.container, node.id))


def _lint_gateway(node: Node, outgoing: list[Edge], findings: Findings) -> None:
    default = next((edge for edge in outgoing if edge.id == node.default), None)
    open_ways = [edge for edge in outgoing if not edge.condition and edge is not default]
    exclusive = node.kind == "exclusiveGateway"
    if exclusive and len(open_ways) == len(outgoing):
        findings.error("gateway_without_condition", node.place)
        return
    if exclusive and default is None and open_ways:
        default = open_ways.pop(0)
        findings.warn("silent_default", node.place, flow=default.id)
    for edge in open_ways:
        findings.warn("always_taken", node.place, flow=edge.id)
    if default is None and not open_ways and not always_fits(outgoing):
        findings.warn("no_default", node.place, trace=way_to(node.container, node.id))


def always_fits(edges: list[Edge]) -> bool:
    """Whether one of the conditions is always true, or two of them are each other's opposite."""
    trees = []
    for edge in edges:
        try:
            expression = compile_expression(edge.condition or "true")
            if not expression.names and not expression.functions and truth(expression.evaluate({})):
                return True
            trees.append(expression.tree)
        except (ExpressionError, TypeError):
            continue
    shapes = {ast.dump(tree) for tree in trees}
    return any(ast.dump(_opposite(tree)) in shapes for tree in trees) or _split_evenly(trees)


def _opposite(tree: ast.expr) -> ast.expr:
    """The condition that holds whenever this one does not."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return tree.operand
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in OPPOSITES:
        return ast.Compare(tree.left, [OPPOSITES[type(tree.ops[0])]()], tree.comparators)
    return ast.UnaryOp(ast.Not(), tree)


def _split_evenly(trees: list[ast.expr]) -> bool:
    """``x == true`` and ``x == false`` leave nothing between them."""
    for one, other in combinations(trees, 2):
        match one, other:
            case (
                ast.Compare(left=a, ops=[ast.Eq()], comparators=[ast.Constant(value=bool(first))]),
                ast.Compare(left=b, ops=[ast.Eq()], comparators=[ast.Constant(value=bool(second))]),
            ) if first is not second and ast.dump(a) == ast.dump(b):
                return True
    return False
