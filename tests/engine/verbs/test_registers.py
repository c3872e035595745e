"""Registers: lines that processes append, shown by month and filter, corrected by further lines."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo.organisation import load_organisation
from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.examples import play
from engine.model import Actor
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions, people, registers
from tests.support.clock import FakeClock

PACKAGE = SHIPPED / "seal_use"


@pytest.fixture(scope="module")
def sealed(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A contract sealed in March 2026, as the package's own example tells it."""
    home, clock = tmp_path_factory.mktemp("sealed"), FakeClock("2026-03-02 09:00")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=clock, settings=Settings(home=home))
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(PACKAGE))

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    played = play(engine, go, (PACKAGE / "examples" / "yy-1.toml").read_text(encoding="utf-8"))
    assert played.faults == []
    engine.close()
    return home


@pytest.fixture
def office(sealed: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """A copy of it in April."""
    for name in ("sanban.db", "audit.key"):  # what its record was written with
        shutil.copy(sealed / name, tmp_path)
    clock.at("2026-04-01 09:00")
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


@pytest.fixture
def keeper(office: Engine) -> Actor:
    return people.actor(office, "yinzhang_a")


def test_line_says_people_units_and_times_in_words_and_leads_to_its_instance(office: Engine, keeper: Actor) -> None:
    (line,) = registers.rows(office, "seal_use", keeper).lines

    assert (line.label, line.number) == ("印-合同专用章-2026-1", "YY-2026-0001")
    assert line.texts["applicant_dept"] == "采购部"
    assert line.texts["used_at"] == "2026-03-18 09:00"
    assert line.texts["straddle"] == "是"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"month": "2026-03"}, 1),
        ({"month": "2026-04"}, 0),
        ({"filters": {"seal": "合同专用章"}}, 1),
        ({"filters": {"seal": "公章"}}, 0),
        ({"filters": {"seal": "合同专用章", "applicant_dept": "财务部"}}, 0),
        ({"text": "明德"}, 1),
        ({"text": "没有这样的"}, 0),
    ],
)
def test_filters_by_month_column_and_words(office: Engine, keeper: Actor, asked: dict[str, object], count: int) -> None:
    assert registers.rows(office, "seal_use", keeper, **asked).total == count  # type: ignore[arg-type]


def test_choices_of_a_filtered_column_do_not_shrink_with_the_filter(office: Engine, keeper: Actor) -> None:
    sheet = registers.rows(office, "seal_use", keeper, filters={"seal": "公章"})

    assert (sheet.total, sheet.choices["seal"]) == (0, ("合同专用章",))


def test_correction_of_a_later_month_links_both_lines_and_leaves_the_first_as_it_was(
    office: Engine, keeper: Actor
) -> None:
    (first,) = registers.rows(office, "seal_use", keeper, month="2026-03").lines

    made = registers.correct(office, first.id, {"copies": "3"}, "份数误记。", keeper)

    (march,) = registers.rows(office, "seal_use", keeper, month="2026-03").lines
    (april,) = registers.rows(office, "seal_use", keeper, month="2026-04").lines
    assert (march.texts["copies"], march.corrected_by) == ("2", made.id)
    assert (april.texts["copies"], april.corrects, april.reason) == ("3", first.id, "份数误记。")
    assert april.data["copies"] == 3
    assert [one.id for one in registers.get(office, made.id, keeper).chain] == [first.id, made.id]


def test_only_the_newest_line_may_be_corrected(office: Engine, keeper: Actor) -> None:
    (first,) = registers.rows(office, "seal_use", keeper).lines
    made = registers.correct(office, first.id, {"remark": "补记。"}, "漏记备注。", keeper)

    with pytest.raises(Conflict):
        registers.correct(office, first.id, {"remark": "再记。"}, "再改。", keeper)

    assert not registers.get(office, first.id, keeper).correctable
    assert registers.get(office, made.id, keeper).correctable


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"copies": "3"}, "  ", "请填写更正原因"),
        ({"copies": 2}, "没有改。", "没有改动"),
        ({"copies": "三"}, "改成汉字。", "要填整数"),
        ({"colour": "红"}, "没有这栏。", "没有这些栏目"),
    ],
)
def test_correction_is_refused_with_what_is_wrong(
    office: Engine, keeper: Actor, changes: dict[str, object], reason: str, words: str
) -> None:
    (first,) = registers.rows(office, "seal_use", keeper).lines

    with pytest.raises(BadInput) as refused:
        registers.correct(office, first.id, changes, reason, keeper)

    assert words in refused.value.message_zh
    assert registers.rows(office, "seal_use", keeper).total == 1


def test_staff_neither_read_nor_correct_but_may_choose_a_seal(office: Engine, keeper: Actor) -> None:
    staff = people.actor(office, "rlb1")
    (first,) = registers.rows(office, "seal_use", keeper).lines

    with pytest.raises(NotAllowed):
        registers.rows(office, "seal_use", staff)
    with pytest.raises(NotAllowed):
        registers.get(office, first.id, staff)
    with pytest.raises(NotAllowed):
        registers.correct(office, first.id, {"copies": 3}, "不该由我改。", staff)
    assert registers.labels(office, "seal", staff, text="合同") == ("合同专用章",)


def test_unknown_register_and_impossible_month_are_named(office: Engine, keeper: Actor) -> None:
    with pytest.raises(NotFound, match="没有这样的"):
        registers.rows(office, "没有这样的", keeper)
    with pytest.raises(BadInput, match="2026-13"):
        registers.rows(office, "seal_use", keeper, month="2026-13")
