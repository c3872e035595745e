"""What people do with a work item, on both databases."""

from datetime import timedelta

import pytest

from engine.errors import AlreadyHandled, BadInput, Conflict, FormProblems, HandedOn, NotAllowed, NotOffered, ReusedKey
from engine.model import Done, OpenItem
from engine.runtime import Engine
from engine.store import instances as stored
from engine.store import notices
from engine.store import work as rows
from engine.verbs import inbox, instances, notifications, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai


@pytest.fixture
def memo(office: Engine, who: Login) -> Done:
    return instances.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))


def held(office: Engine, who: Login, number: str, element: str = "") -> OpenItem:
    """The open item of an instance, or of one of its steps."""
    view = instances.get(office, number, who("auditor"))
    return next(i for i in view.items if i.state == "open" and element in ("", i.element))


def test_starting_hands_the_draft_to_the_next_person_with_a_deadline(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)

    assert (item.element, item.performer_id) == ("Review", who("hegao_a").id)
    assert item.deadline == shanghai("2026-03-10 17:30")
    assert memo.next[0].name == "核稿"


def test_a_decision_moves_the_instance_on_and_is_kept_with_its_words(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)

    done = work.decide(office, item.id, "approve", who("hegao_a"), data={"checked": True})

    view = instances.get(office, memo.number, who("rlb1"))
    decided = next(i for i in view.items if i.id == item.id)
    assert [n.element for n in done.next] == ["Sign"]
    assert (decided.outcome, decided.opinion, decided.decided_by) == ("approve", "同意。", who("hegao_a").name)
    assert view.data["checked"] is True


def test_a_second_click_with_the_same_key_gets_the_same_answer_and_acts_once(
    office: Engine, who: Login, memo: Done
) -> None:
    item = held(office, who, memo.number)

    first = work.decide(office, item.id, "approve", who("hegao_a"), key="click-1")
    again = work.decide(office, item.id, "approve", who("hegao_a"), key="click-1")

    view = instances.get(office, memo.number, who("auditor"))
    assert first == again
    assert [e.verb for e in view.history if e.element == "Review"].count("decide") == 1
    with pytest.raises(ReusedKey):
        work.decide(office, item.id, "refuse", who("hegao_a"), opinion="不发", key="click-1")


def test_who_comes_second_is_told_who_was_first_and_when(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    item = held(office, who, memo.number)
    clock.at("2026-03-09 10:31")
    work.decide(office, item.id, "approve", who("hegao_a"))

    with pytest.raises(AlreadyHandled) as error:
        work.decide(office, item.id, "approve", who("hegao_a"))

    assert who("hegao_a").name in error.value.message_zh
    assert "10:31" in error.value.message_zh


def test_nobody_else_may_decide(office: Engine, who: Login, memo: Done) -> None:
    with pytest.raises(NotAllowed):
        work.decide(office, held(office, who, memo.number).id, "approve", who("cwb1"))


def test_an_outcome_the_step_does_not_have_is_refused_and_changes_nothing(
    office: Engine, who: Login, memo: Done
) -> None:
    item = held(office, who, memo.number)

    with pytest.raises(BadInput) as error:
        work.decide(office, item.id, "burn", who("hegao_a"))

    assert "同意" in error.value.hint
    assert held(office, who, memo.number).id == item.id


def test_refusing_needs_words_and_ends_the_instance(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)

    with pytest.raises(BadInput):
        work.decide(office, item.id, "refuse", who("hegao_a"))
    done = work.decide(office, item.id, "refuse", who("hegao_a"), opinion="不需行文。")

    assert done.state == "rejected"
    assert instances.get(office, memo.number, who("rlb1")).ended is not None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"LIMIT": 1}, "form.unknown_field"),
        ({"outcome": "approve"}, "form.unknown_field"),
        ({"initiator": "gm"}, "form.unknown_field"),
        ({"title": {"typename": "x"}}, "form.read_only"),
        ({"checked": "False"}, "form.type"),
        ({"memo_no": "签报〔2026〕9号"}, "form.read_only"),
    ],
)
def test_a_field_that_is_not_this_steps_is_refused(
    office: Engine, who: Login, memo: Done, data: dict[str, object], code: str
) -> None:
    item = held(office, who, memo.number)

    with pytest.raises(FormProblems) as error:
        work.decide(office, item.id, "approve", who("hegao_a"), data=data)

    assert error.value.reason == code
    assert held(office, who, memo.number).id == item.id


def test_returning_again_goes_the_whole_way_once_more(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)
    work.return_to(office, item.id, who("hegao_a"), to="Draft", opinion="标题不准。", reasons=["R-TEXT"])
    draft = held(office, who, memo.number)

    work.decide(office, draft.id, "submit", who("rlb1"), data={"title": "关于国庆值班的签报"})

    view = instances.get(office, memo.number, who("auditor"))
    assert draft.element == "Draft"
    assert held(office, who, memo.number).element == "Review"
    assert view.data["title"] == "关于国庆值班的签报"
    assert [s.visits for s in view.steps if s.element == "Review"] == [2]


def test_returning_directly_comes_straight_back_to_who_returned_it(office: Engine, who: Login, memo: Done) -> None:
    work.decide(office, held(office, who, memo.number).id, "approve", who("hegao_a"))
    sign = held(office, who, memo.number, "Sign")

    work.return_to(office, sign.id, who("vp_a"), to="Draft", mode="direct", opinion="补充依据。")
    work.decide(office, held(office, who, memo.number).id, "submit", who("rlb1"))

    back = held(office, who, memo.number)
    assert (back.element, back.performer_id) == ("Sign", who("vp_a").id)


def test_returning_without_a_reason_or_to_a_step_never_passed_is_refused(
    office: Engine, who: Login, memo: Done
) -> None:
    item = held(office, who, memo.number)

    with pytest.raises(BadInput):
        work.return_to(office, item.id, who("hegao_a"), to="Draft", opinion=" ")
    with pytest.raises(BadInput):
        work.return_to(office, item.id, who("hegao_a"), to="File", opinion="退")


def test_fifty_rounds_leave_one_open_item_and_a_snapshot_that_does_not_grow(
    office: Engine, who: Login, memo: Done
) -> None:
    sizes = []
    for _ in range(50):
        work.return_to(office, held(office, who, memo.number).id, who("hegao_a"), to="Draft", opinion="再改。")
        work.decide(office, held(office, who, memo.number).id, "submit", who("rlb1"))
        with office.store.reading() as tx:
            from_row = rows.open_of_instance(tx, instances.get(office, memo.number, who("auditor")).id)
            sizes.append(len(_snapshot(office, memo.number)))
            assert len(from_row) == 1

    assert sizes[-1] <= sizes[2] + 8  # a counter may gain a digit


def _snapshot(office: Engine, number: str) -> bytes:
    with office.store.reading() as tx:
        return stored.by_number(tx, number).snapshot


def test_the_next_person_sees_it_only_after_the_undo_window(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    work.decide(office, held(office, who, memo.number).id, "approve", who("hegao_a"))

    before = inbox.page(office, who("vp_a")).total
    clock.advance(timedelta(seconds=11))
    after = inbox.page(office, who("vp_a")).total

    assert (before, after) == (0, 1)


def test_taking_back_restores_instance_and_item_and_leaves_no_line_in_the_timeline(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    before = instances.get(office, memo.number, who("rlb1"))
    item = held(office, who, memo.number)
    work.decide(office, item.id, "approve", who("hegao_a"), opinion="可以。", data={"checked": True})
    clock.advance(timedelta(seconds=5))

    work.retract(office, item.id, who("hegao_a"))

    after = instances.get(office, memo.number, who("rlb1"))
    reopened = held(office, who, memo.number)
    assert (reopened.id, reopened.opinion, reopened.deadline) == (item.id, "", item.deadline)
    assert after.data == before.data
    assert [e.verb for e in after.history] == [e.verb for e in before.history]
    clock.advance(timedelta(seconds=60))
    assert notifications.unread(office, who("vp_a")) == 0


def test_taking_back_is_refused_once_the_next_person_has_opened_it(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    item = held(office, who, memo.number)
    work.decide(office, item.id, "approve", who("hegao_a"))
    clock.at("2026-03-09 10:40")
    work.opened(office, held(office, who, memo.number, "Sign").id, who("vp_a"))

    with pytest.raises(Conflict) as error:
        work.retract(office, item.id, who("hegao_a"))

    assert who("vp_a").name in error.value.message_zh
    assert "10:40" in error.value.message_zh


def test_taking_back_is_refused_after_a_number_was_taken(office: Engine, who: Login, memo: Done) -> None:
    work.decide(office, held(office, who, memo.number).id, "approve", who("hegao_a"))
    sign = held(office, who, memo.number, "Sign")
    work.decide(office, sign.id, "approve", who("vp_a"))

    with pytest.raises(Conflict) as error:
        work.retract(office, sign.id, who("vp_a"))

    assert "签报〔2026〕1号" in error.value.message_zh


def test_a_transferred_item_is_the_others_alone(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)

    work.transfer(office, item.id, "fuzhuren", who("hegao_a"), opinion="请代核。")

    with pytest.raises(HandedOn, match="passed it to"):
        work.decide(office, item.id, "approve", who("hegao_a"))
    assert work.decide(office, item.id, "approve", who("fuzhuren")).next[0].element == "Sign"


def test_the_applicant_never_gets_the_item(office: Engine, who: Login, memo: Done) -> None:
    with pytest.raises(NotAllowed):
        work.transfer(office, held(office, who, memo.number).id, "rlb1", who("hegao_a"))


def test_a_pool_item_is_claimed_by_one_and_gone_for_the_others(office: Engine, who: Login, memo: Done) -> None:
    work.decide(office, held(office, who, memo.number).id, "approve", who("hegao_a"))
    work.decide(office, held(office, who, memo.number).id, "approve", who("vp_a"))
    item = held(office, who, memo.number, "File")
    assert item.pool

    work.claim(office, item.id, who("wenshu_a"))

    with pytest.raises(NotOffered, match="a colleague has claimed it"):
        work.claim(office, item.id, who("wenshu_b"))
    work.release(office, item.id, who("wenshu_a"))
    assert work.decide(office, item.id, "approve", who("wenshu_b")).state == "completed"


def test_all_departments_must_answer_and_the_severest_answer_counts(office: Engine, who: Login) -> None:
    done = instances.start(
        office, "vote", {"title": "关于检查的签报", "departments": ["cwb", "ahb", "fwb"]}, who("rlb1")
    )
    for login, outcome in (("cwb_head", "agree"), ("ahb_head", "disagree")):
        view = instances.get(office, done.number, who("auditor"))
        mine = next(i for i in view.items if i.state == "open" and i.performer_id == who(login).id)
        work.decide(office, mine.id, outcome, who(login), opinion="见意见。")
        assert held(office, who, done.number).element == "Vote"

    view = instances.get(office, done.number, who("auditor"))
    last = next(i for i in view.items if i.state == "open")
    work.decide(office, last.id, "agree", who("fwb_head"))

    view = instances.get(office, done.number, who("auditor"))
    assert held(office, who, done.number).element == "Weigh"
    assert view.data["results"]["Vote"]["outcome"] == "disagree"
    assert sorted(view.data["results"]["Vote"]["outcomes"]) == ["agree", "agree", "disagree"]


def test_an_item_whose_path_was_left_cannot_be_decided(office: Engine, who: Login) -> None:
    done = instances.start(office, "vote", {"title": "关于检查的签报", "departments": ["cwb", "ahb"]}, who("rlb1"))
    view = instances.get(office, done.number, who("auditor"))
    first, second = [i for i in view.items if i.state == "open"]
    work.return_to(office, first.id, who("cwb_head"), to="Draft", opinion="先改。")

    with pytest.raises(NotOffered):
        work.decide(office, second.id, "agree", who("ahb_head"))


def test_a_draft_is_kept_for_its_writer_only(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)
    work.save_draft(office, f"item:{item.id}", {"opinion": "同意，但"}, who("hegao_a"))

    mine = work.draft(office, f"item:{item.id}", who("hegao_a"))

    assert mine is not None
    assert mine[0] == {"opinion": "同意，但"}
    assert work.draft(office, f"item:{item.id}", who("fuzhuren")) is None


def test_every_person_is_told_once_about_a_new_item(office: Engine, who: Login, memo: Done) -> None:
    with office.store.reading() as tx:
        view = instances.get(office, memo.number, who("auditor"))
        told = [login for _notice, login in notices.of_instance(tx, view.id)]

    assert told == ["hegao_a"]


def test_the_view_of_an_item_says_who_is_next_on_each_button(office: Engine, who: Login, memo: Done) -> None:
    item = held(office, who, memo.number)

    view = work.view(office, item.id, who("hegao_a"))

    assert view.next_steps["approve"][0].people == (who("vp_a").name,)
    assert view.next_steps["refuse"][0].name == "办结"
    assert view.permissions["checked"] == "write"
    assert view.permissions["title"] == "read"
    assert "return" in view.actions
    assert instances.get(office, memo.number, who("rlb1")).revision == view.instance.revision


def test_words_meant_for_the_first_button_do_not_count_for_another(office: Engine, who: Login) -> None:
    number = instances.start(office, "joint", {"title": "办法", "urgency": "平件"}, who("rlb1")).number
    work.decide(office, held(office, who, number).id, "approve", who("hegao_a"), opinion="好。")
    mine = next(i for i in instances.get(office, number, who("auditor")).items if i.performer_id == who("ahb_head").id)

    with pytest.raises(BadInput) as refused:
        work.decide(office, mine.id, "comment", who("ahb_head"), opinion="同意。")
    done = work.decide(office, mine.id, "comment", who("ahb_head"), opinion="补充物资保障。")

    assert refused.value.reason == "work.opinion"
    assert done.state == "running"
