"""What a return would do, who is asked again, and returns out of calls, sub-processes and event sub-processes."""

from collections import Counter
from datetime import timedelta

import pytest

from engine.errors import BadInput
from engine.runtime import Engine
from engine.verbs import instances, work
from engine.verbs import timers as ticking
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began, parts, reached_all
from tests.support.memo import task
from tests.support.returns import INSIDE, LATE, PLAIN, REVIEW, back, say, several, sound, start, steps, with_call


def test_the_preview_names_what_ends_closes_and_stays_and_is_right(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    say(office, who, number, "cwb_head", "Right")
    item = at(office, who, number, "Left")

    told = {(e.element, e.mode): e for e in work.preview_return(office, item.id, who("hegao_a"))}

    assert list(told) == [("Draft", "again"), ("Draft", "direct")]
    again = told["Draft", "again"]
    assert again.ends == ("会签",)
    assert [(p.step, p.login) for p in again.closes] == [("会签", "ahb_head")]
    assert [(p.login, p.outcome) for p in again.countersigners] == [("cwb_head", "同意")]
    assert again.people == (who("rlb1").name,)
    assert not again.problem
    assert steps(office, who, number) == ["Left", "Right"]


def test_only_the_touched_countersigner_is_asked_again_and_the_other_opinion_counts(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "agree")
    say(office, who, number, "ahb_head", "All", "comment")
    filing = at(office, who, number, "File")
    work.claim(office, filing.id, who("wenshu_a"))

    work.return_to(
        office, filing.id, who("wenshu_a"), to="Draft", mode="again", opinion="第三条已改。", only=["cwb_head"]
    )
    say(office, who, number, "rlb1", "Draft", "submit")
    say(office, who, number, "hegao_a", "One")
    assert [i.performer for i in parts(office, who, number)] == [who("cwb_head").name]
    say(office, who, number, "cwb_head", "All", "agree")

    view = instances.get(office, number, who("auditor"))
    assert view.data["results"]["All"]["outcome"] == "comment"
    assert steps(office, who, number) == ["File"]


def test_straight_back_into_a_countersign_asks_only_who_returned_it(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "comment")
    back(office, who, number, "ahb_head", "All", "Draft", "direct")

    say(office, who, number, "rlb1", "Draft", "submit")

    assert [i.performer for i in parts(office, who, number)] == [who("ahb_head").name]
    say(office, who, number, "ahb_head", "All", "agree")
    assert instances.get(office, number, who("auditor")).data["results"]["All"]["outcome"] == "comment"


def test_a_second_return_the_long_way_forgets_what_was_kept(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "agree")
    back(office, who, number, "ahb_head", "All", "One", "direct")
    back(office, who, number, "hegao_a", "One", "Draft")
    say(office, who, number, "rlb1", "Draft", "submit")

    say(office, who, number, "hegao_a", "One")

    assert len(parts(office, who, number)) == 2


def test_who_never_countersigned_cannot_be_asked_again(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "agree")
    item = at(office, who, number, "All", "ahb_head")

    with pytest.raises(BadInput) as refused:
        work.return_to(office, item.id, who("ahb_head"), to="Draft", opinion="改。", only=["gm"])

    assert refused.value.reason == "work.only"
    assert steps(office, who, number) == ["All"]


@pytest.mark.parametrize(("mode", "first"), [("again", "Inner"), ("direct", "Second")])
def test_returning_out_of_a_called_process_ends_it_and_comes_back(
    office: Engine, who: Login, mode: str, first: str
) -> None:
    number = start(office, who, with_call(), "caller")
    say(office, who, number, "cwb_head", "Inner")

    back(office, who, number, "hegao_a", "Second", "Draft", mode)
    assert steps(office, who, number) == ["Draft"]
    say(office, who, number, "rlb1", "Draft", "submit")

    assert steps(office, who, number) == [first]  # straight back, what was decided inside counts on
    if first == "Inner":
        say(office, who, number, "cwb_head", "Inner")
    say(office, who, number, "hegao_a", "Second")
    assert steps(office, who, number) == ["Weigh"]
    assert instances.get(office, number, who("auditor")).data["results"]["Inner"]["by"] == "cwb_head"


def test_the_preview_says_that_straight_back_enters_a_call_again_and_keeps_what_was_decided(
    office: Engine, who: Login
) -> None:
    number = start(office, who, with_call(), "caller")
    say(office, who, number, "cwb_head", "Inner")
    item = at(office, who, number, "Second")

    told = {e.mode: e for e in work.preview_return(office, item.id, who("hegao_a")) if e.element == "Draft"}

    assert (told["direct"].reenters, told["again"].reenters) == (("内部办理",), ())
    assert [p.step for p in told["direct"].opinions_stay if p.login == "cwb_head"] == ["经办"]
    assert not told["direct"].asked_again


@pytest.mark.parametrize(("package", "key"), [(with_call(), "caller"), (several("plain", INSIDE), "plain")])
def test_what_was_decided_in_an_earlier_run_counts_no_more_when_one_comes_straight_back(
    office: Engine, who: Login, package: dict[str, bytes], key: str
) -> None:
    number = start(office, who, package, key)
    first, last = ("Inner", "Second") if key == "caller" else ("Do", "Check")
    while "Weigh" not in steps(office, who, number):
        finish_inside(office, who, number)
    back(office, who, number, "vp_a", "Weigh", "Draft")
    say(office, who, number, "rlb1", "Draft", "submit")
    back(office, who, number, "cwb_head", first, "Draft", "direct")

    say(office, who, number, "rlb1", "Draft", "submit")
    say(office, who, number, "cwb_head", first)

    assert last in steps(office, who, number)  # nobody has checked this run


def finish_inside(office: Engine, who: Login, number: str) -> None:
    """Everybody inside the loop or call agrees to what is open now."""
    for item in parts(office, who, number):
        person = next(p for p in ("hegao_a", "cwb_head", "ahb_head") if who(p).id == item.performer_id)
        work.decide(office, item.id, "approve", who(person))


def test_a_step_inside_a_call_that_is_over_is_no_place_to_return_to(office: Engine, who: Login) -> None:
    number = start(office, who, with_call(), "caller")
    say(office, who, number, "cwb_head", "Inner")
    say(office, who, number, "hegao_a", "Second")
    item = at(office, who, number, "Weigh")

    assert {e.element for e in work.preview_return(office, item.id, who("vp_a"))} == {"Draft"}
    with pytest.raises(BadInput):
        back(office, who, number, "vp_a", "Weigh", "Inner")
    assert steps(office, who, number) == ["Weigh"]


def test_returning_into_a_plain_sub_process_opens_it_again(office: Engine, who: Login) -> None:
    number = start(office, who, several("plain", PLAIN), "plain")
    say(office, who, number, "cwb_head", "Do")
    say(office, who, number, "hegao_a", "Check")

    back(office, who, number, "vp_a", "Weigh", "Check")
    assert steps(office, who, number) == ["Check"]

    say(office, who, number, "hegao_a", "Check")
    assert steps(office, who, number) == ["Weigh"]


@pytest.mark.parametrize("mode", ["again", "direct"])
def test_returning_beside_and_out_of_an_event_sub_process_keeps_one_of_each(
    office: Engine, who: Login, clock: FakeClock, mode: str
) -> None:
    inner = task("Each", "办理", performer="person('cwb_head')", limit="1WD", ladder="ESC-DOC", outcomes=REVIEW) + LATE
    number = start(office, who, several("late", inner), "late")
    clock.advance(timedelta(hours=2))
    ticking.fire_due(office)
    assert steps(office, who, number) == ["Each", "Explain"]

    back(office, who, number, "hegao_a", "Explain", "Draft", mode)
    assert steps(office, who, number) in (["Draft"], ["Draft", "Explain"])
    say(office, who, number, "rlb1", "Draft", "submit")

    assert Counter(steps(office, who, number))["Each"] == 1
    for _ in range(4):
        for item in parts(office, who, number):
            person = next(p for p in ("hegao_a", "cwb_head", "vp_a") if who(p).id == item.performer_id)
            work.decide(office, item.id, "approve", who(person))
            sound(office, number)
    assert instances.get(office, number, who("auditor")).state == "completed"
