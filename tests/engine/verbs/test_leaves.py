"""Leaves and authority: open work goes to whoever stands in, every hop in the record, and comes back."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.runtime import Engine
from engine.verbs import instances, people, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, letters, lines

TO_FRIDAY = shanghai("2026-03-13 17:30")
BREATH = timedelta(seconds=30)


def memo(office: Engine, who: Login, clock: FakeClock, title: str = "购置显示器", *, by: str = "rlb1") -> str:
    number = instances.start(office, "memo", {"title": title}, who(by)).number
    clock.advance(BREATH)
    return number


def holder(office: Engine, who: Login, number: str, element: str = "Review") -> str:
    person = people.directory(office).person(at(office, who, number, element).performer_id)
    return person.login if person else ""


def test_a_leave_hands_open_work_to_the_deputy_and_brings_it_back(office: Engine, who: Login, clock: FakeClock) -> None:
    number, other = memo(office, who, clock), memo(office, who, clock, "修缮屋顶")
    deadline = at(office, who, number, "Review").deadline

    row = people.take_leave(office, "hegao_a", who("hegao_a"), since=clock(), until=TO_FRIDAY, reason="出差")

    assert holder(office, who, number) == "wenshu_a"
    item = at(office, who, number, "Review")
    assert (item.on_behalf_of, item.deadline, item.opened) == ("方致远", deadline, None)
    (line,) = lines(office, who, number, "hand_over")
    assert (line.on_behalf_of, line.detail["from"], line.detail["to"]) == ("方致远", "hegao_a", "wenshu_a")
    assert line.detail["hops"] == ["核稿员A角方致远出差（至3月13日），转核稿员B角林晓雯"]
    assert letters(office, number, who, "T-AB") == ["wenshu_a"]

    work.decide(office, at(office, who, other, "Review").id, "approve", who("wenshu_a"), data={"checked": True})
    clock.advance(BREATH)
    back = people.end_leave(office, row, who("hegao_a"))

    assert holder(office, who, number) == "hegao_a"
    assert at(office, who, number, "Review").on_behalf_of == ""
    assert [(m.number, m.done, m.reason) for m in back] == [(number, True, ""), (other, False, "已经办完")]
    told = people.leave(office, row, who("hegao_a"))
    assert (told.state, len(told.moved), [m.number for m in told.done]) == ("over", 2, [other])
    assert told.done[0].to_name == "林晓雯"
    assert holder(office, who, memo(office, who, clock, "第三件")) == "hegao_a"


def test_a_leave_to_come_begins_and_ends_by_the_clock_once(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock)
    people.take_leave(
        office, "hegao_a", who("hegao_a"), since=shanghai("2026-03-10 08:30"), until=shanghai("2026-03-11 17:30")
    )
    assert people.keep_up(office) == 0
    assert holder(office, who, number) == "hegao_a"

    clock.at("2026-03-10 08:31")
    assert [people.keep_up(office), people.keep_up(office)] == [1, 0]
    assert holder(office, who, number) == "wenshu_a"

    clock.at("2026-03-11 17:31")
    assert [people.keep_up(office), people.keep_up(office)] == [1, 0]
    assert holder(office, who, number) == "hegao_a"
    assert len(lines(office, who, number, "hand_over")) == len(lines(office, who, number, "take_back")) == 1


def test_new_work_during_a_leave_says_every_hop_in_the_record(office: Engine, who: Login, clock: FakeClock) -> None:
    people.take_leave(office, "wenshu_a", None, since=clock(), until=TO_FRIDAY)
    people.take_leave(office, "hegao_a", None, since=clock(), until=TO_FRIDAY, by="dangan_a")

    number = memo(office, who, clock)

    assert holder(office, who, number) == "dangan_a"
    (line,) = lines(office, who, number, "stand_in")
    assert line.on_behalf_of == "方致远"
    assert line.detail["hops"] == [
        "核稿员A角方致远请假（至3月13日），转核稿员B角林晓雯",
        "核稿员B角林晓雯请假（至3月13日），转授权代理人孟庆华",
    ]


def test_what_only_the_person_can_do_waits_for_the_person(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock)
    work.return_to(office, at(office, who, number, "Review").id, who("hegao_a"), to="Draft", opinion="补材料")
    clock.advance(BREATH)

    row = people.take_leave(office, "rlb1", who("rlb1"), since=clock(), until=TO_FRIDAY)

    (stayed,) = people.leave(office, row, who("rlb1")).moved
    assert (stayed.number, stayed.done, stayed.reason) == (number, False, "须由本人处理，回来后继续")
    assert holder(office, who, number, "Draft") == "rlb1"


def test_what_was_passed_on_meanwhile_stays_where_it_is(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock)
    row = people.take_leave(office, "hegao_a", None, since=clock(), until=TO_FRIDAY)
    work.transfer(office, at(office, who, number, "Review").id, "fuzhuren", who("wenshu_a"))

    (back,) = people.end_leave(office, row, None)

    assert (holder(office, who, number), back.done, back.reason) == ("fuzhuren", False, "已经另行转交")


def test_a_leave_with_the_deputy_away_needs_a_third_person(office: Engine, clock: FakeClock) -> None:
    people.take_leave(office, "wenshu_a", None, since=clock(), until=TO_FRIDAY)

    with pytest.raises(BadInput) as refused:
        people.take_leave(office, "hegao_a", None, since=clock(), until=TO_FRIDAY)

    assert refused.value.reason == "org.deputy_away"
    assert "林晓雯" in refused.value.message_zh
    people.take_leave(office, "hegao_a", None, since=clock(), until=TO_FRIDAY, by="dangan_a")


def test_a_leave_is_ones_own_or_an_administrators_and_only_once(office: Engine, who: Login, clock: FakeClock) -> None:
    with pytest.raises(NotAllowed):
        people.take_leave(office, "hegao_a", who("rlb1"), since=clock(), until=TO_FRIDAY)
    row = people.take_leave(office, "hegao_a", who("admin"), since=clock(), until=TO_FRIDAY)
    with pytest.raises(Conflict, match="on leave"):
        people.take_leave(office, "hegao_a", who("hegao_a"), since=clock(), until=TO_FRIDAY)
    with pytest.raises(NotAllowed):
        people.leave(office, row, who("rlb1"))
    with pytest.raises(NotAllowed):
        people.end_leave(office, row, who("rlb1"))

    people.end_leave(office, row, who("hegao_a"))
    with pytest.raises(Conflict, match="over"):
        people.end_leave(office, row, who("hegao_a"))


@pytest.mark.parametrize(
    ("since", "until"),
    [("2026-03-12 08:30", "2026-03-11 17:30"), ("2026-03-02 08:30", "2026-03-06 17:30")],
)
def test_times_that_cannot_be_meant_are_refused(office: Engine, since: str, until: str) -> None:
    with pytest.raises(BadInput):
        people.take_leave(office, "hegao_a", None, since=shanghai(since), until=shanghai(until))


def test_a_stand_in_never_becomes_the_approver_of_the_own_matter(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock, by="wenshu_a")

    people.take_leave(office, "hegao_a", None, since=clock(), until=TO_FRIDAY)

    assert holder(office, who, number) != "wenshu_a"
    assert "为本件申请人" in str(lines(office, who, number, "hand_over")[0].detail["hops"])


# ------------------------------------------------------------------ authority


def stand(office: Engine, login: str, by: str, since: datetime, until: datetime = TO_FRIDAY) -> int:
    return people.substitute(office, login, by, None, since=since, until=until)


def test_a_circle_is_refused_and_named(office: Engine, clock: FakeClock) -> None:
    stand(office, "hegao_a", "dangan_a", clock())

    with pytest.raises(BadInput) as refused:
        stand(office, "dangan_a", "hegao_a", clock())

    assert refused.value.reason == "org.substitute_circle"
    assert refused.value.message_zh == "方致远在此期间已由孟庆华代理，不能互相代理。"
    stand(office, "dangan_a", "hegao_a", TO_FRIDAY, TO_FRIDAY + timedelta(days=1))


def test_a_chain_is_refused_from_either_end(office: Engine, clock: FakeClock) -> None:
    stand(office, "hegao_a", "dangan_a", clock())

    for login, by, code in (
        ("dangan_a", "huiwu_a", "org.substitute_chain"),
        ("huiwu_a", "hegao_a", "org.substitute_away"),
    ):
        with pytest.raises(BadInput) as refused:
            stand(office, login, by, clock())
        assert refused.value.reason == code


def test_nobody_hands_authority_two_levels_down(office: Engine, clock: FakeClock) -> None:
    with pytest.raises(BadInput) as refused:
        stand(office, "vp_a", "hegao_a", clock())

    assert refused.value.reason == "org.substitute_below"
    stand(office, "zhuren", "hegao_a", clock())


def test_an_authority_names_processes_that_exist(office: Engine, clock: FakeClock) -> None:
    with pytest.raises(NotFound, match="no process"):
        people.substitute(office, "hegao_a", "dangan_a", None, since=clock(), until=TO_FRIDAY, scope=["moon"])


def test_both_sides_and_administrators_see_an_authority(office: Engine, who: Login, clock: FakeClock) -> None:
    stand(office, "hegao_a", "dangan_a", clock())

    for login in ("hegao_a", "dangan_a"):
        (row,) = people.substitutions(office, who(login))
        assert (row.principal, row.substitute, row.seals) == ("hegao_a", "dangan_a", False)
    assert people.substitutions(office, who("rlb1")) == ()
    assert len(people.substitutions(office, who("admin"), everybody=True)) == 1
    with pytest.raises(NotAllowed):
        people.substitutions(office, who("rlb1"), everybody=True)


def test_an_authority_up_to_an_amount_is_kept_with_its_letter_and_reaches_no_further(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    people.substitute(
        office,
        "hegao_a",
        "dangan_a",
        who("hegao_a"),
        since=clock(),
        until=TO_FRIDAY,
        scope=["memo"],
        letter="SQ-2026-3",
        genres=["签报"],
        most=Decimal("50000"),
    )
    (row,) = people.substitutions(office, who("dangan_a"))
    assert (row.letter, row.genres, row.most, row.scope) == ("SQ-2026-3", ("签报",), Decimal("50000"), ("memo",))
    people.end_substitution(office, row.id, who("hegao_a"))
    people.take_leave(office, "wenshu_a", None, since=clock(), until=TO_FRIDAY)
    more = {"since": clock(), "until": TO_FRIDAY, "letter": "SQ-2026-4"}
    people.substitute(office, "hegao_a", "dangan_a", who("hegao_a"), most=Decimal("50000"), **more)  # type: ignore[arg-type]

    within, above = (
        instances.start(office, "memo", {"title": "购置", "amount": amount}, who("rlb1")).number
        for amount in ("50000.00", "50000.01")
    )

    assert (holder(office, who, within), holder(office, who, above)) == ("dangan_a", "hegao_a")
    (line,) = lines(office, who, within, "stand_in")
    assert line.detail["hops"][-1].endswith("转授权代理人孟庆华（授权书SQ-2026-4）")


@pytest.mark.parametrize("most", ["0", "-1", "1.001"])
def test_an_amount_that_limits_nothing_is_refused(office: Engine, clock: FakeClock, most: str) -> None:
    with pytest.raises(BadInput) as refused:
        people.substitute(office, "hegao_a", "dangan_a", None, since=clock(), until=TO_FRIDAY, most=Decimal(most))

    assert refused.value.reason == "org.substitute_amount"
