"""复盘回写: reviews propose, somebody accepts, and only meetings that begin later follow the new version."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.errors import Altered, BadInput, Conflict, NotAllowed
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.store import judging
from engine.verbs import audit, definitions, meetings, notifications, people, revising
from tests.support.clock import FakeClock, shanghai
from tests.support.decay import change, noticed
from tests.support.gatherings import propose, suggest_revision

KEY = "meeting_preparation"


@pytest.fixture(scope="module")
def furnished(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("revising")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=FakeClock("2026-07-01 08:30"), settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(SHIPPED / KEY))
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(furnished: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(furnished, tmp_path / "sanban.db")
    shutil.copy(furnished.with_name("audit.key"), tmp_path)  # what its rows were written with
    clock.at("2026-07-01 09:00")
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


def suggest(office: Engine, change: str, entry: str, **given: Any) -> int:
    return suggest_revision(office, entry, change=change, **given)


def dues(office: Engine, number: str) -> dict[str, Any]:
    board = meetings.board(office, number, people.actor(office, "zhuren"))
    return {e.code: e.deadline for phase in board.phases for e in phase.entries if e.item_id is not None}


def meeting(office: Engine, title: str, host: str = "vp_a") -> str:
    return propose(office, title, start="2026-07-31 09:00", end="2026-07-31 12:00", host=host)


def test_an_accepted_proposal_is_followed_by_later_meetings_only(office: Engine, clock: FakeClock) -> None:
    admin = people.actor(office, "admin")
    before, waiting = (
        meeting(office, "早立项的会"),
        propose(office, "早提出的会", start="2026-07-31 09:00", end="2026-07-31 12:00", approved=False, host="gm"),
    )
    ids = [suggest(office, "change", "B04", due="T-3"), suggest(office, "add", "A09", like="A02", title="踏勘会场")]
    clock.advance(timedelta(minutes=5))

    seen = revising.foresee(office, KEY, ids, admin)
    assert [(one.change, one.entry) for one in seen] == [("add", "A09"), ("change", "B04")]
    revising.accept(office, KEY, ids, admin, note="年中会复盘。")

    clock.advance(timedelta(minutes=5))
    after = meeting(office, "后立项的会", host="cfo")
    assert dues(office, before)["B04"] == shanghai("2026-07-29 17:30")
    assert dues(office, after)["B04"] == shanghai("2026-07-28 17:30")
    assert ("A09" in dues(office, before), "A09" in dues(office, after)) == (False, True)
    boards = {n: meetings.board(office, n, people.actor(office, "zhuren")) for n in (before, waiting, after)}
    assert [boards[n].template for n in (before, waiting, after)] == [0, 0, 1]
    (version,) = revising.overview(office, KEY, admin).versions
    assert (version.version, version.note, version.changed) == (1, "年中会复盘。", seen)


def test_versions_follow_each_other_and_each_shows_its_own_difference(office: Engine, clock: FakeClock) -> None:
    admin = people.actor(office, "admin")
    for due in ("T-3", "T-4"):
        revising.accept(office, KEY, [suggest(office, "change", "B04", due=due)], admin, note="。")
        clock.advance(timedelta(minutes=1))

    second, first = revising.overview(office, KEY, admin).versions

    assert [one.fields for one in (*first.changed, *second.changed)] == [
        (("截止", "T-2", "T-3"),), (("截止", "T-3", "T-4"),),
    ]  # fmt: skip


def test_a_revision_finds_the_file_of_its_entry(office: Engine) -> None:
    admin = people.actor(office, "admin")

    revising.accept(office, KEY, [suggest(office, "change", "T09", owner="党办")], admin, note="。")

    assert [version.file for version in revising.overview(office, KEY, admin).versions] == ["checklists/bodies.csv"]


def test_what_is_wrong_with_one_refuses_all_and_they_wait_on(office: Engine) -> None:
    admin = people.actor(office, "admin")
    good, bad = suggest(office, "change", "B04", due="T-3"), suggest(office, "change", "B05", owner="外星人")

    with pytest.raises(BadInput, match="nobody answers"):
        revising.accept(office, KEY, [good, bad], admin, note="。")
    with pytest.raises(BadInput):
        revising.accept(office, KEY, [good], admin, note=" ")

    found = revising.overview(office, KEY, admin)
    assert (found.versions, [one.id for one in found.waiting]) == ((), [good, bad])


def test_a_declined_proposal_keeps_the_reason_and_is_answered_once(office: Engine) -> None:
    admin = people.actor(office, "ducha_a")
    one = suggest(office, "drop", "A07")
    with pytest.raises(BadInput):
        revising.decline(office, KEY, one, admin, reason="")

    revising.decline(office, KEY, one, admin, reason="协调会仍要开。")

    with pytest.raises(Conflict):
        revising.decline(office, KEY, one, admin, reason="又一次。")
    with pytest.raises(Conflict):
        revising.accept(office, KEY, [one], admin, note="。")
    (told,) = revising.overview(office, KEY, admin).proposals
    assert (told.state_label, told.answer) == ("不采纳", "协调会仍要开。")


@pytest.mark.parametrize(
    ("login", "looks", "answers"), [("tzb1", False, False), ("cwb1", True, False), ("vp_a", True, False)]
)
def test_only_those_who_keep_the_list_answer(office: Engine, login: str, looks: bool, answers: bool) -> None:
    actor, one = people.actor(office, login), suggest(office, "drop", "A07")

    assert revising.may_look(actor) is looks
    if looks:
        assert revising.overview(office, KEY, actor).may_answer is answers
    with pytest.raises(NotAllowed):
        revising.accept(office, KEY, [one], actor, note="。")


def test_two_who_accept_at_once_make_one_version(any_engine: Engine) -> None:
    load_organisation(any_engine)
    definitions.deploy(any_engine, definitions.read_folder(SHIPPED / KEY))
    one = suggest(any_engine, "change", "B04", due="T-3")

    def attempt(login: str) -> str:
        try:
            revising.accept(any_engine, KEY, [one], people.actor(any_engine, login), note="。")
        except Conflict as refused:
            return refused.reason
        return "done"

    with ThreadPoolExecutor(2) as crowd:
        found = sorted(crowd.map(attempt, ("admin", "ducha_a")))

    assert found == ["checklist.answered", "done"]
    assert len(revising.overview(any_engine, KEY, people.actor(any_engine, "admin")).versions) == 1


def told(office: Engine, login: str) -> list[str]:
    return [n.title for n in notifications.centre(office, people.actor(office, login)) if "清单修订" in n.title]


def test_keepers_hear_of_a_proposal_and_its_proposer_of_the_answer(office: Engine, clock: FakeClock) -> None:
    proposer, keeper = people.actor(office, "zhuren"), people.actor(office, "admin")
    for entry, due in (("B04", "T-3"), ("B05", "T-4")):
        revising.propose(office, KEY, revising.Revision("change", entry, due=due), proposer, why="留出校对时间。")
    ids = {one.entry: one.id for one in revising.overview(office, KEY, keeper).waiting}
    revising.accept(office, KEY, [ids["B04"]], keeper, note="试行。")
    revising.decline(office, KEY, ids["B05"], keeper, reason="主持词不须提前。")
    clock.advance(timedelta(minutes=5))

    assert told(office, "admin") == ["【清单修订建议】会议筹备：修改 B05", "【清单修订建议】会议筹备：修改 B04"]
    assert told(office, "zhuren") == [
        "【不采纳】会议筹备清单修订建议：修改 B05",
        "【已采纳】会议筹备清单修订建议：修改 B04",
    ]
    assert told(office, "cwb1") == []


def test_what_was_answered_stands_in_the_record_of_the_house(office: Engine) -> None:
    keeper = people.actor(office, "ducha_a")
    accepted, declined = suggest(office, "change", "B04", due="T-3"), suggest(office, "drop", "A07")

    revising.accept(office, KEY, [accepted], keeper, note="年中会复盘。")
    revising.decline(office, KEY, declined, keeper, reason="协调会仍要开。")

    last, first = people.house_entries(office, people.actor(office, "auditor"))[:2]
    assert (first.verb, first.by, first.detail["note"]) == ("checklist_accepted", "ducha_a", "年中会复盘。")
    assert first.detail["files"]["checklists/meeting.csv"] == {
        "version": 1,
        "changed": [
            {"change": "change", "entry": "B04", "title": "讲话稿送领导审定、定稿", "fields": [["截止", "T-2", "T-3"]]}
        ],
    }
    assert (last.verb, last.by, last.detail["entry"], last.detail["reason"]) == (
        "checklist_declined", "ducha_a", "A07", "协调会仍要开。",
    )  # fmt: skip
    assert audit.verify(office).tampered == ()


def test_a_proposal_that_is_not_as_it_was_made_is_neither_shown_nor_accepted(office: Engine) -> None:
    zhuren = people.actor(office, "zhuren")
    first = suggest(office, "drop", "B03")
    other = suggest(office, "drop", "B02")

    change(office, f"UPDATE checklist_proposal SET entry = 'B04' WHERE id = {first}")

    shown = {one.id: one for one in revising.overview(office, KEY, zhuren).proposals}
    assert shown[first].entry == shown[first].why == judging.HIDDEN
    assert shown[other].entry == "B02"
    with pytest.raises(Altered) as refused:
        revising.accept(office, KEY, [first], zhuren, note="采纳。")
    assert refused.value.reason == "proposal.altered"
    assert noticed(office) == {"proposal.altered"}
