"""Returning, taking back and adding where other systems lose or double work: features.md §1.1, by its numbers."""

import pytest

from engine.errors import BadInput
from engine.runtime import Engine
from engine.verbs import work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began, parts, reached_all
from tests.support.returns import EACH, INSIDE, PLAIN, back, say, several, sound, start, steps


def test_i1_returning_out_of_a_countersign_opens_the_step_it_goes_to(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "agree")

    back(office, who, number, "ahb_head", "All", "Draft")

    assert steps(office, who, number) == ["Draft"]


def test_i2_returning_into_a_countersign_asks_everybody_again(office: Engine, who: Login) -> None:
    number = start(office, who, several("loop", EACH), "loop")
    for login in ("cwb_head", "ahb_head"):
        say(office, who, number, login, "Each")
    assert steps(office, who, number) == ["Weigh"]

    back(office, who, number, "vp_a", "Weigh", "Each")

    assert steps(office, who, number) == ["Each", "Each"]
    for login in ("cwb_head", "ahb_head"):
        say(office, who, number, login, "Each")
    assert steps(office, who, number) == ["Weigh"]


def test_i3_returning_from_a_parallel_branch_ends_the_other_and_loses_nothing(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")

    back(office, who, number, "hegao_a", "Left", "Draft")
    assert steps(office, who, number) == ["Draft"]

    say(office, who, number, "rlb1", "Draft", "submit")
    assert steps(office, who, number) == ["Left", "Right", "Right"]


def test_i4_returning_to_the_initiator_works_on_any_diagram(office: Engine, who: Login) -> None:
    number = began(office, who)

    back(office, who, number, "hegao_a", "One", "Draft")

    assert at(office, who, number, "Draft", "rlb1")


def test_i5_while_somebody_added_before_me_is_at_it_they_may_refuse(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    work.add(office, at(office, who, number, "All", "cwb_head").id, ["gm"], who("cwb_head"), where="beside")

    back(office, who, number, "gm", "All", "Draft")

    assert steps(office, who, number) == ["Draft"]


def test_i6_returning_between_two_countersigns_leaves_open_work(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    for login, element in (("hegao_a", "Left"), ("cwb_head", "Right"), ("ahb_head", "Right")):
        say(office, who, number, login, element)

    back(office, who, number, "fwb_head", "Row", "Right")

    assert steps(office, who, number) == ["Right", "Right"]
    for login in ("cwb_head", "ahb_head"):
        say(office, who, number, login, "Right")
    assert steps(office, who, number) == ["Row"]


def test_i7_returning_to_before_the_fork_doubles_nothing(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    say(office, who, number, "cwb_head", "Right")

    for _ in range(3):
        back(office, who, number, "hegao_a", "Left", "Draft")
        say(office, who, number, "rlb1", "Draft", "submit")

    assert steps(office, who, number) == ["Left", "Right", "Right"]


def test_i8_returned_into_one_branch_the_join_does_not_wait_for_ever(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    for login, element in (("hegao_a", "Left"), ("cwb_head", "Right"), ("ahb_head", "Right")):
        say(office, who, number, login, element)

    back(office, who, number, "fwb_head", "Row", "Left")
    assert steps(office, who, number) == ["Left"]

    say(office, who, number, "hegao_a", "Left")
    assert steps(office, who, number) == ["Row"]


@pytest.mark.parametrize("inner", [EACH, INSIDE], ids=["tasks", "sub-processes"])
def test_i9_one_participant_of_many_goes_back_and_comes_straight_in_again(
    office: Engine, who: Login, inner: str
) -> None:
    number = start(office, who, several("many", inner), "many")
    element = "Do" if inner is INSIDE else "Each"
    say(office, who, number, "ahb_head", element)
    before = steps(office, who, number)

    item = at(office, who, number, element, "cwb_head")
    work.return_to(office, item.id, who("cwb_head"), to="Draft", mode="direct", opinion="请修改。")
    sound(office, number)
    assert steps(office, who, number) == ["Draft"]

    say(office, who, number, "rlb1", "Draft", "submit")

    assert steps(office, who, number) == before
    assert at(office, who, number, element, "cwb_head")
    assert [i.performer for i in parts(office, who, number) if i.element == element] == [who("cwb_head").name]


def test_i10_every_passed_step_can_be_returned_to(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    item = at(office, who, number, "All", "cwb_head")

    assert [name for _e, name in work.view(office, item.id, who("cwb_head")).return_targets] == ["拟稿", "核稿"]


@pytest.mark.parametrize("inner", [PLAIN, INSIDE], ids=["alone", "each"])
def test_i11_taking_back_inside_a_sub_process_puts_it_back(office: Engine, who: Login, inner: str) -> None:
    number = start(office, who, several("within", inner), "within")
    before = steps(office, who, number)
    done = at(office, who, number, "Do", "cwb_head")
    say(office, who, number, "cwb_head", "Do")

    work.retract(office, done.id, who("cwb_head"))

    assert steps(office, who, number) == before
    sound(office, number)


def test_i12_repeated_returns_walk_back_step_by_step(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    say(office, who, number, "cwb_head", "All", "agree")
    say(office, who, number, "ahb_head", "All", "agree")
    work.claim(office, at(office, who, number, "File").id, who("wenshu_a"))

    back(office, who, number, "wenshu_a", "File", "All")
    back(office, who, number, "cwb_head", "All", "One")
    back(office, who, number, "hegao_a", "One", "Draft")

    assert steps(office, who, number) == ["Draft"]


def test_i13_straight_back_to_who_returned_it_skips_nobody_before_them(office: Engine, who: Login) -> None:
    number = began(office, who, "maze")
    for login, element in (("hegao_a", "Left"), ("cwb_head", "Right"), ("ahb_head", "Right")):
        say(office, who, number, login, element)
    back(office, who, number, "fwb_head", "Row", "Draft", "direct")

    say(office, who, number, "rlb1", "Draft", "submit")

    assert steps(office, who, number) == ["Row"]
    with pytest.raises(BadInput):
        back(office, who, number, "fwb_head", "Row", "File", "direct")


def test_i14_a_countersigner_takes_back_their_own_decision_only(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    mine = at(office, who, number, "All", "cwb_head")
    say(office, who, number, "cwb_head", "All", "comment")

    work.retract(office, mine.id, who("cwb_head"))

    assert steps(office, who, number) == ["All", "All"]
    sound(office, number)


def test_i15_deadlines_begin_anew_after_a_return(office: Engine, who: Login, clock: FakeClock) -> None:
    """I-15: the reminder was never armed again."""
    number = began(office, who)
    first = at(office, who, number, "One").deadline
    back(office, who, number, "hegao_a", "One", "Draft")
    clock.at("2026-03-11 09:00")

    say(office, who, number, "rlb1", "Draft", "submit")

    again = at(office, who, number, "One").deadline
    assert first is not None
    assert again is not None
    assert again > first
