"""停表: asked for by the performer, allowed by the head, ended by hand or by itself; the clock shows why it stands."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.errors import Altered, BadInput, Conflict, NotAllowed, NotFound
from engine.model import Done, OpenItem
from engine.runtime import Engine
from engine.store.tables import pause
from engine.verbs import calendars, inbox, incidents, instances, notifications, pauses, stopping, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.decay import change, noticed

CHECKER, HEAD = "hegao_a", "zhuren"


@pytest.fixture
def memo(office: Engine, who: Login, clock: FakeClock) -> Done:
    """A 平件 memo that the 核稿 may see, due on Tuesday 2026-03-10; the whole on the 23rd."""
    done = instances.start(office, "memo", {"title": "签报"}, who("rlb1"))
    clock.advance(timedelta(seconds=30))
    return done


def item_of(office: Engine, who: Login, number: str) -> OpenItem:
    return next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")


def stand_still(office: Engine, who: Login, number: str, code: str = "P4", days: int = 5) -> int:
    """Asked by the performer and allowed by the head; the id of the pause."""
    item = item_of(office, who, number)
    pauses.ask(office, item.id, code, who(CHECKER), basis="专家评审会 3 月 12 日召开", days=days)
    found = pauses.of_instance(office, number, who("auditor"))[0]
    pauses.approve(office, found.id, who(HEAD), words="同意。")
    return found.id


def deadlines(office: Engine, who: Login, number: str) -> tuple[datetime | None, datetime | None]:
    return item_of(office, who, number).deadline, instances.get(office, number, who("auditor")).deadline


def rungs(office: Engine, who: Login, number: str, level: str = "step") -> dict[str, tuple[str, datetime]]:
    return {
        t.rung: (t.state, t.due) for t in timers.of_instance(office, number, who("admin")) if t.level == level
    }  # fmt: skip


def test_until_it_is_allowed_the_clock_runs_on(office: Engine, who: Login, memo: Done) -> None:
    item = item_of(office, who, memo.number)

    pauses.ask(office, item.id, "P2", who(CHECKER), basis="已报市国资委", days=3)

    asked = pauses.of_instance(office, memo.number, who("auditor"))[0]
    assert (asked.state, asked.step, asked.approvers) == ("asked", "核稿", (who(HEAD).name,))
    assert deadlines(office, who, memo.number)[0] == shanghai("2026-03-10 17:30")
    assert any(n.event == "T-PAUSE-ASK" for n in notifications.centre(office, who(HEAD)))


def test_a_stopped_clock_is_grey_with_what_is_left_and_rings_nobody(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-09 10:00")
    stand_still(office, who, memo.number, days=10)

    clock.at("2026-03-18 10:00")
    timers.fire_due(office)
    row = inbox.page(office, who(CHECKER), box="todo").rows[0]
    view = instances.get(office, memo.number, who("auditor"))
    assert (row.light, row.remaining, row.group) == ("grey", "剩 1 天 6 小时", "none")
    assert view.light == "grey"
    assert {state for state, _due in rungs(office, who, memo.number).values()} == {"stopped"}
    assert not any(n.event in ("T-WARN", "T-DUE", "T-OVER") for n in notifications.centre(office, who(CHECKER)))


def test_afterwards_deadlines_and_rungs_move_by_the_pause(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-10 08:00")
    pause = stand_still(office, who, memo.number)
    clock.at("2026-03-12 15:00")

    pauses.end(office, pause, who(CHECKER), words="评审已完成")

    assert deadlines(office, who, memo.number) == (shanghai("2026-03-12 17:30"), shanghai("2026-03-25 17:30"))
    found = rungs(office, who, memo.number)
    assert found["due"] == ("waiting", shanghai("2026-03-12 17:30"))
    assert found["late-1"] == ("waiting", shanghai("2026-03-13 08:30"))
    assert rungs(office, who, memo.number, "instance")["due"] == ("waiting", shanghai("2026-03-25 17:30"))
    assert item_of(office, who, memo.number).light in ("green", "amber")
    said = [(e.verb, e.opinion) for e in instances.get(office, memo.number, who("auditor")).history]
    assert ("pause_end", "评审已完成") in said
    assert ("pause", "同意。") in said
    assert ("pause_ask", "专家评审会 3 月 12 日召开") in said


def test_after_amendments_the_limit_begins_anew(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    clock.at("2026-03-10 16:00")
    pause = stand_still(office, who, memo.number, "P1")
    clock.at("2026-03-13 09:00")

    pauses.end(office, pause, who(CHECKER))

    assert deadlines(office, who, memo.number) == (shanghai("2026-03-16 17:30"), shanghai("2026-03-26 17:30"))


def test_it_goes_on_by_itself_when_the_days_are_over_and_says_so(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-10 09:00")
    stand_still(office, who, memo.number, days=3)

    clock.at("2026-03-13 17:29")
    timers.fire_due(office)
    assert item_of(office, who, memo.number).light == "grey"
    clock.at("2026-03-13 17:30")
    timers.fire_due(office)
    timers.fire_due(office)

    assert deadlines(office, who, memo.number)[0] == shanghai("2026-03-13 17:30")
    told = [n.title for n in notifications.centre(office, who(CHECKER)) if n.event == "T-PAUSE"]
    assert [title.partition("《")[0] for title in told] == ["【停表期满，已恢复计时】", "【已停表】"]
    assert pauses.of_instance(office, memo.number, who("auditor"))[0].state == "ended"


def test_deciding_ends_the_pause(office: Engine, who: Login, memo: Done, clock: FakeClock) -> None:
    clock.at("2026-03-10 09:00")
    stand_still(office, who, memo.number)
    clock.at("2026-03-11 09:00")

    work.decide(office, item_of(office, who, memo.number).id, "approve", who(CHECKER), opinion="", data={})

    assert pauses.of_instance(office, memo.number, who("auditor"))[0].state == "ended"
    assert deadlines(office, who, memo.number) == (shanghai("2026-03-12 17:30"), shanghai("2026-03-24 17:30"))
    clock.at("2026-03-18 17:30")
    timers.fire_due(office)
    assert not any(n.event == "T-PAUSE" and "期满" in n.title for n in notifications.centre(office, who(CHECKER)))


def test_suspension_and_calendar_changes_meanwhile_are_counted(
    office: Engine, who: Login, memo: Done, clock: FakeClock
) -> None:
    clock.at("2026-03-09 10:00")
    pause = stand_still(office, who, memo.number)
    stopping.suspend(office, memo.number, who("admin"), reason="等文件")
    calendars.set_day(office, date(2026, 3, 12), "off", who("admin"))
    clock.at("2026-03-10 10:00")
    calendars.work_off(office)
    stopping.resume(office, memo.number, who("admin"))
    clock.at("2026-03-11 10:00")
    pauses.end(office, pause, who(HEAD))

    # two working days of pause, and the 12th is off: 10 → 13
    assert deadlines(office, who, memo.number) == (shanghai("2026-03-13 17:30"), shanghai("2026-03-26 17:30"))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"code": "P7"}, "pause.reason"),
        ({"basis": "  "}, "pause.basis"),
        ({"days": 0}, "pause.days"),
        ({"days": 21}, "pause.days"),
    ],
)
def test_without_a_stated_reason_no_clock_stops(
    office: Engine, who: Login, memo: Done, fields: dict[str, object], code: str
) -> None:
    asked = {"code": "P2", "basis": "已报", "days": 3, **fields}

    with pytest.raises(BadInput) as refusal:
        pauses.ask(
            office,
            item_of(office, who, memo.number).id,
            str(asked["code"]),
            who(CHECKER),
            basis=str(asked["basis"]),
            days=int(str(asked["days"])),
        )

    assert refusal.value.reason == code
    assert pauses.of_instance(office, memo.number, who("auditor")) == ()


def test_nobody_allows_their_own_and_strangers_nothing(office: Engine, who: Login, memo: Done) -> None:
    item = item_of(office, who, memo.number)
    pauses.ask(office, item.id, "P2", who(CHECKER), basis="已报市国资委", days=3)
    pause = pauses.of_instance(office, memo.number, who("auditor"))[0].id

    with pytest.raises(Conflict):
        pauses.ask(office, item.id, "P2", who(CHECKER), basis="再报", days=3)
    with pytest.raises(NotAllowed):
        pauses.approve(office, pause, who(CHECKER))
    with pytest.raises(NotAllowed):
        pauses.approve(office, pause, who("rlb1"))
    with pytest.raises(NotFound):
        pauses.approve(office, pause, who("jjb1"))
    with pytest.raises(BadInput):
        pauses.refuse(office, pause, who(HEAD), words=" ")
    pauses.refuse(office, pause, who(HEAD), words="不属于停表情形")
    with pytest.raises(Conflict):
        pauses.approve(office, pause, who(HEAD))
    assert deadlines(office, who, memo.number)[0] == shanghai("2026-03-10 17:30")


def test_a_request_that_is_not_as_it_was_written_stops_no_clock(office: Engine, who: Login, memo: Done) -> None:
    item = item_of(office, who, memo.number)
    pauses.ask(office, item.id, "P2", who(CHECKER), basis="已报市国资委", days=3)
    asked = pauses.of_instance(office, memo.number, who("auditor"))[0].id

    change(office, "UPDATE pause SET days = 19")

    with pytest.raises(Altered) as refused:
        pauses.approve(office, asked, who(HEAD))
    assert refused.value.reason == "pause.altered"
    with pytest.raises(Altered):
        pauses.of_instance(office, memo.number, who("auditor"))
    assert deadlines(office, who, memo.number)[0] == shanghai("2026-03-10 17:30")
    assert noticed(office) == {"pause.altered"}


@pytest.mark.parametrize(
    "edited",
    [
        "state = 'ended'",
        "until = '2027-03-12 09:30:00.000000'",
        "kept = replace(kept, '2026', '2027')",
        "activity_id = NULL",
    ],
)
def test_a_pause_that_is_not_as_it_was_written_lets_no_deadline_disappear_unseen(
    office: Engine, who: Login, memo: Done, clock: FakeClock, edited: str
) -> None:
    clock.at("2026-03-09 10:00")
    paused = stand_still(office, who, memo.number, days=3)
    with office.store.reading() as tx:
        row = tx.first(select(pause.c.state, pause.c.until, pause.c.kept, pause.c.activity_id))
    assert row is not None

    change(office, f"UPDATE pause SET {edited}")
    clock.at("2026-03-13 09:00")
    timers.fire_due(office)

    (incident,) = [one for one in incidents.listed(office, who("admin")) if one.kind != "altered"]
    assert incident.number == memo.number
    assert noticed(office) == {"pause.altered"}
    with office.store.transaction() as tx:
        tx.execute(update(pause).where(pause.c.id == paused).values(**row._mapping))
    assert incidents.retry(office, incident.id, who("admin")) == 1
    timers.fire_due(office)
    assert deadlines(office, who, memo.number)[0] == shanghai("2026-03-16 17:30")
