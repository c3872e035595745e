"""The numbers of a year: cases, lines and pieces counted once, in the year in which they came, with the list behind."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.errors import BadInput, InvalidPackage, NotAllowed, NotFound
from engine.reports.catalogue import read_catalogue
from engine.runtime import Engine
from engine.sheets import read_sheet
from engine.store import guarding, registers
from engine.store.registers import NewLine
from engine.store.tables import instance
from engine.verbs import archives, instances, marking, reports, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at

CATALOGUE = """
[[figure]]
code = "N01"
title = "签报"
unit = "件"
target = 4
definition = "本年发起的签报。"
[[figure.part]]
title = "加急的"
process = "memo"
when = "urgency == '加急'"
[[figure.part]]
title = "大额的"
process = "memo"
when = "amount > 100"
[[figure]]
code = "N02"
title = "里程"
unit = "公里"
definition = "登记的里程。"
[[figure.part]]
title = "里程"
register = "ride"
sum = "km"
[[figure]]
code = "N03"
title = "归档"
unit = "件"
definition = "归档件数。"
[[figure.part]]
title = "件数"
archives = true
[[figure]]
code = "N04"
title = "评比"
unit = "名"
definition = "系统外。"
[[figure]]
code = "N05"
title = "没有装的"
unit = "件"
definition = "。"
[[figure.part]]
title = "没有装的"
process = "nowhere"
"""


@pytest.fixture
def counted(office: Engine, who: Login, clock: FakeClock, tmp_path: Path) -> Engine:
    """An office with a catalogue of its own, memos of this year, and some that do not count."""
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "year.toml").write_text(CATALOGUE, encoding="utf-8")
    office.settings = office.settings.model_copy(update={"processes": folder})

    def ride(label: str, km: float, by: int | None, corrects: int | None = None) -> NewLine:
        return NewLine(
            label=label, state="active", data={"km": km}, instance_id=None, at=clock(), by=by, corrects_id=corrects
        )

    def memo(title: str, **data: object) -> str:
        return instances.start(office, "memo", {"title": title, **data}, who("rlb1")).number

    memo("加急一", urgency="加急")
    memo("加急二", urgency="加急")
    memo("平件", urgency="平件")
    memo("大额", urgency="平件", amount="500.00")
    instances.withdraw(office, memo("撤回的", urgency="加急"), who("rlb1"), reason="不用了")
    old = memo("去年的", urgency="加急")
    with office.store.transaction() as tx:
        tx.execute(text("UPDATE instance SET started_at = '2025-12-31 15:59:59.000000' WHERE number = :n"), {"n": old})
        by = who("rlb1").id
        for label, km in (("一", 12.5), ("二", 30)):
            registers.add(tx, "ride", ride(label, km, by))
        first = registers.by_label(tx, "ride", "二")
        assert first is not None
        registers.add(tx, "ride", ride("二", 31, by, first.id))
        registers.add(tx, "ride", ride("种子", 900, None))
    return office


def values(office: Engine, who: Login, login: str = "auditor", year: int | None = None) -> dict[str, Decimal | None]:
    return {f.code: f.value for f in reports.yearly_figures(office, year, who(login)).figures}


def test_each_number_counts_what_its_definition_says(counted: Engine, who: Login) -> None:
    view = reports.yearly_figures(counted, None, who("auditor"))

    assert values(counted, who) == {"N01": 3, "N02": Decimal("43.5"), "N03": 0, "N04": None, "N05": None}
    assert [(p.title, int(p.value)) for p in view.figures[0].parts] == [("加急的", 2), ("大额的", 1)]
    assert (view.year, view.complete, view.figures[0].share) == (2026, False, 75.0)
    assert values(counted, who, year=2025)["N01"] == 1


def test_the_list_behind_a_number_is_as_long_as_the_number(counted: Engine, who: Login) -> None:
    found = reports.behind_figure(counted, 2026, "N01", who("auditor"))
    rides = reports.behind_figure(counted, 2026, "N02", who("auditor"))
    second = reports.behind_figure(counted, 2026, "N01", who("auditor"), limit=2, offset=2)

    assert [(e.part, e.title) for e in found.entries] == [
        ("加急的", "加急一"),
        ("加急的", "加急二"),
        ("大额的", "大额"),
    ]
    assert sum(e.amount for e in rides.entries) == rides.figure.value
    assert (second.total, len(second.entries)) == (3, 1)


def test_what_its_reader_may_not_open_is_counted_without_its_title(counted: Engine, who: Login) -> None:
    with counted.store.transaction() as tx:
        guarding.change(tx, instance, instance.c.title == "加急一", known_to=",gm,")

    found = reports.behind_figure(counted, 2026, "N01", who("auditor"))

    assert found.total == 3
    assert next((e.number, "加急一" in e.title) for e in found.entries) == ("", False)


def test_pieces_of_the_archive_are_counted(counted: Engine, who: Login, clock: FakeClock) -> None:
    number = instances.start(counted, "memo", {"title": "办结的", "urgency": "平件"}, who("rlb1")).number
    work.decide(counted, at(counted, who, number, "Review").id, "refuse", who("hegao_a"), opinion="不予办理。")
    clock.advance(timedelta(minutes=20))
    assert archives.make_due(counted) == 1

    assert values(counted, who)["N03"] == 1


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda o, w: reports.yearly_figures(o, 1999, w("auditor")), BadInput),
        (lambda o, w: reports.yearly_figures(o, 2026, w("xxb1")), NotAllowed),
        (lambda o, w: reports.behind_figure(o, 2026, "N99", w("auditor")), NotFound),
    ],
)
def test_wrong_questions_are_answered_clearly(
    counted: Engine, who: Login, call: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call(counted, who)  # type: ignore[operator]


@pytest.mark.parametrize("wrong", ["x =", '[[figure]]\ncode = "N1"', CATALOGUE.replace('process = "memo"', "")])
def test_a_wrong_catalogue_says_what_is_wrong(wrong: str) -> None:
    with pytest.raises(InvalidPackage, match=r"year\.toml"):
        read_catalogue(wrong)


def test_the_workbook_has_the_same_numbers(counted: Engine, who: Login) -> None:
    view = reports.yearly_figures(counted, 2026, who("auditor"))

    rows = read_sheet(reports.year_workbook(view, marking.mark(counted, who("auditor"))), "年.xlsx")

    assert ("N01", "签报", "合计", "3", "件", "4", "75") in [row[:7] for row in rows]
    assert ("N04", "评比", "合计", "系统外统计") in [row[:4] for row in rows]


def test_the_shipped_catalogue_names_what_is_shipped() -> None:
    shipped = Path(__file__).parents[3] / "processes"
    figures = read_catalogue((shipped / "year.toml").read_text(encoding="utf-8"))
    kept = {path.stem for path in shipped.glob("*/registers/*.toml")}

    assert {f"N{n:02}" for n in range(1, 18)} <= {f.code for f in figures}
    for part in (part for figure in figures for part in figure.part):
        assert part.archives or part.ledger in kept or (shipped / part.process / "process.toml").exists()
