"""What rows of 已办 and 草稿 still allow or lack."""

from datetime import timedelta

import pytest

from engine.runtime import Engine
from engine.verbs import definitions, inbox, instances, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at, began


def taken_back(office: Engine, who: Login, login: str) -> dict[str, bool]:
    return {row.number: row.retractable for row in inbox.page(office, who(login), box="done").rows}


def test_only_decisions_that_nobody_has_opened_can_be_taken_back_from_their_row(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    fresh, opened, ended = (began(office, who, title=f"第{n}件") for n in range(3))
    for number in (fresh, opened, ended):
        work.decide(office, at(office, who, number, "One").id, "approve", who("hegao_a"))
    clock.advance(timedelta(seconds=11))
    work.opened(office, at(office, who, opened, "All", "cwb_head").id, who("cwb_head"))
    work.decide(office, at(office, who, ended, "All", "cwb_head").id, "agree", who("cwb_head"))

    assert taken_back(office, who, "hegao_a") == {fresh: True, opened: False, ended: False}
    assert taken_back(office, who, "cwb_head") == {ended: True}
    item = next(r.id for r in inbox.page(office, who("hegao_a"), box="done").rows if r.number == fresh)
    work.retract(office, item, who("hegao_a"))
    assert fresh not in taken_back(office, who, "hegao_a")


def lacking(office: Engine, who: Login, login: str) -> list[tuple[str, ...]]:
    return [row.missing for row in inbox.page(office, who(login), box="drafts").rows]


@pytest.mark.parametrize(
    ("data", "missing"),
    [({}, ("标题",)), ({"title": "签报"}, ()), ({"title": "签报", "amount": "一百"}, ("金额",))],
)
def test_a_draft_names_the_fields_it_still_needs(
    office: Engine, who: Login, data: dict[str, str], missing: tuple[str, ...]
) -> None:
    work.save_draft(office, "start:memo", data, who("rlb1"), title="签报")

    assert lacking(office, who, "rlb1") == [missing]


def test_a_draft_of_a_work_item_is_judged_by_its_step_and_what_the_case_holds(office: Engine, who: Login) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    item = at(office, who, number, "Review").id
    work.save_draft(office, f"item:{item}", {"checked": "是吗", "_opinion": "拟同意"}, who("hegao_a"))

    assert lacking(office, who, "hegao_a") == [("已核对",)]


def test_a_draft_without_its_process_or_item_is_still_listed(office: Engine, who: Login) -> None:
    work.save_draft(office, "start:gone", {}, who("rlb1"))
    work.save_draft(office, "item:999999", {}, who("rlb1"))

    assert lacking(office, who, "rlb1") == [(), ()]
    assert definitions.all_current(office)
