"""Returns, jumps and withdrawals on diagrams with branches, loops and sub-processes."""

import pytest

from engine import bpmn
from engine.errors import BadInput, NotOffered
from tests.engine.bpmn.drawn import NOW, chain, compiled, done, flow, opened

BRANCHES = (
    chain(
        "startEvent s", "userTask draft", "parallelGateway fork", "userTask a1", "userTask a2", "parallelGateway join"
    )
    + chain("userTask sign", "endEvent e")
    + chain("userTask b1", "userTask b2")
    + flow("f1", "fork", "b1")
    + flow("f2", "b2", "join")
    + flow("f3", "join", "sign")
)


def moved(process: bpmn.Process, step: bpmn.Step, cancel: list[str], enter: list[str]) -> bpmn.Step:
    """The step after ending the open tasks of these elements and entering others."""
    ids = [activity.id for activity in step.activities if activity.element in cancel]
    return bpmn.move(process, step.snapshot, step.variables, NOW, cancel=ids, enter=enter)


def at(process: bpmn.Process, *elements: str) -> bpmn.Step:
    """A new instance after these tasks."""
    step = bpmn.start(process, {}, NOW)
    for element in elements:
        step = done(process, step, element)
    return step


def test_both_branches_entered_again_pass_the_join_exactly_once() -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1")

    step = moved(process, step, ["a2", "b1"], ["a1", "b1"])

    assert opened(step) == ["a1", "b1"]
    for element in ("a1", "b1", "b2"):
        step = done(process, step, element)
    assert opened(step) == ["a2"]
    step = done(process, step, "a2")
    assert opened(step) == ["sign"]
    assert done(process, step, "sign").ended


@pytest.mark.parametrize("other_first", [True, False])
def test_going_back_inside_a_branch_keeps_the_join_waiting_for_it(other_first: bool) -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1", *(["b1", "b2"] if other_first else []))

    step = moved(process, step, ["a2"], ["a1"])

    for element in ("a1", "a2", *(() if other_first else ("b1", "b2"))):
        assert "sign" not in opened(step)
        step = done(process, step, element)
    assert opened(step) == ["sign"]
    assert step.passed.count("join") == 1


def test_going_back_before_the_fork_forgets_what_waits_at_the_join() -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1", "a2")

    step = moved(process, step, ["b1"], ["draft"])

    assert opened(step) == ["draft"]
    for element in ("draft", "a1", "b1", "b2"):
        step = done(process, step, element)
    assert opened(step) == ["a2"]
    assert opened(done(process, step, "a2")) == ["sign"]


def test_going_back_into_one_branch_after_the_join_leaves_the_other_done() -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1", "b1", "a2", "b2")
    assert bpmn.superseded(process, step.snapshot, NOW, enter=["a2"]) == (step.activities[0].id,)

    step = moved(process, step, ["sign"], ["a2"])

    assert opened(step) == ["a2"]
    step = done(process, step, "a2")
    assert opened(step) == ["sign"]
    assert done(process, step, "sign").ended


def test_a_branch_at_work_cannot_be_skipped_by_a_return_inside_the_other() -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1")

    with pytest.raises(BadInput) as caught:
        moved(process, step, ["a2", "b1"], ["a1"])

    assert caught.value.reason == "bpmn.branch_lost"
    assert opened(moved(process, step, ["a2", "b1"], ["a1", "b2"])) == ["a1", "b2"]
    assert opened(moved(process, step, ["a2", "b1"], ["draft"])) == ["draft"]
    assert opened(moved(process, step, ["a2", "b1"], ["sign"])) == ["sign"]


def test_superseded_names_the_branches_that_end_and_no_others() -> None:
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1")
    by_element = {activity.element: activity.id for activity in step.activities}

    assert bpmn.superseded(process, step.snapshot, NOW, enter=["a1"]) == (by_element["a2"],)
    assert set(bpmn.superseded(process, step.snapshot, NOW, enter=["draft"])) == set(by_element.values())
    assert bpmn.superseded(process, step.snapshot, NOW, enter=["sign"]) == ()


def test_work_with_a_timer_on_it_is_superseded_like_any_other() -> None:
    timer = '<boundaryEvent id="late" attachedToRef="b" cancelActivity="false"><timerEventDefinition><timeDuration>PT1H'
    timer += '</timeDuration></timerEventDefinition></boundaryEvent><userTask id="c"/>' + flow("l", "late", "c")
    process = compiled(chain("startEvent s", "userTask a", "userTask b", "endEvent e") + timer)
    step = bpmn.wake(process, at(process, "a").snapshot, NOW.replace(hour=9))
    assert opened(step) == ["b", "c"]

    cancel = bpmn.superseded(process, step.snapshot, NOW, enter=["a"])
    step = bpmn.move(process, step.snapshot, {}, NOW, cancel=cancel, enter=["a"])

    assert opened(step) == ["a"]
    assert step.subscriptions == ()


def test_leaving_a_called_process_with_a_branch_at_its_join_leaves_nothing_behind() -> None:
    called = f'<process id="q" isExecutable="true">{BRANCHES}</process>'.replace('id="', 'id="q_')
    called = called.replace('Ref="', 'Ref="q_').replace('id="q_q"', 'id="q"')
    body = chain("startEvent s", "userTask a", "callActivity c", "endEvent e").replace(
        'id="c"', 'id="c" calledElement="q"'
    )
    process = compiled(body, also=called)
    step = at(process, "a", "q_draft", "q_a1", "q_a2")

    cancel = bpmn.superseded(process, step.snapshot, NOW, enter=["a"])
    step = bpmn.move(process, step.snapshot, {}, NOW, cancel=cancel, enter=["a"])

    assert opened(step) == ["a"]
    assert b"q/" not in step.snapshot


def test_jumping_ahead_and_straight_back_is_possible() -> None:
    """直达: after the correction the case goes where it came from."""
    process = compiled(BRANCHES)
    step = at(process, "draft", "a1", "a2", "b1", "b2")

    step = moved(process, step, ["sign"], ["draft"])
    step = moved(process, step, ["draft"], ["sign"])

    assert opened(step) == ["sign"]
    assert done(process, step, "sign").ended


def test_entering_a_gateway_runs_it() -> None:
    process = compiled(BRANCHES)

    assert opened(moved(process, at(process), ["draft"], ["fork"])) == ["a1", "b1"]
    assert opened(moved(process, at(process), ["draft"], ["join"])) == ["sign"]


def test_leaving_and_entering_a_sub_process_opens_and_closes_it() -> None:
    inner = (
        '<subProcess id="sub">' + chain("startEvent si", "userTask x", "userTask y", "endEvent ei") + "</subProcess>"
    )
    body = chain("startEvent s", "userTask before", "subProcess sub", "userTask after", "endEvent e")
    process = compiled(body.replace('<subProcess id="sub"/>', inner))

    step = moved(process, at(process), ["before"], ["y"])
    assert opened(step) == ["y"]
    assert step.activities[0].scopes == ("sub",)
    back = moved(process, step, ["y"], ["before"])
    assert opened(back) == ["before"]
    assert b"p/sub" not in back.snapshot
    again = moved(process, step, ["y"], ["x"])
    for element in ("x", "y", "after"):
        again = done(process, again, element)
    assert again.ended


def test_ending_one_of_many_instances_lets_the_others_finish() -> None:
    loop = (
        '<userTask id="a"><multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who">'
    )
    loop += "<completionCondition>${nrOfCompletedInstances == nrOfInstances}</completionCondition>"
    loop += "</multiInstanceLoopCharacteristics></userTask>"
    process = compiled(chain("startEvent s", "userTask a", "endEvent e").replace('<userTask id="a"/>', loop))
    step = bpmn.start(process, {"people": ["张三", "李四", "王五"]}, NOW)
    assert [activity.item for activity in step.activities] == ["张三", "李四", "王五"]

    step = bpmn.move(process, step.snapshot, {}, NOW, cancel=[step.activities[1].id])

    assert [activity.item for activity in step.activities] == ["张三", "王五"]
    assert done(process, done(process, step, "a"), "a").ended


def test_what_is_not_open_cannot_be_ended_and_what_is_not_drawn_cannot_be_entered() -> None:
    process = compiled(BRANCHES)
    step = at(process)

    with pytest.raises(NotOffered):
        bpmn.move(process, step.snapshot, {}, NOW, cancel=["nothing"], enter=["sign"])
    with pytest.raises(BadInput):
        moved(process, step, ["draft"], ["nowhere"])
