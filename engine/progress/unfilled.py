"""Conditions that name what no form asks for and no step works out: a case would stand there without a way on."""

from collections.abc import Iterator

from engine.bpmn import Flow
from engine.errors import ExpressionError, Problem
from engine.package import Package
from engine.progress.case import CONSTANTS, RESULTS
from engine.runtime import expression

KNOWN = frozenset((*CONSTANTS, *RESULTS, "now", "chosen", "item", "title"))
# what these bring stands in no form: with one of them in the diagram nothing can be told from the files
BRINGING = frozenset(
    (
        "scriptTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "callActivity",
        "intermediateCatchEvent", "boundaryEvent", "subProcess", "transaction", "adHocSubProcess",
    )
)  # fmt: skip
BRINGING_TEXTS = (b"utputParameter", b":output", b"istener", b"messageEventDefinition", b"signalEventDefinition")


def unfilled(package: Package) -> tuple[Problem, ...]:
    """One warning for each condition and name; silent about a diagram that may get values from elsewhere."""
    brought = any(node.kind in BRINGING for node in package.process.elements.values())
    if brought or any(text in package.xml for text in BRINGING_TEXTS):
        return ()
    fields = {field.id for form in package.forms.values() for field in form.fields}
    return tuple(
        _problem(flow, name)
        for flow in package.process.flows.values()
        for name in sorted(set(_names(flow)) - fields - KNOWN)
    )


def _names(flow: Flow) -> Iterator[str]:
    try:
        yield from expression(flow.condition).names if flow.condition else ()
    except ExpressionError:
        return  # what cannot be read is reported where it is read


def _problem(flow: Flow, name: str) -> Problem:
    where = f"“{flow.name}”" if flow.name else ""
    return Problem(
        "package.unfilled",
        flow.id,
        None,
        f"出口{where}的条件“{flow.condition}”用到 {name}，表单里没有这个字段，件到这里走不下去。",
        f"the condition of {flow.id} names {name!r}, which no form has: a case has no way on there",
        f"请在表单中加上字段 {name}，或改写条件。",
        f"add the field {name} to the form, or change the condition",
        "warning",
    )
