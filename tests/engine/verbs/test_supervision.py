"""The overview of supervision, and chasing many with one message a person."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.errors import Altered, BadInput, NotAllowed
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.sheets import read_sheet
from engine.store.judging import HIDDEN
from engine.verbs import definitions, notifications, people, supervision, timers
from tests.support.clock import FakeClock
from tests.support.decay import change, noticed
from tests.support.matters import hand_over, register, wait_until

BEGIN, NOW = "2026-03-02 09:00", "2026-03-11 10:00"


@pytest.fixture(scope="module")
def handed(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Monday 2026-03-02: four matters handed over, of which two are late on the 11th."""
    home, clock = tmp_path_factory.mktemp("handed"), FakeClock(BEGIN)
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=clock, settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(SHIPPED / "supervision"))
    hand_over(engine, "隐患整改", lead="ahb", due="2026-03-06 17:30")
    hand_over(engine, "消防验收", lead="ahb", due="2026-03-09 17:30")
    hand_over(engine, "等保测评", lead="xxb", due="2026-03-12 17:30")
    hand_over(engine, "热力改造", lead="ca", due="2026-04-30 17:30")
    wait_until(engine, clock, NOW)
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(handed: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """A copy of it on the 11th, 10:00."""
    shutil.copy(handed, tmp_path / "sanban.db")
    shutil.copy(handed.with_name("audit.key"), tmp_path)  # what its record was written with
    clock.at(NOW)
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


def titles(view: supervision.SupervisionView) -> list[str]:
    return [matter.title for matter in view.matters]


def test_lights_add_up_and_every_count_is_the_length_of_its_list(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    whole = supervision.overview_of(office, ducha)

    assert whole.red == 2
    assert whole.total == whole.green + whole.amber + whole.red == 4
    for light in ("green", "amber", "red"):
        assert len(supervision.overview_of(office, ducha, light=light).matters) == getattr(whole, light)
    for unit in whole.units:
        assert len(supervision.overview_of(office, ducha, dept=unit.code).matters) == unit.total
    for notch in whole.ladder:
        assert len(supervision.overview_of(office, ducha, level=notch.level).matters) == notch.count


def test_longest_overdue_stands_on_top_and_units_with_reds_come_first(office: Engine) -> None:
    view = supervision.overview_of(office, people.actor(office, "ducha_a"))

    assert titles(view)[:2] == ["隐患整改", "消防验收"]
    assert (view.units[0].code, view.units[0].red) == ("ahb", 2)


def test_matter_not_yet_handed_over_has_no_light_and_is_not_under_way(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    register(office, "待交办", lead="rlb", due="2026-04-01 17:30")

    view = supervision.overview_of(office, ducha)

    assert (view.total, view.idle) == (4, 1)
    assert titles(supervision.overview_of(office, ducha, light="idle")) == ["待交办"]


def test_scopes_narrow_counts_as_well_as_the_list(office: Engine) -> None:
    ducha, other = people.actor(office, "ducha_a"), people.actor(office, "ducha_b")

    assert titles(supervision.overview_of(office, ducha, scope="companies")) == ["热力改造"]
    assert supervision.overview_of(office, ducha, scope="departments").total == 3
    assert supervision.overview_of(office, other, scope="mine").total == 0


def test_daily_and_special_matters_are_looked_at_apart(office: Engine, clock: FakeClock) -> None:
    ducha = people.actor(office, "ducha_a")
    hand_over(office, "安全整治", lead="ahb", due="2026-04-30 17:30", kind="专项督办", campaign="安全生产专项")

    assert titles(supervision.overview_of(office, ducha, scope="special")) == ["安全整治"]
    assert supervision.overview_of(office, ducha, scope="daily").total == 4


def test_staff_see_what_their_own_unit_leads(office: Engine) -> None:
    assert titles(supervision.overview_of(office, people.actor(office, "xxb1"))) == ["等保测评"]


def test_ladder_comes_from_the_package_with_whom_it_tells(office: Engine) -> None:
    ladder = {n.level: n for n in supervision.overview_of(office, people.actor(office, "ducha_a")).ladder}

    assert ladder["L3"].to == ("performer()", "liaison(performer())", "lead_head()")
    assert ladder["L3"].count + ladder["L4"].count == 2


def test_chase_sends_one_message_a_person_that_names_all_of_theirs(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    numbers = [m.number for m in supervision.overview_of(office, ducha).matters]
    before = len(notifications.centre(office, people.actor(office, "ahb_liaison")))

    result = supervision.chase(office, numbers, ducha, text="请抓紧。")

    # 隐患整改 and 消防验收 are with the same person
    assert (len(result.chased), result.messages, result.skipped) == (4, 3, ())
    mine = notifications.centre(office, people.actor(office, "ahb_liaison"))
    assert len(mine) == before + 1
    assert "请抓紧。" in mine[0].body
    assert all(title in mine[0].body for title in ("消防验收", "隐患整改"))


def test_preview_of_a_chase_names_as_many_people_as_are_then_told(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    matters = supervision.overview_of(office, ducha).matters
    foreseen = {person for m in matters for person in m.told}

    assert supervision.chase(office, [m.number for m in matters], ducha).messages == len(foreseen)


def test_what_was_chased_today_is_skipped_and_named_and_may_be_chased_tomorrow(
    office: Engine, clock: FakeClock
) -> None:
    ducha = people.actor(office, "ducha_a")
    first, second = [m.number for m in supervision.overview_of(office, ducha, light="red").matters]
    supervision.chase(office, [first], ducha)

    result = supervision.chase(office, [first, second], ducha)

    assert (result.chased, result.messages) == ((second,), 1)
    assert result.skipped == ((first, "今日已催（10:00）"),)
    wait_until(office, clock, "2026-03-12 09:00")
    assert supervision.chase(office, [first], ducha).chased == (first,)


def test_unknown_number_is_skipped_without_stopping_the_others(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    late = supervision.overview_of(office, ducha, light="red").matters[0].number

    result = supervision.chase(office, ["DB-1999-0001", late], ducha)

    assert result.chased == (late,)
    assert [number for number, _reason in result.skipped] == ["DB-1999-0001"]


def test_only_supervisors_chase_many_and_never_more_than_a_hundred(office: Engine) -> None:
    with pytest.raises(NotAllowed):
        supervision.chase(office, ["DB-2026-0001"], people.actor(office, "ahb_head"))
    with pytest.raises(BadInput):
        supervision.chase(office, [f"DB-2026-{n:04}" for n in range(101)], people.actor(office, "ducha_a"))


def test_timers_say_when_why_to_whom_and_what_happened(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    number = supervision.overview_of(office, ducha).matters[0].number

    whole = [t for t in timers.of_instance(office, number, ducha) if t.level == "instance"]

    late = next(t for t in whole if t.rung == "late-1")
    assert (late.grade, late.day, late.state, late.fired) == ("L3", 1, "fired", late.due)
    liaison = people.actor(office, "ahb_liaison")
    assert liaison.name in late.told
    assert next(t for t in whole if t.rung == "late-3").state == "waiting"


def test_a_matter_whose_form_is_not_as_it_was_written_says_so_and_is_counted_nowhere(office: Engine) -> None:
    ducha = people.actor(office, "ducha_a")
    before = titles(supervision.overview_of(office, ducha))

    change(office, "UPDATE instance SET variables = replace(variables, '\"ahb\"', '\"xxb\"') WHERE title = '隐患整改'")

    after = titles(supervision.overview_of(office, ducha))
    assert sorted(after) == sorted([HIDDEN if title == "隐患整改" else title for title in before])
    assert "隐患整改" not in repr(supervision.overview_of(office, ducha))
    with pytest.raises(Altered) as refused:
        supervision.scores_of(office, ducha)
    assert refused.value.reason == "instance.altered"
    assert HIDDEN in repr(read_sheet(supervision.ledger_workbook(office, ducha), "督办台账.xlsx"))
    assert noticed(office) == {"instance.altered"}
