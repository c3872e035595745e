"""Somebody prepares, the owner decides: on both databases."""

from collections.abc import Callable

import pytest

from engine.errors import NotAllowed, NotFound
from engine.runtime import Engine
from engine.verbs import instances, work
from tests.engine.conftest import Login
from tests.support.joint import at, began, letters, lines


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    return began(office, who)


def given(office: Engine, who: Login, number: str) -> int:
    item = at(office, who, number, "One")
    work.delegate(office, item.id, "fuzhuren", who("hegao_a"), opinion="请先核对数据。")
    return item.id


def test_a_delegated_part_comes_back_and_keeps_its_deadline(office: Engine, who: Login, number: str) -> None:
    before = at(office, who, number, "One")

    item = given(office, who, number)
    work.hand_back(office, item, who("fuzhuren"), opinion="数据无误。")

    after = at(office, who, number, "One")
    assert (after.id, after.performer_id, after.deadline) == (before.id, who("hegao_a").id, before.deadline)
    assert (lines(office, who, number, "delegate")[0].detail["to"], letters(office, number, who, "T-DELEGATE")) == (
        "fuzhuren",
        ["fuzhuren"],
    )
    assert lines(office, who, number, "hand_back")[0].opinion == "数据无误。"
    assert letters(office, number, who, "T-ANSWER") == ["hegao_a"]
    assert work.decide(office, item, "approve", who("hegao_a")).next[0].element == "All"


def test_who_prepares_does_not_decide(office: Engine, who: Login, number: str) -> None:
    item, helper = given(office, who, number), who("fuzhuren")

    assert work.view(office, item, helper).actions == {"hand_back"}
    attempts: tuple[Callable[[], object], ...] = (
        lambda: work.decide(office, item, "approve", helper),
        lambda: work.return_to(office, item, helper, to="Draft", opinion="退"),
        lambda: work.transfer(office, item, "cwb1", helper),
        lambda: work.delegate(office, item, "cwb1", helper),
        lambda: work.decide(office, item, "approve", who("hegao_a")),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_the_owner_still_sees_it_and_may_take_it_back(office: Engine, who: Login, number: str) -> None:
    item = given(office, who, number)
    assert instances.get(office, number, who("hegao_a")).number == number

    work.hand_back(office, item, who("hegao_a"))

    assert at(office, who, number, "One").performer_id == who("hegao_a").id
    assert lines(office, who, number, "hand_back")[0].detail["taken_back"] is True
    assert letters(office, number, who, "T-ANSWER") == ["fuzhuren"]


@pytest.mark.parametrize(("to", "error"), [("rlb1", NotAllowed), ("hegao_a", NotAllowed), ("nobody", NotFound)])
def test_neither_the_applicant_nor_oneself_nor_a_stranger(
    office: Engine, who: Login, number: str, to: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        work.delegate(office, at(office, who, number, "One").id, to, who("hegao_a"))


def test_what_was_not_delegated_cannot_be_handed_back(office: Engine, who: Login, number: str) -> None:
    item = at(office, who, number, "One")

    for login in ("hegao_a", "cwb1"):
        with pytest.raises(NotAllowed):
            work.hand_back(office, item.id, who(login))
