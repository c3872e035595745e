"""Builds the specs of tasks that are not done by a person: services, scripts and calls."""

from collections.abc import Mapping
from typing import Any

from engine.bpmn.decisions import Decision
from engine.bpmn.diagram import vendor
from engine.bpmn.diagram.findings import Findings
from engine.bpmn.diagram.mapping import read_transfers
from engine.bpmn.diagram.model import Node
from engine.bpmn.diagram.reading_expressions import read_template
from engine.bpmn.diagram.source import child, text_of
from engine.bpmn.diagram.stubs import JAVA, service_stub, stub
from engine.bpmn.execution.deciding import MAPPINGS, DecisionSpec
from engine.bpmn.execution.nodes import NodeSpec, ScriptSpec, ServiceSpec
from engine.bpmn.execution.scopes import CallSpec
from engine.bpmn.expressions import Assignment, compile_expression, compile_script, is_expression
from engine.bpmn.values import Stub
from engine.errors import ExpressionError

KINDS = {"serviceTask": "service", "sendTask": "send", "businessRuleTask": "businessRule"}
OWN_LANGUAGES = frozenset({"", "juel", "feel", "sanban", "python", "jython"})
ATTACKS = frozenset({"expr.name", "expr.attribute", "expr.budget"})


def service_spec(node: Node, spec: Any, name: str, findings: Findings) -> NodeSpec:
    """A service waits for the engine around the core; a plain expression we can evaluate ourselves."""
    expression = node.attributes.get("expression")
    result = node.attributes.get("resultVariable") or node.attributes.get("resultVariableName")
    if node.kind == "serviceTask" and expression and result and not node.properties.get("hook"):
        try:
            assignment = Assignment(result, compile_expression(expression))
            findings.adapt(node.place, "服务表达式由流程引擎计算")
            return ScriptSpec(spec, name, node.id, node.name, assignments=(assignment,))
        except ExpressionError as error:
            if error.reason in ATTACKS:
                findings.expression(node.place, error)
    wanted = service_stub(node)
    kind = KINDS.get(node.kind, "send")
    if wanted is not None and wanted.kind in JAVA:
        kind = "stub"
        findings.adapt(node.place, f"Java 服务 {wanted.wanted} 未绑定，以桩环节部署，由管理员绑定")
    return _waiting(node, spec, name, kind, wanted, findings)


def _waiting(node: Node, spec: Any, name: str, kind: str, wanted: Stub | None, findings: Findings) -> NodeSpec:
    """A node that waits to be told that its work is done."""
    if wanted is not None:
        findings.stubs.append(wanted)
    label = f"{wanted.kind}:{wanted.wanted}" if wanted is not None and wanted.wanted else ""
    return ServiceSpec(spec, name, node.id, node.name, service=kind, wanted=label)


def rule_spec(node: Node, spec: Any, name: str, decisions: Mapping[str, Decision], findings: Findings) -> NodeSpec:
    """A business rule task: a decision among the files is evaluated here, any other waits for the engine around."""
    reference = node.attributes.get("decisionRef", "")
    constant = not is_expression(reference)
    if not reference or not decisions or (constant and reference not in decisions):
        if reference:
            findings.adapt(node.place, f"决策 {reference} 不在文件中，以桩环节部署，由管理员绑定")
            return _waiting(node, spec, name, "businessRule", stub(node, "decision", reference), findings)
        return service_spec(node, spec, name, findings)
    native = any(tag == "calledDecision" for tag, _ in vendor.extensions(node.xml))  # Camunda 8 knows no mapping
    mapping = "feel" if native else node.attributes.get("mapDecisionResult", "resultList")
    if mapping not in MAPPINGS:
        findings.error("dmn_mapping", node.place, mapping=mapping)
    return DecisionSpec(
        spec,
        name,
        node.id,
        node.name,
        reference=read_template(reference, node.place, findings),
        decisions=decisions,
        result=node.attributes.get("resultVariable"),
        mapping=mapping,
    )


def script_spec(node: Node, spec: Any, name: str, findings: Findings) -> NodeSpec:
    """A script in our language runs; any other becomes a stub that an administrator binds."""
    language = (node.xml.get("scriptFormat") or "").strip().lower()
    text = node.attributes.get("script") or text_of(child(node.xml, "script"))
    result = node.attributes.get("resultVariable") or node.attributes.get("resultVariableName")
    if language in OWN_LANGUAGES and text:
        try:
            if result and "=" not in text.strip("="):
                assignments: tuple[Assignment, ...] = (Assignment(result, compile_expression(text)),)
            else:
                assignments = compile_script(text, feel=language == "feel")
            return ScriptSpec(spec, name, node.id, node.name, assignments=assignments)
        except ExpressionError as error:
            if error.reason in ATTACKS or language in ("juel", "feel", "sanban"):
                findings.expression(node.place, error)
    findings.adapt(node.place, f"脚本语言 {language or '未注明'} 不执行，以桩环节部署，由管理员绑定")
    return _waiting(node, spec, name, "stub", stub(node, "script", language or text), findings)


def call_spec(node: Node, spec: Any, name: str, findings: Findings) -> NodeSpec:
    """A call activity with its mapping of variables."""
    target = node.xml.get("calledElement") or node.attributes.get("calledElement") or ""
    if not target:
        findings.error("no_call_target", node.place)
    inputs, outputs = read_transfers(node, findings)
    called = read_template(target or "-", node.place, findings)
    return CallSpec(spec, name, node.id, node.name, called=called, inputs=inputs, outputs=outputs)
