"""What users of other systems ask for about work items (features.md §1.2 to §1.7), each by its number.

I-15 stands in test_reported_cases.py, I-31 and I-37 are of pages (tests/web/test_shell.py, test_searching.py).
What is not here: diagrams and migration (I-54 to I-58, I-60), statistics (I-24, I-25), calendars (I-16, I-19, I-20,
I-23), ladders (I-21, I-22), channels (I-61 to I-63), pages (I-43, I-44) and other people's bugs (I-66, I-68)
have their tests beside what they are about.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.errors import AlreadyHandled, BadInput, Conflict, NobodyFound, NotFound, SanbanError
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.store import timers as rows
from engine.verbs import definitions, inbox, instances, people, stopping, timers, work
from tests.engine.conftest import Login
from tests.engine.verbs.test_late_actions import late_memo, pass_wednesday
from tests.engine.verbs.test_leaves import BREATH, TO_FRIDAY, holder, memo
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, began, letters, lines, one_step, parts, reached_all
from tests.support.memo import MEMO
from tests.support.returns import back, say


def todo(office: Engine, who: Login, login: str, **narrow: str) -> list[str]:
    return [row.number for row in inbox.page(office, who(login), limit=200, **narrow).rows]  # type: ignore[arg-type]


# ------------------------------------------------------------------ §1.2 deadlines


def test_i17_nothing_is_agreed_to_by_the_clock_unless_a_ladder_says_so(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = memo(office, who, clock)

    clock.at("2026-03-20 09:00")
    timers.fire_due(office)

    assert holder(office, who, number) == "hegao_a"
    assert [e.verb for e in lines(office, who, number, "decide")] == []
    assert b"decide:" not in b"".join(p.read_bytes() for p in SHIPPED.rglob("ladders.toml"))


def test_i26_what_was_left_of_a_limit_is_left_after_a_standstill(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock)
    before = at(office, who, number, "Review").deadline
    stopping.suspend(office, number, who("admin"), reason="等机构调整")
    assert todo(office, who, "hegao_a") == []
    clock.at("2026-03-11 09:00")

    stopping.resume(office, number, who("admin"))

    after = at(office, who, number, "Review").deadline
    assert (before, after) == (shanghai("2026-03-10 17:30"), shanghai("2026-03-12 17:30"))
    assert todo(office, who, "hegao_a") == [number]


def test_i18_what_is_late_is_handed_on_by_itself_where_its_ladder_says_so(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = late_memo(office, who, "reassign:superior(performer())").number

    pass_wednesday(office, clock)

    assert holder(office, who, number) == "zhuren"
    (line,) = lines(office, who, number, "transfer")
    assert (line.actor, line.detail["from"], line.detail["to"]) == ("系统", "hegao_a", "zhuren")
    assert todo(office, who, "hegao_a") == []


# ------------------------------------------------------------------ §1.3 who is not there


def test_i27_i28_i29_a_dated_deputy_acts_and_both_names_stand_in_the_record(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    people.take_leave(office, "hegao_a", who("hegao_a"), since=clock(), until=TO_FRIDAY, reason="出差")
    number = memo(office, who, clock)

    say_checked(office, who, number, "wenshu_a")

    entry = lines(office, who, number, "decide")[0]
    assert (entry.actor, entry.on_behalf_of) == (who("wenshu_a").name, who("hegao_a").name)
    clock.at("2026-03-16 09:00")
    assert holder(office, who, memo(office, who, clock)) == "hegao_a"


def say_checked(office: Engine, who: Login, number: str, login: str) -> None:
    item = at(office, who, number, "Review")
    work.decide(office, item.id, "approve", who(login), opinion="同意。", data={"checked": True})


def test_i30_i33_all_items_of_a_leaver_move_in_one_act(office: Engine, who: Login, clock: FakeClock) -> None:
    numbers = {memo(office, who, clock, f"第{n}件") for n in range(5)}

    people.deactivate(office, "hegao_a", who("admin"), to="zhuren")

    assert set(todo(office, who, "zhuren")) >= numbers
    for number in numbers:
        assert lines(office, who, number, "hand_over")[0].detail["to"] == "zhuren"


def test_i32_nobody_found_stops_before_it_is_sent_and_says_which_step_and_whom_to_call(
    office: Engine, who: Login
) -> None:
    definitions.deploy(office, one_step("empty", performer="people([])"))
    for admin in people.directory(office).admins:
        people.deactivate(office, admin.login, None, to="cwb1")

    with pytest.raises(NobodyFound) as refused:
        began(office, who, "empty")

    assert "办理" in refused.value.message_zh
    assert "联系" in refused.value.hint
    assert todo(office, who, "cwb1") == []


def test_i34_a_changed_post_is_asked_for_at_the_time_of_the_step(office: Engine, who: Login, clock: FakeClock) -> None:
    first = memo(office, who, clock)

    people.rotate(
        office, "hegao_a", "huiwu_a", who("admin"), unit="bgs", post="hegao", on=clock().date(), witness="zhuren"
    )

    assert holder(office, who, first) == "huiwu_a"  # what was open goes with the post
    assert holder(office, who, memo(office, who, clock)) == "huiwu_a"


# ------------------------------------------------------------------ §1.4 inbox


def test_i35_i36_the_most_urgent_deadline_comes_first_and_urgency_is_a_filter(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    found = {
        urgency: instances.start(office, "memo", {"title": urgency, "urgency": urgency}, who("rlb1")).number
        for urgency in ("平件", "特急", "加急")
    }
    clock.advance(BREATH)

    assert todo(office, who, "hegao_a") == [found["特急"], found["加急"], found["平件"]]
    assert todo(office, who, "hegao_a", urgency="特急") == [found["特急"]]


def test_i38_i39_the_number_at_the_box_is_the_number_of_its_rows_and_each_says_when_it_came(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    for n in range(7):
        memo(office, who, clock, f"第{n}件")
    say_checked(office, who, todo(office, who, "hegao_a")[0], "hegao_a")

    page = inbox.page(office, who("hegao_a"))

    assert inbox.counts(office, who("hegao_a"))["todo"] == page.total == len(page.rows) == 6
    assert all(row.arrived and row.name == "核稿" and row.sender for row in page.rows)


def test_i40_i41_many_at_once_are_only_those_that_were_ticked_and_may_be(office: Engine, who: Login) -> None:
    one, other = began(office, who), began(office, who)
    items = [at(office, who, one, "One").id]

    told = work.decide_many(office, items, "approve", who("hegao_a"))

    assert [t.done for t in told] == [True]
    assert at(office, who, other, "One")


def test_i42_who_did_which_step_is_seen_while_it_runs(office: Engine, who: Login) -> None:
    number = reached_all(office, who)

    steps = {s.element: s for s in instances.get(office, number, who("rlb1")).steps}

    assert (steps["One"].state, steps["One"].people) == ("done", (who("hegao_a").name,))
    assert steps["All"].state == "open"


# ------------------------------------------------------------------ §1.5 circulation and opinions


def test_i45_i46_i47_reading_blocks_nobody_has_a_purpose_and_receipts_and_outlives_the_case(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = began(office, who, "line")
    work.circulate(office, at(office, who, number, "Row").id, ["cwb1"], who("cwb_head"), purpose="供参考。")
    for login in ("cwb_head", "ahb_head", "fwb_head"):
        say(office, who, number, login, "Row", "agree")
    assert instances.get(office, number, who("auditor")).state == "completed"
    (item,) = parts(office, who, number, "unread")

    work.mark_read(office, item.id, who("cwb1"), opinion="已传达。")

    assert lines(office, who, number, "circulate")[0].opinion == "供参考。"
    assert [(e.actor, e.opinion) for e in lines(office, who, number, "read")] == [(who("cwb1").name, "已传达。")]


def test_i48_a_copy_is_sent_once_and_not_for_every_later_step(office: Engine, who: Login) -> None:
    number = began(office, who)
    work.circulate(office, at(office, who, number, "One").id, ["cwb1"], who("hegao_a"))

    say(office, who, number, "hegao_a", "One")
    with pytest.raises(Conflict):
        work.circulate(office, at(office, who, number, "All", "cwb_head").id, ["cwb1"], who("cwb_head"))
    say(office, who, number, "cwb_head", "All", "agree")

    assert letters(office, number, who, "T-READ") == ["cwb1"]


def test_i51_no_opinion_is_ever_overwritten_or_lost(office: Engine, who: Login) -> None:
    number = began(office, who)
    for words in ("第一次意见。", "第二次意见。"):
        item = at(office, who, number, "One")
        work.decide(office, item.id, "approve", who("hegao_a"), opinion=words)
        back(office, who, number, "cwb_head", "All", "One")

    assert [e.opinion for e in lines(office, who, number, "decide")] == ["第一次意见。", "第二次意见。"]
    with pytest.raises(AlreadyHandled):
        work.decide(office, item.id, "approve", who("hegao_a"), opinion="改写")


def test_i52_name_and_date_stand_there_without_words(office: Engine, who: Login, clock: FakeClock) -> None:
    number = began(office, who)

    work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))

    entry = lines(office, who, number, "decide")[0]
    assert (entry.actor, entry.at, entry.opinion) == (who("hegao_a").name, clock(), "")


# ------------------------------------------------------------------ §1.6 prediction and record


def test_i53_who_is_foretold_is_who_gets_it(office: Engine, who: Login) -> None:
    number = memo_now(office, who)
    item = at(office, who, number, "Review")

    told = work.preview(office, item.id, {"checked": True}, who("hegao_a"))
    done = work.decide(office, item.id, "approve", who("hegao_a"), data={"checked": True})

    assert [(s.element, s.people) for s in told["approve"]] == [(s.element, s.people) for s in done.next]
    assert [s.name for s in told["refuse"]] == ["办结"]


def memo_now(office: Engine, who: Login) -> str:
    return instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number


def test_i54_i56_an_open_item_keeps_the_form_and_buttons_it_was_opened_with(office: Engine, who: Login) -> None:
    number = memo_now(office, who)
    changed = {**MEMO, "main.bpmn": MEMO["main.bpmn"].replace("refuse:不予发文".encode(), "drop:不办".encode())}
    definitions.deploy(office, changed)

    old = work.view(office, at(office, who, number, "Review").id, who("hegao_a"))
    new = work.view(office, at(office, who, memo_now(office, who), "Review").id, who("hegao_a"))

    assert [o.code for o in old.outcomes] == ["approve", "refuse"]
    assert [o.code for o in new.outcomes] == ["approve", "drop"]


def test_i59_the_record_says_what_moved_from_whom_to_whom(office: Engine, who: Login) -> None:
    number = memo_now(office, who)

    work.transfer(office, at(office, who, number, "Review").id, "zhuren", who("hegao_a"), opinion="请审。")

    entry = lines(office, who, number, "transfer")[0]
    assert (entry.detail["from"], entry.detail["to"], entry.opinion) == ("hegao_a", "zhuren", "请审。")


# ------------------------------------------------------------------ §1.7 at the same time, and whose it is


def test_i61_whoever_gets_new_work_is_told(office: Engine, who: Login) -> None:
    assert letters(office, memo_now(office, who), who, "T-NEW") == ["hegao_a"]


def test_i64_a_second_click_does_nothing_more(office: Engine, who: Login) -> None:
    first, again = (
        instances.start(office, "memo", {"title": "签报"}, who("rlb1"), key="click").number for _ in range(2)
    )
    item = at(office, who, first, "Review").id
    for _ in range(2):
        work.decide(office, item, "approve", who("hegao_a"), data={"checked": True}, key="click again")

    assert first == again
    assert len(lines(office, who, first, "decide")) == 1
    with office.store.reading() as tx:
        assert rows.of_instance(tx, instances.get(office, first, who("auditor")).id)


def test_i65_of_two_who_approve_at_once_one_wins_and_the_next_level_is_not_skipped(office: Engine, who: Login) -> None:
    number = memo_now(office, who)
    item, together = at(office, who, number, "Review").id, Barrier(2)
    actor = who("hegao_a")

    def approve(_n: int) -> str:
        together.wait()
        try:
            work.decide(office, item, "approve", actor, data={"checked": True})
        except SanbanError as error:
            return error.reason
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(approve, range(2)))

    assert told == ["done", "work.already_handled"]
    assert [i.element for i in parts(office, who, number)] == ["Sign"]


def test_i67_another_id_opens_nothing_of_others(office: Engine, who: Login) -> None:
    number = memo_now(office, who)
    item = at(office, who, number, "Review").id

    with pytest.raises(NotFound):
        work.view(office, item, who("cwb1"))
    with pytest.raises(NotFound):
        instances.get(office, number, who("cwb1"))
    with pytest.raises((NotFound, BadInput, SanbanError)):
        work.decide(office, item, "approve", who("cwb1"))
    assert at(office, who, number, "Review").id == item
