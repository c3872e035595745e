"""What SpiffWorkflow does wrong by itself (reliability.md, findings 1-10 and hazards S1-S20), promised to be right."""

import json
from decimal import Decimal

import pytest

from engine import bpmn
from engine.errors import BadInput, ExpressionError, Incident, NotOffered, StepBudgetExceeded
from tests.engine.bpmn.drawn import NOW, chain, codes, compiled, done, drawing, flow, opened

LOOP = (
    chain("startEvent s", "userTask write", "userTask approve", "exclusiveGateway g", "endEvent e").replace(
        flow("g_e", "g", "e"), flow("g_e", "g", "e", "${outcome == 'approve'}")
    )
    + flow("back", "g", "write", "${outcome == 'return'}")
)  # fmt: skip


def test_two_thousand_return_rounds_stay_open_and_flat() -> None:
    """Finding 1, S1, S9: a case is over when an end was reached and nothing is open, whatever came before."""
    process = compiled(LOOP)
    step = bpmn.start(process, {}, NOW)
    sizes = []

    for _ in range(2_000):
        step = done(process, step, "write")
        step = done(process, step, "approve", outcome="return")
        assert not step.ended
        sizes.append(len(step.snapshot))

    assert opened(step) == ["write"]
    assert max(sizes[1:]) - min(sizes[1:]) <= 10  # only the counters grow
    step = done(process, done(process, step, "write"), "approve", outcome="approve")
    assert step.ended


@pytest.mark.parametrize(
    "name", ["End", "Start", "p.EndJoin", "End.BoundaryEventSplit", "StartEventSplit", "StartEventJoin", "Root"]
)
def test_a_task_with_a_name_the_library_uses_itself_is_a_task_like_any_other(name: str) -> None:
    """Finding 2, S2."""
    process = compiled(chain("startEvent s", "userTask u1", f"userTask {name}", "userTask u3", "endEvent e"))

    step = done(process, bpmn.start(process, {}, NOW), "u1")
    assert opened(step) == [name]
    step = done(process, step, name)
    assert opened(step) == ["u3"]
    assert done(process, step, "u3").ended


@pytest.mark.parametrize("name", ["len", "sum", "true", "null", "None", "ExpressionError", "now"])
def test_a_form_field_cannot_override_a_function_or_constant(name: str) -> None:
    """Finding 3, S5."""
    condition = "len(items) > 2 and true and null == None and sum([1, 2]) == 3"
    body = chain("startEvent s", "exclusiveGateway g", "userTask manager", "endEvent e").replace(
        flow("g_manager", "g", "manager"), flow("g_manager", "g", "manager", condition)
    )
    process = compiled(body + '<endEvent id="e2"/>' + flow("direct", "g", "e2"))

    step = bpmn.start(process, {"items": [1, 2, 3], name: 1_000_000_000}, NOW)

    assert opened(step) == ["manager"]


@pytest.mark.parametrize(
    "value",
    [
        {"a": {"typename": "x"}},
        {"typename": "UUID", "value": "1"},
        {"typename": "BpmnProcessSpec"},
        {"__builtins__": {}, "$variables": 1, "instance": 2, "watch": True, "via": "f", "due": 1},
        10**30,
        "\ud800 lone",
        "\x00",
        [[[[[[]]]]]],
    ],
)
def test_no_form_value_can_break_the_restore(value: object) -> None:
    """Finding 4, S4, S20."""
    process = compiled(chain("startEvent s", "userTask a", "userTask b", "endEvent e"))
    step = bpmn.start(process, {"title": "通知"}, NOW)

    step = done(process, step, "a", value=value, typename=value)

    assert opened(step) == ["b"]
    assert step.variables["value"] == value
    assert done(process, step, "b").ended


@pytest.mark.parametrize("value", [{1, 2}, object(), Decimal("1.5")])
def test_what_is_no_json_is_refused_and_not_stored(value: object) -> None:
    """S20."""
    process = compiled(chain("startEvent s", "userTask a", "endEvent e"))

    with pytest.raises(BadInput) as caught:
        bpmn.start(process, {"x": value}, NOW)
    assert caught.value.reason == "bpmn.not_json"


def test_data_nested_two_thousand_deep_is_refused() -> None:
    """S20."""
    process = compiled(chain("startEvent s", "userTask a", "endEvent e"))
    deep: list[object] = []
    for _ in range(2_000):
        deep = [deep]

    with pytest.raises(BadInput):
        bpmn.start(process, {"x": deep}, NOW)


def test_a_snapshot_of_an_unknown_version_is_refused_and_not_guessed() -> None:
    """Finding 5, S6."""
    process = compiled(chain("startEvent s", "userTask a", "endEvent e"))
    step = bpmn.start(process, {}, NOW)
    stored = {**json.loads(step.snapshot), "v": 99}

    for snapshot in (json.dumps(stored).encode(), b"", b"[]", b"\x80\x04pickle", step.snapshot[:-5]):
        with pytest.raises(Incident) as caught:
            bpmn.wake(process, snapshot, NOW)
        assert caught.value.reason == "bpmn.snapshot"


def test_a_snapshot_holds_no_diagram() -> None:
    """Finding 5: what is stored survives a new release of the library."""
    process = compiled(LOOP)
    snapshot = bpmn.start(process, {}, NOW).snapshot

    assert set(json.loads(snapshot)) == {"v", "seed", "count", "ended", "tokens", "variables"}
    assert len(snapshot) < 300
    assert b"outcome" not in snapshot


def test_a_task_that_is_not_offered_cannot_be_completed() -> None:
    """Finding 9, S7: done, cancelled, future, unknown."""
    boundary = '<boundaryEvent id="late" attachedToRef="a"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    body = chain("startEvent s", "userTask a", "userTask b", "endEvent e") + boundary
    body += '</timerEventDefinition></boundaryEvent><userTask id="c"/>' + flow("l", "late", "c")
    process = compiled(body)
    start = bpmn.start(process, {}, NOW)
    first = start.activities[0].id
    after = done(process, start, "a")
    timed_out = bpmn.wake(process, start.snapshot, NOW.replace(hour=3))
    assert opened(timed_out) == ["c"]

    for snapshot, activity in [
        (after.snapshot, first),
        (timed_out.snapshot, first),
        (start.snapshot, after.activities[0].id),
        (start.snapshot, "a"),
        (start.snapshot, ""),
        (start.snapshot, first.replace("-3", "-1")),
    ]:
        with pytest.raises(NotOffered):
            bpmn.complete(process, snapshot, activity, {}, NOW)


def test_a_step_is_a_record_that_later_steps_do_not_change() -> None:
    """Finding 10, S8: no value of one step is shared with the next or with the caller."""
    process = compiled(
        chain("startEvent s", "userTask a", "scriptTask change", "userTask b", "endEvent e").replace(
            '<scriptTask id="change"/>', '<scriptTask id="change"><script>amount = 1</script></scriptTask>'
        )
    )
    given = {"amount": 999, "rows": [{"x": 1}]}
    first = bpmn.start(process, given, NOW)
    second = done(process, first, "a")

    given["rows"][0]["x"] = 5  # type: ignore[index]
    second.variables["rows"][0]["x"] = 7

    assert first.variables == {"amount": 999, "rows": [{"x": 1}]}
    assert second.variables["amount"] == 1
    assert bpmn.wake(process, first.snapshot, NOW).variables == {"amount": 999, "rows": [{"x": 1}]}


def test_an_automatic_loop_spends_its_budget_and_nothing_changes() -> None:
    """S10, A15."""
    body = chain("startEvent s", "userTask a", "exclusiveGateway g", "manualTask m")
    body = body.replace(flow("g_m", "g", "m"), flow("g_m", "g", "m", "true")) + '<endEvent id="e"/>'
    body += flow("m_g", "m", "g") + flow("g_e", "g", "e")
    process = compiled(body)
    step = bpmn.start(process, {}, NOW)

    with pytest.raises(StepBudgetExceeded):
        done(process, step, "a")

    assert opened(bpmn.wake(process, step.snapshot, NOW)) == ["a"]


def test_what_all_expressions_of_one_step_cost_has_a_budget_too() -> None:
    sums = "+".join(["n"] * 300)
    body = (
        chain("startEvent s", "userTask a", "exclusiveGateway m", "scriptTask work", "exclusiveGateway g", "endEvent e")
        .replace(
            '<scriptTask id="work"/>', f'<scriptTask id="work"><script>x = {sums}; n = n + 1</script></scriptTask>'
        )
        .replace('<sequenceFlow id="g_e"', '<sequenceFlow id="g_e" name="enough"')
    )
    process = compiled(body + flow("again", "g", "m", "${n < 90000}"))
    step = bpmn.start(process, {"n": 0}, NOW)

    with pytest.raises(ExpressionError) as caught:
        done(process, step, "a")

    assert caught.value.reason == "expr.budget"


def test_a_process_that_calls_itself_by_expression_stops() -> None:
    """S10: what the check cannot see ends at run time."""
    process = compiled(
        chain("startEvent s", "callActivity c", "endEvent e").replace(
            '<callActivity id="c"/>', '<callActivity id="c" calledElement="${\'p\'}"/>'
        )
    )

    with pytest.raises(StepBudgetExceeded) as caught:
        bpmn.start(process, {}, NOW)

    assert caught.value.reason == "bpmn.call_cycle"


def test_a_flow_to_itself_is_a_problem_and_no_crash() -> None:
    """S11."""
    body = chain("startEvent s", "userTask a", "endEvent e") + flow("x", "a", "a")

    assert codes(drawing(body)) == ["bpmn.flow"]


@pytest.mark.parametrize(
    "text", ["P3000000Y", "P1.5M", "Wednesday", "P", "PT", "R/PT0S", "R3/", "2026-02-31", "R/P", ""]
)
def test_a_duration_nobody_can_wait_for_is_refused_at_once(text: str) -> None:
    """S13, A94."""
    body = chain("startEvent s", "intermediateCatchEvent t", "endEvent e").replace(
        '<intermediateCatchEvent id="t"/>',
        f'<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>{text}</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>",
    )

    assert [code.split(".")[0] for code in codes(drawing(body))] == ["time"]


def test_a_gateway_without_a_fitting_way_leaves_the_task_open_for_another_try() -> None:
    """S17: nothing is left in an error state, because nothing was stored."""
    process = compiled(LOOP)
    step = done(process, bpmn.start(process, {}, NOW), "write")

    with pytest.raises(ExpressionError) as missing:
        done(process, step, "approve")
    with pytest.raises(ExpressionError) as unfit:
        done(process, step, "approve", outcome="later")

    assert missing.value.name == "outcome"
    assert unfit.value.reason == "bpmn.no_flow_fits"
    assert done(process, step, "approve", outcome="approve").ended


@pytest.mark.parametrize(
    ("value", "taken"), [("False", "no"), ("false", "no"), ("true", "yes"), (True, "yes"), (0, "no")]
)
def test_the_text_false_of_a_form_is_not_true(value: object, taken: str) -> None:
    """S17."""
    body = chain("startEvent s", "exclusiveGateway g", "userTask yes", "endEvent e").replace(
        flow("g_yes", "g", "yes"), flow("g_yes", "g", "yes", "${approved}")
    )
    process = compiled(body + '<userTask id="no"/>' + flow("g_no", "g", "no"))

    assert opened(bpmn.start(process, {"approved": value}, NOW)) == [taken]


def test_more_than_five_hundred_instances_are_refused() -> None:
    """S18, A91."""
    loop = (
        '<userTask id="a"><multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="who"/>'
    )
    process = compiled(
        chain("startEvent s", "userTask a", "endEvent e").replace('<userTask id="a"/>', loop + "</userTask>")
    )

    assert len(bpmn.start(process, {"people": list(range(500))}, NOW).activities) == 500
    with pytest.raises(Incident):
        bpmn.start(process, {"people": list(range(501))}, NOW)
