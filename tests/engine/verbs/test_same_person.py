"""One person in two steps that follow each other acts once and both stand in the record; nobody approves unseen."""

from datetime import timedelta

import pytest

from engine.errors import NobodyFound
from engine.runtime import Engine
from engine.verbs import definitions, instances, people, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, lines
from tests.support.memo import FORM, diagram, end, flow, manifest, task

BREATH = timedelta(seconds=30)
YES = "approve:同意, refuse:不同意"


def deploy(office: Engine, *, second: str = "", first: str = "", third: str = "post('wenshu')", **more: str) -> None:
    """Draft, then two steps that are the vice president's, then the archive."""
    files = {
        "process.toml": manifest("twice", "两步"),
        "forms/form.toml": FORM.encode(),
        "main.bpmn": diagram(
            "twice",
            '<bpmn:startEvent id="Begin" />',
            task("Draft", "拟稿", performer="initiator()", limit="none"),
            task("One", "分管审核", performer="person('vp_a')", limit="none", outcomes=YES, **_same(first)),
            task("Two", "复核", performer="person('vp_a')", limit="none", outcomes=YES, **_same(second), **more),
            task("File", "归档", performer=third, limit="none"),
            end("Done"),
            flow("Begin", "Draft"),
            flow("Draft", "One"),
            flow("One", "Two"),
            flow("Two", "File"),
            flow("File", "Done"),
        ),
    }
    definitions.deploy(office, files)


def _same(value: str) -> dict[str, str]:
    return {"same": value} if value else {}


def begun(office: Engine, who: Login, clock: FakeClock, by: str = "rlb1") -> str:
    number = instances.start(office, "twice", {"title": "事项"}, who(by)).number
    clock.advance(BREATH)
    return number


def open_steps(office: Engine, who: Login, number: str) -> list[str]:
    return [i.element for i in instances.get(office, number, who("auditor")).items if i.state == "open"]


def test_the_second_step_passes_and_stands_in_the_record(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office)
    number = begun(office, who, clock)
    item = at(office, who, number, "One").id
    told = work.view(office, item, who("vp_a")).next_steps["approve"]
    assert [step.element for step in told] == ["File"]

    done = work.decide(office, item, "approve", who("vp_a"), opinion="同意。")

    assert [step.element for step in done.next] == ["File"]
    (line,) = [entry for entry in lines(office, who, number, "pass") if entry.element == "Two"]
    assert (line.actor, line.opinion) == (who("vp_a").name, "与上一环节同一人，合并办理。")


def test_taking_it_back_takes_both_back(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office)
    number = begun(office, who, clock)
    item = at(office, who, number, "One").id
    work.decide(office, item, "approve", who("vp_a"))

    work.retract(office, item, who("vp_a"))

    view = instances.get(office, number, who("vp_a"))
    assert open_steps(office, who, number) == ["One"]
    assert {step.element: step.state for step in view.steps}["Two"] == "todo"
    assert [i.state for i in view.items if i.element == "Two"] == ["cancelled"]


@pytest.mark.parametrize(
    "more",
    [{"second": "keep"}, {"preview_approve": "false"}, {"fields": "amount:write"}],
)
def test_what_has_to_be_opened_is_never_passed_unseen(
    office: Engine, who: Login, clock: FakeClock, more: dict[str, str]
) -> None:
    deploy(office, **more)
    number = begun(office, who, clock)

    work.decide(office, at(office, who, number, "One").id, "approve", who("vp_a"))

    assert open_steps(office, who, number) == ["Two"]


def test_a_refusal_passes_nothing(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office)
    number = begun(office, who, clock)

    work.decide(office, at(office, who, number, "One").id, "refuse", who("vp_a"), opinion="不妥。")

    assert open_steps(office, who, number) == ["Two"]


def test_the_own_matter_is_never_passed_by_merging(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office)
    number = begun(office, who, clock, by="vp_a")

    work.decide(office, at(office, who, number, "One").id, "approve", who("vp_a"))

    assert open_steps(office, who, number) == ["Two"]


def test_a_head_who_begins_a_case_passes_their_own_review_with_a_line(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    deploy(office, own="pass")
    number = begun(office, who, clock, by="vp_a")

    work.decide(office, at(office, who, number, "One").id, "approve", who("vp_a"))

    assert open_steps(office, who, number) == ["File"]
    (line,) = [entry for entry in lines(office, who, number, "pass") if entry.element == "Two"]
    assert "发起人" in line.opinion


def test_a_step_may_pass_ahead_into_the_signature(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office, first="ahead", preview_approve="false")

    number = begun(office, who, clock)

    assert open_steps(office, who, number) == ["Two"]
    passed = next(entry for entry in lines(office, who, number, "pass") if entry.element == "One")
    assert passed.opinion == "与下一环节“复核”同一人，合并办理。"


# ------------------------------------------------------------------ nobody


def test_nothing_is_sent_to_nobody(office: Engine, who: Login, clock: FakeClock) -> None:
    deploy(office, third="post('kitchen')", second="keep")
    number = begun(office, who, clock)
    work.decide(office, at(office, who, number, "One").id, "approve", who("vp_a"))
    item = at(office, who, number, "Two").id
    assert "已转流程管理员" in work.view(office, item, who("vp_a")).next_steps["approve"][0].problem
    for admin in people.directory(office).admins:
        people.take_leave(office, admin.login, None, since=clock(), until=clock() + timedelta(days=1))

    (step,) = work.view(office, item, who("vp_a")).next_steps["approve"]
    assert (step.people, "找不到岗位“kitchen”" in step.problem) == ((), True)
    with pytest.raises(NobodyFound, match="File"):
        work.decide(office, item, "approve", who("vp_a"))

    assert open_steps(office, who, number) == ["Two"]
