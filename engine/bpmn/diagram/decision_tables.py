"""Reads DMN 1.1 to 1.5 files into decisions; whatever is wrong with a table becomes a finding on its rule or column."""

from collections.abc import Iterator, Mapping

from engine.bpmn.decisions.model import AGGREGATIONS, MULTIPLE, SINGLE, Decision, Output, Rule, Table
from engine.bpmn.diagram.findings import Findings, Place
from engine.bpmn.diagram.source import Xml, line_of, text_of
from engine.bpmn.expressions import Expression, broken, compile_expression, compile_test, is_expression
from engine.bpmn.values import Json
from engine.errors import ExpressionError

MOST_CELLS = 20_000
UNSUPPORTED = ("context", "invocation", "functionDefinition", "relation", "list", "for", "every", "some", "conditional")
SHORT = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "C": "COLLECT",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}
SIGNS = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}  # after the C of a short name


def read_decisions(root: Xml, file: str, known: Mapping[str, Decision], findings: Findings) -> dict[str, Decision]:
    """The decisions of one file by id; ``known`` are those of other files."""
    found: dict[str, Decision] = {}
    for xml in root.iter("{*}decision"):
        place = Place(xml.get("id") or xml.get("name") or "decision", line_of(xml), file)
        if place.id in found or place.id in known:
            findings.error("duplicate_id", place)
        found[place.id] = _decision(xml, place, findings)
    for xml in root.iter("{*}businessKnowledgeModel"):
        place = Place(xml.get("id") or "businessKnowledgeModel", line_of(xml), file)
        findings.error("dmn_unsupported", place, kind="businessKnowledgeModel")
    return found


def check_requirements(decisions: Mapping[str, Decision], findings: Findings) -> None:
    """Decisions that need each other in a circle could never be made."""
    for decision in decisions.values():
        todo, seen = list(decision.requires), set()
        while todo:
            name = todo.pop()
            if name == decision.id:
                findings.error("dmn_circle", Place(decision.id))
                break
            if name not in seen and name in decisions:
                seen.add(name)
                todo.extend(decisions[name].requires)


def _decision(xml: Xml, place: Place, findings: Findings) -> Decision:
    name = xml.get("name") or place.id
    variable = xml.find("{*}variable")
    known_as = variable.get("name") if variable is not None else None
    chosen = next((n for n in (known_as, name, place.id) if n and n.isidentifier()), place.id)
    requires = tuple(
        (item.get("href") or "").rpartition("#")[2]
        for item in xml.iterfind("{*}informationRequirement/{*}requiredDecision")
    )
    table, literal = xml.find("{*}decisionTable"), xml.find("{*}literalExpression")
    for tag in UNSUPPORTED:
        if xml.find(f"{{*}}{tag}") is not None:
            findings.error("dmn_unsupported", place, kind=tag)
    if table is not None:
        return Decision(place.id, name, chosen, table=_table(table, place, chosen, findings), requires=requires)
    if literal is None:
        findings.error("dmn_empty", place)
        return Decision(place.id, name, chosen, requires=requires)
    expression = _feel(_text(literal), place, findings)
    return Decision(place.id, name, chosen, expression=expression, requires=requires)


def _table(xml: Xml, place: Place, name: str, findings: Findings) -> Table:
    policy = (xml.get("hitPolicy") or "UNIQUE").strip().upper().replace("_", " ")
    policy, sign = SHORT.get(policy, policy), ""
    if policy[:1] == "C" and policy[1:] in SIGNS:
        policy, sign = "COLLECT", SIGNS[policy[1:]]
    aggregation = (xml.get("aggregation") or sign).strip().upper()
    if policy not in SINGLE | MULTIPLE:
        findings.error("dmn_policy", place, policy=policy[:40])
    inputs = tuple(_input(item, place, findings) for item in xml.iterfind("{*}input"))
    outputs = tuple(_output(item, place, name, findings) for item in xml.iterfind("{*}output"))
    if not outputs:
        findings.error("dmn_no_output", place)
    if sign and aggregation != sign:
        findings.error("dmn_aggregation", place, aggregation=aggregation[:40])
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS or len(outputs) > 1):
        findings.error("dmn_aggregation", place, aggregation=aggregation[:40])
    if policy in ("PRIORITY", "OUTPUT ORDER") and not any(output.order for output in outputs):
        findings.error("dmn_no_order", place, policy=policy)
    if len({output.name for output in outputs}) < len(outputs):
        findings.error("dmn_twin_outputs", place)
    lines = xml.findall("{*}rule")
    if len(lines) * (len(inputs) + len(outputs)) > MOST_CELLS:
        findings.error("dmn_too_big", place, most=MOST_CELLS)
        lines = []
    rules = tuple(_rules(lines, place, len(inputs), len(outputs), findings))
    return Table(policy, aggregation, inputs, outputs, rules)


def _input(xml: Xml, place: Place, findings: Findings) -> Expression:
    """The expression of a column; without one, its label is the variable."""
    expression = xml.find("{*}inputExpression")
    text = _text(expression) if expression is not None else ""
    where = Place(xml.get("id") or place.id, line_of(xml), place.file)
    return _feel(text or xml.get("label") or "", where, findings) or _missing(where, findings)


def _missing(place: Place, findings: Findings) -> Expression:
    findings.error("dmn_no_input", place)
    return compile_expression("null")


def _output(xml: Xml, place: Place, name: str, findings: Findings) -> Output:
    values = xml.find("{*}outputValues")
    default = xml.find("{*}defaultOutputEntry")
    where = Place(xml.get("id") or place.id, line_of(xml), place.file)
    order = _listed(_text(values), where, findings) if values is not None else ()
    return Output(
        xml.get("name") or name, order, _feel(_text(default), where, findings) if default is not None else None
    )


def _listed(text: str, place: Place, findings: Findings) -> tuple[Json, ...]:
    """The values of a list written as a cell: ``"高", "中", "低"``."""
    expression = _feel(f"[{text}]", place, findings)
    if expression is None or expression.error is not None:
        return ()
    try:
        return tuple(expression.evaluate({}))
    except ExpressionError as error:
        findings.expression(place, error)
        return ()


def _rules(lines: list[Xml], place: Place, inputs: int, outputs: int, findings: Findings) -> Iterator[Rule]:
    for number, xml in enumerate(lines, start=1):
        where = Place(xml.get("id") or f"{place.id}#{number}", line_of(xml), place.file)
        tests = [_test(_text(item), where, findings) for item in xml.iterfind("{*}inputEntry")]
        results = [_feel(_text(item), where, findings) for item in xml.iterfind("{*}outputEntry")]
        if len(tests) != inputs or len(results) != outputs:
            findings.error("dmn_columns", where, number=number)
            continue
        yield Rule(where.id, tuple(tests), tuple(results))


def _text(xml: Xml) -> str:
    return text_of(xml.find("{*}text"))


def _test(text: str, place: Place, findings: Findings) -> Expression:
    try:
        return compile_test(text)
    except ExpressionError as error:
        findings.cell(place, error)
        return broken(text, error)


def _feel(text: str, place: Place, findings: Findings) -> Expression | None:
    """A FEEL expression, or JUEL where it is marked so; None for an empty cell."""
    if text in ("", "-"):
        return None
    try:
        return compile_expression(text if is_expression(text) else f"={text}")
    except ExpressionError as error:
        findings.cell(place, error)
        return broken(text, error)
