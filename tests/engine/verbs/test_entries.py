"""不适用 and 延期 of an entry of a checklist: asked for, agreed to or refused, and kept through a change."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine.errors import BadInput, Conflict, NotAllowed, NotOffered
from engine.model import Actor, OpenItem
from engine.runtime import Engine
from engine.verbs import doctor, instances, meetings, notifications, people, replanning, timers, work
from engine.verbs.meetings import Entry
from tests.support.clock import FakeClock
from tests.support.gatherings import copy_of, house_of_meetings, settle_stars

NOW = "2026-03-03 10:00"
NUMBER = "HY-2026-0001"
WHY = "本次会议无商密材料。"


@pytest.fixture(scope="module")
def proposed(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A medium meeting of 2026-03-26 that fuzhuren coordinates."""
    home = tmp_path_factory.mktemp("proposed")
    house_of_meetings(sqlite_schema, home, NOW).close()
    return home


@pytest.fixture
def office(proposed: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    yield from copy_of(proposed, tmp_path, clock, NOW)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


def who(office: Engine, login: str) -> Actor:
    return people.actor(office, login)


def entry(office: Engine, code: str) -> Entry:
    found = meetings.board(office, NUMBER, who(office, "zhuren"))
    return next(e for phase in found.phases for e in phase.entries if e.code == code)


def item_of(office: Engine, code: str) -> int:
    found = entry(office, code).item_id
    assert found is not None
    return found


def question(office: Engine, login: str = "fuzhuren") -> OpenItem:
    items = instances.get(office, NUMBER, who(office, login)).items
    return next(i for i in items if i.kind == "entry" and i.state == "open")


def verbs(office: Engine) -> list[str]:
    return [e.verb for e in instances.get(office, NUMBER, who(office, "zhuren")).history]


def told(office: Engine, login: str) -> list[str]:
    return [n.title for n in notifications.centre(office, who(office, login)) if n.event.startswith("T-ENTRY")]


def faults(office: Engine) -> list[str]:
    """What the check-up finds wrong; the copied database has been signed with another key."""
    signed = ("history.chain", "item.altered", "instance.altered")
    return [f"{f.code} {f.what}" for f in doctor.examine(office).violations if f.code not in signed]


def ask(office: Engine, code: str, wish: str, login: str, until: str = "", reason: str = WHY) -> None:
    moment = at(until) if until else None
    work.ask_entry(office, item_of(office, code), wish, who(office, login), reason=reason, until=moment)


def test_owner_cannot_leave_an_entry_out_alone(office: Engine) -> None:
    owner, item = who(office, "bgs1"), item_of(office, "B14")

    with pytest.raises(NotAllowed) as refused:
        work.decide(office, item, "na", owner, opinion=WHY)
    view = work.view(office, item, owner)

    assert (refused.value.reason, [o.code for o in view.outcomes]) == ("entry.consent", ["done"])
    assert "ask_entry" in view.actions
    assert entry(office, "B14").state == "open"


def test_coordinator_agrees_and_the_entry_does_not_apply(office: Engine, clock: FakeClock) -> None:
    ask(office, "B14", "na", "bgs1")
    asked = question(office)
    assert (asked.performer_id, asked.name.partition(" ")[0]) == (who(office, "fuzhuren").id, "B14")
    assert asked.deadline == at("2026-03-03 15:30")  # four working hours
    assert entry(office, "B14").deadline == at("2026-03-25 15:30")  # its own clock runs on
    assert entry(office, "B14").asked is not None
    clock.at("2026-03-03 11:00")
    work.answer_entry(office, asked.id, who(office, "fuzhuren"))
    clock.at("2026-03-03 11:01")

    done = entry(office, "B14")
    assert (done.state, done.remark, done.done_by, done.consent, done.asked) == (
        "na", WHY, people.actor(office, "bgs1").name, people.actor(office, "fuzhuren").name, None,
    )  # fmt: skip
    assert [v for v in verbs(office) if v.startswith("entry")] == [
        "entry_na",
        "entry_agree",
        "entry_ask",
    ]  # newest first
    assert told(office, "fuzhuren") == ["【申请不适用】《安全生产调度会》（HY-2026-0001）"]
    assert told(office, "bgs1") == ["【同意不适用】《安全生产调度会》（HY-2026-0001）"]


def test_refusal_says_why_and_leaves_the_entry_as_it_was(office: Engine, clock: FakeClock) -> None:
    ask(office, "B14", "na", "bgs1")
    asked, head = question(office).id, who(office, "fuzhuren")

    with pytest.raises(BadInput):
        work.answer_entry(office, asked, head, agree=False)
    work.answer_entry(office, asked, head, agree=False, opinion="有两份附件标商密。")
    clock.at("2026-03-03 11:00")

    assert (entry(office, "B14").state, entry(office, "B14").asked) == ("open", None)
    assert told(office, "bgs1") == ["【不同意不适用】《安全生产调度会》（HY-2026-0001）"]
    ask(office, "B14", "na", "bgs1")  # and may be asked again
    with pytest.raises(Conflict) as twice:
        ask(office, "B14", "na", "bgs1")
    assert twice.value.reason == "entry.twice"


def test_coordinator_leaves_out_an_own_entry_with_a_reason(office: Engine) -> None:
    own = next(
        e for phase in meetings.board(office, NUMBER, who(office, "fuzhuren")).phases for e in phase.entries
        if e.mine and e.state == "open"
    )  # fmt: skip

    work.decide(office, own.item_id or 0, "na", who(office, "fuzhuren"), opinion="不涉及。")

    assert entry(office, own.code).state == "na"


def test_nobody_else_answers(office: Engine) -> None:
    ask(office, "B14", "na", "bgs1")

    with pytest.raises(NotAllowed):
        work.answer_entry(office, question(office).id, who(office, "bgs1"))


@pytest.mark.parametrize(
    ("code", "login", "until", "because"),
    [
        ("B04", "bgs1", "2026-03-25 15:31", "后续事项 B13"),  # what waits for it is due then
        ("B14", "bgs1", "2026-03-26 14:30", "开始时间"),  # not beyond the meeting
        ("B13", "bgs1", "2026-03-25 15:45", "后续事项 B14"),
        ("D04", "xxb1", "2026-03-25 16:01", "G01"),  # a star is looked over at the walk-through
        ("B14", "bgs1", "2026-03-25 15:30", "原截止"),
    ],
)
def test_postponement_has_its_bounds(office: Engine, code: str, login: str, until: str, because: str) -> None:
    with pytest.raises(BadInput) as refused:
        ask(office, code, "later", login, until)

    assert (refused.value.reason, because in refused.value.message_zh) == ("entry.until", True)
    assert entry(office, code).asked is None


def test_agreed_postponement_moves_deadline_light_and_reminders(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-25 12:00")
    timers.fire_due(office)
    assert entry(office, "D04").light == "amber"
    bound = work.asking(office, item_of(office, "D04"), who(office, "xxb1"))
    assert bound is not None
    assert (bound.judge, bound.latest) == (who(office, "fuzhuren").name, at("2026-03-25 16:00"))

    ask(office, "D04", "later", "xxb1", "2026-03-25 16:00", "设备下午到场。")
    work.answer_entry(office, question(office).id, who(office, "fuzhuren"))

    moved = entry(office, "D04")
    assert (moved.deadline, moved.postponed, moved.state) == (at("2026-03-25 16:00"), True, "open")
    clock.at("2026-03-25 15:35")
    timers.fire_due(office)
    assert entry(office, "D04").light == "amber"
    clock.at("2026-03-25 16:01")
    timers.fire_due(office)
    assert entry(office, "D04").light == "red"
    assert faults(office) == []


def test_overdue_entry_is_not_postponed(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-25 15:31")

    with pytest.raises(Conflict) as refused:
        ask(office, "D04", "later", "xxb1", "2026-03-25 16:00")

    assert refused.value.reason == "entry.overdue"


def test_what_was_agreed_stands_until_the_day_itself_moves(office: Engine) -> None:
    ask(office, "C09", "later", "huiwu_a", "2026-03-25 15:50", "印制厂下午送到。")
    work.answer_entry(office, question(office).id, who(office, "fuzhuren"))

    replanning.change(
        office, NUMBER, {"end_at": "2026-03-26T18:00:00+08:00"}, who(office, "fuzhuren"), reason="延长一小时。"
    )
    assert entry(office, "C09").deadline == at("2026-03-25 15:50")
    replanning.change(
        office, NUMBER,
        {"start_at": "2026-03-30T14:30:00+08:00", "end_at": "2026-03-30T18:00:00+08:00"},
        who(office, "fuzhuren"), reason="改期。",
    )  # fmt: skip
    assert (entry(office, "C09").deadline, entry(office, "C09").postponed) == (at("2026-03-27 15:30"), False)


def test_question_about_an_unimportant_entry_outlives_the_list_and_doing_it_ends_it(office: Engine) -> None:
    ask(office, "B06", "later", "bgs1", "2026-03-20 17:30", "等材料。")
    ask(office, "B14", "na", "bgs1")
    first = next(i for i in instances.get(office, NUMBER, who(office, "zhuren")).items if i.name.startswith("B06 交"))
    settle_stars(office, NUMBER)
    assert entry(office, "B06").beside
    assert faults(office) == []

    work.decide(office, item_of(office, "B06"), "done", who(office, "bgs1"))
    work.answer_entry(office, question(office).id, who(office, "fuzhuren"))

    with pytest.raises(NotOffered):
        work.answer_entry(office, first.id, who(office, "fuzhuren"))
    assert (entry(office, "B06").state, entry(office, "B14").state) == ("done", "na")
    assert faults(office) == []
