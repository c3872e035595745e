"""A condition about what nobody is asked for is told before publishing, and only when the files can know."""

import pytest

from engine.package import read_package
from engine.progress.unfilled import unfilled
from engine.verbs import definitions

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t"><process id="leave" name="请假" isExecutable="true">
  <startEvent id="s">{form}</startEvent>{way}
  <userTask id="a" name="部门审批" camunda:assignee="${{initiator}}">{extra}</userTask>
  <sequenceFlow id="f2" sourceRef="a" targetRef="g"/>
  <exclusiveGateway id="g" default="f4"/>
  <sequenceFlow id="f3" name="三天以上" sourceRef="g" targetRef="e">
    <conditionExpression>${{days &gt; 3 and outcome == 'approve'}}</conditionExpression></sequenceFlow>
  <sequenceFlow id="f4" sourceRef="g" targetRef="e"/><endEvent id="e"/></process></definitions>"""
FIELD = (
    "<extensionElements><camunda:formData><camunda:formField id='days' label='天数' type='long'/>"
    "</camunda:formData></extensionElements>"
)
LISTENER = "<extensionElements><camunda:taskListener event='complete' class='a.B'/></extensionElements>"
STRAIGHT = "<sequenceFlow id='f1' sourceRef='s' targetRef='a'/>"
SCRIPT = (
    "<sequenceFlow id='f1' sourceRef='s' targetRef='x'/><sequenceFlow id='f5' sourceRef='x' targetRef='a'/>"
    "<scriptTask id='x' scriptFormat='juel'><script>days = 5</script></scriptTask>"
)


def drawn(form: str = "", extra: str = "", way: str = STRAIGHT) -> dict[str, bytes]:
    return {"leave.bpmn": DIAGRAM.format(form=form, extra=extra, way=way).encode()}


def test_a_name_that_no_form_has_is_told_at_its_flow() -> None:
    (told,) = unfilled(read_package(drawn()))

    assert (told.code, told.element, told.severity) == ("package.unfilled", "f3", "warning")
    assert "“三天以上”" in told.message_zh
    assert "用到 days" in told.message_zh


@pytest.mark.parametrize("given", [{"form": FIELD}, {"extra": LISTENER}, {"way": SCRIPT}])
def test_a_field_or_whatever_else_may_bring_it_is_believed(given: dict[str, str]) -> None:
    assert unfilled(read_package(drawn(**given))) == ()


def test_whoever_checks_the_upload_reads_it() -> None:
    report = definitions.check(drawn())

    assert report["ok"] is True
    assert "package.unfilled" in {one["code"] for one in report["warnings"]}
