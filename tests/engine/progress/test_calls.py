"""A call activity whose process is deployed elsewhere; what cannot go on is visible as an incident."""

import pytest

from engine.errors import Conflict
from engine.runtime import Engine
from engine.store import house
from engine.store import instances as stored
from engine.verbs import bindings, definitions, incidents, instances, stopping, timers, work
from tests.engine.conftest import Login
from tests.support.memo import FORM, diagram, end, flow, manifest, task


def package(target: str) -> dict[str, bytes]:
    """A process that drafts, calls another one, and then looks at what came of it."""
    call = (
        f'<bpmn:callActivity id="Call" name="审签报" calledElement="{target}"><bpmn:extensionElements>'
        '<camunda:in source="title" target="title" /><camunda:out source="checked" target="checked" />'
        "</bpmn:extensionElements></bpmn:callActivity>"
    )
    return {
        "process.toml": manifest("caller", "上级流程"),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": diagram(
            "caller",
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="none"),
            call,
            task("Look", "看结果", performer="initiator()", limit="1WD", ladder="ESC-DOC"),
            end("Done"),
            flow("Begin", "Draft"),
            flow("Draft", "Call"),
            flow("Call", "Look"),
            flow("Look", "Done"),
        ),
    }


def test_the_called_process_runs_as_an_instance_of_its_own_and_its_end_lets_the_caller_go_on(
    office: Engine, who: Login
) -> None:
    definitions.deploy(office, package("memo"))
    parent = instances.start(office, "caller", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))
    child = instances.get(office, parent.number, who("auditor")).children[0]
    for login, outcome in (("rlb1", "submit"), ("hegao_a", "approve"), ("vp_a", "approve"), ("wenshu_a", "approve")):
        item = next(i for i in instances.get(office, child, who("auditor")).items if i.state == "open")
        data = {"checked": True} if login == "hegao_a" else {}
        work.decide(office, item.id, outcome, who(login), data=data)
    before = [i.element for i in instances.get(office, parent.number, who("auditor")).items if i.state == "open"]

    timers.fire_due(office)

    after = instances.get(office, parent.number, who("auditor"))
    assert before == []
    assert instances.get(office, child, who("auditor")).title == "关于值班的签报"
    assert [i.element for i in after.items if i.state == "open"] == ["Look"]
    assert after.data["checked"] is True


def test_a_call_that_counts_as_submitted_goes_past_the_first_step(office: Engine, who: Login) -> None:
    files = package("memo")
    said = b'<camunda:properties><camunda:property name="submitted" value="true" /></camunda:properties>'
    files["main.bpmn"] = files["main.bpmn"].replace(
        b'<camunda:in source="title" target="title" />', said + b'<camunda:in source="title" target="title" />'
    )
    definitions.deploy(office, files)

    parent = instances.start(office, "caller", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))

    child = instances.get(office, instances.get(office, parent.number, who("auditor")).children[0], who("auditor"))
    assert {i.element for i in child.items if i.state == "open"} != {"Draft"}
    assert [e.element for e in child.steps if e.state == "done"][:1] == ["Draft"]


def test_a_call_to_a_process_that_is_not_deployed_waits_as_an_incident(office: Engine, who: Login) -> None:
    definitions.deploy(office, package("nowhere"))
    parent = instances.start(office, "caller", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))

    with office.store.reading() as tx:
        row = stored.by_number(tx, parent.number)
        found = house.open_incidents(tx, row.id)

    assert row.state == "running"
    assert [(i["kind"], "nowhere" in i["message"]) for i in found] == [("unbound", True)]


def test_a_call_of_a_process_that_is_deployed_later_goes_on_by_itself(office: Engine, who: Login) -> None:
    definitions.deploy(office, package("later"))
    parent = instances.start(office, "caller", {"title": "签报", "urgency": "平件"}, who("rlb1"))
    (found,) = incidents.listed(office, who("admin"))
    assert (found.label, found.number, found.process) == ("流程未发布", parent.number, "")

    memo = package("memo")
    memo["process.toml"] = manifest("later", "后来的流程")
    memo["main.bpmn"] = memo["main.bpmn"].replace(b'id="caller"', b'id="later"')
    definitions.deploy(office, memo)
    bindings.perform_due(office)

    assert len(instances.get(office, parent.number, who("auditor")).children) == 1
    assert incidents.listed(office, who("admin")) == ()


def looping(stop: str) -> dict[str, bytes]:
    """A process that calls another one once for each line of a list, for the person who drafted."""
    files = package("memo")
    files["main.bpmn"] = files["main.bpmn"].replace(
        b'<camunda:in source="title" target="title" /><camunda:out source="checked" target="checked" />',
        (
            '<camunda:properties><camunda:property name="submitted" value="true" />'
            '<camunda:property name="initiator" value="initiator()" />'
            f'<camunda:property name="stop-called" value="{stop}" /></camunda:properties>'
            '<camunda:in sourceExpression="${title + one}" target="title" />'
            '<camunda:out sourceExpression="${title}" target="came" /></bpmn:extensionElements>'
            '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${[1, 2]}" camunda:elementVariable="one">'
            "<bpmn:loopDataOutputRef>all_came</bpmn:loopDataOutputRef>"
            '<bpmn:outputDataItem id="Came" name="came" /></bpmn:multiInstanceLoopCharacteristics>'
            "<bpmn:extensionElements>"
        ).encode(),
    )
    files["main.bpmn"] = files["main.bpmn"].replace(b"<bpmn:extensionElements></bpmn:extensionElements>", b"")
    files["main.bpmn"] = files["main.bpmn"].replace(b"${title + one}", b"${title + one.toString()}")
    return files


def states(office: Engine, number: str, who: Login) -> list[tuple[str, str]]:
    children = instances.get(office, number, who("auditor")).children
    return [(view.title, view.state) for view in (instances.get(office, n, who("auditor")) for n in children)]


def test_what_was_called_for_each_line_ends_with_its_caller_unless_it_has_gone_too_far(
    office: Engine, who: Login
) -> None:
    definitions.deploy(office, looping("${not checked}"))
    number = instances.start(office, "caller", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    first = instances.get(office, instances.get(office, number, who("auditor")).children[0], who("auditor"))
    item = next(i for i in first.items if i.state == "open")
    work.decide(office, item.id, "approve", who("hegao_a"), data={"checked": True})
    before = states(office, number, who)

    instances.void(office, number, who("admin"), reason="不办了")
    timers.fire_due(office)

    assert before == [("签报1", "running"), ("签报2", "running")]
    assert states(office, number, who) == [("签报1", "running"), ("签报2", "voided")]


def test_what_was_called_goes_on_when_its_caller_ends_if_nothing_is_said(office: Engine, who: Login) -> None:
    definitions.deploy(office, package("memo"))
    number = instances.start(office, "caller", {"title": "签报", "urgency": "平件"}, who("rlb1")).number

    instances.void(office, number, who("admin"), reason="不办了")
    timers.fire_due(office)

    assert states(office, number, who) == [("签报", "running")]


HOLD = """
[[hold]]
when = "checked"
why = "东西还在外面，这件不能结束。"
hint = "请先收回。"
"""


def errand() -> dict[str, bytes]:
    """A process that is out until it comes back, or until it is called back; while it is out it cannot be ended."""
    body = diagram(
        "errand",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task("Out", "在外", performer="initiator()", limit="1WD", ladder="ESC-DOC"),
        '<bpmn:boundaryEvent id="Called" attachedToRef="Out"><bpmn:messageEventDefinition id="E" messageRef="M" />'
        "</bpmn:boundaryEvent>",
        task("Back", "召回", performer="initiator()", limit="1WD", ladder="ESC-DOC"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Out"),
        flow("Out", "Done"),
        flow("Called", "Back"),
        flow("Back", "Done"),
    )
    message = b'<bpmn:message id="M" name="\xe6\x94\xb6\xe5\x9b\x9e" /><bpmn:process '
    return {
        "process.toml": manifest("errand", "外出").rstrip(b"\n") + HOLD.encode(),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": body.replace(b"<bpmn:process ", message, 1),
    }


def test_what_has_gone_too_far_to_end_is_told_by_the_message_its_caller_names(office: Engine, who: Login) -> None:
    files = package("errand")
    said = (
        '<camunda:properties><camunda:property name="submitted" value="true" />'
        '<camunda:property name="stop-called" value="${false}" />'
        '<camunda:property name="stop-message" value="收回" /></camunda:properties>'
    ).encode()
    mapped = b'<camunda:in source="title" target="title" />'
    files["main.bpmn"] = files["main.bpmn"].replace(mapped, said + mapped)
    definitions.deploy(office, errand())
    definitions.deploy(office, files)
    number = instances.start(office, "caller", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    (child,) = instances.get(office, number, who("auditor")).children

    instances.void(office, number, who("admin"), reason="不办了")
    timers.fire_due(office)
    timers.fire_due(office)

    view = instances.get(office, child, who("auditor"))
    assert (view.state, [i.element for i in view.items if i.state == "open"]) == ("running", ["Back"])
    told = [line.detail["opinion"] for line in view.history if line.verb == "called_back"]
    assert told == [f"{number}：不办了"]


def test_a_case_that_is_held_is_neither_withdrawn_nor_voided_nor_terminated(office: Engine, who: Login) -> None:
    definitions.deploy(office, errand())
    held = instances.start(office, "errand", {"title": "外出", "checked": True}, who("rlb1")).number
    free = instances.start(office, "errand", {"title": "外出", "checked": False}, who("rlb1")).number

    for verb, login in ((instances.withdraw, "rlb1"), (instances.void, "admin"), (stopping.terminate, "admin")):
        with pytest.raises(Conflict, match="has to come back") as refused:
            verb(office, held, who(login), reason="不办了")
        assert (refused.value.reason, refused.value.message_zh) == ("instance.held", "东西还在外面，这件不能结束。")
    instances.withdraw(office, free, who("rlb1"), reason="不办了")

    states = [instances.get(office, number, who("auditor")).state for number in (held, free)]
    assert states == ["running", "withdrawn"]
