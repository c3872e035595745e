"""Suspending, ending and reopening instances, on both databases."""

from datetime import datetime, timedelta

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotFound, NotOffered
from engine.runtime import Engine
from engine.store import history, timers
from engine.store import instances as stored
from engine.verbs import inbox, instances, stopping, work
from engine.verbs import timers as ticking
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, began, letters, lines, parts


@pytest.fixture
def number(office: Engine, who: Login) -> str:
    return instances.start(office, "memo", {"title": "关于值班的签报"}, who("rlb1")).number


def waiting(office: Engine, number: str) -> list[tuple[str, datetime]]:
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        return [(f"{t.level}:{t.rung}", t.due) for t in timers.of_instance(tx, row.id) if t.state == "waiting"]


def whole(office: Engine, number: str) -> bool:
    """Whether the chain of the record is intact."""
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        return history.broken_at(tx, row.id, row.history_hash) is None


def test_while_suspended_nothing_is_listed_done_or_due(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    item = at(office, who, number, "Review")
    clock.at("2026-03-09 14:00")

    stopping.suspend(office, number, who("admin"), reason="等待上级批复。")

    clock.at("2026-03-20 10:00")
    assert ticking.fire_due(office) == 0
    assert inbox.page(office, who("hegao_a")).total == 0
    assert parts(office, who, number) == []
    with pytest.raises(NotOffered):
        work.decide(office, item.id, "approve", who("hegao_a"))
    assert letters(office, number, who, "T-OVER") == []
    assert sorted(letters(office, number, who, "T-STATE")) == ["hegao_a", "rlb1"]
    assert lines(office, who, number, "suspend")[0].opinion == "等待上级批复。"


def test_resuming_moves_deadlines_and_reminders_by_the_pause(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    before = waiting(office, number)
    clock.at("2026-03-09 14:00")  # a Monday; due on Tuesday 17:30
    stopping.suspend(office, number, who("admin"), reason="等待。")
    clock.at("2026-03-12 09:00")

    stopping.resume(office, number, who("admin"))

    item = at(office, who, number, "Review")
    assert item.deadline == shanghai("2026-03-13 17:30")
    after = waiting(office, number)
    assert {name for name, _due in after} == {name for name, _due in before}
    assert all(due > clock() for _name, due in after)
    assert dict(after)["step:due"] > dict(before)["step:due"]
    view = instances.get(office, number, who("auditor"))
    assert view.state == "running"
    assert view.deadline == shanghai("2026-03-26 17:30")  # ten working days from the start, and three of pause
    assert lines(office, who, number, "resume")[0].detail["after"]["deadline"] == view.deadline.isoformat()
    assert work.decide(office, item.id, "approve", who("hegao_a"), data={"checked": True}).next[0].element == "Sign"
    assert whole(office, number)


def test_terminating_ends_everything_and_tells_who_held_it(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    item = at(office, who, number, "Review")
    stopping.suspend(office, number, who("admin"), reason="等待。")

    done = stopping.terminate(office, number, who("admin"), reason="任务取消。")

    assert done.state == "terminated"
    view = instances.get(office, number, who("rlb1"))
    assert (view.state_label, view.ended) == ("已终止", clock())
    assert parts(office, who, number, "open", "waiting", "paused") == []
    assert waiting(office, number) == []
    assert sorted(letters(office, number, who, "T-VOID")) == ["hegao_a", "rlb1"]
    with pytest.raises(NotOffered):
        work.decide(office, item.id, "approve", who("hegao_a"))
    with pytest.raises(Conflict):
        stopping.terminate(office, number, who("admin"), reason="再一次。")


def test_a_terminated_instance_goes_on_where_it_stood(office: Engine, who: Login, number: str) -> None:
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"), data={"checked": True})
    stopping.terminate(office, number, who("admin"), reason="取消。")

    stopping.reopen(office, number, who("admin"), reason="恢复任务。")

    item = at(office, who, number, "Sign")
    assert item.performer_id == who("vp_a").id
    assert instances.get(office, number, who("auditor")).ended is None
    assert any(name.startswith("step:") for name, _due in waiting(office, number))
    done = work.decide(office, item.id, "approve", who("vp_a"))
    assert [n.element for n in done.next] == ["File"]
    assert whole(office, number)


def test_an_ended_instance_is_reopened_at_a_step_it_passed(office: Engine, who: Login, number: str) -> None:
    work.decide(office, at(office, who, number, "Review").id, "refuse", who("hegao_a"), opinion="不发。")
    assert instances.get(office, number, who("auditor")).state == "rejected"

    with pytest.raises(BadInput):
        stopping.reopen(office, number, who("admin"), reason="重新考虑。", to="Sign")
    stopping.reopen(office, number, who("admin"), reason="重新考虑。", to="Draft")

    assert [i.element for i in parts(office, who, number)] == ["Draft"]
    work.decide(office, at(office, who, number, "Draft").id, "submit", who("rlb1"))
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"), data={"checked": True})
    assert [i.element for i in parts(office, who, number)] == ["Sign"]
    entry = lines(office, who, number, "reopen")[0]
    assert (entry.label, entry.opinion, entry.detail["before"]["state"]) == ("重新办理", "重新考虑。", "rejected")


def test_reopened_without_a_step_it_begins_with_the_last(office: Engine, who: Login) -> None:
    line = began(office, who, "line")
    for login in ("cwb_head", "ahb_head", "fwb_head"):
        work.decide(office, at(office, who, line, "Row").id, "agree", who(login))

    stopping.reopen(office, line, who("admin"), reason="有误。")

    assert [i.performer for i in parts(office, who, line)] == [who("cwb_head").name]


@pytest.mark.parametrize("verb", ["suspend", "terminate"])
def test_only_keepers_and_only_with_a_reason(office: Engine, who: Login, number: str, verb: str) -> None:
    act = getattr(stopping, verb)

    with pytest.raises(NotAllowed):
        act(office, number, who("rlb1"), reason="不要了。")
    with pytest.raises(NotFound):
        act(office, number, who("cwb1"), reason="不要了。")
    with pytest.raises(BadInput):
        act(office, number, who("admin"), reason=" ")

    assert instances.get(office, number, who("auditor")).state == "running"


def test_what_runs_is_neither_resumed_nor_reopened(office: Engine, who: Login, number: str) -> None:
    with pytest.raises(Conflict):
        stopping.resume(office, number, who("admin"))
    with pytest.raises(Conflict):
        stopping.reopen(office, number, who("admin"), reason="？")


def test_a_voided_instance_stays_voided(office: Engine, who: Login, number: str) -> None:
    instances.void(office, number, who("admin"), reason="误发。")

    with pytest.raises(Conflict):
        stopping.reopen(office, number, who("admin"), reason="恢复。")


def test_a_second_pause_counts_from_where_the_first_left_it(
    office: Engine, who: Login, number: str, clock: FakeClock
) -> None:
    for day in (9, 11):
        clock.at(f"2026-03-{day:02} 14:00")
        stopping.suspend(office, number, who("admin"), reason="等待。")
        clock.advance(timedelta(days=1))
        stopping.resume(office, number, who("admin"))

    assert at(office, who, number, "Review").deadline == shanghai("2026-03-12 17:30")
