"""Documents of a package: made at a step by whoever has it in hand, or by a service task, with their digests kept."""

import hashlib
from datetime import timedelta

import pytest

from engine.errors import InvalidProcess, NotAllowed, SanbanError
from engine.runtime import Engine
from engine.store import history
from engine.store import instances as rows
from engine.verbs import bindings, definitions, files, instances, papers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.memo import FORM, HEAD, end, flow, task

FIELDS = """
[[field]]
id = "paper"
type = "files"
label = "文书"
[[field]]
id = "lines"
type = "rows"
label = "明细"
fields = [{ id = "who", type = "person", label = "人" }]
"""
TEMPLATE = """#let d = json(bytes(sys.inputs.data))
#set text(font: ("Noto Serif CJK SC", "Noto Sans CJK SC"))
= #d.title
#d.number #d.initiator #d.texts.departments #d.rows.lines.map(line => line.who).join("、")
"""
SERVICE = (
    '<bpmn:serviceTask id="P3" name="生成存档件"><bpmn:extensionElements><camunda:properties>'
    '<camunda:property name="document" value="memo" /></camunda:properties></bpmn:extensionElements></bpmn:serviceTask>'
)
MANIFEST = """
key = "paper"
title = "便函"
diagram = "paper.bpmn"
form = "paper"
first = "P1"

[document.memo]
title = "便函正文"
file = "${title}_${urgency}"
field = "paper"
templates = { pdf = "documents/memo.typ" }
"""
DIAGRAM = (
    HEAD
    + '<bpmn:process id="paper" isExecutable="true"><bpmn:startEvent id="S" />'
    + task("P1", "起草", performer="initiator()", limit="none", outcomes="submit:提交", fields="*:write")
    + task("P2", "核对", performer="post('wenshu', 'bgs')", limit="none", fields="paper:write", documents="memo")
    + SERVICE
    + task("P4", "印发", performer="post('hegao', 'bgs')", limit="none")
    + end("E")
    + flow("S", "P1") + flow("P1", "P2") + flow("P2", "P3") + flow("P3", "P4") + flow("P4", "E")
    + "</bpmn:process></bpmn:definitions>"
)  # fmt: skip
PACKAGE = {
    "process.toml": MANIFEST.encode(),
    "paper.bpmn": DIAGRAM.encode(),
    "forms/paper.toml": (FORM + FIELDS).encode(),
    "documents/memo.typ": TEMPLATE.encode(),
}


def begun(office: Engine, who: Login, package: dict[str, bytes] = PACKAGE) -> tuple[str, int]:
    definitions.deploy(office, package)
    data = {"title": "关于供热的函", "departments": ["cwb"], "lines": [{"who": "gm"}]}
    number = instances.start(office, "paper", data, who("rlb1")).number
    return number, open_item(office, number, who)


def open_item(office: Engine, number: str, who: Login) -> int:
    return next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")


def test_the_holder_of_a_step_makes_its_document_and_makes_it_again(office: Engine, who: Login) -> None:
    number, item = begun(office, who)
    clerk = who("wenshu_a")
    work.save_draft(office, f"item:{item}", {"paper": []}, clerk, title="")

    papers.make(office, item, "memo", clerk)
    first = instances.get(office, number, clerk).data["paper"]
    papers.make(office, item, "memo", clerk, key="again")
    papers.make(office, item, "memo", clerk, key="again")

    held = instances.get(office, number, clerk).data["paper"]
    assert len(held) == 1
    assert held != first
    assert work.view(office, item, clerk).draft == {"paper": held}
    stored, path = files.get(office, held[0], clerk)
    assert stored.name == "关于供热的函_平件.pdf"
    assert path.read_bytes().startswith(b"%PDF-")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stored.digest
    with office.store.reading() as tx:
        told = [h for h in history.of_instance(tx, rows.by_number(tx, number).id) if h.verb == "document"]
    assert [h.detail["files"][0]["digest"] for h in told][-1] == stored.digest
    assert len(told) == 2


def test_only_the_holder_makes_only_what_the_step_offers(office: Engine, who: Login) -> None:
    _number, item = begun(office, who)

    assert work.view(office, item, who("wenshu_a")).documents == (("memo", "便函正文"),)
    assert work.view(office, item, who("auditor")).documents == ()
    with pytest.raises(NotAllowed):
        papers.make(office, item, "other", who("wenshu_a"))
    with pytest.raises(SanbanError):
        papers.make(office, item, "memo", who("rlb1"))


def test_a_service_task_waits_for_its_document_and_goes_on(office: Engine, who: Login, clock: FakeClock) -> None:
    number, item = begun(office, who)
    work.decide(office, item, "approve", who("wenshu_a"))
    assert [w.wanted for w in bindings.waiting(office, number, who("admin"))] == ["document:memo"]
    assert bindings.stubs(office, "paper") == ()  # nobody has to bind it

    clock.advance(timedelta(seconds=11))
    assert bindings.perform_due(office) == 1

    view = instances.get(office, number, who("auditor"))
    assert [i.element for i in view.items if i.state == "open"] == ["P4"]
    assert len(view.data["paper"]) == 1


BESIDE = SERVICE.replace('name="document" value="memo"', 'name="register" value="paper:memo"')


def test_a_document_made_beside_the_path_holds_nobody_up(office: Engine, who: Login, clock: FakeClock) -> None:
    number, item = begun(office, who, PACKAGE | {"paper.bpmn": DIAGRAM.replace(SERVICE, BESIDE).encode()})
    work.decide(office, item, "approve", who("wenshu_a"))
    view = instances.get(office, number, who("auditor"))
    assert [i.element for i in view.items if i.state == "open"] == ["P4"]
    assert bindings.waiting(office, number, who("admin")) == ()

    clock.advance(timedelta(seconds=11))
    assert bindings.perform_due(office) == 1
    assert bindings.perform_due(office) == 0

    view = instances.get(office, number, who("auditor"))
    assert len(view.data["paper"]) == 1
    assert [i.element for i in view.items if i.state == "open"] == ["P4"]


def test_a_document_beside_the_path_of_an_ended_case_is_not_made(office: Engine, who: Login, clock: FakeClock) -> None:
    number, item = begun(office, who, PACKAGE | {"paper.bpmn": DIAGRAM.replace(SERVICE, BESIDE).encode()})
    work.decide(office, item, "approve", who("wenshu_a"))
    work.decide(office, open_item(office, number, who), "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))

    assert bindings.perform_due(office) == 0

    assert instances.get(office, number, who("auditor")).data["paper"] is None


def test_a_template_that_cannot_be_made_is_an_incident_and_one_can_try_again(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    broken = PACKAGE | {"documents/memo.typ": b"#nothing_of_this_name"}
    number, item = begun(office, who, broken)
    work.decide(office, item, "approve", who("wenshu_a"))
    clock.advance(timedelta(seconds=11))

    assert bindings.perform_due(office) == 0

    (waits,) = bindings.waiting(office, number, who("admin"))
    assert waits.state == "dead"
    assert "documents/memo.typ" in waits.error


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("process.toml", "documents/memo.typ", "documents/none.typ"),
        ("process.toml", 'field = "paper"', 'field = "title"'),
        ("paper.bpmn", 'name="documents" value="memo"', 'name="documents" value="other"'),
        ("paper.bpmn", 'name="document" value="memo"', 'name="document" value="other"'),
        ("documents/memo.typ", "= #d", '#import "@preview/a:1.0.0"\n= #d'),
    ],
)
def test_a_document_that_could_not_be_made_is_refused_when_it_is_deployed(
    office: Engine, name: str, old: str, new: str
) -> None:
    wrong = PACKAGE | {name: PACKAGE[name].decode().replace(old, new).encode()}
    assert wrong != PACKAGE

    with pytest.raises(InvalidProcess) as refused:
        definitions.deploy(office, wrong)

    assert [p.code for p in refused.value.problems] == ["package.document"]
