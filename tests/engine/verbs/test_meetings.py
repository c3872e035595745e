"""The checklist of a meeting: dates counted from the day, what waits for what, evidence, and what is still ahead."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from engine.errors import BadInput, Conflict, NotFound
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.store.tables import timer
from engine.verbs import definitions, doctor, files, instances, meetings, notifications, people, stopping, timers, work
from engine.verbs.meetings import Board, Entry
from tests.support.clock import FakeClock
from tests.support.gatherings import copy_of, house_of_meetings, propose, settle_stars

NOW = "2026-03-03 10:00"


@pytest.fixture(scope="module")
def proposed(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A medium meeting of 2026-03-26, approved on the 3rd, and a small one beside it."""
    home = tmp_path_factory.mktemp("proposed")
    engine = house_of_meetings(sqlite_schema, home, NOW)
    propose(engine, "未批准的会", start="2026-03-27 09:00", end="2026-03-27 11:00", approved=False)
    engine.close()
    return home


@pytest.fixture
def office(proposed: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """A copy of it."""
    yield from copy_of(proposed, tmp_path, clock, NOW)


def board(office: Engine, login: str = "zhuren", number: str = "HY-2026-0001") -> Board:
    return meetings.board(office, number, people.actor(office, login))


def entry(found: Board, code: str) -> Entry:
    return next(e for phase in found.phases for e in phase.entries if e.code == code)


def test_board_counts_what_it_shows_phase_by_phase(office: Engine) -> None:
    found = board(office)

    everything = [e for phase in found.phases for e in phase.entries]
    assert [phase.name for phase in found.phases] == ["会前", "会中", "会后"]
    assert found.total == len(everything) == sum(phase.total for phase in found.phases)
    assert (found.done, found.begun, found.days_left) == (0, True, 23)
    assert len({e.code for e in everything}) == found.total


def test_entries_ahead_are_planned_and_those_of_the_open_phase_have_dates_and_owners(office: Engine) -> None:
    found = board(office)

    before, during, after = found.phases
    assert {e.state for e in before.entries} == {"open"}
    assert {e.state for e in (*during.entries, *after.entries)} == {"planned"}
    assert all(e.owner and e.deadline for e in before.entries)
    assert list(before.entries) == sorted(before.entries, key=lambda e: (e.deadline, e.code))


def test_entry_names_what_it_waits_for(office: Engine) -> None:
    waiting = entry(board(office), "A02")

    assert [(code, still) for code, _title, still in waiting.requires] == [("A01", True)]
    assert waiting.blocked


def test_evidence_is_asked_for_before_an_entry_is_done_and_frees_what_waited(office: Engine) -> None:
    head = people.actor(office, "zhuren")
    first = entry(board(office), "A01")
    assert first.mine
    assert first.item_id is not None

    with pytest.raises(BadInput) as refused:
        work.decide(office, first.item_id, "done", head)
    assert "需要佐证：立项单" in refused.value.message_zh
    proof = files.put(office, "立项单.txt", [b"ok"], head).id
    work.decide(office, first.item_id, "done", head, attachments=[proof])

    found = board(office)
    assert (found.done, entry(found, "A01").state) == (1, "done")
    assert [name for _id, name in entry(found, "A01").files] == ["立项单.txt"]
    assert not entry(found, "A02").blocked


def test_entry_is_not_done_before_what_it_depends_on(office: Engine) -> None:
    waiting = entry(board(office, "huiwu_a"), "A02")
    assert waiting.item_id is not None

    with pytest.raises(Conflict) as refused:
        work.decide(office, waiting.item_id, "done", people.actor(office, "huiwu_a"))

    assert "前置事项还没有完成：领受任务" in refused.value.message_zh


def test_a_booked_room_is_no_meeting(office: Engine) -> None:
    definitions.deploy(office, definitions.read_folder(SHIPPED / "room_booking"))
    booked = {
        "topic": "月度安全例会",
        "room": "第二会议室",
        "start_at": "2026-03-12T09:00:00+08:00",
        "end_at": "2026-03-12T11:00:00+08:00",
        "headcount": 20,
        "equipment": [],
        "tea": False,
    }
    number = instances.start(office, "room_booking", booked, people.actor(office, "ducha_a")).number

    seen = meetings.meetings(office, people.actor(office, "ducha_a"))

    assert number not in [m.number for m in seen]
    assert [m.title for m in seen] == ["安全生产调度会", "未批准的会"]


def test_list_holds_what_the_person_may_open_the_next_meeting_first(office: Engine) -> None:
    seen = meetings.meetings(office, people.actor(office, "ducha_a"))

    assert [(m.title, m.begun) for m in seen] == [("安全生产调度会", True), ("未批准的会", False)]
    assert meetings.meetings(office, people.actor(office, "jjb1")) == ()
    with pytest.raises(NotFound):
        board(office, "jjb1")


def left_open(office: Engine) -> Entry:
    """An entry without a star that stays open when all stars are done."""
    return next(e for phase in board(office).phases for e in phase.entries if e.beside)


def test_list_goes_on_when_every_star_is_done_and_the_others_stay_open_with_their_owners(office: Engine) -> None:
    settle_stars(office, "HY-2026-0001")

    found, watcher = board(office), people.actor(office, "auditor")
    step = next(s for s in instances.get(office, "HY-2026-0001", watcher).steps if s.element == "HY40")
    waiting = [t for t in timers.of_instance(office, "HY-2026-0001", watcher) if t.state == "waiting"]
    assert step.state == "done"
    assert found.beside == sum(e.state == "open" for phase in found.phases for e in phase.entries) > 0
    assert not any(e.key for phase in found.phases for e in phase.entries if e.beside)
    assert {e.deadline for phase in found.phases for e in phase.entries if e.beside} <= {t.deadline for t in waiting}


def test_entry_beside_is_done_without_moving_the_meeting_on(office: Engine) -> None:
    settle_stars(office, "HY-2026-0001")
    rest = left_open(office)
    assert rest.item_id is not None
    owner = next(p for p in people.directory(office).persons if p.name == rest.owner)
    before = [s.state for s in instances.get(office, "HY-2026-0001", people.actor(office, "auditor")).steps]

    work.ask_entry(office, rest.item_id, "na", people.actor(office, owner.login), reason="本次会议不涉及。")
    head = people.actor(office, "fuzhuren")
    asked = next(i for i in instances.get(office, "HY-2026-0001", head).items if i.kind == "entry")
    done = work.answer_entry(office, asked.id, head)

    view = instances.get(office, "HY-2026-0001", people.actor(office, "auditor"))
    assert done.next == ()
    assert [s.state for s in view.steps] == before
    assert entry(board(office), rest.code).state == "na"


def test_taking_back_the_last_star_opens_the_list_again(office: Engine) -> None:
    last, owner = settle_stars(office, "HY-2026-0001")

    work.retract(office, last, people.actor(office, owner))

    assert board(office).beside == 0


def test_what_is_open_when_a_meeting_ends_is_told_as_not_done(office: Engine) -> None:
    settle_stars(office, "HY-2026-0001")
    rest = left_open(office)

    stopping.terminate(office, "HY-2026-0001", people.actor(office, "admin"), reason="会议取消")

    found = board(office)
    assert entry(found, rest.code).state == "left"
    assert (found.beside, found.mine_open) == (0, 0)


def test_a_deadline_of_one_entry_that_nothing_watches_any_more_is_told(office: Engine) -> None:
    with office.store.reading() as tx:
        armed = select(timer.c.item_id).where(timer.c.level == "item", timer.c.state == "waiting")
        item = int(tx.scalar(armed.order_by(timer.c.due.desc()).limit(1)))
    before = {f.code for f in doctor.examine(office).violations if f.code.startswith("timer.")}

    def after(statement: str) -> set[str]:
        with office.store.transaction() as tx:
            tx.execute(text(statement), {"i": item})
        return {f.code for f in doctor.examine(office).violations if f"#{item}:" in f.what}

    assert before == set()
    assert after("UPDATE work_item SET deadline = '2027-01-01 00:00:00' WHERE id = :i") == {"timer.other"}
    assert after("UPDATE timer SET state = 'cancelled' WHERE item_id = :i") == {"timer.missing"}


def decide_step(office: Engine, login: str, outcome: str, **given: object) -> str:
    """The one open part of somebody that is no entry of a list; where the meeting waits then."""
    actor = people.actor(office, login)
    (item,) = [i for i in work.all_mine(office, "HY-2026-0001", actor) if not i.entry]
    work.decide(office, item.id, outcome, actor, **given)  # type: ignore[arg-type]
    return item.element


def test_the_leader_in_charge_decides_whether_a_meeting_with_open_stars_is_held(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-25 15:30")
    while timers.fire_due(office):
        pass
    decide_step(office, "zhuren", "fail", opinion="材料没有装袋。", data={"findings": "材料没有装袋。"})
    settled = {"rectified": "印刷厂停电，材料明早才到。"}
    with pytest.raises(BadInput):
        decide_step(office, "fuzhuren", "hold", data=settled)
    decide_step(office, "fuzhuren", "hold", opinion="今晚装不完。", data=settled)
    assert decide_step(office, "vp_a", "mend", opinion="再催一次。") == "HY54"
    decide_step(office, "fuzhuren", "hold", opinion="仍装不完。", data=settled)

    decide_step(office, "vp_a", "hold", opinion="会议照开，材料随到随发。")

    found = board(office)
    assert {e.state for e in found.phases[0].entries} == {"left"}
    assert {e.state for e in found.phases[1].entries} == {"open"}
    seen = instances.get(office, "HY-2026-0001", people.actor(office, "zhuren"))
    assert {i.element for i in seen.items if i.state == "open"} == {"HY55"}
    assert doctor.examine(office).findings == ()


def test_a_check_that_fails_brings_the_last_rung_of_its_ladder_at_once_for_each_time(
    office: Engine, clock: FakeClock
) -> None:
    def told(login: str) -> list[str]:
        notices = notifications.centre(office, people.actor(office, login), limit=200)
        return [n.title for n in notices if n.event == "T-CHECK"]

    clock.at("2026-03-25 15:30")
    while timers.fire_due(office):
        pass
    assert told("vp_a") == []

    decide_step(office, "zhuren", "fail", opinion="材料没有装袋。", data={"findings": "材料没有装袋。"})

    assert told("vp_a") == []  # the decision may still be taken back
    clock.advance(timedelta(seconds=30))
    timers.fire_due(office)
    assert told("vp_a") == told("zhuren") == ["【会前检查未通过】《安全生产调度会》"]
    assert told("fuzhuren") == []
    record = instances.get(office, "HY-2026-0001", people.actor(office, "zhuren")).history
    (rung,) = [one.detail for one in record if one.verb == "rung" and one.detail["rung"] == "late-3"]
    assert (rung["ladder"], rung["to"]) == ("ESC-MTG", ["vp_a", "zhuren"])
    decide_step(office, "fuzhuren", "done", data={"rectified": "已装袋。"})
    decide_step(office, "zhuren", "fail", opinion="还少两份。", data={"findings": "还少两份。"})
    clock.advance(timedelta(seconds=30))
    timers.fire_due(office)
    assert len(told("vp_a")) == 2


def test_a_failed_check_that_is_taken_back_tells_nobody(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-25 15:30")
    while timers.fire_due(office):
        pass
    head = people.actor(office, "zhuren")
    (item,) = [i for i in work.all_mine(office, "HY-2026-0001", head) if not i.entry]
    work.decide(office, item.id, "fail", head, opinion="看错了。", data={"findings": "无。"})

    work.retract(office, item.id, head)
    clock.advance(timedelta(seconds=30))
    timers.fire_due(office)

    assert "T-CHECK" not in {n.event for n in notifications.centre(office, people.actor(office, "vp_a"), limit=200)}
    assert doctor.examine(office).findings == ()


def test_a_late_entry_is_told_to_its_coordinator_and_four_hours_later_to_the_director(
    office: Engine, clock: FakeClock
) -> None:
    def told(login: str) -> set[str]:
        return {
            n.event for n in notifications.centre(office, people.actor(office, login), limit=200) if late in n.title
        }

    late = "领受任务"
    due = entry(board(office), "A01").deadline
    assert due is not None
    for moment in (due - timedelta(minutes=1), due):
        clock.set(moment.isoformat())
        while timers.fire_due(office):
            pass
    assert told("fuzhuren") == {"T-DUE"}

    clock.at("2026-03-06 14:00")
    while timers.fire_due(office):
        pass

    assert "T-OVER" in told("zhuren")
