"""Reading a lent file on the screen: who, from when, until when, and what stands in which record; on both databases."""

from datetime import timedelta

import pytest

from engine.errors import BadInput, NotFound, SanbanError
from engine.runtime import Engine
from engine.store import history
from engine.store import instances as stored
from engine.verbs import instances, reading, stopping, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.lendings import FILE_NO, agree, asked, ended, opened

JPEG = b"\xff\xd8\xff"


def refusal(office: Engine, number: str, who: Login, login: str = "rlb2") -> str:
    """Why this person may not read now."""
    with pytest.raises(SanbanError) as caught:
        reading.page(office, number, 1, 1, who(login))
    return caught.value.reason


def told(office: Engine, number: str) -> list[tuple[int | None, str]]:
    """Who has read which file, as the record of a case says."""
    with office.store.reading() as tx:
        row = stored.by_number(tx, number)
        return [(e.actor_id, str(e.detail["opinion"])) for e in history.whole(tx, row) if e.verb == "online"]


def test_the_borrower_reads_page_by_page_and_the_lending_says_which_file(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    number = opened(office, clock)
    me = who("rlb2")

    shelf = reading.lent(office, number, me)
    assert [(leaf.name, leaf.readable) for leaf in shelf.leaves] == [
        ("处理单.pdf", True), ("报告.pdf", True), ("照片.png", True), ("数据.csv", False),
    ]  # fmt: skip
    assert me.name in shelf.mark
    assert number in shelf.mark
    assert told(office, number) == []
    found = reading.open_file(office, number, 2, me)
    assert [(round(p.width), round(p.height)) for p in found.pages] == [(595, 842), (595, 842)]
    for which in (1, 2):
        assert reading.page(office, number, 2, which, me).startswith(JPEG)
    assert told(office, number) == [(me.id, "报告.pdf")]
    assert reading.page(office, number, 3, 1, me).startswith(JPEG)  # straight to a page: it is written down as well
    assert told(office, number) == [(me.id, "报告.pdf"), (me.id, "照片.png")]
    assert told(office, shelf.source) == []
    with pytest.raises(NotFound, match="no page 3"):
        reading.page(office, number, 2, 3, me)
    with pytest.raises(BadInput, match="page by page"):
        reading.open_file(office, number, 4, me)


def test_it_opens_with_the_last_approval_and_is_for_the_borrower_alone(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    ended(office, clock)
    number = asked(office)

    assert refusal(office, number, who) == "reading.not_open"
    assert reading.standing(office, number, who("rlb2")) == reading.Standing(
        False, None, "借阅还没有批准开通，现在不能在线阅览。", "the lending is not open yet"
    )
    agree(office, number, "rlb_head")
    assert refusal(office, number, who) == "reading.not_open"
    agree(office, number, "dangan_a")
    assert reading.page(office, number, 1, 1, who("rlb2")).startswith(JPEG)
    assert refusal(office, number, who, "rlb_head") == "reading.others"  # reads the lending, but has borrowed nothing
    assert refusal(office, number, who, "cwb1") == "not_found"
    assert reading.standing(office, number, who("rlb_head")) is None


def test_the_clock_closes_it_though_no_timer_has_fired(office: Engine, who: Login, clock: FakeClock) -> None:
    number = opened(office, clock)

    clock.set("2026-03-20T15:59:59+00:00")
    assert reading.page(office, number, 1, 1, who("rlb2")).startswith(JPEG)
    clock.advance(timedelta(seconds=1))
    assert refusal(office, number, who) == "reading.over"

    while timers.fire_due(office):
        pass
    found = instances.get(office, number, who("rlb2"))
    assert (found.state, [i for i in found.items if i.state == "open"]) == ("completed", [])
    assert refusal(office, number, who) == "reading.over"


def test_a_renewal_moves_the_end_and_a_refused_one_does_not(office: Engine, who: Login, clock: FakeClock) -> None:
    number = opened(office, clock)
    item = work.mine(office, number, who("rlb2"))
    assert item is not None
    with pytest.raises(BadInput):
        work.decide(office, item, "renew", who("rlb2"), opinion="还没读完。", data={"renew_until": "2026-03-19"})
    work.decide(office, item, "renew", who("rlb2"), opinion="还没读完。", data={"renew_until": "2026-03-27"})
    clock.set("2026-03-20T15:00:00+00:00")
    assert reading.standing(office, number, who("rlb2")) is not None
    assert reading.page(office, number, 1, 1, who("rlb2")).startswith(JPEG)  # the old term still runs
    clock.set("2026-03-21T01:00:00+00:00")
    assert refusal(office, number, who) == "reading.over"

    agree(office, number, "rlb_head")
    assert reading.page(office, number, 1, 1, who("rlb2")).startswith(JPEG)
    again = work.mine(office, number, who("rlb2"))
    assert again is not None
    work.decide(office, again, "renew", who("rlb2"), opinion="再延一周。", data={"renew_until": "2026-04-03"})
    head = work.mine(office, number, who("rlb_head"))
    assert head is not None
    work.decide(office, head, "refuse", who("rlb_head"), opinion="已够。")
    clock.set("2026-03-27T16:00:00+00:00")
    assert refusal(office, number, who) == "reading.over"


def test_whatever_ends_or_stops_the_lending_closes_the_file(office: Engine, who: Login, clock: FakeClock) -> None:
    ended(office, clock)
    read, broken, held, void = numbers = [asked(office) for _ in range(4)]
    for number in numbers:
        agree(office, number, "rlb_head", "dangan_a")
        assert reading.standing(office, number, who("rlb2")) is not None

    agree(office, read, "rlb2")
    stopping.terminate(office, broken, who("ducha_a"), reason="借阅人调离")
    stopping.suspend(office, held, who("ducha_a"), reason="核查")
    instances.void(office, void, who("admin"), reason="填错")

    assert [refusal(office, number, who) for number in numbers] == ["reading.closed"] * 4
    stopping.resume(office, held, who("ducha_a"), reason="查毕")
    assert reading.lent(office, held, who("rlb2")).number == held


def test_a_secret_file_is_read_by_its_list_or_by_whom_those_who_decide_let_in(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    source = ended(office, clock, secret=True)
    number = asked(office, secrecy="商密")

    agree(office, number, "rlb_head", "rlb_head")
    assert refusal(office, number, who) == "reading.not_open"
    agree(office, number, "zhuren", "party_vice", "dangan_a")
    assert reading.page(office, number, 1, 1, who("rlb2")).startswith(JPEG)
    me = who("rlb2").id
    assert told(office, number) == [(me, "处理单.pdf")]
    assert told(office, source) == [(me, f"处理单.pdf（借阅 {number}）")]
    with pytest.raises(NotFound):
        instances.get(office, source, who("rlb2"))  # it is read, not opened

    with office.store.transaction() as tx:  # had the leader not agreed
        row = stored.by_number(tx, number, lock=True)
        kept = dict(row.variables["results"])
        row.variables = row.variables | {"results": {k: v for k, v in kept.items() if k != "JY50"}}
        stored.save(tx, row)
    assert refusal(office, number, who) == "reading.not_listed"
    with office.store.transaction() as tx:  # had the request been written anew after they had
        row = stored.by_number(tx, number, lock=True)
        late = kept["JY10"] | {"at": "2026-03-19T09:00:00+08:00"}
        row.variables = row.variables | {"results": kept | {"JY10": late}}
        stored.save(tx, row)
    assert refusal(office, number, who) == "reading.not_listed"


def test_a_request_says_what_the_catalogue_says(office: Engine, who: Login, clock: FakeClock) -> None:
    ended(office, clock, secret=True)

    with pytest.raises(BadInput) as caught:
        asked(office, secrecy="一般")
    assert "须与档案目录一致" in str(caught.value.message_zh) + repr(getattr(caught.value, "problems", ""))
    with pytest.raises(BadInput) as caught:
        asked(office, secrecy="商密", until="2026-03-01")
    assert "使用期限已过" in repr(getattr(caught.value, "problems", ""))


def test_paper_of_the_catalogue_is_not_read_on_the_screen(office: Engine, who: Login, clock: FakeClock) -> None:
    ended(office, clock)
    data = {
        "archive": "HY-2022-D10-0211", "title": "2022 年职工培训记录", "origin_unit": "rlb", "kind": "一般档案",
        "secrecy": "一般", "count": 1, "purpose": "编写总结", "way": "在线阅览", "until": "2026-03-20",
    }  # fmt: skip

    with pytest.raises(BadInput) as caught:
        instances.start(office, "archive_lending", data, who("rlb2"))

    assert "没有电子件" in repr(getattr(caught.value, "problems", ""))
    assert FILE_NO not in repr(caught.value)
