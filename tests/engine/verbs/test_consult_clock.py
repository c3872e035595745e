"""My clock while colleagues are asked: it stands as long as the package allows, and never for the whole."""

from datetime import datetime

import pytest

from engine.errors import BadInput, InvalidProcess
from engine.model import OpenItem
from engine.package import read_package
from engine.runtime import Engine
from engine.verbs import definitions, instances, notifications, pauses, reports, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, began, letters, lines, one_step

ASKER, ASKED, OTHER = "hegao_a", "cwb_head", "fwb_head"
HALTS = {"performer": f"person('{ASKER}')", "limit": "3WD", "actions": "consult", "consult_clock": "stop:1CH/4WH/2WD"}


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    """Asked of on Monday 2026-03-09 in the morning: the step is due on Thursday the 12th."""
    definitions.deploy(office, one_step("halting", **HALTS))
    return began(office, who, "halting")


def ask(office: Engine, who: Login, number: str, *logins: str) -> None:
    work.consult(
        office, at(office, who, number, "Step", ASKER).id, logins or (ASKED,), who(ASKER), question="经费是否落实？"
    )


def mine(office: Engine, who: Login, number: str) -> OpenItem:
    return at(office, who, number, "Step", ASKER)


def say(office: Engine, who: Login, number: str, login: str) -> None:
    work.give_opinion(office, at(office, who, number, "Step", login).id, who(login), opinion="已落实。")


def rungs(office: Engine, who: Login, number: str, level: str) -> dict[str, tuple[str, datetime]]:
    found = [t for t in timers.of_instance(office, number, who("admin")) if t.level == level and t.kind == "rung"]
    return {t.rung: (t.state, t.due) for t in found}


def test_the_clock_stands_grey_and_the_asked_have_their_own_deadline(office: Engine, who: Login, number: str) -> None:
    assert mine(office, who, number).deadline == shanghai("2026-03-12 17:30")

    ask(office, who, number)

    part = mine(office, who, number)
    assert (part.deadline, part.light) == (None, "grey")
    assert part.remaining
    assert at(office, who, number, "Step", ASKED).deadline == shanghai("2026-03-11 17:30")
    assert {state for state, _due in rungs(office, who, number, "step").values()} == {"stopped"}
    assert rungs(office, who, number, "item")["due"] == ("waiting", shanghai("2026-03-11 17:30"))
    pause = pauses.of_instance(office, number, who("auditor"))[0]
    assert (pause.reason, pause.until, pause.state) == (
        "等征求意见答复",
        shanghai("2026-03-11 17:30"),
        "running",
    )
    assert lines(office, who, number, "pause")[0].detail["basis"] == "经费是否落实？"


def test_the_last_answer_lets_it_run_on_later_by_the_days_it_stood(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    ask(office, who, number, ASKED, OTHER)
    clock.at("2026-03-10 15:00")
    say(office, who, number, ASKED)
    assert mine(office, who, number).deadline is None
    clock.at("2026-03-11 10:00")

    say(office, who, number, OTHER)

    part = mine(office, who, number)
    assert (part.deadline, part.light) == (shanghai("2026-03-16 17:30"), "green")
    assert rungs(office, who, number, "step")["due"] == ("waiting", shanghai("2026-03-16 17:30"))
    assert pauses.of_instance(office, number, who("auditor"))[0].state == "ended"


def test_it_stands_no_longer_than_the_package_says_and_once_in_a_step(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    ask(office, who, number)
    clock.at("2026-03-11 17:30")
    timers.fire_due(office)

    again = mine(office, who, number).deadline
    assert again == shanghai("2026-03-16 17:30")
    assert "T-PAUSE" in [n.event for n in notifications.centre(office, who(ASKER))]
    assert ASKED in letters(office, number, who, "T-DUE")

    ask(office, who, number, OTHER)

    assert mine(office, who, number).deadline == again
    assert at(office, who, number, "Step", OTHER).deadline == again


def test_more_questions_meanwhile_share_the_end(office: Engine, who: Login, number: str, clock: FakeClock) -> None:
    ask(office, who, number)
    clock.at("2026-03-10 09:00")

    ask(office, who, number, OTHER)

    assert at(office, who, number, "Step", OTHER).deadline == shanghai("2026-03-11 17:30")
    assert len(pauses.of_instance(office, number, who("auditor"))) == 1


def test_the_whole_runs_on_and_another_pause_comes_after(office: Engine, who: Login, clock: FakeClock) -> None:
    package = one_step("halting", **HALTS)
    package["process.toml"] += b'\n[limit]\nvalue = "10WD"\nladder = "ESC-DOC"\n'
    definitions.deploy(office, package)
    number = began(office, who, "halting")
    whole = instances.get(office, number, who("auditor")).deadline

    ask(office, who, number)

    assert instances.get(office, number, who("auditor")).deadline == whole
    assert {state for state, _due in rungs(office, who, number, "instance").values()} == {"waiting"}
    clock.at("2026-03-11 10:00")
    say(office, who, number, ASKED)
    assert instances.get(office, number, who("auditor")).deadline == whole
    pauses.ask(office, mine(office, who, number).id, "P2", who(ASKER), basis="已报市国资委", days=3)
    ask(office, who, number, OTHER)
    pauses.approve(office, pauses.of_instance(office, number, who("auditor"))[0].id, who("zhuren"))
    assert mine(office, who, number).light == "grey"
    assert instances.get(office, number, who("auditor")).deadline is None


def test_deciding_ends_the_question_and_the_pause_and_can_be_taken_back(
    office: Engine, who: Login, number: str
) -> None:
    ask(office, who, number)
    part = mine(office, who, number)

    work.decide(office, part.id, "approve", who(ASKER))

    assert pauses.of_instance(office, number, who("auditor"))[0].state == "ended"
    work.retract(office, part.id, who(ASKER))
    assert mine(office, who, number).deadline == shanghai("2026-03-12 17:30")


def test_reports_deduct_it_from_the_hours_of_the_asker_only(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    ask(office, who, number)
    clock.at("2026-03-10 17:30")
    say(office, who, number, ASKED)
    work.decide(office, mine(office, who, number).id, "approve", who(ASKER))
    reports.settle(office)

    view = reports.timeliness(office, "2026-03", who("auditor"))

    hours = {line.name: line.mean_hours for line in view.people if line.done}
    assert hours[who(ASKER).name] == 0.0
    assert hours[who(ASKED).name] == view.paused_hours > 10


@pytest.mark.parametrize(
    "properties",
    [
        {"consult_clock": "stop"},
        {"consult_clock": "stop:none"},
        {"consult_clock": "stop:bald"},
        {"consult_clock": "halt:1WD"},
        {"consult_clock": "stop:1WD", "completion": "all"},
        {"consult_clock": "stop:1WD", "actions": "add"},
        {"consult_clock": "stop:2WD/3WD"},
        {"consult_clock": "stop:T-3"},
    ],
)
def test_a_clock_without_end_or_of_nobody_alone_is_not_deployed(properties: dict[str, str]) -> None:
    with pytest.raises(InvalidProcess) as refused:
        read_package(one_step("halting", **{**HALTS, **properties}))

    assert {p.code for p in refused.value.problems} == {"package.step"}


def test_run_is_what_happens_without_a_word(office: Engine, who: Login) -> None:
    definitions.deploy(office, one_step("running", **{**HALTS, "consult_clock": "run"}))
    number = began(office, who, "running")

    ask(office, who, number)

    assert mine(office, who, number).deadline == at(office, who, number, "Step", ASKED).deadline
    with pytest.raises(BadInput):
        work.consult(office, mine(office, who, number).id, [OTHER], who(ASKER), question=" ")
