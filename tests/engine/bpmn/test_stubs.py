"""Stubs: what a diagram wants of others is listed, and the instance waits there by that name."""

import pytest

from engine import bpmn
from tests.engine.bpmn.drawn import NOW, chain, drawing, opened

TASK = '<{kind} id="x" name="付款" {attributes}>{inner}</{kind}>'


def drawn(kind: str, attributes: str, inner: str = "") -> bytes:
    """A process with one task that somebody else has to do."""
    body = chain("startEvent s", f"{kind} x", "userTask a", "endEvent e")
    return drawing(body.replace(f'<{kind} id="x"/>', TASK.format(kind=kind, attributes=attributes, inner=inner)))


@pytest.mark.parametrize(
    ("kind", "attributes", "inner", "wanted", "service"),
    [
        ("serviceTask", 'camunda:class="com.example.Pay"', "", "class:com.example.Pay", "stub"),
        ("serviceTask", 'camunda:delegateExpression="${payBean}"', "", "delegateExpression:${payBean}", "stub"),
        ("serviceTask", 'camunda:expression="${payBean.pay(amount)}"', "", "expression:${payBean.pay(amount)}", "stub"),
        ("sendTask", 'camunda:class="com.example.Send"', "", "class:com.example.Send", "stub"),
        ("serviceTask", 'camunda:type="external" camunda:topic="pay"', "", "topic:pay", "service"),
        ("serviceTask", "", '<extensionElements><zeebe:taskDefinition type="pay"/></extensionElements>', "topic:pay",
         "service"),
        ("serviceTask", 'camunda:type="mail"', "", "type:mail", "service"),
        ("serviceTask", "", "", "", "service"),
        ("scriptTask", 'scriptFormat="groovy"', "<script>println 1</script>", "script:groovy", "stub"),
        ("scriptTask", 'scriptFormat="javascript"', "<script>while(1);</script>", "script:javascript", "stub"),
        ("businessRuleTask", 'camunda:decisionRef="risk"', "", "decision:risk", "businessRule"),
        ("businessRuleTask", 'camunda:class="com.example.Rules"', "", "class:com.example.Rules", "stub"),
    ],
)  # fmt: skip
def test_work_of_others_is_listed_and_waited_for_by_name(
    kind: str, attributes: str, inner: str, wanted: str, service: str
) -> None:
    content = drawn(kind, attributes, inner)

    report = bpmn.check({"p.bpmn": content})
    process = bpmn.compile({"p.bpmn": content})
    step = bpmn.start(process, {"amount": 5}, NOW)

    assert report.ok
    assert process.stubs == report.stubs
    assert [f"{s.kind}:{s.wanted}" for s in report.stubs] == [wanted or "type:"]
    assert [(s.element, s.name, s.file, s.waits) for s in report.stubs] == [("x", "付款", "p.bpmn", True)]
    assert [(s.element, s.kind, s.wanted) for s in step.services] == [("x", service, wanted)]
    assert opened(bpmn.receive(process, step.snapshot, {}, NOW, element="x")) == ["a"]


def test_work_that_our_engine_does_is_no_stub() -> None:
    register = '<extensionElements><camunda:properties><camunda:property name="register" value="number:doc_no"/>'
    content = drawn("serviceTask", 'camunda:topic="register"', f"{register}</camunda:properties></extensionElements>")

    assert bpmn.check({"p.bpmn": content}).stubs == ()
    assert bpmn.start(bpmn.compile({"p.bpmn": content}), {}, NOW).services[0].wanted == ""


def test_listeners_are_listed_but_nothing_waits_for_them() -> None:
    listener = '<extensionElements><camunda:taskListener event="create" class="com.example.Notify"/>'
    listener += '<camunda:executionListener event="end"><camunda:script scriptFormat="groovy">x = 1</camunda:script>'
    content = drawn("userTask", "", listener + "</camunda:executionListener></extensionElements>")

    report = bpmn.check({"p.bpmn": content})

    assert [(s.kind, s.wanted, s.waits) for s in report.stubs] == [
        ("listener", "create com.example.Notify", False),
        ("listener", "end groovy x = 1", False),
    ]
    assert opened(bpmn.start(bpmn.compile({"p.bpmn": content}), {}, NOW)) == ["x"]


def test_stubs_come_out_of_the_child_process_unchanged() -> None:
    files = {"p.bpmn": drawn("serviceTask", 'camunda:class="com.example.Pay"')}

    assert bpmn.check_isolated(files, seconds=30).stubs == bpmn.check(files).stubs != ()
