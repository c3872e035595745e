"""Many parts with one outcome, on both databases."""

from datetime import timedelta

import pytest

from engine.errors import BadInput
from engine.runtime import Engine
from engine.verbs import instances, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began


def test_each_item_goes_by_itself_and_the_others_say_why_they_stayed(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    easy = [began(office, who, "joint", f"第{n}件") for n in range(3)]
    strict = instances.start(office, "memo", {"title": "要填写的签报"}, who("rlb1")).number
    hegao = who("hegao_a")
    ids = [at(office, who, number, "One").id for number in easy] + [at(office, who, strict, "Review").id]
    work.decide(office, ids[1], "approve", hegao)
    clock.advance(timedelta(seconds=30))

    told = work.decide_many(office, [*ids, ids[0], 999_999], "approve", hegao, opinion="一并同意。")

    assert [t.item_id for t in told] == [*ids, 999_999]
    assert [(t.done, t.code) for t in told] == [
        (True, ""),
        (False, "work.already_handled"),
        (True, ""),
        (False, "authz.denied"),
        (False, "not_found"),
    ]
    assert told[0].undo_until == clock() + timedelta(seconds=10)
    assert "需要填写" in told[3].reason
    assert (told[3].number, told[3].title) == (strict, "要填写的签报")
    assert at(office, who, strict, "Review").state == "open"
    lines = [e for e in instances.get(office, easy[0], who("auditor")).history if e.verb == "decide"]
    assert [(e.opinion, e.actor) for e in lines] == [("一并同意。", hegao.name)]


def test_a_step_that_must_be_opened_is_never_decided_in_bulk(office: Engine, who: Login) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    work.decide(office, at(office, who, number, "Review").id, "approve", who("hegao_a"), data={"checked": True})
    sign = at(office, who, number, "Sign")

    told = work.decide_many(office, [sign.id], "approve", who("vp_a"))

    assert [(t.done, t.reason) for t in told] == [(False, "这一步须打开核对后再办")]
    assert at(office, who, number, "Sign").id == sign.id


def test_a_repeated_bulk_with_the_same_key_acts_once(office: Engine, who: Login) -> None:
    numbers = [began(office, who, "joint", f"第{n}件") for n in range(2)]
    ids = [at(office, who, number, "One").id for number in numbers]

    first = work.decide_many(office, ids, "approve", who("hegao_a"), key="k")
    again = work.decide_many(office, ids, "approve", who("hegao_a"), key="k")

    assert first == again
    for number in numbers:
        assert [e.verb for e in instances.get(office, number, who("auditor")).history].count("decide") == 1


def test_nobody_decides_the_items_of_others_in_bulk(office: Engine, who: Login) -> None:
    item = at(office, who, began(office, who, "joint"), "One")

    strange = work.decide_many(office, [item.id], "approve", who("cwb1"))
    drafter = work.decide_many(office, [item.id], "approve", who("rlb1"))

    assert [(t.done, t.code, t.title) for t in strange] == [(False, "not_found", "")]
    assert [(t.done, t.code) for t in drafter] == [(False, "authz.denied")]


@pytest.mark.parametrize("ids", [[], list(range(1, 102))])
def test_an_empty_or_too_long_bulk_is_refused_whole(office: Engine, who: Login, ids: list[int]) -> None:
    with pytest.raises(BadInput):
        work.decide_many(office, ids, "approve", who("hegao_a"))
