"""What is sent out hears of its arrival: receipts, steps that wait for them, files that go along, units by name."""

from datetime import timedelta

import pytest

from engine.errors import BadInput
from engine.runtime import Engine
from engine.store import timers as timer_rows
from engine.verbs import definitions, files, instances, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.memo import HEAD, end, flow, task

FORM = """
title = "来往"
[[field]]
id = "title"
type = "text"
label = "标题"
[[field]]
id = "to"
type = "units"
label = "发往"
[[field]]
id = "receiver"
type = "unit"
label = "收文单位"
[[field]]
id = "source"
type = "text"
label = "来自"
[[field]]
id = "annex"
type = "files"
label = "附件"
[[field]]
id = "receivers"
type = "units"
label = "系统内单位"
[[field]]
id = "repeats"
type = "text"
label = "重复"
[[field]]
id = "receipts"
type = "rows"
label = "回执"
system = true
fields = [
    { id = "unit", type = "unit", label = "单位" },
    { id = "file_no", type = "text", label = "件号" },
    { id = "at", type = "datetime", label = "时间" },
    { id = "by", type = "person", label = "人" },
]
[[rule]]
field = "to"
when = "not empty to and len(internal(to)) == 0"
message = "至少发给一个系统内单位。"
message_en = "to somebody of the house"
"""
SEND = "set:receivers=${internal(to)}; start:arrival"
WITH = "title=${title}, receiver=${item}, source=${unit_name('group')}, annex=${annex}"


def service(element: str, action: str, **more: str) -> str:
    given = {"register": action, **more}
    inner = "".join(f'<camunda:property name="{name}" value="{value}" />' for name, value in given.items())
    return (
        f'<bpmn:serviceTask id="{element}" name="{element}"><bpmn:extensionElements><camunda:properties>{inner}'
        "</camunda:properties></bpmn:extensionElements></bpmn:serviceTask>"
    )


def package(key: str, first: str, *nodes: str) -> dict[str, bytes]:
    manifest = f'key = "{key}"\ntitle = "{key}"\ncode = "{key[:2].upper()}"\ndiagram = "a.bpmn"\nform = "a"\n'
    body = f'<bpmn:process id="{key}" isExecutable="true"><bpmn:startEvent id="S" />{"".join(nodes)}</bpmn:process>'
    return {
        "process.toml": f'{manifest}first = "{first}"\n'.encode(),
        "a.bpmn": f"{HEAD}{body}</bpmn:definitions>".encode(),
        "forms/a.toml": FORM.encode(),
        "registers/letters.toml": 'title = "来件"\n[[column]]\nid = "title"\nlabel = "标题"\n'.encode(),
    }


DISPATCH = package(
    "dispatch",
    "D1",
    task("D1", "起草", performer="initiator()", limit="none", outcomes="submit:提交"),
    service("D2", SEND, each="receivers", **{"with": WITH}),
    task(
        "D3",
        "回执跟踪",
        performer="post('wenshu', 'bgs')",
        limit="5WD",
        outcomes="done:已齐",
        passes_when="not empty receipts and len(receipts) == len(receivers)",
    ),
    end("E"),
    flow("S", "D1") + flow("D1", "D2") + flow("D2", "D3") + flow("D3", "E"),
)
ARRIVAL = package(
    "arrival",
    "A1",
    task("A1", "送达", performer="initiator()", limit="none", outcomes="submit:提交"),
    task("A2", "签收", performer="unit_clerk(receiver)", limit="none", outcomes="accept:签收"),
    service("A3", "acknowledge:receipts; repeats:repeats=letters(title); letters.add"),
    task("A4", "办理", performer="unit_clerk(receiver)", limit="none", same="keep"),
    end("E"),
    flow("S", "A1") + flow("A1", "A2") + flow("A2", "A3") + flow("A3", "A4") + flow("A4", "E"),
)


@pytest.fixture
def sent(office: Engine, who: Login) -> str:
    """A letter to two companies and an office outside, with an annex."""
    for one in (ARRIVAL, DISPATCH):
        definitions.deploy(office, one)
    annex = files.put(office, "附表.txt", [b"1,2,3"], who("rlb1")).id
    data = {"title": "关于值班的通知", "to": ["ca", "gzw", "cb"], "annex": [annex]}
    return instances.start(office, "dispatch", data, who("rlb1")).number


def children(office: Engine, number: str, who: Login) -> list[str]:
    return list(instances.get(office, number, who("auditor")).children)


def receive(office: Engine, number: str, clerk: str, who: Login) -> int:
    item = next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")
    work.decide(office, item.id, "accept", who(clerk))
    return item.id


def steps(office: Engine, number: str, who: Login) -> list[str]:
    return [i.element for i in instances.get(office, number, who("auditor")).items if i.state == "open"]


def test_every_unit_of_the_house_gets_its_own_instance_with_its_own_file(office: Engine, who: Login, sent: str) -> None:
    found = [instances.get(office, number, who("auditor")) for number in children(office, sent, who)]

    assert sorted(v.data["receiver"] for v in found) == ["ca", "cb"]
    assert {v.data["source"] for v in found} == {"华远集团有限公司"}
    for view in found:
        clerk = who(f"{view.data['receiver']}_wenshu")
        stored, path = files.get(office, view.data["annex"][0], clerk)
        assert stored.name == "附表.txt"
        assert path.read_bytes() == b"1,2,3"


def test_the_last_receipt_lets_the_waiting_step_pass_by_itself(
    office: Engine, who: Login, sent: str, clock: FakeClock
) -> None:
    first, second = children(office, sent, who)
    receive(office, first, "ca_wenshu", who)
    timers.fire_due(office)
    assert instances.get(office, sent, who("auditor")).data["receipts"] is None  # it may still be taken back

    clock.advance(timedelta(seconds=11))
    timers.fire_due(office)
    (line,) = instances.get(office, sent, who("auditor")).data["receipts"]
    assert (line["unit"], line["file_no"], line["by"]) == ("ca", first, "ca_wenshu")
    assert steps(office, sent, who) == ["D3"]

    receive(office, second, "cb_wenshu", who)
    clock.advance(timedelta(seconds=11))
    timers.fire_due(office)

    view = instances.get(office, sent, who("auditor"))
    assert view.state == "completed"
    assert [e.label for e in view.history].count("回执") == 2


def test_a_receipt_for_a_sender_that_has_ended_changes_nothing(
    office: Engine, who: Login, sent: str, clock: FakeClock
) -> None:
    first, _second = children(office, sent, who)
    instances.void(office, sent, who("admin"), reason="重发")
    receive(office, first, "ca_wenshu", who)
    clock.advance(timedelta(seconds=11))
    timers.fire_due(office)

    assert instances.get(office, sent, who("auditor")).data["receipts"] is None
    with office.store.reading() as tx:
        assert timer_rows.next_due(tx) is None or timer_rows.next_due(tx) > office.now()  # type: ignore[operator]


def test_what_says_the_same_in_a_register_is_named_and_not_refused(office: Engine, who: Login, sent: str) -> None:
    first, second = children(office, sent, who)
    receive(office, first, "ca_wenshu", who)
    receive(office, second, "cb_wenshu", who)

    assert instances.get(office, first, who("auditor")).data["repeats"] is None
    assert instances.get(office, second, who("auditor")).data["repeats"] == "1"


def test_rules_of_a_form_may_ask_which_units_are_of_the_house(office: Engine, who: Login) -> None:
    definitions.deploy(office, DISPATCH)

    with pytest.raises(BadInput) as refused:
        instances.start(office, "dispatch", {"title": "函", "to": ["gzw"]}, who("rlb1"))

    assert "form" in refused.value.reason
