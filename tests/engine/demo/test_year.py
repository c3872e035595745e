"""The year of the demo has the volumes of domain.md §1.1, is the same each time, and all its work can be done."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest

from engine.demo import meetings, year
from engine.demo.clock import WalkingClock
from engine.demo.history import diary_of, first_day, play
from engine.demo.story import Story, told
from engine.demo.year.days import LAST
from engine.runtime import Engine, create, open_engine
from engine.settings import Settings
from engine.store import loading
from engine.verbs import doctor, inbox, instances, people, registers, reports
from tests.support.clock import shanghai

WEDNESDAY = shanghai("2026-11-18 10:30")
FOLDER = Settings().processes


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return list(year.stories(diary_of(WEDNESDAY), FOLDER))


def test_a_year_has_the_volumes_of_an_office(stories: list[Story]) -> None:
    started = Counter(story.process for story in stories)

    assert 700 <= started["document_issue"] + started["document_receipt"] <= 900  # and a receipt in each company
    assert started["seal_use"] >= 650
    assert started["meeting_preparation"] >= 105
    assert {"drafting", "bulletin", "rule_making", "car_use", "agenda_topic", "supply_issue"} <= set(started)
    assert started["bulletin"] == 43


def test_the_year_is_drawn_the_same_each_time(stories: list[Story]) -> None:
    again = list(year.stories(diary_of(WEDNESDAY), FOLDER))

    assert again == stories


def test_all_of_it_lies_in_the_year_and_before_the_last_days(stories: list[Story]) -> None:
    diary = diary_of(WEDNESDAY)

    times = sorted(story.at for story in stories)

    assert diary.at(first_day(1), "08:30") < times[0]
    assert times[-1] < diary.at(LAST - 2, "08:30")


def test_nobody_chairs_two_meetings_at_once(stories: list[Story]) -> None:
    told = (*stories, *meetings.stories(diary_of(WEDNESDAY)))
    held = [s.data for s in told if s.process == meetings.PROCESS]

    clashes = [
        (one["title"], other["title"])
        for one, other in combinations(held, 2)
        if {one["host"], *one.get("leaders", ())} & {other["host"], *other.get("leaders", ())}
        and one["start_at"] < other["end_at"]
        and other["start_at"] < one["end_at"]
    ]

    assert len(held) >= 105
    assert clashes == []


def test_months_differ_as_the_season_says(stories: list[Story]) -> None:
    months = Counter(story.at.month for story in stories if story.process in ("document_issue", "seal_use"))

    assert months[3] > 1.3 * months[2]


def test_not_everything_goes_well(stories: list[Story]) -> None:
    documents = [story for story in stories if story.process == "document_issue"]

    for share in (
        sum(bool(story.late) for story in documents),
        sum(bool(story.returned) for story in documents),
    ):
        assert 0.02 < share / len(documents) < 0.12
    assert any(story.withdrawn for story in documents)
    assert any(story.chooses for story in documents)


def test_every_package_of_the_file_follows_an_example_that_exists() -> None:
    for row in told("small")["small"]:
        assert (FOLDER / row["process"] / "examples" / f"{row['example']}.toml").exists(), row


# ------------------------------------------------------------------ a sample of it, played


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One or two of every kind of work, spread over the year, through the verbs."""
    settings = Settings(home=tmp_path_factory.mktemp("year"), undo_seconds=0)
    clock = WalkingClock(diary_of(WEDNESDAY).at(first_day(1), "08:30"))
    engine = open_engine(settings=settings, now=clock)
    create(engine)
    said: list[str] = []
    with loading.hurried(engine.store):
        assert play(engine, clock, WEDNESDAY, (), year=0.005, say=said.append) == []
    assert said[0].strip() == "2025 年 11 月"
    assert len(said) == 13
    yield engine
    engine.close()


def test_every_kind_of_ordinary_work_is_played_to_its_end(office: Engine) -> None:
    auditor = people.actor(office, "auditor")
    inbox.catch_up(office)
    open_work = Counter(
        row.process
        for person in people.directory(office).persons
        for row in inbox.page(office, people.actor(office, person.login), limit=200).rows
    )

    found = {row.number: row.process for row in inbox.search(office, "20", auditor, limit=500).rows}
    states = {number: instances.get(office, number, auditor).state for number in found}

    assert {row["process"] for row in told("small")["small"]} <= set(found.values())
    assert open_work.total() <= 12, open_work
    assert {found[number] for number, state in states.items() if state == "running"} <= {*open_work, "rule_making"}


def test_the_check_up_finds_nothing(office: Engine) -> None:
    found = Counter((one.code, one.what) for one in doctor.examine(office).violations)

    assert found == Counter()


def test_registers_of_small_packages_are_filled(office: Engine) -> None:
    auditor = people.actor(office, "auditor")

    for name in ("vehicle_use", "bulletin", "rule", "rectification", "licence_lending", "visitor"):
        assert registers.rows(office, name, auditor).total, name


def test_numbers_of_the_year_are_counted(office: Engine) -> None:
    figures = {line.code: line.value for line in reports.yearly_figures(office, 2026, None).figures}

    assert [code for code in ("N01", "N02", "N04", "N07", "N08", "N10", "N13", "N17") if not figures[code]] == []
