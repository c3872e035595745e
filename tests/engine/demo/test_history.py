"""The history of the demo is believable, ends today and was written by the verbs alone."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import demo
from engine.demo import documents, lending, receipts, seals, supervision
from engine.demo.clock import WalkingClock
from engine.demo.history import FIRST_DAY, diary_of, play
from engine.errors import Conflict
from engine.model import InstanceView
from engine.runtime import Engine, create, open_engine
from engine.settings import Settings
from engine.store import loading
from engine.verbs import archives, inbox, instances, notifications, people, reading, registers
from tests.support.clock import shanghai

WEDNESDAY = shanghai("2026-11-18 10:30")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The whole demo as somebody finds it who starts it on a Wednesday morning."""
    settings = Settings(home=tmp_path_factory.mktemp("demo"))
    assert demo.load(settings, now=WEDNESDAY) == []
    engine = open_engine(settings=settings, now=lambda: WEDNESDAY)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def views(office: Engine) -> dict[str, list[InstanceView]]:
    """Every instance as an auditor sees it, by process."""
    auditor = people.actor(office, "auditor")
    inbox.catch_up(office)
    found: dict[str, list[InstanceView]] = {}
    for code, key in (
        ("FW", "document_issue"),
        ("YY", "seal_use"),
        ("HY", "meeting_preparation"),
        ("DB", "supervision"),
        ("SW", "document_receipt"),
    ):
        numbers = sorted({row.number for row in inbox.search(office, f"{code}-2026-", auditor, limit=500).rows})
        found[key] = [instances.get(office, number, auditor) for number in numbers]
    return found


def test_no_paper_that_a_story_asked_for_is_left_unmade(office: Engine) -> None:
    with office.store.reading() as tx:
        states = Counter(r.state for r in tx.execute(text("SELECT state FROM outgoing_call"), {}))

    assert states["done"] >= 15
    assert set(states) <= {"done", "cancelled"}


def test_there_is_as_much_work_as_an_office_does(views: dict[str, list[InstanceView]]) -> None:
    assert len(views["document_issue"]) >= 60
    assert len(views["seal_use"]) >= 40
    assert len(views["meeting_preparation"]) >= 6
    assert len(views["supervision"]) >= 25
    assert len(views["document_receipt"]) >= 25


def test_rooms_are_booked_for_the_days_to_come(office: Engine) -> None:
    auditor = people.actor(office, "auditor")
    numbers = [row.number for row in inbox.search(office, "HS-2026-", auditor, limit=500).rows]
    booked = [view for number in numbers if (view := instances.get(office, number, auditor)).state == "running"]

    assert len(booked) >= 5
    assert all(str(view.data["start_at"]) > office.now().isoformat() for view in booked)
    assert {item.element for view in booked for item in view.items if item.state == "open"} == {"HS30", "HS40"}


def test_an_ended_document_is_open_for_reading_on_the_screen(office: Engine) -> None:
    borrower = people.actor(office, "rlb2")
    (row,) = [row for row in inbox.page(office, borrower, limit=100).rows if row.process == "archive_lending"]

    case = instances.get(office, row.number, borrower)
    source = str(case.data["case_no"])

    assert [item.name for item in case.items if item.state == "open"] == ["在线阅览"]
    assert source.startswith("FW-")
    assert archives.of_instance(office, source, people.actor(office, "auditor")) != ()
    assert reading.standing(office, row.number, borrower) is not None


def test_cases_end_in_every_way(views: dict[str, list[InstanceView]]) -> None:
    states = {process: Counter(view.state for view in found) for process, found in views.items()}

    assert {"completed", "running", "rejected", "withdrawn"} <= set(states["document_issue"])
    assert {"completed", "running", "rejected", "voided"} <= set(states["seal_use"])
    assert {"completed", "running", "rejected"} <= set(states["meeting_preparation"])
    assert {"completed", "running"} <= set(states["supervision"])
    assert {"completed", "running", "rejected"} <= set(states["document_receipt"])


def test_every_open_item_has_one_person_and_one_deadline(views: dict[str, list[InstanceView]]) -> None:
    """事有专管之人，责有限定之期."""
    for found in views.values():
        for view in found:
            for item in view.items:
                if item.state == "open":
                    assert item.performer or item.pool, (view.number, item.name)
                    assert item.deadline is not None, (view.number, item.name)


def test_nothing_happens_after_the_present(views: dict[str, list[InstanceView]]) -> None:
    times = [entry.at for found in views.values() for view in found for entry in view.history]

    assert max(times) <= WEDNESDAY
    assert WEDNESDAY - min(times) > timedelta(days=90)


def test_the_vice_president_has_a_full_and_mixed_inbox(office: Engine) -> None:
    page = inbox.page(office, people.actor(office, "vp_a"))

    assert page.total >= 12
    assert {row.urgency for row in page.rows} == {"特急", "加急", "平件"}
    assert {row.light for row in page.rows} >= {"red", "amber", "green"}
    assert len({row.process for row in page.rows}) == 6
    assert any(row.opened is None for row in page.rows)
    assert any(row.quick for row in page.rows)


def test_open_work_is_spread_over_leaders_and_clerks(office: Engine) -> None:
    held = {
        person.login: inbox.page(office, people.actor(office, person.login)).total
        for person in people.directory(office).persons
    }

    assert sum(held.values()) >= 80
    assert sum(1 for count in held.values() if count) >= 25
    for login in ("chairman", "gm", "vp_b", "zhuren", "hegao_a", "wenshu_a", "yinzhang_a", "ducha_a"):
        assert held[login] >= 2, login


def test_supervision_shows_every_light(views: dict[str, list[InstanceView]]) -> None:
    running = Counter(view.light for view in views["supervision"] if view.state == "running")

    assert running["red"] >= 4
    assert running["amber"] >= 2
    assert running["green"] >= 6


def test_a_large_meeting_is_half_prepared(views: dict[str, list[InstanceView]]) -> None:
    meeting = next(
        view
        for view in views["meeting_preparation"]
        if view.data["level"] == "大型" and datetime.fromisoformat(view.data["start_at"]) > WEDNESDAY
    )

    entries = Counter(item.state for item in meeting.items if item.element == "HY40")

    assert 0.25 < entries["done"] / entries.total() < 0.75
    assert any(item.light == "red" for item in meeting.items if item.state == "open")


def test_minutes_have_become_items_of_supervision(views: dict[str, list[InstanceView]]) -> None:
    assert any(view.children for view in views["meeting_preparation"])


def test_drafts_came_back_were_urged_and_stood_in_for(views: dict[str, list[InstanceView]]) -> None:
    entries = [entry for found in views.values() for view in found for entry in view.history]
    verbs = Counter(entry.verb for entry in entries)

    assert verbs["return"] >= 4
    assert verbs["urge"] >= 2
    assert any(entry.on_behalf_of for entry in entries)
    said = {entry.opinion for entry in entries if entry.opinion}
    assert len(said) > 60


@pytest.mark.parametrize(
    ("login", "step"),
    [
        ("zhuren", "办公室主任审核"),
        ("jjb1", "拟稿"),
        ("yinzhang_a", "现场双人用印"),
        ("jianyin_a", "现场双人用印"),
        ("fuzhuren", "第一次会务协调会"),
        ("dangan_b", "归档"),
        ("ca_liaison", "阶段反馈"),
    ],
)
def test_what_the_tutorial_promises_waits_there(office: Engine, login: str, step: str) -> None:
    rows = inbox.page(office, people.actor(office, login)).rows

    assert step in {row.name for row in rows}
    if login == "dangan_b":
        assert {row.on_behalf_of for row in rows} == {"孟庆华"}


def test_registers_and_numbers_are_filled(office: Engine, views: dict[str, list[InstanceView]]) -> None:
    auditor = people.actor(office, "auditor")
    numbered = [view.data["doc_no"] for view in views["document_issue"] if view.data.get("doc_no")]

    assert registers.rows(office, "seal_use", auditor, limit=500).total >= 40
    assert len(numbered) == len(set(numbered)) >= 35


def test_old_notices_are_read_and_none_waits_to_be_mailed(office: Engine) -> None:
    clerk = people.actor(office, "vp_a")

    assert 0 < notifications.unread(office, clerk) < 60
    assert notifications.send_due(office) == 0


def test_some_have_begun_something_and_not_sent_it(office: Engine) -> None:
    assert inbox.page(office, people.actor(office, "rlb1"), box="drafts").total == 1


def test_it_never_loads_over_people(office: Engine) -> None:
    with pytest.raises(Conflict):
        demo.load(office.settings, now=WEDNESDAY)


# ------------------------------------------------------------------ the same again, and after an interruption


def played(home: Path, until: datetime) -> list[tuple[str, str, str]]:
    """What a shorter history of two processes comes to: every entry of every instance."""
    clock = WalkingClock(diary_of(until).at(FIRST_DAY, "08:30"))
    engine = open_engine(settings=Settings(home=home, undo_seconds=0), now=clock)
    create(engine)
    with loading.hurried(engine.store):
        faults = play(engine, clock, until, (lending, supervision))
    assert faults == []
    auditor = people.actor(engine, "auditor")
    inbox.catch_up(engine)
    numbers = [row.number for row in inbox.search(engine, "20", auditor, limit=500).rows]
    entries = [
        (number, entry.at.isoformat(), f"{entry.label} {entry.actor} {entry.opinion}")
        for number in numbers
        for entry in instances.get(engine, number, auditor).history
    ]
    engine.close()
    return entries


def test_the_same_present_has_the_same_past_also_across_new_year(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    first, second = (played(tmp_path / name, shanghai("2027-01-05 08:50")) for name in "ab")

    assert len(first) > 150
    assert first == second
    assert {number.split("-")[1] for number, _, _ in first} == {"2026", "2027"}


def test_an_interrupted_load_is_replaced(any_engine: Engine) -> None:
    with any_engine.store.transaction() as tx:
        loading.begin(tx, any_engine.now())
    demo.load_organisation(any_engine)
    assert demo.is_missing(any_engine)

    with any_engine.store.transaction() as tx:
        loading.begin(tx, any_engine.now())
    any_engine.forget()
    assert people.directory(any_engine).persons == ()

    demo.load_organisation(any_engine)
    with any_engine.store.transaction() as tx:
        loading.end(tx, any_engine.now())
    assert not demo.is_missing(any_engine)


def test_a_story_never_names_somebody_who_is_not_there(office: Engine) -> None:
    directory = people.directory(office)
    diary = diary_of(WEDNESDAY)

    for module in (documents, receipts, seals, supervision, lending):
        for story in module.stories(diary):
            assert directory.person(story.by), story


def test_a_leader_finds_one_or_two_late_items_among_many_that_are_not(office: Engine) -> None:
    desk = inbox.page(office, people.actor(office, "vp_a"), limit=100)

    lights = Counter(row.light for row in desk.rows)
    assert lights["red"] in (1, 2)
    assert lights["amber"] >= 1
    assert lights["green"] >= 5
