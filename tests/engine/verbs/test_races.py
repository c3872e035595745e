"""Many at one item in the same moment: one wins, the others are told who was faster (A73); on both databases."""

from collections import Counter
from collections.abc import Callable

import pytest

from engine.errors import AlreadyHandled, Conflict, HandedOn, SanbanError
from engine.runtime import Engine
from engine.store import instances as stored
from engine.store import notices
from engine.verbs import timers, work
from tests.engine.conftest import Login
from tests.engine.verbs.test_late_actions import late_memo
from tests.support.clock import FakeClock
from tests.support.joint import at, began, lines, parts, reached_all
from tests.support.races import CROWD, Act, approve, crowd_at, hand_on, in_order, send_back, sound
from web.errors import refusal


def test_of_fifty_clicks_one_decides_and_the_others_hear_who_and_when(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    clock.at("2026-03-09 10:31")
    number, hegao = began(office, who), who("hegao_a")
    item = at(office, who, number, "One").id

    told = crowd_at(lambda n: work.decide(office, item, ("approve", "refuse")[n % 2], hegao, opinion=f"第{n}次"))

    late = [t for t in told if isinstance(t, AlreadyHandled)]
    assert len(late) == CROWD - 1, Counter(type(t).__name__ for t in told)
    assert all(hegao.name in e.message_zh and "10:31" in e.message_zh for e in late)
    assert len(lines(office, who, number, "decide")) == 1
    sound(office, number)


def test_fifty_times_the_same_key_is_one_decision_and_one_answer(office: Engine, who: Login) -> None:
    number, hegao = began(office, who), who("hegao_a")
    item = at(office, who, number, "One").id

    told = crowd_at(lambda _n: work.decide(office, item, "approve", hegao, key="one click"))

    assert {type(t).__name__ for t in told} == {"Done"}
    assert len(set(map(str, told))) == 1
    assert len(lines(office, who, number, "decide")) == 1
    sound(office, number)


def names_who_and_when(late: object, by: str, local: str) -> bool:
    """Whether whoever came too late is told whom they came after, and at what time, in words and as facts."""
    assert isinstance(late, Conflict), late
    assert refusal(late).status == 409
    return by in late.by and late.at is not None and by in late.message_zh and local in late.message_zh


def test_fifty_who_approve_return_hand_on_and_take_back_while_it_falls_due_have_one_winner(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number, hegao, finance = began(office, who), who("hegao_a"), who("cwb_head")
    mine = at(office, who, number, "One").id
    work.decide(office, mine, "approve", hegao)
    theirs = at(office, who, number, "All", "cwb_head").id
    clock.at("2026-03-12 17:31")
    acts: list[Callable[[], object]] = [
        lambda: work.decide(office, theirs, "agree", finance),
        lambda: send_back(office, theirs, finance),
        lambda: hand_on(office, theirs, finance),
        lambda: work.retract(office, mine, hegao),
        lambda: timers.fire_due(office),
    ]

    told = crowd_at(lambda n: acts[n % len(acts)]())

    people = [t for n, t in enumerate(told) if n % len(acts) < 4]
    won = [n for n, t in enumerate(told) if n % len(acts) < 4 and not isinstance(t, SanbanError)]
    assert len(won) == 1, Counter(type(t).__name__ for t in people)
    by = hegao.name if won[0] % len(acts) == 3 else finance.name
    assert all(names_who_and_when(t, by, "17:31") for t in people if isinstance(t, SanbanError))
    assert not [t for n, t in enumerate(told) if n % len(acts) == 4 and isinstance(t, SanbanError)]
    sound(office, number)


@pytest.mark.parametrize("swapped", [False, True], ids=["as_named", "other_way_round"])
@pytest.mark.parametrize(
    "pair",
    [(approve, send_back), (approve, hand_on), (send_back, hand_on), (approve, approve), (send_back, send_back)],
    ids=lambda pair: "_".join(act.__name__ for act in pair),
)
def test_of_two_on_one_item_the_first_wins_in_either_order(
    office: Engine, who: Login, pair: tuple[Act, Act], *, swapped: bool
) -> None:
    number, hegao = began(office, who), who("hegao_a")
    item = at(office, who, number, "One").id
    one, two = reversed(pair) if swapped else pair

    first, second = in_order(office, lambda: one(office, item, hegao), lambda: two(office, item, hegao))

    assert not isinstance(first, SanbanError), first
    assert isinstance(second, HandedOn if one is hand_on else AlreadyHandled), second
    assert names_who_and_when(second, hegao.name, "09:00")
    sound(office, number)


@pytest.mark.parametrize("retract_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back, hand_on])
def test_taking_back_and_the_next_one_acting_have_one_winner_in_either_order(
    office: Engine, who: Login, act: Act, *, retract_first: bool
) -> None:
    number, hegao, finance = began(office, who), who("hegao_a"), who("cwb_head")
    mine = at(office, who, number, "One").id
    work.decide(office, mine, "approve", hegao)
    theirs = at(office, who, number, "All", "cwb_head").id

    def next_one() -> object:
        if act is approve:
            return work.decide(office, theirs, "agree", finance)
        return act(office, theirs, finance)

    acts = [lambda: work.retract(office, mine, hegao), next_one]
    first, second = in_order(office, *(acts if retract_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    assert names_who_and_when(second, hegao.name if retract_first else finance.name, "09:00")
    sound(office, number)


def test_taking_back_twice_has_one_winner(office: Engine, who: Login) -> None:
    number, hegao = began(office, who), who("hegao_a")
    mine = at(office, who, number, "One").id
    work.decide(office, mine, "approve", hegao)

    first, second = in_order(office, *[lambda: work.retract(office, mine, hegao)] * 2)

    assert not isinstance(first, SanbanError), first
    assert names_who_and_when(second, hegao.name, "09:00")
    sound(office, number)


@pytest.mark.parametrize("time_first", [True, False])
def test_a_deadline_and_taking_back_happen_both_and_once_in_either_order(
    office: Engine, who: Login, clock: FakeClock, *, time_first: bool
) -> None:
    number, hegao = began(office, who), who("hegao_a")
    mine = at(office, who, number, "One").id
    work.decide(office, mine, "approve", hegao)
    clock.at("2026-03-12 17:31")  # what has opened is late; nobody has looked at it

    acts = [lambda: timers.fire_due(office), lambda: work.retract(office, mine, hegao)]
    told = in_order(office, *(acts if time_first else acts[::-1]))

    assert not [t for t in told if isinstance(t, SanbanError)], told
    timers.fire_due(office)
    spoken = len(lines(office, who, number, "rung"))
    timers.fire_due(office)
    assert len(lines(office, who, number, "rung")) == spoken
    assert [(i.element, i.performer) for i in parts(office, who, number)] == [("One", hegao.name)]
    sound(office, number)


@pytest.mark.parametrize("time_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back, hand_on])
def test_a_deadline_that_hands_the_work_on_and_its_performer_have_one_winner_in_either_order(
    office: Engine, who: Login, clock: FakeClock, act: Act, *, time_first: bool
) -> None:
    number, hegao = late_memo(office, who, "reassign:post('zhuren')").number, who("hegao_a")
    item = at(office, who, number, "Review").id
    clock.at("2026-03-10 17:30")
    timers.fire_due(office)
    clock.at("2026-03-11 08:30")

    acts = [lambda: timers.fire_due(office), lambda: act(office, item, hegao)]
    first, second = in_order(office, *(acts if time_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    if time_first:
        assert names_who_and_when(second, "系统", "08:30")
    else:
        assert not isinstance(second, SanbanError), second
    moved = [e for e in lines(office, who, number, "transfer") if e.actor == "系统"]
    assert len(moved) == (1 if time_first or act is hand_on else 0)
    sound(office, number)


@pytest.mark.parametrize("time_first", [True, False])
@pytest.mark.parametrize("act", [approve, send_back, hand_on])
def test_a_deadline_and_a_decision_happen_both_and_once_in_either_order(
    office: Engine, who: Login, clock: FakeClock, act: Act, *, time_first: bool
) -> None:
    number, hegao = began(office, who), who("hegao_a")
    item = at(office, who, number, "One").id
    clock.at("2026-03-10 17:31")

    acts = [lambda: timers.fire_due(office), lambda: act(office, item, hegao)]
    told = in_order(office, *(acts if time_first else acts[::-1]))

    assert not [t for t in told if isinstance(t, SanbanError)], told
    timers.fire_due(office)
    sound(office, number)
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        chased = [(n.event, login) for n, login in notices.of_instance(tx, row.id) if n.kind == "chase"]
    rungs = [e for e in lines(office, who, number, "rung") if e.detail["level"] == "step"]
    assert len(chased) == len(set(chased))
    assert len(rungs) == (1 if time_first or act is hand_on else 0)  # a step that is over is not late any more


def test_fifty_members_of_one_countersign_close_it_once(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    mine = {login: at(office, who, number, "All", login).id for login in ("cwb_head", "ahb_head")}
    members = [(login, who(login)) for login in mine]

    told = crowd_at(lambda n: work.decide(office, mine[members[n % 2][0]], "agree", members[n % 2][1]))

    assert sum(not isinstance(t, SanbanError) for t in told) == 2
    assert [i.element for i in parts(office, who, number)] == ["File"]
    sound(office, number)


def test_of_fifty_who_claim_one_gets_it(office: Engine, who: Login) -> None:
    number = reached_all(office, who)
    for login in ("cwb_head", "ahb_head"):
        work.decide(office, at(office, who, number, "All", login).id, "agree", who(login))
    item = at(office, who, number, "File").id
    clerks = [who("wenshu_a"), who("wenshu_b")]

    crowd_at(lambda n: work.claim(office, item, clerks[n % 2]))

    assert len(lines(office, who, number, "claim")) == 1
    sound(office, number)


@pytest.mark.parametrize("remove_first", [True, False])
def test_removing_a_signer_and_their_decision_have_one_winner_in_either_order(
    office: Engine, who: Login, *, remove_first: bool
) -> None:
    number, hegao, finance = began(office, who), who("hegao_a"), who("cwb_head")
    work.add(office, at(office, who, number, "One").id, ["cwb_head"], hegao, where="before")
    theirs = at(office, who, number, "One", "cwb_head").id

    acts: list[Callable[[], object]] = [
        lambda: work.remove(office, theirs, hegao, opinion="不必了。"),
        lambda: work.decide(office, theirs, "approve", finance),
    ]
    first, second = in_order(office, *(acts if remove_first else acts[::-1]))

    assert not isinstance(first, SanbanError), first
    assert isinstance(second, Conflict), second
    assert [i.performer for i in parts(office, who, number)] == [hegao.name]
    sound(office, number)
