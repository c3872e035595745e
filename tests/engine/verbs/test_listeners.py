"""Listeners of other engines: told at their event where somebody has bound them, and never waited for."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine import bpmn, open_engine
from engine.errors import NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import bindings, definitions, instances, work
from engine.verbs import incidents as register
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.memo import FORM, HEAD, flow, task
from tests.support.outside import Outside, says


def listener(kind: str, event: str, wanted: str) -> str:
    return f'<camunda:{kind} event="{event}" class="com.example.{wanted}"/>'


def extended(*listeners: str) -> str:
    return f"<bpmn:extensionElements>{''.join(listeners)}</bpmn:extensionElements>"


PEOPLE = task("look", "审核", performer="initiator()", limit="1WD")
HEARD = (
    listener("taskListener", "create", "Made") + listener("taskListener", "complete", "Done")
    + listener("taskListener", "delete", "Gone") + "</bpmn:extensionElements>"
)  # fmt: skip
DIAGRAM = (
    HEAD
    + '<bpmn:process id="heard" name="有监听的流程" isExecutable="true">'
    + extended(listener("executionListener", "start", "Begun"), listener("executionListener", "end", "Over"))
    + '<bpmn:startEvent id="s"/>'
    + PEOPLE.replace("</bpmn:extensionElements>", HEARD)
    + f'<bpmn:endEvent id="e">{extended(listener("executionListener", "end", "End"))}</bpmn:endEvent>'
    + flow("s", "look")
    + flow("look", "e").replace("></", f">{extended(listener('executionListener', 'take', 'Taken'))}</")
    + "</bpmn:process></bpmn:definitions>"
)
MANIFEST = 'key = "heard"\ntitle = "有监听的流程"\ndiagram = "heard.bpmn"\nform = "heard"\n'
FILES = {"process.toml": MANIFEST.encode(), "heard.bpmn": DIAGRAM.encode(), "forms/heard.toml": FORM.encode()}
ALL = ("create com.example.Made", "complete com.example.Done", "start com.example.Begun", "end com.example.Over",
       "end com.example.End", "take com.example.Taken")  # fmt: skip


@pytest.fixture
def hearing(office: Engine, clock: FakeClock, place: Outside) -> Iterator[Engine]:
    """The office with the process, allowed to call the place."""
    settings = office.settings.model_copy(update={"outgoing_hosts": place.host})
    engine = open_engine(now=clock, settings=settings)
    definitions.deploy(engine, FILES)
    yield engine
    engine.close()


def bind(engine: Engine, place: Outside, admin: Actor, *wanted: str, **facts: str) -> None:
    for one in wanted:
        told = {"url": f"{place.url}/told", "send": "event = event; element = element; title = title", **facts}
        bindings.bind(engine, "heard", f"listener:{one}", told, admin)


def begun(engine: Engine, who: Login) -> tuple[str, int]:
    """A new instance and its open item."""
    number = instances.start(engine, "heard", {"title": "请示"}, who("rlb1")).number
    return number, next(i.id for i in instances.get(engine, number, who("rlb1")).items if i.state == "open")


def told(place: Outside) -> list[str]:
    return [f"{body['element']} {body['event']}" for _, _, body, _ in place.asked if isinstance(body, dict)]


def later(engine: Engine, clock: FakeClock) -> int:
    clock.advance(timedelta(seconds=20))
    return bindings.perform_due(engine)


def test_what_is_bound_is_told_at_its_event_and_nothing_waits_for_it(
    hearing: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bind(hearing, place, admin, *ALL)
    place.answers = [says({})]
    number, item = begun(hearing, who)
    assert later(hearing, clock) == 2
    assert sorted(told(place)) == ["heard start", "look create"]

    work.decide(hearing, item, "approve", who("rlb1"))
    assert instances.get(hearing, number, who("rlb1")).state == "completed"
    later(hearing, clock)

    assert sorted(told(place)[2:]) == ["F_look_e take", "e end", "heard end", "look complete"]
    assert later(hearing, clock) == 0
    assert bindings.waiting(hearing, number, admin) == ()


def test_what_is_not_bound_does_nothing_and_the_report_says_so_line_by_line(
    hearing: Engine, place: Outside, who: Login, clock: FakeClock
) -> None:
    report = bpmn.check({"heard.bpmn": DIAGRAM.encode()})
    said = [line for line in definitions.check(FILES)["adaptations"] if "监听" in line]
    assert said == [line for line in report.adaptations if "监听" in line]  # none of them is said to hold an instance
    _, item = begun(hearing, who)
    work.decide(hearing, item, "approve", who("rlb1"))

    assert later(hearing, clock) == 0

    assert place.asked == []
    assert len(said) == len(report.stubs) == 7
    assert all(f"第 {stub.line} 行监听 {stub.wanted.split()[0]}（" in "".join(said) for stub in report.stubs)
    assert [stub.wanted for stub in report.stubs if not stub.bindable] == ["delete com.example.Gone"]
    assert "本系统没有这个时刻" in next(line for line in said if "Gone" in line)


def test_an_event_that_does_not_happen_here_cannot_be_bound(hearing: Engine, place: Outside, admin: Actor) -> None:
    with pytest.raises(NotFound):
        bind(hearing, place, admin, "delete com.example.Gone")


def test_what_a_listener_answers_becomes_variables_of_an_instance_that_runs(
    hearing: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bind(hearing, place, admin, ALL[0], take="archive = answer.box")
    place.answers = [says({"box": "A-7"})]
    number, _ = begun(hearing, who)

    later(hearing, clock)

    assert instances.get(hearing, number, who("rlb1")).data["archive"] == "A-7"
    assert [i.name for i in instances.get(hearing, number, who("rlb1")).items if i.state == "open"] == ["审核"]


def test_a_decision_that_is_taken_back_has_told_nobody(
    hearing: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bind(hearing, place, admin, "complete com.example.Done")
    _, item = begun(hearing, who)
    work.decide(hearing, item, "approve", who("rlb1"))
    work.retract(hearing, item, who("rlb1"))

    assert later(hearing, clock) == 0
    work.decide(hearing, item, "approve", who("rlb1"))
    place.answers = [says({})]

    assert later(hearing, clock) == 1
    assert told(place) == ["look complete"]


def test_a_listener_that_fails_for_good_is_an_incident_that_can_be_tried_again(
    hearing: Engine, place: Outside, who: Login, admin: Actor, clock: FakeClock
) -> None:
    bind(hearing, place, admin, "end com.example.Over")
    place.answers = [says({}, 400)]
    number, item = begun(hearing, who)
    work.decide(hearing, item, "approve", who("rlb1"))
    later(hearing, clock)
    (found,) = register.listed(hearing, admin)
    assert (found.label, found.number) == ("外部调用失败", number)

    place.answers = [says({})]
    register.retry(hearing, found.id, admin)

    assert later(hearing, clock) == 1
    assert told(place) == ["heard end", "heard end"]
