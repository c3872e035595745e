"""Packages for what several people do together in one step: a step of one, a step of all, and a line of signers."""

from collections.abc import Callable

from engine.model import Actor, Entry, OpenItem
from engine.runtime import Engine
from engine.store import notices
from engine.verbs import instances, work
from tests.support.memo import FORM, diagram, end, flow, manifest, task

Login = Callable[[str], Actor]
TOGETHER = "add, consult, circulate, delegate, oral"

JOINT = {
    "process.toml": manifest("joint", "联办"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "joint",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task(
            "One",
            "核稿",
            performer="post('hegao')",
            limit="1CH/4WH/1WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不同意",
            actions=TOGETHER,
        ),
        task(
            "All",
            "会签",
            performer="people(['cwb_head', 'ahb_head'])",
            completion="all",
            limit="2CH/1WD/3WD",
            ladder="ESC-DOC",
            outcomes="agree:同意, comment:有修改意见, disagree:不同意",
            opinion="required-on:comment,disagree; default:同意。",
            actions=TOGETHER,
            bulk="true",
        ),
        task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC", actions=TOGETHER),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "One"),
        flow("One", "All"),
        flow("All", "File"),
        flow("File", "Done"),
    ),
}

LINE = {
    "process.toml": manifest("line", "顺签"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "line",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task(
            "Row",
            "依次签署",
            performer="people(['cwb_head', 'ahb_head', 'fwb_head'])",
            completion="sequence",
            limit="2CH/1WD/3WD",
            ladder="ESC-DOC",
            outcomes="agree:同意, disagree:不同意",
            actions=TOGETHER,
        ),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Row"),
        flow("Row", "Done"),
    ),
}


def began(office: Engine, who: Login, process: str = "joint", title: str = "关于联合检查的签报") -> str:
    """The number of a new instance of rlb1."""
    return instances.start(office, process, {"title": title}, who("rlb1")).number


def reached_all(office: Engine, who: Login) -> str:
    """An instance of the joint process at the step of all."""
    number = began(office, who)
    work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))
    return number


def parts(office: Engine, who: Login, number: str, *states: str) -> list[OpenItem]:
    """The items of an instance in these states, in order."""
    view = instances.get(office, number, who("auditor"))
    return [i for i in view.items if i.state in (states or ("open",))]


def at(office: Engine, who: Login, number: str, element: str, login: str = "") -> OpenItem:
    """The open item at a step, or the one of a person."""
    person = who(login).id if login else None
    return next(i for i in parts(office, who, number) if i.element == element and person in (None, i.performer_id))


def lines(office: Engine, who: Login, number: str, verb: str) -> list[Entry]:
    """The entries of the history with this verb, oldest first."""
    return [e for e in reversed(instances.get(office, number, who("auditor")).history) if e.verb == verb]


def letters(office: Engine, number: str, who: Login, event: str) -> list[str]:
    """Logins of those who were told of this event."""
    instance_id = instances.get(office, number, who("auditor")).id
    with office.store.reading() as tx:
        return [login for notice, login in notices.of_instance(tx, instance_id) if notice.event == event]


MAZE = {
    "process.toml": manifest("maze", "并行联办"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "maze",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="1CH/2WH/1WD", ladder="ESC-DOC"),
        '<bpmn:parallelGateway id="Fork" />',
        task(
            "Left",
            "核稿",
            performer="post('hegao')",
            limit="1CH/4WH/1WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不同意",
            actions=TOGETHER,
        ),
        task(
            "Right",
            "会签",
            performer="people(['cwb_head', 'ahb_head'])",
            completion="all",
            limit="2CH/1WD/3WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不同意",
            actions=TOGETHER,
        ),
        '<bpmn:parallelGateway id="Join" />',
        task(
            "Row",
            "依次签署",
            performer="people(['fwb_head', 'xxb_head'])",
            completion="sequence",
            limit="2CH/1WD/3WD",
            ladder="ESC-DOC",
            outcomes="approve:同意, refuse:不同意",
            actions=TOGETHER,
        ),
        '<bpmn:exclusiveGateway id="Ask" name="结论" default="F_Ask_File" />',
        task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC", actions=TOGETHER),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Fork"),
        flow("Fork", "Left"),
        flow("Fork", "Right"),
        flow("Left", "Join"),
        flow("Right", "Join"),
        flow("Join", "Row"),
        flow("Row", "Ask"),
        flow("Ask", "Draft", "${outcome == 'refuse'}"),
        flow("Ask", "File"),
        flow("File", "Done"),
    ),
}


def one_step(key: str, **properties: str) -> dict[str, bytes]:
    """A package of one step between draft and filing, told by its properties."""
    return {
        "process.toml": manifest(key, "专项"),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": diagram(
            key,
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="none"),
            task("Step", "办理", **{"limit": "2CH/1WD/3WD", "ladder": "ESC-DOC", **properties}),
            task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC"),
            end("Done"),
            flow("Begin", "Draft"),
            flow("Draft", "Step"),
            flow("Step", "File"),
            flow("File", "Done"),
        ),
    }
