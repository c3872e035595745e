"""The office's order of steps: 核稿 before 签发 before 编号 before 用印, on every way."""

import pytest

from engine import bpmn
from engine.errors import BadInput
from tests.engine.bpmn.drawn import chain, drawing, flow

NAMES = {"draft": "拟稿", "check": "办公室核稿", "sign": "签发", "number": "编号登记", "seal": "双人用印"}


def issue(*steps: str, also: str = "") -> bytes:
    """A process of these steps, one after another, with ways that skip some of them."""
    body = chain("startEvent s", *(f"userTask {step}" for step in steps), "endEvent e")
    for step, name in NAMES.items():
        body = body.replace(f'<userTask id="{step}"/>', f'<userTask id="{step}" name="{name}"/>')
    return drawing(body + also)


def told(content: bytes, **more: object) -> list[tuple[str | None, tuple[str, ...]]]:
    """Elements and traces of the warnings about order."""
    report = bpmn.check({"p.bpmn": content}, **more)  # type: ignore[arg-type]
    return [(w.element, w.trace) for w in report.warnings if w.code.startswith("order.")]


def test_steps_in_the_order_of_the_office_are_fine_also_when_some_are_missing() -> None:
    assert told(issue("draft", "check", "sign", "number", "seal")) == []
    assert told(issue("draft", "check", "seal")) == []
    assert told(issue("draft", "seal")) == []


def test_signing_before_checking_is_told_with_the_way() -> None:
    assert told(issue("draft", "sign", "check", "number")) == [
        ("sign", ("s", "draft", "sign")),
    ]


def test_a_way_around_a_step_is_found() -> None:
    around = '<exclusiveGateway id="g"/>' + flow("in", "draft", "g") + flow("skip", "g", "number", "${quick}")
    content = issue("draft", "check", "sign", "number", also=around + flow("on", "g", "check"))

    assert told(content) == [("number", ("s", "draft", "g", "number"))]
    (warning,) = (w for w in bpmn.check({"p.bpmn": content}).warnings if w.code == "order.issue")
    assert "签发" in warning.message_zh
    assert "编号登记" in warning.message_zh


def test_going_back_does_not_disturb_the_order() -> None:
    back = '<exclusiveGateway id="g"/>' + flow("again", "g", "check", "${again}") + flow("done", "g", "e")

    assert told(issue("draft", "check", "sign", "number", also=back + flow("x", "seal", "g") + '<userTask id="seal"/>'
                      + flow("y", "number", "seal"))) == []  # fmt: skip


def test_a_process_may_opt_out_and_a_house_may_bring_its_own_rules() -> None:
    wrong = issue("draft", "sign", "check")
    opted = wrong.replace(
        b'<process id="p" isExecutable="true">',
        b'<process id="p" isExecutable="true"><extensionElements><camunda:properties>'
        b'<camunda:property name="order" value="none"/></camunda:properties></extensionElements>',
    )
    rules = '[[sequence]]\ncode = "order.own"\nname = "n"\n'
    rules += '[[sequence.step]]\nname = "签"\nwords = ["签发"]\n[[sequence.step]]\nname = "拟"\nwords = ["拟稿"]\n'

    assert told(opted) == []
    assert told(wrong, order=()) == []
    assert told(wrong, order=bpmn.read_order(rules)) == [("draft", ("s", "draft"))]


@pytest.mark.parametrize("text", ["[[sequence]]", "x = ", '[[sequence]]\ncode = "a"\nname = "b"\nstep = [1]'])
def test_rules_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        bpmn.read_order(text)

    assert caught.value.reason == "order.invalid"
