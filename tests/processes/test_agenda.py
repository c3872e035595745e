"""Topics join the agenda of a meeting of the board, leave it, are late for it, are decided (domain.md §8.4, HY-3)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.errors import FormProblems, NotFound
from engine.progress.lookups import Lookups
from engine.runtime import Engine
from engine.store import instances as instance_rows
from engine.store import registers
from engine.verbs import files, instances, meetings, notifications, people, replanning, stopping, timers, work
from engine.verbs.agenda import Agenda, agenda
from tests.processes.test_forecasts import script_of
from tests.support.clock import FakeClock

OFFICE = ZoneInfo("Asia/Shanghai")
SITTING = "董事会2026年第1次"
OPINION = ["upload:法律意见书.txt"]
RECEIPTS = [{"person": f"director{n}", "at": "2026-09-30T10:00:00+08:00", "way": "当面"} for n in range(1, 6)]


def decide(office: Engine, clock: FakeClock, number: str, login: str, outcome: str, **data: Any) -> None:
    """The open part of somebody; the undo window passes."""
    clock.advance(timedelta(seconds=11))
    actor = people.actor(office, login)
    work.decide(
        office,
        work.all_mine(office, number, actor)[0].id,
        outcome,
        actor,
        opinion="。",
        data=files.handed_in(office, data, actor, number),
    )


@pytest.fixture
def board(office: Engine, clock: FakeClock) -> str:
    """The meeting of HY-3, approved: its sitting may be chosen."""
    clock.at("2026-09-10 09:00")
    data = script_of("meeting_preparation/hy-3")["start"]["data"]
    number = instances.start(office, "meeting_preparation", data, people.actor(office, "dsb1")).number
    decide(office, clock, number, "zhuren", "approve")
    decide(office, clock, number, "vp_a", "approve")
    return number


def submit(office: Engine, topic: str, **changes: Any) -> str:
    given = script_of("agenda_topic/party-first")["start"]["data"]
    data = {**given, "topic": topic, "meeting_on": "2026-10-12", "sitting": SITTING, **changes}
    actor = people.actor(office, "tzb1")
    return instances.start(office, "agenda_topic", files.handed_in(office, data, actor, topic), actor).number


def shown(office: Engine, board: str, login: str = "zhuren") -> Agenda:
    found = agenda(office, board, people.actor(office, login))
    assert found is not None
    return found


def states(office: Engine, board: str) -> dict[str, tuple[str, str]]:
    return {one.number: (one.state, one.note) for one in shown(office, board, "auditor").topics}


def to_the_party(office: Engine, clock: FakeClock, number: str) -> None:
    decide(office, clock, number, "tzb_head", "approve")
    decide(
        office, clock, number, "fwb_head", "pass", legal_result="合法合规", legal_note="程序合规。", legal_file=OPINION
    )
    decide(office, clock, number, "vp_b", "approve")


def scheduled(office: Engine, clock: FakeClock) -> str:
    """The number of a topic that the party committee has passed and the chairman has put on the agenda."""
    number = submit(office, "集团“十五五”发展规划")
    to_the_party(office, clock, number)
    decide(office, clock, number, "dqb_head", "approve", party_minutes="党委会纪要〔2026〕9号")
    decide(office, clock, number, "dsb_head", "pass", complete=True, copies=12)
    decide(office, clock, number, "chairman", "approve", order=2)
    return number


def test_a_sitting_takes_topics_until_its_own_deadline(office: Engine, board: str, clock: FakeClock) -> None:
    first = submit(office, "集团“十五五”发展规划")

    found = shown(office, board)
    assert (found.sitting, found.open) == (SITTING, True)
    assert found.topics_due is not None
    assert f"{found.topics_due.astimezone(OFFICE):%m-%d %H:%M}" == "09-18 17:30"
    assert states(office, board) == {first: ("proposed", "")}

    clock.at("2026-09-18 17:31")
    assert shown(office, board).open is False
    with pytest.raises(FormProblems) as refused:
        submit(office, "临时提出的议题")
    assert "sitting" in {p.path for p in refused.value.problems}
    assert any("请排下一次会议" in p.message_zh for p in refused.value.problems)
    late = submit(office, "临时提出的议题", extra_reason="上级限期办理。")
    assert [one.late for one in shown(office, board, "auditor").topics if one.number == late] == [True]


def test_what_the_party_committee_wants_changed_leaves_the_agenda(office: Engine, board: str, clock: FakeClock) -> None:
    number = submit(office, "集团“十五五”发展规划")
    to_the_party(office, clock, number)

    decide(office, clock, number, "dqb_head", "again", party_minutes="党委会纪要〔2026〕9号")

    assert states(office, board) == {number: ("removed", "")}
    view = instances.get(office, number, people.actor(office, "auditor"))
    assert [i.element for i in view.items if i.state == "open"] == ["YT10"]
    assert [line.verb for line in view.history if line.verb == "record"] == ["record"] * 2


def test_what_the_lawyers_refuse_is_not_on_the_agenda(office: Engine, board: str, clock: FakeClock) -> None:
    number = submit(office, "收购议题")
    decide(office, clock, number, "tzb_head", "approve")

    decide(office, clock, number, "fwb_head", "refuse", legal_result="修改后合法合规", legal_note="不通过。")

    assert states(office, board) == {number: ("removed", "")}


def test_a_topic_is_listed_with_its_order_and_keeps_what_was_decided(
    office: Engine, board: str, clock: FakeClock
) -> None:
    number = scheduled(office, clock)
    with pytest.raises(FormProblems) as refused:
        decide(office, clock, number, "dsb_head", "done", delivered=True, receipts=RECEIPTS[:4])
    assert [p.path for p in refused.value.problems] == ["receipts"]

    decide(office, clock, number, "dsb_head", "done", delivered=True, receipts=RECEIPTS)

    (topic,) = shown(office, board, "auditor").topics
    assert (topic.state, topic.order, topic.minutes, topic.reporter) == ("listed", 2, 15, "韩东升")
    view = instances.get(office, number, people.actor(office, "auditor"))
    assert (view.data["session"], view.data["session_at"]) == (SITTING, "2026-10-12T09:00:00+08:00")
    decide(office, clock, number, "dsb_head", "approve", committee_minutes="战略委员会〔2026〕3号意见")
    votes = {"votes_for": 9, "votes_against": 0, "votes_abstain": 0, "votes_withdrawn": 0}
    decide(office, clock, number, "dsb_head", "done", decided="通过", supervise=True, lead_unit="tzb", **votes)
    assert states(office, board) == {number: ("active", "通过")}
    (matter,) = instances.get(office, number, people.actor(office, "auditor")).children
    begun = instances.get(office, matter, people.actor(office, "auditor"))
    assert begun.data["source_ref"] == SITTING  # the quarterly report of the board finds it by that


@pytest.mark.parametrize(("outcome", "state", "open_at"), [("again", "running", ["YT10"]), ("refuse", "rejected", [])])
def test_what_the_committee_does_not_pass_leaves_the_agenda(
    office: Engine, board: str, clock: FakeClock, outcome: str, state: str, open_at: list[str]
) -> None:
    number = scheduled(office, clock)
    decide(office, clock, number, "dsb_head", "done", delivered=True, receipts=RECEIPTS)
    waiting = instances.get(office, number, people.actor(office, "auditor")).items[-1]
    assert (waiting.element, waiting.deadline) == ("YT107", datetime(2026, 9, 29, 17, 30, tzinfo=OFFICE))

    decide(office, clock, number, "dsb_head", outcome, committee_minutes="战略委员会〔2026〕3号意见")

    view = instances.get(office, number, people.actor(office, "auditor"))
    assert (view.state, [i.element for i in view.items if i.state == "open"]) == (state, open_at)
    assert states(office, board) == {number: ("removed", "")}


def test_a_topic_of_another_body_does_not_choose_this_sitting(office: Engine, board: str) -> None:
    with pytest.raises(FormProblems) as refused:
        submit(office, "办公会议题", meeting=["总办会"], clause="2.3 年度投资计划内项目", authority="授权办法")

    assert [p.path for p in refused.value.problems] == ["sitting"]


def test_a_sitting_moves_with_its_meeting_and_goes_with_it(office: Engine, board: str, clock: FakeClock) -> None:
    head = people.actor(office, "dsb_head")
    later = {"start_at": "2026-10-19T09:00:00+08:00", "end_at": "2026-10-19T11:00:00+08:00"}
    replanning.change(office, board, later, head, reason="改期。")

    found = shown(office, board)
    assert found.topics_due is not None
    assert f"{found.topics_due.astimezone(OFFICE):%m-%d}" == "09-24"  # the 25th is a day off
    replanning.call_off(office, board, head, reason="取消。")
    with pytest.raises(FormProblems):
        submit(office, "集团“十五五”发展规划")


def test_who_may_not_open_a_topic_sees_only_that_there_is_one(office: Engine, board: str) -> None:
    submit(office, "集团“十五五”发展规划")

    (topic,) = shown(office, board, "huiwu_a").topics

    assert (topic.topic, topic.number, topic.unit) == ("", "", "投资发展部")


def entry(office: Engine, clock: FakeClock, number: str, login: str, code: str) -> None:
    clock.advance(timedelta(seconds=11))
    actor = people.actor(office, login)
    (item,) = [i for i in work.all_mine(office, number, actor) if i.entry == code]
    proof = files.put(office, "佐证.txt", [b"ok"], actor).id
    work.decide(office, item.id, "done", actor, attachments=[proof])


def test_the_meeting_lists_its_topics_and_asks_their_departments_about_the_minutes(
    office: Engine, board: str, clock: FakeClock
) -> None:
    number = scheduled(office, clock)
    submit(office, "没有排上的议题")
    decide(office, clock, number, "dsb_head", "done", delivered=True, receipts=RECEIPTS)
    owners = (
        "T01 dsb_head, T02 dsb_head, T03 fwb_head, T04 chairman, T05 dqb_head, T07 huiwu_a, T08 huiwu_a, T10 dsb_head"
    )
    for code, login in (pair.split() for pair in owners.split(", ")):
        entry(office, clock, board, login, code)
    assert not instances.get(office, board, people.actor(office, "zhuren")).data.get("topics")
    clock.at("2026-10-10 08:31")
    timers.fire_due(office)

    listed = instances.get(office, board, people.actor(office, "zhuren")).data["topics"]
    decide(office, clock, board, "zhuren", "pass")
    clock.at("2026-10-12 11:35")
    for code, login in {"J11": "dsb_head", "J09": "dsb_head", "J04": "dsb1"}.items():
        entry(office, clock, board, login, code)

    assert listed == [{"no": "议-2026-1", "unit": "tzb", "order": 2, "minutes": 15}]
    held = instances.get(office, board, people.actor(office, "zhuren")).data
    assert (held["topics"], held["review_units"]) == (listed, ["tzb"])
    clock.at("2026-10-13 09:00")
    minutes = {"attendance": "全到。", "recorder": "dsb2", "vote_result": "通过。", "items": [{"content": "通过规划"}]}
    decide(office, clock, board, "dsb1", "submit", **minutes, review_units=["tzb", "fwb", "cwb"])
    decide(office, clock, board, "fwb_head", "differ")
    clock.at("2026-10-15 17:29")
    timers.fire_due(office)
    assert waiting(office, board) >= {"HY70"}

    clock.at("2026-10-15 17:30")
    timers.fire_due(office)

    # what one department wants changed counts, and nobody waits for the two that said nothing
    assert waiting(office, board) >= {"HY60"}
    silent = instances.get(office, board, people.actor(office, "zhuren")).data["review_silent"]
    assert silent == "投资发展部、财务部逾期未回复，视为没有不同意见。"


def waiting(office: Engine, number: str) -> set[str]:
    return {i.element for i in instances.get(office, number, people.actor(office, "zhuren")).items if i.state == "open"}


def standing(office: Engine, number: str) -> list[str]:
    """The states of the sitting that this meeting has announced, the newest last."""
    with office.store.reading() as tx:
        row = instance_rows.by_number(tx, number)
        return [line.state for line in registers.holding(tx, "sitting", "title", row.title)]


def test_a_meeting_that_is_voided_calls_its_sitting_off(office: Engine, board: str, clock: FakeClock) -> None:
    assert standing(office, board)[-1] == "planned"

    clock.advance(timedelta(hours=1))
    instances.void(office, board, people.actor(office, "admin"), reason="不开了。")

    assert standing(office, board)[-1] == "cancelled"
    with pytest.raises(FormProblems) as refused:
        submit(office, "集团“十五五”发展规划")
    assert "sitting" in {p.path for p in refused.value.problems}


def test_a_meeting_that_is_taken_up_again_has_its_sitting_again(office: Engine, board: str, clock: FakeClock) -> None:
    admin = people.actor(office, "admin")
    clock.advance(timedelta(hours=1))
    stopping.terminate(office, board, admin, reason="暂不召开。")
    assert standing(office, board)[-1] == "cancelled"
    clock.advance(timedelta(hours=1))

    stopping.reopen(office, board, admin, reason="照开。")

    assert standing(office, board)[-1] == "planned"
    assert shown(office, board).sitting == SITTING


def test_who_answers_for_the_list_reads_the_meeting_without_an_entry_of_their_own(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-09-10 09:00")
    data = script_of("meeting_preparation/hy-3")["start"]["data"] | {"coordinator": "xxb1", "it_lead": "xxb2"}
    number = instances.start(office, "meeting_preparation", data, people.actor(office, "dsb1")).number
    coordinator = people.actor(office, "xxb1")
    with pytest.raises(NotFound):
        instances.get(office, number, coordinator)
    decide(office, clock, number, "zhuren", "approve")
    decide(office, clock, number, "vp_a", "approve")
    clock.advance(timedelta(seconds=11))

    seen = meetings.board(office, number, coordinator)

    assert (seen.coordinator, seen.mine_open) == (coordinator.name, 0)
    sent = [n for n in notifications.centre(office, coordinator) if n.event == "T-READ"]
    assert ["“会前筹备”由您总负责" in n.body for n in sent] == [True]


def test_receipts_are_asked_of_every_external_director_there_is(office: Engine, board: str, clock: FakeClock) -> None:
    with office.store.reading() as tx:
        row = instance_rows.by_number(tx, board)
        known = Lookups(
            tx, office.directory(tx), office.calendar(tx), office.now(), process="agenda_topic", known={}, own=row.id
        )
        assert known.holders("director") == [f"director{n}" for n in range(1, 6)]
        assert known.unnamed(known.holders("director"), RECEIPTS[:4], "person") == ["director5"]
        assert known.unnamed(known.holders("director"), RECEIPTS, "person") == []
