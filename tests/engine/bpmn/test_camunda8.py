"""Camunda 8: what its extension elements say means here what it means there."""

import pytest

from engine import bpmn
from engine.package.plan import plan_of
from tests.engine.bpmn.drawn import NOW, chain, compiled, done, flow, opened

pytestmark = pytest.mark.usefixtures("both_engines")


def extended(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def test_a_script_is_feel_and_fills_its_result_variable() -> None:
    script = extended('<zeebe:script expression="=sum(for i in items return i.price)" resultVariable="total"/>')
    body = chain("startEvent s", "scriptTask w", "userTask a", "endEvent e")
    process = compiled(body.replace('<scriptTask id="w"/>', f'<scriptTask id="w">{script}</scriptTask>'))

    step = bpmn.start(process, {"items": [{"price": 3}, {"price": 4}]}, NOW)

    assert step.variables["total"] == 7
    assert opened(step) == ["a"]


def test_a_loop_takes_its_items_and_collects_its_results() -> None:
    loop = extended(
        '<zeebe:loopCharacteristics inputCollection="=people" inputElement="who" outputCollection="answers"'
        ' outputElement="=upper case(who)"/>'
    )
    task = f'<userTask id="a"><multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics></userTask>'
    process = compiled(
        chain("startEvent s", "userTask a", "userTask b", "endEvent e").replace('<userTask id="a"/>', task)
    )
    step = bpmn.start(process, {"people": ["x", "y"]}, NOW)
    assert [activity.item for activity in step.activities] == ["x", "y"]

    step = done(process, done(process, step, "a"), "a")

    assert opened(step) == ["b"]
    assert step.variables["answers"] == ["X", "Y"]
    assert "who" not in step.variables


def test_input_and_output_are_local_to_the_task() -> None:
    mapping = extended(
        '<zeebe:ioMapping><zeebe:input source="=amount * 2" target="double"/>'
        '<zeebe:output source="=double + 1" target="result"/></zeebe:ioMapping>'
    )
    task = f'<userTask id="a">{mapping}</userTask>'
    process = compiled(chain("startEvent s", "userTask a", "endEvent e").replace('<userTask id="a"/>', task))
    step = bpmn.start(process, {"amount": 5}, NOW)
    assert step.activities[0].local == {"double": 10}

    step = done(process, step, "a")

    assert step.variables == {"amount": 5, "result": 11}


def test_an_assignment_becomes_the_performer_of_the_step() -> None:
    assigned = extended('<zeebe:userTask/><zeebe:assignmentDefinition assignee="=initiator" candidateGroups="office"/>')
    body = chain("startEvent s", "userTask a", "endEvent e").replace(
        '<userTask id="a"/>', f'<userTask id="a">{assigned}</userTask>'
    )

    plan = plan_of(compiled(body).elements["a"])

    assert plan.performer == "person(initiator)"
    assert plan.candidate_groups == ("office",)


def test_a_condition_is_feel_and_a_missing_variable_is_null() -> None:
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "endEvent e")
    body = body.replace(flow("g_a", "g", "a"), flow("g_a", "g", "a", '=kind = null or kind in ("x", "y")'))
    process = compiled(body + '<userTask id="b"/><endEvent id="e2"/>' + flow("o", "g", "b") + flow("q", "b", "e2"))

    assert opened(bpmn.start(process, {}, NOW)) == ["a"]
    assert opened(bpmn.start(process, {"kind": "y"}, NOW)) == ["a"]
    assert opened(bpmn.start(process, {"kind": "z"}, NOW)) == ["b"]


def test_a_job_is_a_stub_by_its_type() -> None:
    job = extended('<zeebe:taskDefinition type="payment" retries="3"/>')
    body = chain("startEvent s", "serviceTask x", "endEvent e").replace(
        '<serviceTask id="x"/>', f'<serviceTask id="x">{job}</serviceTask>'
    )

    assert [service.wanted for service in bpmn.start(compiled(body), {}, NOW).services] == ["topic:payment"]
