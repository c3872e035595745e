"""A31: whatever people, diagrams and forms are called, their names are shown and never run."""

import pytest
from flask.testing import FlaskClient

from engine.runtime import Engine
from engine.verbs import definitions, instances, people
from tests.web.browsing import sign_in

NAME = "&lt;img src=x onerror=alert(1)&gt;"
DIAGRAM = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
 <process id="hostile" name="{NAME}" isExecutable="true"><laneSet><lane id="l" name="{NAME}">
 <flowNodeRef>a</flowNodeRef></lane></laneSet><startEvent id="s"><extensionElements><camunda:formData>
 <camunda:formField id="extra" label="{NAME}" type="enum"><camunda:value id="one" name="{NAME}"/></camunda:formField>
 </camunda:formData></extensionElements></startEvent>
 <userTask id="a" name="{NAME}" camunda:assignee="${{initiator}}"><documentation>{NAME}</documentation></userTask>
 <serviceTask id="x" name="{NAME}" camunda:class="{NAME}"/><endEvent id="e"/>
 <sequenceFlow id="f1" name="{NAME}" sourceRef="s" targetRef="a"/><sequenceFlow id="f2" sourceRef="a" targetRef="x"/>
 <sequenceFlow id="f3" sourceRef="x" targetRef="e"/></process></definitions>"""
TITLE = "<script>alert(1)</script><svg onload=alert(1)>"


@pytest.fixture
def number(office: Engine) -> str:
    definitions.deploy(office, {"hostile.bpmn": DIAGRAM.encode()}, note=TITLE)
    data = {"title": TITLE, "note": 'javascript:alert(1) "><b hidden>', "extra": "one"}
    return instances.start(office, "hostile", data, people.actor(office, "admin")).number


@pytest.mark.parametrize(
    "path",
    [
        "/inbox", "/mine", "/d/{}", "/d/{}/history", "/d/{}/diagram", "/d/{}/print", "/d/{}/diagram.json", "/t/{}",
        "/start", "/start/hostile", "/processes", "/processes/hostile", "/processes/hostile/bindings",
    ],
)  # fmt: skip
def test_names_are_shown_and_never_run(client: FlaskClient, number: str, path: str) -> None:
    """A31."""
    sign_in(client, "admin")

    answer = client.get(path.format(number))

    assert answer.status_code == 200
    if answer.mimetype == "text/html":
        assert "alert(1)" in answer.text
        for tag in ("<script>alert", "<svg onload", "<img src=x", '"><b hidden>', 'href="javascript:'):
            assert tag not in answer.text
