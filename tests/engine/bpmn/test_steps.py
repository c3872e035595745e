"""What each verb answers: tasks, services, calls, events, variables and forecasts."""

from datetime import timedelta

import pytest

from engine import bpmn
from engine.errors import BadInput, NotOffered
from tests.engine.bpmn.drawn import HEAD, NOW, chain, compiled, done, drawing, flow, opened
from tests.support.effort import times_dearer, within

MESSAGE = '<message id="m1" name="付款"/><error id="e1" errorCode="REJECTED"/>'


def test_passed_lists_elements_and_flows_in_the_order_of_this_step() -> None:
    process = compiled(chain("startEvent s", "userTask a", "exclusiveGateway g", "userTask b", "endEvent e"))

    step = bpmn.start(process, {}, NOW)
    assert step.passed == ("s", "s_a")
    step = done(process, step, "a")
    assert step.passed == ("a", "a_g", "g", "g_b")
    assert done(process, step, "b").passed == ("b", "b_e", "e")


def test_a_service_waits_until_its_action_is_done() -> None:
    process = compiled(chain("startEvent s", "serviceTask number", "sendTask notice", "userTask a", "endEvent e"))

    step = bpmn.start(process, {}, NOW)
    assert [(service.element, service.kind) for service in step.services] == [("number", "service")]
    step = bpmn.receive(process, step.snapshot, {"doc_no": "华远发〔2026〕3号"}, NOW, element="number")
    assert [(service.element, service.kind) for service in step.services] == [("notice", "send")]
    step = bpmn.receive(process, step.snapshot, step.variables, NOW, element=step.services[0].id)

    assert opened(step) == ["a"]
    assert step.variables["doc_no"] == "华远发〔2026〕3号"
    with pytest.raises(NotOffered):
        bpmn.receive(process, step.snapshot, step.variables, NOW, element="number")


def test_a_failed_service_goes_the_way_of_its_error_event() -> None:
    caught = '<boundaryEvent id="b" attachedToRef="pay"><errorEventDefinition errorRef="e1"/></boundaryEvent>'
    body = (
        chain("startEvent s", "serviceTask pay", "endEvent e")
        + caught
        + '<userTask id="mend"/>'
        + flow("x", "b", "mend")
    )
    process = compiled(body, also=MESSAGE)
    step = bpmn.start(process, {}, NOW)

    failed = bpmn.receive(process, step.snapshot, {}, NOW, element="pay", error="REJECTED")

    assert opened(failed) == ["mend"]
    assert failed.passed == ("b", "x")
    with pytest.raises(BadInput):
        bpmn.receive(process, step.snapshot, {}, NOW, element="pay", error="OTHER")


def test_a_message_goes_to_one_node_and_nobody_waiting_is_said() -> None:
    body = chain("startEvent s", "receiveTask r", "endEvent e").replace('id="r"', 'id="r" messageRef="m1"')
    process = compiled(body, also=MESSAGE)
    step = bpmn.start(process, {}, NOW)
    assert [(s.element, s.kind, s.name) for s in step.subscriptions] == [("r", "message", "付款")]

    with pytest.raises(NotOffered):
        bpmn.receive(process, step.snapshot, {}, NOW, message="别的")
    assert bpmn.receive(process, step.snapshot, {"paid": True}, NOW, message="付款").ended


TIMED = (
    chain("startEvent s", "userTask a", "endEvent e")
    + '<boundaryEvent id="late" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
    "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>"
    '<userTask id="remind"/>' + flow("r", "late", "remind")
)


def test_a_repeating_timer_fires_once_per_round_and_never_early() -> None:
    process = compiled(TIMED)
    step = bpmn.start(process, {}, NOW)
    assert step.next_due == NOW + timedelta(hours=1)

    early = bpmn.wake(process, step.snapshot, NOW + timedelta(minutes=59, seconds=59))
    assert opened(early) == ["a"]
    for hour in (1, 2, 3):
        step = bpmn.wake(process, step.snapshot, NOW + timedelta(hours=hour))
        assert opened(step) == ["a"] + ["remind"] * hour
    assert step.next_due is None


def test_rounds_missed_while_the_clock_stood_still_collapse_into_one() -> None:
    process = compiled(TIMED)
    step = bpmn.start(process, {}, NOW)

    step = bpmn.wake(process, step.snapshot, NOW + timedelta(hours=2, minutes=30))

    assert opened(step) == ["a", "remind"]
    assert step.next_due == NOW + timedelta(hours=3)


def test_a_timer_keeps_the_variables_that_were_last_known() -> None:
    body = chain("startEvent s", "intermediateCatchEvent t", "exclusiveGateway g", "userTask urgent", "endEvent e")
    event = "<timerEventDefinition><timeDuration>${wait}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    body = body.replace('<intermediateCatchEvent id="t"/>', f'<intermediateCatchEvent id="t">{event}')
    body = body.replace(flow("g_urgent", "g", "urgent"), flow("g_urgent", "g", "urgent", "${urgency == '特急'}"))
    process = compiled(body + '<endEvent id="e2"/>' + flow("d", "g", "e2"))
    step = bpmn.start(process, {"wait": "PT2H", "urgency": "特急"}, NOW)

    step = bpmn.wake(process, step.snapshot, NOW + timedelta(hours=2))

    assert opened(step) == ["urgent"]
    assert step.variables["urgency"] == "特急"


def test_a_date_that_has_moved_is_waited_for_anew_and_a_duration_runs_on() -> None:
    def timer(id: str, kind: str, text: str) -> str:
        return (
            f'<boundaryEvent id="{id}" attachedToRef="a" cancelActivity="false"><timerEventDefinition><{kind}>{text}'
            f'</{kind}></timerEventDefinition></boundaryEvent><userTask id="after_{id}"/>'
            + flow(f"f_{id}", id, f"after_{id}")
        )

    body = chain("startEvent s", "userTask a", "endEvent e")
    process = compiled(body + timer("day", "timeDate", "${at}") + timer("span", "timeDuration", "PT5H"))
    begun = bpmn.start(process, {"at": (NOW + timedelta(hours=2)).isoformat()}, NOW)
    assert begun.next_due == NOW + timedelta(hours=2)

    moved = {"at": (NOW + timedelta(hours=8)).isoformat()}
    step = bpmn.reschedule(process, begun.snapshot, moved, NOW + timedelta(hours=1))

    assert step.next_due == NOW + timedelta(hours=5)
    step = bpmn.wake(process, step.snapshot, NOW + timedelta(hours=6), moved)
    assert (opened(step), step.next_due) == (["a", "after_span"], NOW + timedelta(hours=8))


def test_a_condition_looks_again_when_variables_change_from_outside() -> None:
    event = "<conditionalEventDefinition><condition>${stock > 10}</condition></conditionalEventDefinition>"
    body = chain("startEvent s", "intermediateCatchEvent c", "endEvent e")
    body = body.replace(
        '<intermediateCatchEvent id="c"/>', f'<intermediateCatchEvent id="c">{event}</intermediateCatchEvent>'
    )
    process = compiled(body)
    step = bpmn.start(process, {}, NOW)

    step = bpmn.assign(process, step.snapshot, {"stock": 3}, NOW)
    assert not step.ended
    assert bpmn.assign(process, step.snapshot, {"stock": 11}, NOW).ended


CALL = '<callActivity id="c" calledElement="{}"><extensionElements><camunda:in source="amount" target="sum"/>'
CALL += '<camunda:out source="answer" target="result"/></extensionElements></callActivity>'
CALLED = f'<process id="q" isExecutable="true">{chain("startEvent qs", "userTask ask", "endEvent qe")}</process>'


def test_a_called_process_has_variables_of_its_own() -> None:
    body = chain("startEvent s", "callActivity c", "userTask a", "endEvent e")
    process = compiled(body.replace('<callActivity id="c"/>', CALL.format("q")), also=CALLED)
    step = bpmn.start(process, {"amount": 5, "secret": 1}, NOW)
    (task,) = step.activities
    assert (task.element, task.process, task.variables, task.scopes) == ("ask", "q", {"sum": 5}, ("c",))

    merged = bpmn.complete(process, step.snapshot, task.id, {**step.variables, "answer": "好"}, NOW)
    apart = bpmn.complete(process, step.snapshot, task.id, step.variables, NOW, data={"answer": "好"})

    for step in (merged, apart):
        assert opened(step) == ["a"]
        assert step.variables == {"amount": 5, "secret": 1, "result": "好"}


def test_a_call_out_of_the_files_is_done_by_another_instance() -> None:
    body = chain("startEvent s", "callActivity c", "userTask a", "endEvent e")
    process = compiled(body.replace('<callActivity id="c"/>', CALL.format("supervision")))
    step = bpmn.start(process, {"amount": 5}, NOW)
    (call,) = step.calls
    assert (call.element, call.target, call.variables) == ("c", "supervision", {"sum": 5})

    step = bpmn.receive(
        process, step.snapshot, step.variables, NOW, element=call.id, data={"answer": "办结", "more": 1}
    )

    assert opened(step) == ["a"]
    assert step.variables == {"amount": 5, "result": "办结"}


def test_a_forecast_says_what_would_open_and_keeps_nothing() -> None:
    body = chain("startEvent s", "userTask a", "exclusiveGateway g", "userTask b", "endEvent e")
    body = (
        body.replace(flow("g_b", "g", "b"), flow("g_b", "g", "b", "${ok}"))
        + '<endEvent id="e2"/>'
        + flow("d", "g", "e2")
    )
    process = compiled(body)
    step = bpmn.start(process, {}, NOW)
    task = step.activities[0].id

    assert [a.element for a in bpmn.preview(process, step.snapshot, task, {"ok": True}, NOW).activities] == ["b"]
    assert bpmn.preview(process, step.snapshot, task, {"ok": False}, NOW).ended
    assert bpmn.preview(process, step.snapshot, task, {}, NOW).errors == ("expr.unknown_variable",)
    assert opened(bpmn.wake(process, step.snapshot, NOW)) == ["a"]


def test_inputs_are_local_to_an_activity_and_results_go_to_the_process() -> None:
    mapping = (
        '<serviceTask id="pay"><extensionElements><camunda:inputOutput><camunda:inputParameter name="sum">${amount * 2}'
        '</camunda:inputParameter><camunda:outputParameter name="paid">${sum + 1}</camunda:outputParameter>'
        "</camunda:inputOutput></extensionElements></serviceTask>"
    )
    process = compiled(
        chain("startEvent s", "serviceTask pay", "userTask a", "endEvent e").replace('<serviceTask id="pay"/>', mapping)
    )
    step = bpmn.start(process, {"amount": 5}, NOW)
    assert step.services[0].local == {"sum": 10}

    step = bpmn.receive(process, step.snapshot, step.variables, NOW, element="pay")

    assert step.variables == {"amount": 5, "paid": 11}


def test_start_events_that_wait_are_named() -> None:
    body = chain("startEvent s", "endEvent e")
    start = '<startEvent id="s"><timerEventDefinition><timeCycle>R/P1D</timeCycle></timerEventDefinition></startEvent>'
    process = compiled(body.replace('<startEvent id="s"/>', start))

    assert process.starts == (bpmn.StartEvent("s", "timer", "", "R/P1D"),)
    assert bpmn.start(process, {}, NOW).ended


def test_the_main_process_is_the_one_nobody_calls() -> None:
    body = chain("startEvent s", "callActivity c", "endEvent e").replace('id="c"', 'id="c" calledElement="q"')
    content = f'{HEAD}{CALLED}<process id="p" isExecutable="true">{body}</process></definitions>'.encode()

    assert bpmn.compile({"a.bpmn": content}).key == "p"
    assert bpmn.compile({"a.bpmn": content}, main="q").key == "q"
    assert set(bpmn.compile({"a.bpmn": content}).elements) == {"s", "c", "e", "qs", "ask", "qe"}


def test_elements_carry_what_the_dialects_say_under_one_name() -> None:
    task = (
        '<userTask id="a" name="审核" camunda:candidateGroups="office" camunda:formKey="f1">'
        "<documentation>说明</documentation>"
        '<extensionElements><camunda:properties><camunda:property name="limit" value=" 3WD "/></camunda:properties>'
        '<zeebe:assignmentDefinition assignee="张三"/></extensionElements></userTask>'
    )
    process = compiled(chain("startEvent s", "userTask a", "endEvent e").replace('<userTask id="a"/>', task))

    element = process.elements["a"]
    assert element.attributes == {"candidateGroups": "office", "formKey": "f1", "assignee": "张三"}
    assert element.properties == {"limit": "3WD"}
    assert (element.documentation, element.incoming, element.outgoing) == ("说明", ("s_a",), ("a_e",))
    assert process.user_tasks_in_order == ("a",)
    assert process.flows["s_a"].target == "a"


def test_warnings_name_missing_people_limits_and_misspelt_properties() -> None:
    task = '<userTask id="a"><extensionElements><camunda:properties><camunda:property name="limitt" value="1WD"/>'
    task += "</camunda:properties></extensionElements></userTask>"
    body = chain("startEvent s", "userTask a", "endEvent e").replace('<userTask id="a"/>', task)

    report = bpmn.check({"p.bpmn": drawing(body)})

    assert report.ok
    assert {warning.code for warning in report.warnings} == {"no_performer", "no_form", "no_limit", "unknown_property"}
    assert all(warning.element == "a" and warning.severity == "warning" for warning in report.warnings)
    assert any("limit" in warning.fix_zh for warning in report.warnings)


def test_a_gateway_with_several_ways_needs_conditions() -> None:
    body = chain("startEvent s", "exclusiveGateway g", "endEvent e") + '<endEvent id="e2"/>' + flow("x", "g", "e2")

    assert [p.code for p in bpmn.check({"p.bpmn": drawing(body)}).problems] == ["bpmn.gateway_without_condition"]


def test_deadlock_is_told_and_never_taken_for_the_end() -> None:
    body = chain("startEvent s", "exclusiveGateway g", "userTask a", "parallelGateway j", "endEvent e")
    body = body.replace(flow("g_a", "g", "a"), flow("g_a", "g", "a", "${true}")) + '<userTask id="b"/>'
    process = compiled(body + flow("x", "g", "b") + flow("y", "b", "j"))

    step = done(process, bpmn.start(process, {}, NOW), "a")

    assert not step.ended
    assert step.errors == ("bpmn.stuck",)


@pytest.mark.parametrize("seconds", [30])
def test_an_upload_is_checked_in_a_process_of_its_own(seconds: int) -> None:
    good = drawing(chain("startEvent s", "userTask a", "endEvent e"))

    inside = bpmn.check({"p.bpmn": good, "q.bpmn": b"<!DOCTYPE x>"})
    isolated = bpmn.check_isolated({"p.bpmn": good, "q.bpmn": b"<!DOCTYPE x>"}, seconds=seconds)

    assert isolated == inside
    slow = bpmn.check_isolated({"p.bpmn": good}, seconds=0.01)
    assert [problem.code for problem in slow.problems] == ["bpmn.too_slow"]


def test_a_step_of_an_approval_with_twelve_values_takes_well_under_a_millisecond() -> None:
    names = ["userTask draft", "userTask review", "exclusiveGateway g", "userTask sign", "userTask seal", "endEvent e"]
    body = chain("startEvent s", *names).replace(flow("g_sign", "g", "sign"), flow("g_sign", "g", "sign", "${ok}"))
    process = compiled(body + flow("back", "g", "draft", "${!ok}"))
    step = bpmn.start(process, {f"字段{n}": "关于召开年度工作会议的通知" * 3 for n in range(12)}, NOW)

    seen: list[bpmn.Step] = []
    for _ in range(250):
        for element in ("draft", "review"):
            assert [task.element for task in step.activities] == [element]
            seen.append(step)
            step = again(process, step)

    within(0.04, lambda: [again(process, one) for one in seen[:100]])
    assert times_dearer(lambda: again(process, seen[-1]), lambda: again(process, seen[1])) < 1.5


def again(process: bpmn.Process, step: bpmn.Step) -> bpmn.Step:
    """The one open task done once more, with what was there."""
    return bpmn.complete(process, step.snapshot, step.activities[0].id, {**step.variables, "ok": False}, NOW)
