"""重定位 with a second person's consent, and 关注, on both databases."""

import pytest

from engine.errors import Altered, BadInput, Conflict, NotAllowed, NotFound
from engine.model import Actor
from engine.runtime import Engine
from engine.store import history
from engine.store import instances as stored
from engine.verbs import following, instances, moving, stopping, work
from tests.engine.conftest import Login
from tests.support.decay import change, noticed
from tests.support.joint import at, began, letters, lines, parts

SECOND = "ducha_a"


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    """A case in both branches of a fork."""
    return began(office, who, "maze")


def opened(office: Engine, who: Login, number: str) -> list[str]:
    return sorted({i.element for i in parts(office, who, number)})


def asked(office: Engine, who: Login, number: str, *enter: str) -> int:
    moving.ask_move(office, number, who("admin"), enter=enter, reason="流程走错。")
    return moving.requests(office, number, who("admin"))[0].id


def test_it_is_done_when_a_second_person_agrees_and_the_record_says_from_where_to_where(
    office: Engine, who: Login, number: str
) -> None:
    told = moving.preview_move(office, number, who("admin"), enter=["Row"])
    assert (set(told.ends), told.opens) == ({"核稿", "会签"}, ("依次签署",))
    request = asked(office, who, number, "Row")
    assert opened(office, who, number) == ["Left", "Right"]

    moving.answer_move(office, number, request, who(SECOND), agree=True, opinion="同意。")

    assert opened(office, who, number) == ["Row"]
    entry = lines(office, who, number, "move")[0]
    assert entry.actor == who(SECOND).name
    assert (sorted(entry.detail["before"]), entry.detail["after"]) == (["Left", "Right"], ["Row"])
    assert (entry.detail["asked_by"], entry.detail["reason"]) == ("admin", "流程走错。")
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        assert history.broken_at(tx, row.id, row.history_hash) is None
    assert moving.requests(office, number, who("admin")) == ()


def test_nobody_agrees_to_their_own_request_but_may_take_it_back(office: Engine, who: Login, number: str) -> None:
    request = asked(office, who, number, "Row")

    with pytest.raises(NotAllowed, match="second person"):
        moving.answer_move(office, number, request, who("admin"), agree=True)
    with pytest.raises(Conflict):
        moving.ask_move(office, number, who("admin"), enter=["Draft"], reason="再来。")

    moving.answer_move(office, number, request, who("admin"), agree=False)
    assert opened(office, who, number) == ["Left", "Right"]
    with pytest.raises(Conflict):
        moving.answer_move(office, number, request, who(SECOND), agree=True)


def test_what_has_gone_on_since_is_not_moved(office: Engine, who: Login, number: str) -> None:
    request = asked(office, who, number, "Draft")
    work.decide(office, at(office, who, number, "Left").id, "approve", who("hegao_a"))

    with pytest.raises(Conflict) as refused:
        moving.answer_move(office, number, request, who(SECOND), agree=True)

    assert refused.value.reason == "move.outdated"
    assert opened(office, who, number) == ["Right"]
    assert moving.requests(office, number, who(SECOND))[0].problem


def test_one_branch_may_be_moved_alone_and_never_lost(office: Engine, who: Login, number: str) -> None:
    left = at(office, who, number, "Left").activity_id

    with pytest.raises(BadInput):
        moving.ask_move(office, number, who("admin"), enter=["Row"], cancel=[left], reason="跳过核稿。")

    moving.ask_move(office, number, who("admin"), enter=["Left"], cancel=[left], reason="重来。")
    request = moving.requests(office, number, who(SECOND))[0]
    assert (request.effect.ends, request.effect.stays_open) == (("核稿",), ("会签",))
    moving.answer_move(office, number, request.id, who(SECOND), agree=True)
    assert opened(office, who, number) == ["Left", "Right"]


@pytest.mark.parametrize("enter", ["Draft", "Left"])
def test_a_branch_that_stays_open_is_never_opened_twice(office: Engine, who: Login, number: str, enter: str) -> None:
    only = [at(office, who, number, "Right").activity_id]

    with pytest.raises(BadInput) as refused:
        moving.ask_move(office, number, who("admin"), enter=[enter], cancel=only, reason="走错。")

    assert refused.value.reason == "move.twice"
    assert opened(office, who, number) == ["Left", "Right"]
    assert moving.requests(office, number, who("admin")) == ()


@pytest.mark.parametrize(("login", "enter"), [("rlb1", "Row"), ("hegao_a", "Row"), (SECOND, "Row"), ("admin", "Fork")])
def test_others_and_what_is_no_step_are_refused(
    office: Engine, who: Login, number: str, login: str, enter: str
) -> None:
    with pytest.raises((NotAllowed, BadInput)):
        moving.ask_move(office, number, who(login), enter=[enter], reason="试试。")

    assert moving.requests(office, number, who("admin")) == ()


def followers(office: Engine, who: Login, number: str, reader: Actor) -> list[str]:
    return [f.number for f in following.followed(office, reader)]


def test_who_follows_hears_of_returns_stops_and_the_end(office: Engine, who: Login, number: str) -> None:
    reader = who("ducha_a")
    following.follow(office, number, reader)
    following.follow(office, number, reader)
    assert followers(office, who, number, reader) == [number]

    work.return_to(office, at(office, who, number, "Left").id, who("hegao_a"), to="Draft", opinion="请修改。")
    stopping.suspend(office, number, who("admin"), reason="等待。")
    stopping.terminate(office, number, who("admin"), reason="不办了。")

    for event in ("T-RETURNED", "T-STATE", "T-VOID"):
        assert letters(office, number, who, event).count("ducha_a") == 1
    following.unfollow(office, number, reader)
    assert not following.follows(office, number, reader)


def test_nobody_follows_what_they_may_not_read(office: Engine, who: Login, number: str) -> None:
    with pytest.raises(NotFound):
        following.follow(office, number, who("xxb_head"))

    assert instances.get(office, number, who("auditor")).state == "running"


@pytest.mark.parametrize("edited", ["facts = replace(facts, 'Row', 'Left')", "asked_by = asked_by + 1"])
def test_a_request_that_is_not_as_it_was_written_counts_for_nothing(
    office: Engine, who: Login, number: str, edited: str
) -> None:
    request = asked(office, who, number, "Row")

    change(office, f"UPDATE consent SET {edited}")

    with pytest.raises(Altered) as refused:
        moving.answer_move(office, number, request, who(SECOND), agree=True)
    assert refused.value.reason == "consent.altered"
    assert moving.requests(office, number, who("admin")) == ()
    assert opened(office, who, number) == ["Left", "Right"]
    assert noticed(office) == {"consent.altered"}
    again = asked(office, who, number, "Row")
    moving.answer_move(office, number, again, who(SECOND), agree=True)
    assert opened(office, who, number) == ["Row"]


def test_whoever_never_followed_a_case_hears_nothing_of_it(office: Engine, who: Login, number: str) -> None:
    following.follow(office, number, who("hegao_a"))

    change(office, f"UPDATE follow SET person_id = {who('rlb1').id}")

    assert number not in repr(following.followed(office, who("rlb1")))
    assert noticed(office) == {"choices.altered"}
