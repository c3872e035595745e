"""Asking others while one's part stays one's own, on both databases."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import AlreadyHandled, BadInput, NotAllowed, NotOffered
from engine.runtime import Engine
from engine.verbs import inbox, instances, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began, letters, lines, parts


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    return began(office, who)


def asked(office: Engine, who: Login, number: str, *logins: str) -> None:
    work.consult(office, at(office, who, number, "One").id, logins, who("hegao_a"), question="经费是否落实？")


def test_the_item_stays_mine_and_the_others_get_one_with_my_deadline(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    mine = at(office, who, number, "One")

    asked(office, who, number, "cwb_head", "fwb_head")

    clock.advance(timedelta(seconds=11))
    row = inbox.page(office, who("cwb_head")).rows[0]
    assert (row.number, row.kind, row.deadline) == (number, "consult", mine.deadline)
    assert at(office, who, number, "One", "hegao_a").id == mine.id
    assert letters(office, number, who, "T-CONSULT") == ["cwb_head", "fwb_head"]
    entry = lines(office, who, number, "consult")[0]
    assert (entry.actor, entry.opinion) == (who("hegao_a").name, "经费是否落实？")
    assert entry.detail["to"] == ["cwb_head", "fwb_head"]


def test_an_answer_stands_in_the_record_and_decides_nothing(office: Engine, who: Login, number: str) -> None:
    asked(office, who, number, "cwb_head")
    item = at(office, who, number, "One", "cwb_head")

    work.give_opinion(office, item.id, who("cwb_head"), opinion="已列入预算。")

    assert [i.performer_id for i in parts(office, who, number)] == [who("hegao_a").id]
    entry = lines(office, who, number, "answer")[0]
    assert (entry.label, entry.actor, entry.opinion) == ("答复意见", who("cwb_head").name, "已列入预算。")
    assert letters(office, number, who, "T-ANSWER") == ["hegao_a"]
    done = work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))
    assert [n.element for n in done.next] == ["All"]
    results = instances.get(office, number, who("auditor")).data["results"]["One"]
    assert (results["outcomes"], results["people"]) == (["approve"], ["hegao_a"])


def test_deciding_before_the_answer_ends_the_question(office: Engine, who: Login, number: str) -> None:
    asked(office, who, number, "cwb_head", "xxb_head")
    item = at(office, who, number, "One", "xxb_head")

    work.decide(office, at(office, who, number, "One", "hegao_a").id, "approve", who("hegao_a"))

    with pytest.raises(NotOffered):
        work.give_opinion(office, item.id, who("xxb_head"), opinion="晚了。")
    assert {i.element for i in parts(office, who, number)} == {"All"}


def test_asking_somebody_of_a_countersign_changes_neither_the_count_nor_the_result(
    office: Engine, who: Login, number: str
) -> None:
    work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))
    work.consult(
        office, at(office, who, number, "All", "cwb_head").id, ["xxb_head"], who("cwb_head"), question="系统可行吗？"
    )
    work.give_opinion(office, at(office, who, number, "All", "xxb_head").id, who("xxb_head"), opinion="不可行。")
    work.decide(office, at(office, who, number, "All", "cwb_head").id, "agree", who("cwb_head"))

    assert [i.element for i in parts(office, who, number)] == ["All"]
    work.decide(office, at(office, who, number, "All", "ahb_head").id, "agree", who("ahb_head"))

    assert instances.get(office, number, who("auditor")).data["results"]["All"]["outcomes"] == ["agree", "agree"]


def test_who_is_asked_may_answer_and_nothing_else(office: Engine, who: Login, number: str) -> None:
    asked(office, who, number, "cwb_head")
    item, cwb = at(office, who, number, "One", "cwb_head"), who("cwb_head")

    assert work.view(office, item.id, cwb).actions == {"answer"}
    assert work.view(office, item.id, cwb).outcomes == ()
    attempts: tuple[Callable[[], object], ...] = (
        lambda: work.decide(office, item.id, "approve", cwb),
        lambda: work.return_to(office, item.id, cwb, to="Draft", opinion="退"),
        lambda: work.transfer(office, item.id, "xxb_head", cwb),
        lambda: work.consult(office, item.id, ["xxb_head"], cwb, question="您看呢？"),
        lambda: work.mark_read(office, item.id, cwb),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(NotAllowed):
        work.give_opinion(office, item.id, who("xxb_head"), opinion="我来说。")
    with pytest.raises(BadInput):
        work.give_opinion(office, item.id, cwb, opinion="  ")
    work.give_opinion(office, item.id, cwb, opinion="可以。")
    with pytest.raises(AlreadyHandled):
        work.give_opinion(office, item.id, cwb, opinion="再说一次。")


@pytest.mark.parametrize("logins", [["hegao_a"], ["cwb_head"]])
def test_neither_oneself_nor_somebody_who_was_asked_already(
    office: Engine, who: Login, number: str, logins: list[str]
) -> None:
    asked(office, who, number, "cwb_head")

    with pytest.raises(NotAllowed):
        asked(office, who, number, *logins)

    assert len(parts(office, who, number)) == 2


def test_a_step_that_does_not_offer_it_refuses(office: Engine, who: Login) -> None:
    memo = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number

    with pytest.raises(NotAllowed):
        work.consult(office, at(office, who, memo, "Review").id, ["cwb_head"], who("hegao_a"), question="？")


def test_a_question_does_not_keep_the_sender_from_taking_back(office: Engine, who: Login, number: str) -> None:
    first = at(office, who, number, "One")
    work.decide(office, first.id, "approve", who("hegao_a"))
    work.consult(
        office, at(office, who, number, "All", "cwb_head").id, ["xxb_head"], who("cwb_head"), question="可行吗？"
    )

    work.retract(office, first.id, who("hegao_a"))

    assert [(i.element, i.kind) for i in parts(office, who, number)] == [("One", "decide")]
