"""Diagrams with loops, sub-processes and calls to return out of, and a check that nothing was lost or doubled."""

from collections import Counter

from engine import bpmn
from engine.progress import load, names
from engine.runtime import Engine
from engine.store import history, timers
from engine.store import instances as stored
from engine.verbs import definitions, instances, work
from tests.support.joint import Login, at, parts
from tests.support.memo import FORM, diagram, end, flow, manifest, task

LOOP = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="${departments}" camunda:elementVariable="item"'
    ' isSequential="false" />'
)
REVIEW = "approve:同意, refuse:不同意"


def steps(office: Engine, who: Login, number: str) -> list[str]:
    """Elements with open items, each as often as it has one."""
    return sorted(i.element for i in parts(office, who, number))


def sound(office: Engine, number: str) -> None:
    """Tokens, open steps and watched steps are the same, the record is whole."""
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        case = load(office, tx, row, office.now())
        opened = stored.open_activities(tx, row.id)
        if row.state == "running":
            step = bpmn.assign(case.package.process, row.snapshot, names(case), office.now())
            assert Counter(a.token for a in opened) == Counter(a.id for a in step.activities)
        waiting = {t.activity_id for t in timers.of_instance(tx, row.id) if t.state == "waiting" and t.level == "step"}
        assert {a.id for a in opened if a.deadline is not None} <= waiting
        assert history.broken_at(tx, row.id, row.history_hash) is None


def back(office: Engine, who: Login, number: str, login: str, element: str, to: str, mode: str = "again") -> None:
    item = at(office, who, number, element, login)
    work.return_to(office, item.id, who(login), to=to, mode=mode, opinion="请修改。")
    sound(office, number)


def say(office: Engine, who: Login, number: str, login: str, element: str, outcome: str = "approve") -> None:
    work.decide(office, at(office, who, number, element, login).id, outcome, who(login), opinion="见意见。")
    sound(office, number)


def several(key: str, inner: str, *, parallel: bool = True) -> dict[str, bytes]:
    """A package whose middle is a loop, a sub-process, or both."""
    return {
        "process.toml": manifest(key, "多实例"),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": diagram(
            key,
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="1WD", ladder="ESC-DOC"),
            inner,
            task("Weigh", "汇总", performer="person('vp_a')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW),
            end("Done"),
            flow("Begin", "Draft"),
            flow("Draft", "Each"),
            flow("Each", "Weigh"),
            flow("Weigh", "Done"),
        ),
    }


def looped(element: str, name: str, **properties: str) -> str:
    """A user task for each department."""
    return task(element, name, **properties).replace("</bpmn:userTask>", f"{LOOP}</bpmn:userTask>")


EACH = looped("Each", "逐部门会签", performer="dept_head(item)", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
INSIDE = (
    '<bpmn:subProcess id="Each" name="逐部门办理">'
    '<bpmn:startEvent id="In" />'
    + task("Do", "承办", performer="dept_head(item)", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
    + task("Check", "复核", performer="person('hegao_a')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
    + '<bpmn:endEvent id="Out" />'
    + flow("In", "Do")
    + flow("Do", "Check")
    + flow("Check", "Out")
    + LOOP
    + "</bpmn:subProcess>"
)
PLAIN = INSIDE.replace(LOOP, "").replace("dept_head(item)", "person('cwb_head')")


def start(office: Engine, who: Login, package: dict[str, bytes], key: str) -> str:
    definitions.deploy(office, package)
    data = {"title": "多部门事项", "departments": ["cwb", "ahb"]}
    return instances.start(office, key, data, who("rlb1")).number


CALLED = (
    '<bpmn:process id="inner" name="内部办理" isExecutable="true"><bpmn:startEvent id="I1" />'
    + task("Inner", "经办", performer="person('cwb_head')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
    + task("Second", "复核", performer="person('hegao_a')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
    + '<bpmn:endEvent id="I2" />'
    + flow("I1", "Inner")
    + flow("Inner", "Second")
    + flow("Second", "I2")
    + "</bpmn:process>"
)
LATE = (
    '<bpmn:subProcess id="Late" name="逾期处理" triggeredByEvent="true">'
    '<bpmn:startEvent id="L1" isInterrupting="false">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    "</bpmn:startEvent>"
    + task("Explain", "说明原因", performer="person('hegao_a')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW)
    + '<bpmn:endEvent id="L2" />'
    + flow("L1", "Explain")
    + flow("Explain", "L2")
    + "</bpmn:subProcess>"
)


def with_call() -> dict[str, bytes]:
    files = several("caller", '<bpmn:callActivity id="Each" name="内部办理" calledElement="inner" />')
    files["main.bpmn"] = files["main.bpmn"].replace(b"</bpmn:definitions>", f"{CALLED}</bpmn:definitions>".encode())
    return files
