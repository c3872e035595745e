"""Word of mouth, moves and pools against decisions: exactly one wins, in both orders, on both databases."""

from collections.abc import Callable

import pytest

from engine.errors import AlreadyHandled, Conflict, NotOffered, SanbanError
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import definitions, instances, moving, people, work
from tests.engine.conftest import Login
from tests.support.joint import JOINT, at, began, lines, reached_all
from tests.support.races import Act, approve, crowd_at, hand_on, in_order, send_back, sound


def by_word_of_mouth(engine: Engine, item: int, _actor: Actor) -> object:
    clerk = people.actor(engine, "wenshu_a")
    return work.record_oral(engine, item, clerk, agreed_at=engine.now(), witness="cwb1")


@pytest.mark.parametrize("oral_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back, hand_on])
def test_word_of_mouth_and_the_leader_acting_have_one_winner_in_either_order(
    office: Engine, who: Login, act: Act, *, oral_first: bool
) -> None:
    number = instances.start(office, "joint", {"title": "突发情况"}, who("rlb1"), urgency="特急").number
    hegao, item = who("hegao_a"), at(office, who, number, "One").id

    acts = [lambda: by_word_of_mouth(office, item, hegao), lambda: act(office, item, hegao)]
    first, second = in_order(office, *(acts if oral_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    if act is hand_on and not oral_first:  # the item is open still, with somebody else who may have agreed
        assert not isinstance(second, SanbanError), second
    else:
        assert isinstance(second, AlreadyHandled), second
    sound(office, number)


@pytest.mark.parametrize("move_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back])
def test_a_move_that_is_agreed_to_and_a_decision_have_one_winner_in_either_order(
    office: Engine, who: Login, act: Act, *, move_first: bool
) -> None:
    number, hegao = began(office, who), who("hegao_a")
    item = at(office, who, number, "One").id
    moving.ask_move(office, number, who("admin"), enter=["All"], reason="跳过核稿。")
    second_person = who("ducha_a")
    request = moving.requests(office, number, second_person)[0].id

    acts: list[Callable[[], object]] = [
        lambda: moving.answer_move(office, number, request, second_person, agree=True),
        lambda: act(office, item, hegao),
    ]
    first, second = in_order(office, *(acts if move_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    assert isinstance(second, Conflict), second
    sound(office, number)


def test_of_fifty_who_agree_to_one_move_one_moves_it(office: Engine, who: Login) -> None:
    number = began(office, who)
    moving.ask_move(office, number, who("admin"), enter=["All"], reason="跳过核稿。")
    seconds = [who("ducha_a"), who("ducha_b")]
    request = moving.requests(office, number, seconds[0])[0].id

    told = crowd_at(lambda n: moving.answer_move(office, number, request, seconds[n % 2], agree=True))

    assert sum(not isinstance(t, SanbanError) for t in told) == 1
    assert len(lines(office, who, number, "move")) == 1
    sound(office, number)


@pytest.mark.parametrize("claim_first", [True, False])
def test_claiming_and_a_colleague_deciding_have_one_winner_in_either_order(
    office: Engine, who: Login, *, claim_first: bool
) -> None:
    number = reached_all(office, who)
    for login in ("cwb_head", "ahb_head"):
        work.decide(office, at(office, who, number, "All", login).id, "agree", who(login))
    item, one, other = at(office, who, number, "File").id, who("wenshu_a"), who("wenshu_b")

    acts = [lambda: work.claim(office, item, one), lambda: approve(office, item, other)]
    first, second = in_order(office, *(acts if claim_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    assert isinstance(second, Conflict | NotOffered), second


@pytest.mark.parametrize("withdraw_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back])
def test_a73_withdrawing_and_a_decision_have_one_winner_in_either_order(
    office: Engine, who: Login, act: Act, *, withdraw_first: bool
) -> None:
    number, hegao, applicant = began(office, who), who("hegao_a"), who("rlb1")
    item = at(office, who, number, "One").id

    acts: list[Callable[[], object]] = [
        lambda: instances.withdraw(office, number, applicant, reason="不办了。"),
        lambda: act(office, item, hegao),
    ]
    first, second = in_order(office, *(acts if withdraw_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    assert isinstance(second, Conflict), second
    assert instances.get(office, number, applicant).state == ("withdrawn" if withdraw_first else "running")
    sound(office, number)


@pytest.mark.parametrize("publish_first", [True, False])
def test_a73_a_start_beside_a_new_version_is_of_one_of_the_two_as_a_whole(
    office: Engine, who: Login, *, publish_first: bool
) -> None:
    longer = {**JOINT, "main.bpmn": JOINT["main.bpmn"].replace("归档".encode(), "立卷归档".encode())}
    started: list[str] = []

    def start() -> None:
        started.append(instances.start(office, "joint", {"title": "关于两个版本的签报"}, who("rlb1")).number)

    acts: list[Callable[[], object]] = [lambda: definitions.deploy(office, longer, note="改名"), start]
    told = in_order(office, *(acts if publish_first else acts[::-1]))

    assert not [one for one in told if isinstance(one, SanbanError)], told
    case = instances.get(office, started[0], who("rlb1"))
    assert case.version == (2 if publish_first else 1)
    assert any(step.name == ("立卷归档" if case.version == 2 else "归档") for step in case.steps)
    sound(office, started[0])
