"""Showing an instance to others with read receipts, on both databases."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from engine.errors import AlreadyHandled, Conflict, NotAllowed, NotFound
from engine.runtime import Engine
from engine.verbs import definitions, inbox, instances, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import JOINT, at, began, letters, lines, parts


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    return began(office, who)


def sent(office: Engine, who: Login, number: str, clock: FakeClock, *logins: str) -> list[int]:
    """Circulate from the step of one; the items of the readers."""
    work.circulate(office, at(office, who, number, "One").id, logins, who("hegao_a"), purpose="供参考。")
    clock.advance(timedelta(seconds=11))
    return [i.id for i in parts(office, who, number, "unread")]


def box(office: Engine, who: Login, login: str) -> list[tuple[str, str]]:
    return [(r.number, r.state) for r in inbox.page(office, who(login), box="cc").rows]


def test_readers_find_it_in_their_box_and_nobody_waits_for_them(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    other = began(office, who, title="别的事")

    items = sent(office, who, number, clock, "cwb1", "xxb_head")

    assert box(office, who, "cwb1") == [(number, "unread")]
    counts = inbox.counts(office, who("cwb1"))
    assert (counts["cc"], counts["todo"]) == (1, 0)
    assert inbox.page(office, who("cwb1"), box="todo").total == 0
    assert letters(office, number, who, "T-READ") == ["cwb1", "xxb_head"]
    assert len(items) == 2
    entry = lines(office, who, number, "circulate")[0]
    assert (entry.opinion, entry.detail["to"]) == ("供参考。", ["cwb1", "xxb_head"])
    assert [n.element for n in work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a")).next]
    assert box(office, who, "cwb1") == [(number, "unread")]  # and it stays when the step is over
    with pytest.raises(NotFound):
        instances.get(office, other, who("cwb1"))


def test_the_receipt_closes_it_with_an_opinion_if_there_is_one(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    first, second = sent(office, who, number, clock, "cwb1", "xxb_head")
    work.opened(office, first, who("cwb1"))

    work.mark_read(office, first, who("cwb1"))
    work.mark_read(office, second, who("xxb_head"), opinion="建议同步信息系统。")

    page = inbox.page(office, who("cwb1"), box="cc")
    assert [(r.number, r.state) for r in page.rows] == [(number, "done")]
    assert page.counts == {"total": 1, "unread": 0, "read": 1}
    assert [inbox.page(office, who("cwb1"), box="cc", read=read).total for read in (True, False)] == [1, 0]
    assert inbox.counts(office, who("cwb1"))["cc"] == 0
    assert [e.opinion for e in lines(office, who, number, "read")] == ["", "建议同步信息系统。"]
    assert letters(office, number, who, "T-ANSWER") == ["hegao_a"]
    receipts = {i.performer: i.decided for i in instances.get(office, number, who("auditor")).items if i.kind == "read"}
    assert receipts == {who("cwb1").name: clock(), who("xxb_head").name: clock()}
    assert inbox.page(office, who("cwb1"), box="done").total == 0
    with pytest.raises(AlreadyHandled):
        work.mark_read(office, first, who("cwb1"))


def test_unread_ones_come_first_then_the_newest(office: Engine, who: Login, clock: FakeClock) -> None:
    numbers = [began(office, who, title=f"第{n}件") for n in range(3)]
    items = [sent(office, who, n, clock, "cwb1")[0] for n in numbers]

    work.mark_read(office, items[2], who("cwb1"))

    assert box(office, who, "cwb1") == [(numbers[1], "unread"), (numbers[0], "unread"), (numbers[2], "done")]
    second = inbox.page(office, who("cwb1"), box="cc", limit=1, offset=1)
    assert ([r.number for r in second.rows], second.total) == ([numbers[0]], 3)
    assert [r.number for r in inbox.page(office, who("cwb1"), box="cc", text="第2").rows] == [numbers[2]]


def test_it_works_after_the_instance_has_ended(office: Engine, who: Login, clock: FakeClock) -> None:
    memo = began(office, who, "line")
    for login in ("cwb_head", "ahb_head", "fwb_head"):
        last = at(office, who, memo, "Row").id
        work.decide(office, last, "agree", who(login))
    assert instances.get(office, memo, who("auditor")).state == "completed"

    work.circulate(office, last, ["cwb1"], who("fwb_head"))
    clock.advance(timedelta(seconds=11))

    item = parts(office, who, memo, "unread")[0]
    work.mark_read(office, item.id, who("cwb1"))
    assert instances.get(office, memo, who("cwb1")).state == "completed"


def test_whoever_has_it_gets_it_once(office: Engine, who: Login, number: str, clock: FakeClock) -> None:
    sent(office, who, number, clock, "cwb1")

    assert len(sent(office, who, number, clock, "cwb1", "cwb2")) == 2
    with pytest.raises(Conflict):
        sent(office, who, number, clock, "cwb1")

    assert letters(office, number, who, "T-READ") == ["cwb1", "cwb2"]


def test_readers_pass_nothing_on_and_decide_nothing(office: Engine, who: Login, number: str, clock: FakeClock) -> None:
    item = sent(office, who, number, clock, "cwb1")[0]

    assert work.view(office, item, who("cwb1")).actions == {"read"}
    attempts: tuple[Callable[[], object], ...] = (
        lambda: work.circulate(office, item, ["cwb2"], who("cwb1")),
        lambda: work.decide(office, item, "approve", who("cwb1")),
        lambda: work.consult(office, item, ["cwb2"], who("cwb1"), question="？"),
        lambda: work.mark_read(office, item, who("cwb2")),
        lambda: work.circulate(office, at(office, who, number, "One").id, ["cwb2"], who("cwb1")),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()


def test_readers_pass_it_on_where_the_package_says_so(office: Engine, who: Login, clock: FakeClock) -> None:
    given = re.sub(
        rb'name="actions" value="([^"]*circulate[^"]*)"', rb'name="actions" value="\1, pass_on"', JOINT["main.bpmn"]
    )
    definitions.deploy(office, {**JOINT, "main.bpmn": given})
    number = began(office, who)
    (mine,) = sent(office, who, number, clock, "cwb1")
    assert "circulate" in work.view(office, mine, who("cwb1")).actions

    work.circulate(office, mine, ["xxb_head"], who("cwb1"), purpose="请留意。")

    clock.advance(timedelta(seconds=11))
    assert box(office, who, "xxb_head") == [(number, "unread")]
    entry = lines(office, who, number, "circulate")[-1]
    assert (entry.actor, entry.opinion) == (who("cwb1").name, "请留意。")
    with pytest.raises(NotAllowed):
        work.circulate(office, mine, ["rlb_head"], who("xxb_head"))  # with a paper of one's own only


def test_readers_are_nobodys_holders(office: Engine, who: Login, number: str, clock: FakeClock) -> None:
    sent(office, who, number, clock, "cwb1")

    instances.urge(office, number, who("rlb1"))

    assert letters(office, number, who, "T-URGE") == ["hegao_a"]
    assert work.mine(office, number, who("cwb1")) is None


def test_a_read_receipt_does_not_keep_a_decision_from_being_taken_back(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    item = sent(office, who, number, clock, "cwb1")[0]
    mine = at(office, who, number, "One").id
    work.decide(office, mine, "approve", who("hegao_a"))
    work.mark_read(office, item, who("cwb1"))

    work.retract(office, mine, who("hegao_a"))

    assert at(office, who, number, "One").id == mine
    assert box(office, who, "cwb1") == [(number, "done")]


def test_readers_are_urged_once_a_working_day_and_only_those_who_have_not_read(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    first = sent(office, who, number, clock, "cwb1", "xxb_head")[0]
    work.mark_read(office, first, who("cwb1"))

    work.urge_readers(office, number, who("hegao_a"), text="下午要用。")

    assert letters(office, number, who, "T-URGE-READ") == ["xxb_head"]
    assert letters(office, number, who, "T-URGE") == []
    entry = lines(office, who, number, "urge_read")[0]
    assert (entry.label, entry.opinion, entry.detail["to_names"]) == ("催阅", "下午要用。", [who("xxb_head").name])
    for moment in ("2026-03-13 09:00", "2026-03-14 10:00"):  # Friday, and Saturday, which belongs to it
        clock.at(moment)
        if moment.startswith("2026-03-13"):
            work.urge_readers(office, number, who("rlb1"))
        with pytest.raises(Conflict) as refused:
            work.urge_readers(office, number, who("hegao_a"))
        assert refused.value.reason == "work.urged"
    clock.at("2026-03-16 09:00")
    work.urge_readers(office, number, who("hegao_a"))
    assert len(letters(office, number, who, "T-URGE-READ")) == 3


def test_others_urge_no_readers_and_nobody_those_who_have_read(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    item = sent(office, who, number, clock, "cwb1")[0]
    work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))

    with pytest.raises(NotAllowed):
        work.urge_readers(office, number, who("cwb_head"))  # countersigns, and has sent nothing
    with pytest.raises(NotFound):
        work.urge_readers(office, number, who("xxb_head"))
    work.mark_read(office, item, who("cwb1"))
    with pytest.raises(Conflict) as refused:
        work.urge_readers(office, number, who("hegao_a"))
    assert refused.value.reason == "work.nobody"


def test_what_is_urged_on_a_day_off_counts_for_the_working_day_before(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    clock.at("2026-03-13 09:00")
    instances.urge(office, number, who("rlb1"))

    clock.at("2026-03-14 09:00")
    with pytest.raises(Conflict) as refused:
        instances.urge(office, number, who("rlb1"))

    assert "09:00" in refused.value.message_zh
    clock.at("2026-03-16 09:00")
    instances.urge(office, number, who("rlb1"))
    assert letters(office, number, who, "T-URGE") == ["hegao_a", "hegao_a"]
