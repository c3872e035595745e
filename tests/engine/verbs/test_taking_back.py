"""A decision that never happened leaves every deadline as it was: of the step, the stage, the whole and the diagram."""

from datetime import timedelta

import pytest

from engine.errors import Conflict
from engine.runtime import Engine
from engine.store import notices
from engine.store import timers as rows
from engine.verbs import definitions, instances, timers, work
from tests.engine.conftest import Login
from tests.engine.progress.test_calls import package
from tests.support.clock import FakeClock
from tests.support.memo import FORM, MEMO, diagram, end, flow, manifest, task

STAGE = '[[stage]]\nname = "核稿"\nfrom = "Draft"\nto = "Review"\nvalue = "1WD"\nladder = "ESC-DOC"\n[limit]'
WATCHED = {
    "process.toml": manifest("watched", "有定时的流程"),
    "forms/form.toml": FORM.encode(),
    "main.bpmn": diagram(
        "watched",
        '<bpmn:startEvent id="Begin" />',
        task("Draft", "拟稿", performer="initiator()", limit="none"),
        task("Review", "核稿", performer="person('vp_a')", limit="3WD", ladder="ESC-DOC"),
        '<bpmn:boundaryEvent id="Slow" attachedToRef="Review"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>PT2H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>",
        task("Hurry", "催办", performer="post('hegao')", limit="1WD", ladder="ESC-DOC"),
        task("File", "归档", performer="post_group('wenshu')", limit="10WD", ladder="ESC-DOC"),
        end("Done"),
        flow("Begin", "Draft"),
        flow("Draft", "Review"),
        flow("Review", "File"),
        flow("Slow", "Hurry"),
        flow("Hurry", "File"),
        flow("File", "Done"),
    ),
}


@pytest.fixture
def staged(office: Engine) -> Engine:
    """The memo with a stage that the reviewer's decision ends; Monday 2026-03-09, 09:00."""
    files = {**MEMO, "process.toml": MEMO["process.toml"].replace(b"[limit]", STAGE.encode(), 1)}
    definitions.deploy(office, files)
    return office


def armed(office: Engine, who: Login, number: str) -> list[tuple[str, str, str]]:
    """Every timer that waits: what it watches, its rung, its instant."""
    view = instances.get(office, number, who("auditor"))
    with office.store.reading() as tx:
        found = rows.of_instance(tx, view.id)
    return sorted((r.level, r.rung, r.due.isoformat()) for r in found if r.state == "waiting")


def told(office: Engine, who: Login, number: str, event: str) -> list[str]:
    """Who got a notice of this kind."""
    view = instances.get(office, number, who("auditor"))
    with office.store.reading() as tx:
        return sorted(login for notice, login in notices.of_instance(tx, view.id) if notice.event == event)


def open_item(office: Engine, who: Login, number: str) -> int:
    return next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")


@pytest.mark.parametrize("outcome", ["approve", "refuse"])
def test_every_deadline_is_armed_again_as_it_was(staged: Engine, who: Login, outcome: str) -> None:
    number = instances.start(staged, "memo", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    before = armed(staged, who, number)
    assert {level for level, _rung, _due in before} == {"step", "stage:核稿", "instance"}
    item = open_item(staged, who, number)
    work.decide(staged, item, outcome, who("hegao_a"), opinion="不发。")
    assert armed(staged, who, number) != before

    work.retract(staged, item, who("hegao_a"))

    assert armed(staged, who, number) == before


def test_deciding_and_taking_back_again_and_again_doubles_nothing(staged: Engine, who: Login) -> None:
    number = instances.start(staged, "memo", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    before, item = armed(staged, who, number), open_item(staged, who, number)

    for _ in range(3):
        work.decide(staged, item, "approve", who("hegao_a"))
        work.retract(staged, item, who("hegao_a"))

    assert armed(staged, who, number) == before


def test_what_fell_due_meanwhile_is_told_at_the_next_tick_and_once(
    staged: Engine, who: Login, clock: FakeClock
) -> None:
    number = instances.start(staged, "memo", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    item = open_item(staged, who, number)
    clock.at("2026-03-10 17:00")
    timers.fire_due(staged)
    work.decide(staged, item, "approve", who("hegao_a"))
    clock.at("2026-03-10 18:00")
    timers.fire_due(staged)
    assert told(staged, who, number, "T-DUE") == []

    work.retract(staged, item, who("hegao_a"))
    timers.fire_due(staged)
    timers.fire_due(staged)

    assert told(staged, who, number, "T-DUE").count("hegao_a") == 1
    assert any(rung.startswith(("late-", "daily-")) for _level, rung, _due in armed(staged, who, number))


def test_a_stage_that_the_decision_began_has_not_begun(staged: Engine, who: Login, clock: FakeClock) -> None:
    number = instances.start(staged, "memo", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    work.return_to(staged, open_item(staged, who, number), who("hegao_a"), to="Draft", opinion="请补充。")
    clock.advance(timedelta(hours=3))
    before, item = armed(staged, who, number), open_item(staged, who, number)
    work.decide(staged, item, "submit", who("rlb1"), data={})

    work.retract(staged, item, who("rlb1"))

    assert armed(staged, who, number) == before


def test_a_timer_of_the_diagram_rings_after_all(office: Engine, who: Login, clock: FakeClock) -> None:
    definitions.deploy(office, WATCHED)
    number = instances.start(office, "watched", {"title": "签报"}, who("rlb1")).number
    before, item = armed(office, who, number), open_item(office, who, number)
    work.decide(office, item, "approve", who("vp_a"))
    work.retract(office, item, who("vp_a"))
    assert armed(office, who, number) == before

    clock.advance(timedelta(hours=2))
    timers.fire_due(office)

    view = instances.get(office, number, who("auditor"))
    assert [i.element for i in view.items if i.state == "open"] == ["Hurry"]


def test_what_called_another_process_stands(office: Engine, who: Login) -> None:
    files = package("memo")
    step = task("Check", "核对", performer="person('vp_a')", limit="1WD", ladder="ESC-DOC")
    files["main.bpmn"] = (
        files["main.bpmn"]
        .replace(b'<bpmn:callActivity id="Call"', step.encode() + b'<bpmn:callActivity id="Call"', 1)
        .replace(flow("Draft", "Call").encode(), (flow("Draft", "Check") + flow("Check", "Call")).encode())
    )
    definitions.deploy(office, files)
    number = instances.start(office, "caller", {"title": "签报", "urgency": "平件"}, who("rlb1")).number
    item = open_item(office, who, number)
    done = work.decide(office, item, "approve", who("vp_a"))
    assert instances.get(office, number, who("auditor")).children

    with pytest.raises(Conflict) as refused:
        work.retract(office, item, who("vp_a"))

    assert refused.value.message_zh.startswith("被调用的流程已启动")
    assert done.undo_until is None
