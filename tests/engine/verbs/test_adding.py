"""More and fewer signers in an open step, on both databases: the token stays where it is."""

from collections.abc import Callable

import pytest

from engine.errors import AlreadyHandled, BadInput, Conflict, NotAllowed, NotOffered
from engine.model import Actor
from engine.runtime import Engine
from engine.store import instances as stored
from engine.verbs import instances, work
from tests.engine.conftest import Login
from tests.support.joint import at, began, letters, lines, parts, reached_all

Say = Callable[[str, str, str, str], None]


@pytest.fixture
def say(office: Engine, who: Login) -> Say:
    """Decide as somebody at a step."""

    def decide(number: str, element: str, login: str, outcome: str) -> None:
        work.decide(office, at(office, who, number, element, login).id, outcome, who(login), opinion="见意见。")

    return decide


def token(office: Engine, number: str) -> bytes:
    with office.store.reading() as tx:
        return stored.by_number(tx, number).snapshot


def add(office: Engine, who: Login, number: str, element: str, by: str, *logins: str, where: str) -> None:
    work.add(office, at(office, who, number, element, by).id, logins, who(by), where=where, opinion="请一并把关。")


def open_people(office: Engine, who: Login, number: str, *states: str) -> list[str]:
    return [i.performer for i in parts(office, who, number, *states)]


def names(who: Login, *logins: str) -> list[str]:
    return [who(login).name for login in logins]


def test_before_me_i_wait_and_it_comes_back_to_me(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    mine, before = at(office, who, number, "One"), token(office, number)

    add(office, who, number, "One", "hegao_a", "cwb_head", "fwb_head", where="before")

    assert open_people(office, who, number) == names(who, "cwb_head", "fwb_head")
    with pytest.raises(NotOffered):
        work.decide(office, mine.id, "approve", who("hegao_a"))
    say(number, "One", "cwb_head", "refuse")
    assert open_people(office, who, number) == names(who, "fwb_head")
    say(number, "One", "fwb_head", "approve")
    assert (at(office, who, number, "One").id, token(office, number)) == (mine.id, before)
    say(number, "One", "hegao_a", "approve")
    assert {i.element for i in parts(office, who, number)} == {"All"}
    assert instances.get(office, number, who("auditor")).data["results"]["One"]["outcome"] == "approve"


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [("hegao_a", "cwb_head", "approve"), ("cwb_head", "hegao_a", "approve"), ("hegao_a", "cwb_head", "refuse")],
)
def test_beside_me_both_must_decide_and_the_severer_counts(
    office: Engine, who: Login, say: Say, first: str, second: str, outcome: str
) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="beside")
    assert open_people(office, who, number) == names(who, "hegao_a", "cwb_head")

    say(number, "One", first, "approve")
    assert [i.element for i in parts(office, who, number)] == ["One"]
    say(number, "One", second, outcome)

    found = instances.get(office, number, who("auditor")).data["results"]["One"]
    assert (found["outcome"], len(found["outcomes"])) == (outcome, 2)
    assert found["people"] == ["hegao_a", "cwb_head"]


def test_after_me_it_comes_when_i_have_agreed(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="after")
    assert open_people(office, who, number, "waiting") == names(who, "cwb_head")
    assert "cwb_head" not in letters(office, number, who, "T-NEW")

    say(number, "One", "hegao_a", "approve")

    assert open_people(office, who, number) == names(who, "cwb_head")
    assert "cwb_head" in letters(office, number, who, "T-NEW")
    say(number, "One", "cwb_head", "approve")
    assert {i.element for i in parts(office, who, number)} == {"All"}


def test_a_refusal_of_the_first_asks_nobody_after_them(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="after")

    say(number, "One", "hegao_a", "refuse")

    assert instances.get(office, number, who("auditor")).data["results"]["One"]["outcome"] == "refuse"
    assert {i.element for i in parts(office, who, number)} == {"All"}


def test_taking_back_puts_those_after_me_to_sleep_again(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    mine = at(office, who, number, "One")
    add(office, who, number, "One", "hegao_a", "cwb_head", where="after")
    say(number, "One", "hegao_a", "approve")

    work.retract(office, mine.id, who("hegao_a"))

    assert open_people(office, who, number) == names(who, "hegao_a")
    assert open_people(office, who, number, "waiting") == names(who, "cwb_head")
    say(number, "One", "hegao_a", "approve")
    work.opened(office, at(office, who, number, "One", "cwb_head").id, who("cwb_head"))
    with pytest.raises(Conflict):
        work.retract(office, mine.id, who("hegao_a"))


def test_a_countersign_counts_the_added_one(office: Engine, who: Login, say: Say) -> None:
    number = reached_all(office, who)
    add(office, who, number, "All", "cwb_head", "xxb_head", where="beside")

    say(number, "All", "cwb_head", "agree")
    say(number, "All", "ahb_head", "agree")
    assert open_people(office, who, number) == names(who, "xxb_head")
    say(number, "All", "xxb_head", "comment")

    found = instances.get(office, number, who("auditor")).data["results"]["All"]
    assert (found["outcome"], sorted(found["outcomes"])) == ("comment", ["agree", "agree", "comment"])


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ("before", ["cwb_head", "xxb_head", "ahb_head", "fwb_head"]),
        ("after", ["cwb_head", "ahb_head", "xxb_head", "fwb_head"]),
    ],
)
def test_in_a_line_the_added_one_has_their_place(
    office: Engine, who: Login, say: Say, where: str, order: list[str]
) -> None:
    number = began(office, who, "line")
    say(number, "Row", "cwb_head", "agree")
    add(office, who, number, "Row", "ahb_head", "xxb_head", where=where)

    for login in order[1:]:
        assert open_people(office, who, number) == names(who, login)
        say(number, "Row", login, "agree")

    assert instances.get(office, number, who("auditor")).state == "completed"


def test_the_record_says_who_added_whom_where_and_why(office: Engine, who: Login) -> None:
    number = began(office, who)

    add(office, who, number, "One", "hegao_a", "cwb_head", where="before")

    entry = lines(office, who, number, "add")[0]
    assert (entry.label, entry.actor, entry.opinion) == ("加签", who("hegao_a").name, "请一并把关。")
    assert (entry.detail["where"], entry.detail["to"]) == ("before", ["cwb_head"])


def test_removing_before_they_decide_gives_it_back_to_me(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="before")
    added = at(office, who, number, "One", "cwb_head")
    work.opened(office, added.id, who("cwb_head"))

    with pytest.raises(NotAllowed):
        work.remove(office, added.id, who("cwb_head"), opinion="不想签。")
    with pytest.raises(BadInput):
        work.remove(office, added.id, who("hegao_a"), opinion="")
    work.remove(office, added.id, who("hegao_a"), opinion="出差了。")

    assert open_people(office, who, number) == names(who, "hegao_a")
    assert letters(office, number, who, "T-REMOVED") == ["cwb_head"]
    assert lines(office, who, number, "remove")[0].detail["from"] == "cwb_head"
    with pytest.raises(NotOffered):
        work.decide(office, added.id, "approve", who("cwb_head"))
    say(number, "One", "hegao_a", "approve")
    assert {i.element for i in parts(office, who, number)} == {"All"}


def test_removing_the_last_one_missing_closes_the_step(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="beside")
    added = at(office, who, number, "One", "cwb_head")
    say(number, "One", "hegao_a", "approve")

    work.remove(office, added.id, who("hegao_a"), opinion="不需要了。")

    assert {i.element for i in parts(office, who, number)} == {"All"}


def test_who_has_decided_is_not_removed(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="beside")
    added = at(office, who, number, "One", "cwb_head")
    say(number, "One", "cwb_head", "refuse")

    with pytest.raises(AlreadyHandled):
        work.remove(office, added.id, who("hegao_a"), opinion="换人。")


def test_while_an_added_signer_is_at_it_returning_is_possible(office: Engine, who: Login) -> None:
    """RuoYi PR 566: there it is not."""
    number = began(office, who)
    add(office, who, number, "One", "hegao_a", "cwb_head", where="before")

    work.return_to(
        office, at(office, who, number, "One", "cwb_head").id, who("cwb_head"), to="Draft", opinion="材料不全。"
    )

    assert [i.element for i in parts(office, who, number, "open", "waiting")] == ["Draft"]


def added_wrongly(office: Engine, who: Login, number: str, actor: Actor, *logins: str, where: str = "beside") -> None:
    work.add(office, at(office, who, number, "One").id, logins, actor, where=where)


@pytest.mark.parametrize(
    ("by", "logins", "where", "error"),
    [
        ("hegao_a", ["rlb1"], "beside", NotAllowed),  # the applicant
        ("hegao_a", ["hegao_a"], "before", NotAllowed),
        ("hegao_a", ["cwb_head"], "instead", BadInput),
        ("hegao_a", [], "beside", BadInput),
        ("cwb1", ["cwb_head"], "beside", NotAllowed),
    ],
)
def test_wrong_additions_are_refused(
    office: Engine, who: Login, by: str, logins: list[str], where: str, error: type[Exception]
) -> None:
    number = began(office, who)

    with pytest.raises(error):
        added_wrongly(office, who, number, who(by), *logins, where=where)

    assert len(parts(office, who, number)) == 1


def test_nobody_sits_twice_in_one_step(office: Engine, who: Login) -> None:
    number = reached_all(office, who)

    with pytest.raises(NotAllowed):
        add(office, who, number, "All", "cwb_head", "ahb_head", where="beside")


def test_taking_back_leaves_out_whoever_was_removed(office: Engine, who: Login, say: Say) -> None:
    number = began(office, who)
    mine = at(office, who, number, "One").id
    add(office, who, number, "One", "hegao_a", "cwb_head", where="beside")
    work.remove(office, at(office, who, number, "One", "cwb_head").id, who("hegao_a"), opinion="不必了。")
    say(number, "One", "hegao_a", "approve")

    work.retract(office, mine, who("hegao_a"))

    assert open_people(office, who, number, "open", "waiting") == names(who, "hegao_a")
