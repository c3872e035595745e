"""A bare diagram of Camunda, Flowable or Camunda 8 brings its form along: who fills in what, and where."""

import json

import pytest

from engine.errors import FormProblems
from engine.runtime import Engine
from engine.verbs import definitions, instances, work
from tests.engine.conftest import Login

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:flowable="http://flowable.org/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">'
    '<process id="leave" name="请假" isExecutable="true">'
)
FLOWS = (
    '<sequenceFlow id="f1" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="g"/>'
    '<sequenceFlow id="f3" sourceRef="g" targetRef="b"><conditionExpression>${leaderAgreed == \'true\'}'
    '</conditionExpression></sequenceFlow><sequenceFlow id="f4" sourceRef="g" targetRef="e"/>'
    '<sequenceFlow id="f5" sourceRef="b" targetRef="e2"/><exclusiveGateway id="g" default="f4"/><endEvent id="e"/>'
    '<userTask id="b" flowable:assignee="${initiator}"/><endEvent id="e2"/></process></definitions>'
)


def extended(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


FLOWABLE = HEAD + (
    '<startEvent id="s">'
    + extended('<flowable:formProperty id="startDate" name="开始" type="date" required="true"/>')
    + '</startEvent><userTask id="a" name="领导审批" flowable:assignee="${initiator}">'
    + extended(
        '<flowable:formProperty id="startDate" name="开始" type="date" writable="false"/>'
        '<flowable:formProperty id="leaderAgreed" name="同意" type="enum" required="true">'
        '<flowable:value id="true" name="同意"/><flowable:value id="false" name="不同意"/></flowable:formProperty>'
    )
    + "</userTask>"
    + FLOWS
)
CAMUNDA = HEAD + (
    '<startEvent id="s">'
    + extended(
        '<camunda:formData><camunda:formField id="startDate" label="开始" type="date"><camunda:validation>'
        '<camunda:constraint name="required"/></camunda:validation></camunda:formField></camunda:formData>'
    )
    + '</startEvent><userTask id="a" name="领导审批" camunda:assignee="${initiator}">'
    + extended(
        '<camunda:formData><camunda:formField id="leaderAgreed" label="同意" type="enum">'
        '<camunda:value id="true" name="同意"/><camunda:value id="false" name="不同意"/>'
        '<camunda:validation><camunda:constraint name="required"/>'
        "</camunda:validation></camunda:formField></camunda:formData>"
    )
    + "</userTask>"
    + FLOWS
)
AGREED = {"type": "radio", "key": "leaderAgreed", "label": "同意", "validate": {"required": True},
          "values": [{"label": "同意", "value": "true"}, {"label": "不同意", "value": "false"}]}  # fmt: skip
STARTING = {"type": "datetime", "subtype": "date", "key": "startDate", "label": "开始", "validate": {"required": True}}
ZEEBE = (
    HEAD
    + extended(f'<zeebe:userTaskForm id="Form_1">{json.dumps({"components": [AGREED]})}</zeebe:userTaskForm>')
    + '<startEvent id="s">'
    + extended('<zeebe:formDefinition formId="begin"/>')
    + '</startEvent><userTask id="a" name="领导审批">'
    + extended(
        '<zeebe:formDefinition formKey="camunda-forms:bpmn:Form_1"/><zeebe:assignmentDefinition assignee="=initiator"/>'
    )
    + "</userTask>"
    + FLOWS
)
BEGIN = json.dumps({"id": "begin", "components": [STARTING]}).encode()


@pytest.mark.parametrize(
    "files",
    [
        {"leave.bpmn": FLOWABLE.encode()},
        {"leave.bpmn": CAMUNDA.encode()},
        {"leave.bpmn": ZEEBE.encode(), "forms/begin.form": BEGIN},
    ],
    ids=["flowable", "camunda", "zeebe"],
)
def test_each_step_asks_for_its_own_fields_and_conditions_see_them(
    office: Engine, who: Login, files: dict[str, bytes]
) -> None:
    report = definitions.check(files)
    assert report["ok"]
    assert "流程图和表单文件中的 2 个字段已转为本系统表单" in report["adaptations"]
    definitions.deploy(office, files)
    me = who("rlb1")

    with pytest.raises(FormProblems) as caught:
        instances.start(office, "leave", {"title": "请假"}, me)
    assert [problem.path for problem in caught.value.problems] == ["startDate"]
    number = instances.start(office, "leave", {"title": "请假", "startDate": "2026-03-10"}, me).number

    item = work.mine(office, number, me)
    assert item is not None
    with pytest.raises(FormProblems) as caught:
        work.decide(office, item, "approve", me, data={"startDate": "2026-04-01", "leaderAgreed": "true"})
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("startDate", "form.read_only")]
    with pytest.raises(FormProblems) as caught:
        work.decide(office, item, "approve", me)
    assert [problem.path for problem in caught.value.problems] == ["leaderAgreed"]
    done = work.decide(office, item, "approve", me, data={"leaderAgreed": "true"})
    assert [step.element for step in done.next] == ["b"]


def test_a_form_file_that_cannot_be_read_is_told_and_the_diagram_deploys(office: Engine) -> None:
    files = {"leave.bpmn": FLOWABLE.encode(), "broken.form": b"{"}

    report = definitions.check(files)

    assert report["ok"]
    assert any("broken.form" in line for line in report["adaptations"])
