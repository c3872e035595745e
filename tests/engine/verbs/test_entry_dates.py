"""When entries are due in a meeting that is set up late, and what opens when one is done after its day."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions, files, meetings, people, replanning, work
from engine.verbs.meetings import Entry
from tests.support.clock import FakeClock, shanghai
from tests.support.gatherings import propose, propose_board

CHECK = "2026-07-20 16:00"


@pytest.fixture(scope="module")
def furnished(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("late")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=FakeClock("2026-07-01 08:30"), settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(SHIPPED / "meeting_preparation"))
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(furnished: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(furnished, tmp_path / "sanban.db")
    shutil.copy(furnished.with_name("audit.key"), tmp_path)  # what its rows were written with
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


def entries(office: Engine, number: str) -> dict[str, Entry]:
    board = meetings.board(office, number, people.actor(office, "zhuren"))
    return {e.code: e for phase in board.phases for e in phase.entries if e.item_id is not None}


@pytest.mark.parametrize("approved", ["2026-07-08 10:00", "2026-07-16 16:00", "2026-07-17 17:00", "2026-07-20 14:30"])
def test_what_waits_for_a_squeezed_entry_comes_after_it_but_before_the_check(
    office: Engine, clock: FakeClock, approved: str
) -> None:
    clock.at(approved)

    listed = entries(office, propose(office, "大会", start="2026-07-21 09:00", end="2026-07-21 12:00", level="大型"))

    for entry in listed.values():
        assert entry.deadline is not None
        assert clock() < entry.deadline <= shanghai(CHECK), entry.code
        for code, _title, _open in entry.requires:
            before = listed[code].deadline
            assert before is not None
            assert before <= entry.deadline, (code, entry.code)


def test_an_entry_moved_by_what_it_waits_for_counts_as_squeezed(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-07-16 16:00")

    listed = entries(office, propose(office, "大会", start="2026-07-21 09:00", end="2026-07-21 12:00", level="大型"))

    # C07 would be due today at closing time, but the list of names it waits for has until tomorrow
    assert listed["C05"].deadline == listed["C07"].deadline == shanghai("2026-07-17 11:00")
    assert (listed["C07"].compressed, listed["C08"].compressed) == (True, False)


# ---------------------------------------------------------------- a notice that goes out too late


@pytest.fixture
def board(office: Engine, clock: FakeClock) -> str:
    """A meeting of the board on 2026-07-21 whose notice (due on the 10th) is ready to go out."""
    clock.at("2026-07-01 09:00")
    number = propose_board(office, "董事会会议", start="2026-07-21 09:00", end="2026-07-21 11:00")
    for code in ("T01", "T02", "T03", "T04", "T05"):
        settle(office, number, code)
    return number


def settle(office: Engine, number: str, code: str) -> int:
    item = entries(office, number)[code].item_id
    assert item is not None
    performer = work.view(office, item, people.actor(office, "auditor")).item.performer_id
    person = people.directory(office).person(performer)
    assert person is not None
    actor = people.actor(office, person.login)
    work.decide(office, item, "done", actor, attachments=[files.put(office, "佐证.txt", [b"ok"], actor).id])
    return item


def test_a_notice_in_time_opens_nothing(office: Engine, clock: FakeClock, board: str) -> None:
    clock.at("2026-07-10 17:00")

    settle(office, board, "T07")

    assert "T07W-1" not in entries(office, board)


def test_a_late_notice_needs_a_waiver_that_falls_with_it_when_it_is_taken_back(
    office: Engine, clock: FakeClock, board: str
) -> None:
    clock.at("2026-07-13 09:00")

    item = settle(office, board, "T07")

    listed = entries(office, board)
    waivers = [listed[f"T07W-{n}"] for n in range(1, 7)]
    assert {(one.key, one.state, one.deadline) for one in waivers} == {(True, "open", shanghai("2026-07-20 15:30"))}
    names = [one.title.partition("（")[2].rstrip("）") for one in waivers]
    assert len(set(names)) == 6  # five external directors and the chairman, each with an entry of their own
    assert "毕文涛" in names
    assert "T07W" not in listed
    work.retract(office, item, people.actor(office, "huiwu_a"))
    assert "T07W-1" not in entries(office, board)
    settle(office, board, "T07")
    assert entries(office, board)["T07W-1"].state == "open"


def test_another_day_makes_the_waiver_needless_and_another_matter_does_not(
    office: Engine, clock: FakeClock, board: str
) -> None:
    clock.at("2026-07-13 09:00")
    settle(office, board, "T07")
    head = people.actor(office, "dsb_head")

    replanning.change(office, board, {"agenda": "审议议案；听取汇报。"}, head, reason="增加事项。")
    assert entries(office, board)["T07W-1"].state == "open"
    later = {"start_at": "2026-07-28T09:00:00+08:00", "end_at": "2026-07-28T11:00:00+08:00"}
    replanning.change(office, board, later, head, reason="改期。")

    listed = entries(office, board)
    assert listed["T07W-1"].state == "na"
    assert listed["T07"].state == "open"
    # three days before the former day is soon enough for the new notice
    clock.at("2026-07-17 17:00")
    settle(office, board, "T07")
    assert entries(office, board)["T07W-1"].state == "na"


def test_a_change_announced_too_late_needs_a_waiver_of_its_own(office: Engine, clock: FakeClock, board: str) -> None:
    clock.at("2026-07-10 09:00")
    settle(office, board, "T07")
    clock.at("2026-07-18 09:00")
    director = people.actor(office, "zhuren")
    replanning.change(office, board, {"agenda": "审议议案；听取汇报。"}, director, reason="增加事项。")

    settle(office, board, "T07")

    assert entries(office, board)["T07W-1"].state == "open"
