"""A change of what a checklist prepares: the differences, what is confirmed again, who agrees, and calling it off."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.errors import BadInput, Conflict, NotFound, SanbanError
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.store import instances as instance_rows
from engine.store import notices
from engine.verbs import definitions, files, instances, meetings, people, replanning, timers, work
from engine.verbs.meetings import Entry
from tests.support.clock import FakeClock, shanghai
from tests.support.gatherings import propose, settle_stars

NUMBER, NOW = "HY-2026-0001", "2026-03-03 10:00"
LATER = {"start_at": "2026-03-31T14:30:00+08:00", "end_at": "2026-03-31T17:00:00+08:00"}
ROOM = {"venue": "第三会议室"}


@pytest.fixture(scope="module")
def prepared(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large meeting on 2026-03-26, its first two entries done; another one that nobody has approved yet."""
    home, clock = tmp_path_factory.mktemp("prepared"), FakeClock(NOW)
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=clock, settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(SHIPPED / "meeting_preparation"))
    propose(engine, "安全生产大会", start="2026-03-26 14:30", end="2026-03-26 17:00", level="大型")
    propose(engine, "未批准的会", start="2026-03-27 09:00", end="2026-03-27 11:00", approved=False)
    for code, login in (("A01", "zhuren"), ("A02", "huiwu_a")):
        actor = people.actor(engine, login)
        proof = files.put(engine, "佐证.txt", [b"ok"], actor).id
        work.decide(engine, entry(engine, code).item_id or 0, "done", actor, attachments=[proof])
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(prepared: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(prepared, tmp_path / "sanban.db")
    shutil.copy(prepared.with_name("audit.key"), tmp_path)  # what its record was written with
    clock.at(NOW)
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


def entry(office: Engine, code: str) -> Entry:
    found = meetings.board(office, NUMBER, people.actor(office, "zhuren"))
    return next(e for phase in found.phases for e in phase.entries if e.code == code)


def effects(change: replanning.Change) -> dict[str, str]:
    return {line.entry: line.effect for line in change.lines}


def test_a_preview_tells_what_the_change_then_does_and_writes_nothing(office: Engine) -> None:
    lead = people.actor(office, "fuzhuren")
    before = meetings.board(office, NUMBER, lead)

    told = replanning.preview(office, NUMBER, LATER, lead)
    assert meetings.board(office, NUMBER, lead) == before
    replanning.change(office, NUMBER, LATER, lead, reason="领导行程调整。")

    (done,) = replanning.changes(office, NUMBER, lead)
    assert [(x.entry, x.effect, x.after) for x in done.lines] == [(x.entry, x.effect, x.after) for x in told.lines]
    assert done.changed == told.changed
    assert [c["label"] for c in done.changed] == ["开始时间", "结束时间"]
    assert (done.near, done.by, done.reason) == (False, lead.name, "领导行程调整。")


def test_open_entries_move_with_the_day_and_their_reminders_too(office: Engine) -> None:
    lead = people.actor(office, "fuzhuren")

    replanning.change(office, NUMBER, LATER, lead, reason="改期。")

    assert entry(office, "B13").deadline == shanghai("2026-03-30 15:30")
    assert entry(office, "A05").deadline == shanghai("2026-03-17 17:30")
    item = entry(office, "A05").item_id
    waiting = [
        t
        for t in timers.of_instance(office, NUMBER, people.actor(office, "admin"))
        if t.state == "waiting" and t.level == "item" and t.deadline == shanghai("2026-03-12 17:30")
    ]
    assert item is not None
    assert waiting == []


def test_what_was_done_is_confirmed_again_and_the_first_decision_stands(office: Engine) -> None:
    lead, owner = people.actor(office, "fuzhuren"), people.actor(office, "huiwu_a")
    total = meetings.board(office, NUMBER, lead).total

    replanning.change(office, NUMBER, ROOM, lead, reason="换场。")

    again = entry(office, "A02")
    assert (again.state, again.owner, again.deadline) == ("open", owner.name, shanghai("2026-03-10 17:30"))
    assert meetings.board(office, NUMBER, lead).total == total
    decided = [i for i in instances.get(office, NUMBER, lead).items if i.entry == "A02"]
    assert [i.state for i in decided] == ["done", "open"]
    assert effects(replanning.changes(office, NUMBER, lead)[0])["A02"] == "again"


def test_a_confirmation_has_four_working_hours_at_least(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-19 16:00")

    replanning.change(office, NUMBER, ROOM, people.actor(office, "fuzhuren"), reason="换场。")

    assert entry(office, "A02").deadline == shanghai("2026-03-20 11:00")


def test_the_list_shows_when_each_was_confirmed(office: Engine, clock: FakeClock) -> None:
    lead, owner = people.actor(office, "fuzhuren"), people.actor(office, "huiwu_a")
    replanning.change(office, NUMBER, ROOM, lead, reason="换场。")
    clock.at("2026-03-04 09:00")
    proof = files.put(office, "新预定单.txt", [b"ok"], owner).id

    work.decide(office, entry(office, "A02").item_id or 0, "done", owner, attachments=[proof])
    replanning.confirm(office, NUMBER, entry(office, "D03").item_id or 0, lead, words="已知悉。")

    lines = {line.entry: line for line in replanning.changes(office, NUMBER, lead)[0].lines}
    assert lines["A02"].confirmed == shanghai("2026-03-04 09:00")
    assert (lines["D03"].confirmed, lines["D03"].told) == (shanghai("2026-03-04 09:00"), f"{lead.name}：已知悉。")
    assert lines["D02"].confirmed is None


def test_whoever_has_an_entry_that_changes_is_told_once_with_all_of_them(office: Engine) -> None:
    replanning.change(office, NUMBER, LATER, people.actor(office, "fuzhuren"), reason="改期。")

    with office.store.reading() as tx:
        row = instance_rows.by_number(tx, NUMBER)
        sent = [(n.body, login) for n, login in notices.of_instance(tx, row.id) if n.event == "T-REPLAN"]
    (body,) = [body for body, login in sent if login == "huiwu_a"]
    assert "A02 会场预定，考察容量与设备：待重新确认" in body
    assert "开始时间 2026-03-26 14:30 → 2026-03-31 14:30" in body


def test_near_the_day_the_director_agrees_first_and_signs_for_word_of_mouth(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-24 09:00")
    lead, head = people.actor(office, "fuzhuren"), people.actor(office, "zhuren")

    with pytest.raises(Conflict) as refused:
        replanning.change(office, NUMBER, ROOM, lead, reason="换场。")
    assert refused.value.reason == "replan.near"
    with pytest.raises(BadInput):
        replanning.change(office, NUMBER, ROOM, lead, reason="换场。", agreed_at=office.now() + timedelta(hours=1))
    replanning.change(office, NUMBER, ROOM, lead, reason="换场。", agreed_at=shanghai("2026-03-24 08:50"))

    (asked,) = [i for i in instances.get(office, NUMBER, head).items if i.kind == "sign"]
    assert (asked.performer, asked.deadline) == (head.name, shanghai("2026-03-25 17:30"))
    assert replanning.changes(office, NUMBER, lead)[0].agreed == head.name
    work.sign(office, asked.id, head)


def test_the_director_needs_nobody_else(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-24 09:00")

    replanning.change(office, NUMBER, ROOM, people.actor(office, "zhuren"), reason="换场。")

    assert [i for i in instances.get(office, NUMBER, people.actor(office, "zhuren")).items if i.kind == "sign"] == []


def test_a_smaller_meeting_drops_what_no_longer_applies_and_a_video_takes_in_more(office: Engine) -> None:
    lead = people.actor(office, "fuzhuren")
    new = {"level": "中型", "mode": "现场+视频", "branch_venues": "城建、能源"}

    replanning.change(office, NUMBER, new, lead, reason="压缩规模，增设分会场。", extra=[("D05", "与能源公司联调")])

    found = effects(replanning.changes(office, NUMBER, lead)[0])
    assert {e for e, effect in found.items() if effect == "added"} == {"D05", "D06", "D05-1"}
    assert {"A07", "E01", "F01"} <= {e for e, effect in found.items() if effect == "dropped"}
    assert (entry(office, "A07").state, entry(office, "D05-1").title) == ("na", "与能源公司联调")


def test_what_falls_away_may_be_the_last_the_list_waited_for(office: Engine) -> None:
    lead = people.actor(office, "fuzhuren")
    board = meetings.board(office, NUMBER, lead)
    large_only = {"A08", "D13"}  # starred, and only of large meetings
    settle_stars(office, NUMBER, leave=large_only)
    assert {e.code for phase in board.phases for e in phase.entries} >= large_only
    assert next(s.state for s in instances.get(office, NUMBER, lead).steps if s.element == "HY40") == "open"

    replanning.change(office, NUMBER, {"level": "中型"}, lead, reason="压缩规模。")

    assert next(s.state for s in instances.get(office, NUMBER, lead).steps if s.element == "HY40") == "done"


def test_calling_off_ends_what_is_open_and_asks_for_notice_and_cancelled_bookings(office: Engine) -> None:
    lead = people.actor(office, "fuzhuren")

    replanning.call_off(office, NUMBER, lead, reason="并入年度工作会议。")

    view = instances.get(office, NUMBER, lead)
    still = {i.entry: i.deadline for i in view.items if i.state == "open"}
    assert set(still) == {"X01", "X02", "X03", "X04", "X05", "X06"}
    assert still["X01"] == shanghai("2026-03-03 15:30")
    (listed,) = replanning.changes(office, NUMBER, lead)
    assert listed.kind == "取消"
    assert {line.effect for line in listed.lines} == {"dropped"}


@pytest.mark.parametrize(
    ("number", "login", "data", "reason", "extra", "code"),
    [
        (NUMBER, "fuzhuren", {}, "试试。", (), "replan.nothing"),
        (NUMBER, "fuzhuren", ROOM, " ", (), "work.opinion"),
        (NUMBER, "fuzhuren", {}, "追加。", (("Z99", "没有的事项"),), "replan.entry"),
        (NUMBER, "fuzhuren", {"end_at": "2026-03-26T14:00:00+08:00"}, "改期。", (), "form.rule"),
        (NUMBER, "fuzhuren", {"title": "另一个会"}, "改名。", (), "form.read_only"),
        (NUMBER, "vp_a", ROOM, "换场。", (), "authz.denied"),
        (NUMBER, "jjb1", ROOM, "换场。", (), "not_found"),
        ("HY-2026-0002", "zhuren", ROOM, "换场。", (), "replan.early"),
    ],
)
def test_what_cannot_be_changed_says_why(
    office: Engine,
    number: str,
    login: str,
    data: dict[str, str],
    reason: str,
    extra: tuple[tuple[str, str], ...],
    code: str,
) -> None:
    with pytest.raises(SanbanError) as refused:
        replanning.change(office, number, data, people.actor(office, login), reason=reason, extra=extra)

    assert refused.value.reason == code
    assert replanning.changes(office, NUMBER, people.actor(office, "zhuren")) == ()


def test_only_an_entry_of_a_difference_list_is_confirmed_by_telephone(office: Engine) -> None:
    item, lead = entry(office, "A05").item_id or 0, people.actor(office, "fuzhuren")

    with pytest.raises(NotFound):
        replanning.confirm(office, NUMBER, item, lead, words="已知悉。")


def test_only_those_who_may_are_offered_a_change(office: Engine) -> None:
    offered = {login: replanning.offered(office, NUMBER, people.actor(office, login)) for login in ("fuzhuren", "vp_a")}

    assert offered["vp_a"] is None
    assert offered["fuzhuren"] is not None
