"""逾期未回: the silence of countersigners is decided on by whoever the step names, on both databases."""

from datetime import timedelta

import pytest

from engine.errors import AlreadyHandled, BadInput, InvalidProcess, NotAllowed
from engine.model import OpenItem
from engine.runtime import Engine
from engine.verbs import definitions, doctor, instances, stopping, work
from engine.verbs import timers as ticking
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import JOINT, at, lines, parts, reached_all

SAID = b'<camunda:property name="silence" value="7WD; by: post(\'zhuren\'); note: memo_no" />'
MARK = b'<camunda:property name="completion" value="all" />'
QUIET = {**JOINT, "main.bpmn": JOINT["main.bpmn"].replace(MARK, MARK + SAID)}


@pytest.fixture
def number(office: Engine, who: Login, clock: FakeClock) -> str:
    """A case that two departments have had since Monday morning."""
    clock.at("2026-03-09 09:00")
    definitions.deploy(office, QUIET)
    return reached_all(office, who)


def asked(office: Engine, who: Login, number: str) -> list[OpenItem]:
    return [i for i in parts(office, who, number) if i.kind == "silence"]


def pass_days(office: Engine, clock: FakeClock, until: str) -> None:
    clock.at(until)
    while ticking.fire_due(office):
        pass


def test_nobody_is_asked_before_the_time_or_when_all_have_answered(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    pass_days(office, clock, "2026-03-18 17:29")
    assert asked(office, who, number) == []
    assert not [
        f for f in doctor.examine(office).findings if f.instance == number
    ]  # its time is no deadline of the step
    for login in ("cwb_head", "ahb_head"):
        work.decide(office, at(office, who, number, "All", login).id, "agree", who(login))

    pass_days(office, clock, "2026-03-18 17:30")

    assert asked(office, who, number) == []
    assert [i.element for i in parts(office, who, number)] == ["File"]


def test_the_case_goes_on_with_what_the_others_have_said(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    work.decide(office, at(office, who, number, "All", "cwb_head").id, "comment", who("cwb_head"), opinion="补附件。")
    pass_days(office, clock, "2026-03-18 17:30")
    (question,) = asked(office, who, number)
    assert question.deadline == shanghai("2026-03-19 17:30")
    with pytest.raises(NotAllowed):
        work.answer_silence(office, question.id, who("cwb_head"))
    with pytest.raises(NotAllowed):
        work.decide(office, question.id, "agree", who("zhuren"))

    done = work.answer_silence(office, question.id, who("zhuren"), opinion="继续办理。")

    assert [n.element for n in done.next] == ["File"]
    view = instances.get(office, number, who("auditor"))
    assert view.data["memo_no"] == "安全环保部逾期未回复，视为没有不同意见。"
    assert view.data["outcome"] == "comment"
    assert [e.detail["to"] for e in lines(office, who, number, "assume")] == [["ahb_head"]]
    assert [(e.actor, e.opinion) for e in lines(office, who, number, "silence")] == [(who("zhuren").name, "继续办理。")]
    with pytest.raises(AlreadyHandled):
        work.answer_silence(office, question.id, who("zhuren"))


def test_if_nobody_has_said_anything_it_goes_on_as_agreed(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    pass_days(office, clock, "2026-03-18 17:30")

    work.answer_silence(office, asked(office, who, number)[0].id, who("zhuren"))

    assert instances.get(office, number, who("auditor")).data["outcome"] == "agree"
    assert [i.element for i in parts(office, who, number)] == ["File"]


@pytest.mark.parametrize(("said", "outcome"), [(True, "comment"), (False, "agree")])
def test_where_the_step_says_so_the_clock_alone_ends_the_waiting(
    office: Engine, who: Login, clock: FakeClock, said: bool, outcome: str
) -> None:
    clock.at("2026-03-09 09:00")
    ticking_alone = {**QUIET, "main.bpmn": QUIET["main.bpmn"].replace(b"7WD; by: post('zhuren')", b"2WD; by: clock")}
    definitions.deploy(office, ticking_alone)
    number = reached_all(office, who)
    if said:
        mine = at(office, who, number, "All", "cwb_head").id
        work.decide(office, mine, "comment", who("cwb_head"), opinion="补附件。")
    pass_days(office, clock, "2026-03-11 17:29")
    assert {i.element for i in parts(office, who, number)} == {"All"}

    pass_days(office, clock, "2026-03-11 17:30")

    assert [i.element for i in parts(office, who, number)] == ["File"]
    view = instances.get(office, number, who("auditor"))
    silent = ["ahb_head"] if said else ["cwb_head", "ahb_head"]
    assert [sorted(e.detail["to"]) for e in lines(office, who, number, "assume")] == [sorted(silent)]
    assert (view.data["outcome"], view.data["memo_no"].endswith("逾期未回复，视为没有不同意见。")) == (outcome, True)
    assert not [f for f in doctor.examine(office).findings if f.instance == number]


def test_who_goes_on_waiting_says_why_and_is_asked_again(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    pass_days(office, clock, "2026-03-18 17:30")
    (question,) = asked(office, who, number)
    with pytest.raises(BadInput):
        work.answer_silence(office, question.id, who("zhuren"), assume=False)
    clock.advance(timedelta(hours=16))

    work.answer_silence(office, question.id, who("zhuren"), assume=False, opinion="已沟通。")

    assert asked(office, who, number) == []
    pass_days(office, clock, "2026-03-24 17:30")
    assert len(asked(office, who, number)) == 1


def test_the_question_ends_with_the_step(office: Engine, who: Login, number: str, clock: FakeClock) -> None:
    pass_days(office, clock, "2026-03-18 17:30")
    for login in ("cwb_head", "ahb_head"):
        work.decide(office, at(office, who, number, "All", login).id, "agree", who(login))

    assert asked(office, who, number) == []
    assert [i.element for i in parts(office, who, number)] == ["File"]


def test_a_last_answer_that_is_taken_back_leaves_the_question_standing(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    last = at(office, who, number, "All", "ahb_head").id
    work.decide(office, at(office, who, number, "All", "cwb_head").id, "agree", who("cwb_head"))
    work.decide(office, last, "agree", who("ahb_head"))
    work.retract(office, last, who("ahb_head"))

    pass_days(office, clock, "2026-03-18 17:30")

    assert len(asked(office, who, number)) == 1
    assert not [f for f in doctor.examine(office).findings if f.instance == number]


def test_a_suspended_case_asks_nobody_until_it_goes_on(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    stopping.suspend(office, number, who("admin"), reason="等待。")
    pass_days(office, clock, "2026-03-19 09:00")
    assert asked(office, who, number) == []

    stopping.resume(office, number, who("admin"))
    pass_days(office, clock, "2026-03-19 09:01")

    assert len(asked(office, who, number)) == 1


@pytest.mark.parametrize(
    "said",
    ["7WD", "none; by: post('zhuren')", "T-3; by: post('zhuren')", "7WD; by: post('zhuren'); note: nothing"],
)
def test_a_property_that_means_nothing_is_refused(office: Engine, said: str) -> None:
    wrong = f'<camunda:property name="silence" value="{said}" />'.encode()

    with pytest.raises(InvalidProcess):
        definitions.deploy(office, {**JOINT, "main.bpmn": JOINT["main.bpmn"].replace(MARK, MARK + wrong)})
