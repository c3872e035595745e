"""Work of a leaver and of a post changes hands whole: nothing stays behind, nobody gets what they must keep out of."""

from datetime import date, timedelta

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.runtime import Engine
from engine.store import absences
from engine.verbs import inbox, people, work
from tests.engine.conftest import Login
from tests.engine.verbs.test_leaves import BREATH, holder, memo
from tests.support.clock import FakeClock, shanghai
from tests.support.joint import at, began, lines

TUESDAY = date(2026, 3, 10)


def held(office: Engine, login: str) -> int:
    person = people.directory(office).person(login)
    assert person is not None
    with office.store.reading() as tx:
        return len(absences.held(tx, person.id))


def test_a_leaver_with_open_work_needs_a_receiver(office: Engine, who: Login, clock: FakeClock) -> None:
    memo(office, who, clock)

    with pytest.raises(BadInput) as refused:
        people.deactivate(office, "hegao_a", who("admin"))

    assert refused.value.reason == "org.receiver_needed"
    assert "1 件" in refused.value.message_zh
    assert people.actor(office, "hegao_a").login == "hegao_a"


def test_everything_of_a_leaver_goes_to_the_receiver(office: Engine, who: Login, clock: FakeClock) -> None:
    numbers = [memo(office, who, clock, f"第{n}件") for n in range(3)]
    left = memo(office, who, clock, "已办的")
    work.decide(office, at(office, who, left, "Review").id, "approve", who("hegao_a"), data={"checked": True})
    assert len(people.preview_handover(office, "hegao_a", who("admin"))) == 3

    done = people.deactivate(office, "hegao_a", who("admin"), to="dangan_a", reason="调离")

    assert done is not None
    assert (done.state, done.receiver, [m.number for m in done.moved if m.done]) == ("done", "孟庆华", numbers)
    assert held(office, "hegao_a") == 0
    assert {holder(office, who, n) for n in numbers} == {"dangan_a"}
    (line,) = lines(office, who, numbers[0], "hand_over")
    assert (line.actor, line.opinion, line.detail["to_name"]) == (who("admin").name, "调离", "孟庆华")
    assert inbox.page(office, who("dangan_a")).total == 3
    with pytest.raises(NotFound):
        people.actor(office, "hegao_a")


def test_whoever_must_keep_out_does_not_receive(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock, by="dangan_a")

    done = people.deactivate(office, "hegao_a", who("admin"), to="dangan_a")

    assert done is not None
    assert done.moved[0].to == holder(office, who, number) == "wenshu_a"
    assert done.moved[0].reason == "接收人须回避，按岗位另派"


def test_what_the_leaver_had_lent_comes_back_to_the_receiver(office: Engine, who: Login, clock: FakeClock) -> None:
    number = began(office, who)
    item = at(office, who, number, "One").id
    work.delegate(office, item, "fuzhuren", who("hegao_a"), opinion="请核对")

    people.deactivate(office, "hegao_a", who("admin"), to="dangan_a")
    work.hand_back(office, item, who("fuzhuren"), opinion="好了")

    assert holder(office, who, number, "One") == "dangan_a"


def test_only_administrators_let_people_go_and_never_themselves(office: Engine, who: Login) -> None:
    with pytest.raises(NotAllowed):
        people.deactivate(office, "rlb1", who("rlb_head"))
    with pytest.raises(BadInput):
        people.deactivate(office, "admin", who("admin"))
    with pytest.raises(NotAllowed):
        people.handovers(office, who("rlb_head"))


@pytest.mark.parametrize("to", ["hegao_a", "nobody"])
def test_a_receiver_is_somebody_else_who_is_here(office: Engine, who: Login, to: str) -> None:
    with pytest.raises((BadInput, NotFound)):
        people.deactivate(office, "hegao_a", who("admin"), to=to)


# ------------------------------------------------------------------ rotation


def rotated(office: Engine, who: Login, on: date = TUESDAY) -> int:
    return people.rotate(
        office,
        "hegao_a",
        "huiwu_a",
        who("admin"),
        unit="bgs",
        post="hegao",
        on=on,
        witness="zhuren",
        goods="核稿记录本 2 册",
    )


def test_a_rotation_moves_the_open_work_of_the_post_on_its_day(office: Engine, who: Login, clock: FakeClock) -> None:
    people.appoint(office, "hegao_a", "bgs", "ducha", None, role="B")
    number = memo(office, who, clock)
    slip = rotated(office, who)
    assert people.keep_up(office) == 0
    assert holder(office, who, number) == "hegao_a"

    clock.at("2026-03-10 00:00")
    assert [people.keep_up(office), people.keep_up(office)] == [1, 0]

    assert holder(office, who, number) == "huiwu_a"
    assert at(office, who, number, "Review").performer_title == "核稿员"
    told = people.handover(office, slip, who("zhuren"))
    assert (told.state, told.witness, told.goods, told.post) == ("done", "苏文博", "核稿记录本 2 册", "办公室 核稿员")
    assert [m.to for m in told.moved] == ["huiwu_a"]
    assert holder(office, who, memo(office, who, clock, "下一件")) == "huiwu_a"
    assert "bgs.hegao" not in who("hegao_a").pools
    assert "bgs.ducha" in who("hegao_a").pools


def test_a_deputy_goes_on_in_the_name_of_the_new_holder(office: Engine, who: Login, clock: FakeClock) -> None:
    number = memo(office, who, clock)
    people.take_leave(office, "hegao_a", None, since=clock(), until=shanghai("2026-03-20 17:30"))

    rotated(office, who)
    clock.at("2026-03-10 00:01")
    people.keep_up(office)

    item = at(office, who, number, "Review")
    assert (holder(office, who, number), item.on_behalf_of) == ("wenshu_a", "俞子昂")


def test_a_rotation_can_be_taken_back_before_its_day(office: Engine, who: Login, clock: FakeClock) -> None:
    slip = rotated(office, who)

    people.cancel_rotation(office, slip, who("admin"))

    clock.advance(timedelta(days=3))
    assert people.keep_up(office) == 0
    assert holder(office, who, memo(office, who, clock)) == "hegao_a"
    with pytest.raises(Conflict):
        people.cancel_rotation(office, slip, who("admin"))


def test_what_cannot_be_a_rotation_is_refused_and_changes_nothing(office: Engine, who: Login, clock: FakeClock) -> None:
    cases = (
        {"login": "rlb1", "to": "huiwu_a"},
        {"login": "hegao_a", "to": "hegao_a"},
        {"login": "hegao_a", "to": "huiwu_a", "witness": "huiwu_a"},
        {"login": "hegao_a", "to": "huiwu_a", "on": date(2026, 3, 8)},
        {"login": "jianyin_a", "to": "yinzhang_a", "post": "jianyin"},
    )
    for case in cases:
        with pytest.raises((BadInput, NotFound)):
            people.rotate(office, actor=who("admin"), unit="bgs", **{"post": "hegao", **case})  # type: ignore[arg-type]

    assert people.handovers(office, who("admin")) == ()
    assert holder(office, who, memo(office, who, clock)) == "hegao_a"
    clock.advance(BREATH)
