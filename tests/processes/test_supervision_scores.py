"""Scenario DB-2 to its end: what the score of the quarter and the Excel files say of it (domain.md §5.8, §8.5)."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from engine.demo import load_organisation
from engine.errors import BadInput
from engine.examples import play
from engine.limits import overdue_days
from engine.reports.scores import points_with
from engine.runtime import Engine
from engine.store import overview
from engine.verbs import definitions, marking, people, schedules, supervision
from tests.support.clock import FakeClock
from tests.support.matters import hand_over, wait_until

EXAMPLES = Path(__file__).resolve().parents[2] / "processes" / "supervision" / "examples"


@pytest.fixture
def played(office: Engine, clock: FakeClock) -> Engine:
    """DB-2 closed eight working days late, and a matter of another unit with a title like a formula."""

    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    assert play(office, set_clock, (EXAMPLES / "db-2.toml").read_text("utf-8")).faults == []
    hand_over(office, "=1+1", lead="cgb", due="2026-12-25 17:30")
    return office


def sheet(body: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_name(name).to_python()


def test_db_2_costs_six_and_a_half_points_in_the_quarters_of_its_days(played: Engine) -> None:
    ducha = people.actor(played, "ducha_a")

    third = supervision.scores_of(played, ducha, "2026Q3").scores
    fourth = supervision.scores_of(played, ducha, "2026Q4").scores

    entries = {(e.reason, e.points) for s in (*third, *fourth) for e in s.entries}
    assert entries == {("黄单", Decimal("-0.5")), ("红单", Decimal(-1)), ("办结逾期7个工作日以上", Decimal(-5))}
    assert [(s.unit, s.total) for s in third] == [("信息中心", Decimal("98.5"))]  # both slips are of September
    assert [(s.unit, s.total) for s in fourth] == [("采购部", Decimal(100)), ("信息中心", Decimal(95))]


def test_a_unit_sees_its_own_score_and_a_quarter_that_is_none_is_refused(played: Engine) -> None:
    head = people.actor(played, "cgb_head")

    assert [s.unit for s in supervision.scores_of(played, head).scores] == ["采购部"]
    with pytest.raises(BadInput):
        supervision.scores_of(played, head, "2026")


def test_the_year_is_the_mean_of_the_quarters_that_were_scored(played: Engine) -> None:
    ducha = people.actor(played, "ducha_a")

    view = supervision.scores_of_year(played, ducha, 2026)

    assert view.quarters == ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
    assert [(row.unit, row.total) for row in view.rows] == [("采购部", Decimal(100)), ("信息中心", Decimal("96.75"))]
    workbook = supervision.year_workbook(view, marking.mark(played, ducha))
    assert sheet(workbook, "2026年督办得分") == [
        ["名次", "单位", *view.quarters, "年度得分"],
        [1, "采购部", "", "", "", 100, 100], [2, "信息中心", "", "", 98.5, 95, 96.75],
    ]  # fmt: skip
    assert sheet(workbook, "得分构成") == [
        ["单位", "季度", "事由", "次数", "分值"],
        ["信息中心", "2026Q3", "红单", 1, -1],
        ["信息中心", "2026Q3", "黄单", 1, -0.5],
        ["信息中心", "2026Q4", "办结逾期7个工作日以上", 1, -5],
    ]
    with pytest.raises(BadInput):
        supervision.scores_of_year(played, ducha, 2031)


def test_whoever_sees_one_unit_is_told_its_year_and_no_place(played: Engine) -> None:
    head = people.actor(played, "cgb_head")
    view = supervision.scores_of_year(played, head, 2026)

    assert ([row.unit for row in view.rows], view.ranked) == (["采购部"], False)
    assert sheet(supervision.year_workbook(view, marking.mark(played, head)), "2026年督办得分")[1][:2] == ["", "采购部"]


def test_ledger_and_scores_are_written_as_excel_and_no_title_becomes_a_formula(played: Engine) -> None:
    ducha = people.actor(played, "ducha_a")

    ledger = sheet(supervision.ledger_workbook(played, ducha), "2026年督办台账")
    scores = sheet(
        supervision.scores_workbook(supervision.scores_of(played, ducha), marking.mark(played, ducha)), "2026Q4"
    )

    lines = [dict(zip(ledger[0], line, strict=True)) for line in ledger[1:]]
    assert [(x["事项"], x["状态"], x["灯色"]) for x in lines] == [
        ("综合管控系统验收", "已销号", "红·结"),
        ("=1+1", "在办", "绿灯"),
    ]
    closed = lines[0]
    assert (closed["通知书号"], closed["办结时限"], closed["原始时限"]) == (
        "督办〔2026〕1号", "2026-09-28 17:30", "2026-09-28 17:30",
    )  # fmt: skip
    assert closed["考核得分"] == -6.5  # whatever quarters its events lie in
    assert (closed["进度（%）"], closed["红单"], closed["黄单"], closed["反馈次数"]) == (100, 1, 1, 3)
    assert scores[1:] == [["采购部", 1, 100, 0, 0, 100], ["信息中心", 1, 100, -5, 0, 95]]
    assert sheet(supervision.ledger_workbook(played, ducha, 2025), "2025年督办台账")[1:] == []


def test_db_2_was_eight_working_days_late(played: Engine) -> None:
    with played.store.reading() as tx:
        (row,) = [r for r in overview.instances_of(tx, ["supervision"], running=False) if r.title == "综合管控系统验收"]
        (closing,) = overview.visits_of(tx, [row.id], ["DB90"])
        assert overdue_days(row.deadline, closing.closed_at, played.calendar(tx)) == 8


def test_db_1_is_closed_in_green_as_of_the_close_out_that_was_asked_for_in_time(
    office: Engine, clock: FakeClock
) -> None:
    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    assert play(office, set_clock, (EXAMPLES / "db-1.toml").read_text("utf-8")).faults == []
    ducha = people.actor(office, "ducha_a")

    ledger = sheet(supervision.ledger_workbook(office, ducha), "2026年督办台账")
    (score,) = supervision.scores_of(office, ducha, "2026Q1").scores

    line = dict(zip(ledger[0], ledger[1], strict=True))
    assert (line["状态"], line["灯色"], line["蓝单"], line["红单"]) == ("已销号", "绿·结", 1, 0)
    # closed a day before its deadline, and the last report was good
    assert ([e.reason for e in score.entries], line["考核得分"]) == (["提前办结且质量优"], 0.5)


def test_the_house_may_count_otherwise_and_a_reason_that_nobody_counts_is_refused(played: Engine) -> None:
    played.settings = played.settings.model_copy(update={"supervision_points": {"红单": Decimal(-3)}})

    view = supervision.scores_of(played, people.actor(played, "ducha_a"), "2026Q3")

    assert [(s.unit, s.total) for s in view.scores] == [("信息中心", Decimal("96.5"))]
    assert ["红单", -3] in sheet(supervision.scores_workbook(view, marking.mark(played, None)), "口径")
    with pytest.raises(BadInput, match="迟到"):
        points_with({"迟到": Decimal(-1)})


@pytest.mark.postgres
def test_postgresql_counts_the_same(postgres_engine: Engine, clock: FakeClock) -> None:
    clock.at("2026-09-07 09:00")
    load_organisation(postgres_engine)
    definitions.deploy(postgres_engine, definitions.read_folder(EXAMPLES.parent))
    definitions.deploy(postgres_engine, definitions.read_folder(EXAMPLES.parents[1] / "supervision_report"))
    definitions.deploy(postgres_engine, definitions.read_folder(EXAMPLES.parents[1] / "supervision_slip"))
    hand_over(postgres_engine, "系统验收", lead="xxb", due="2026-09-11 17:30")
    wait_until(postgres_engine, clock, "2026-10-13 09:00")
    ducha = people.actor(postgres_engine, "ducha_a")

    (score,) = supervision.scores_of(postgres_engine, ducha, "2026Q3").scores

    assert {(e.reason, e.times) for e in score.entries} == {("签收超时", 1), ("黄单", 1), ("红单", 1)}
    with postgres_engine.store.reading() as tx:
        slips = overview.instances_of(tx, ["supervision_slip"])
    assert [row.variables["colour"] for row in slips] == ["红色", "黄色", "蓝色"]  # the newest first
    assert len(sheet(supervision.ledger_workbook(postgres_engine, ducha), "2026年督办台账")) == 2
    # the calendar starts the circular of September and the report on the board's decisions has nothing to say
    assert (schedules.start_due(postgres_engine), schedules.start_due(postgres_engine)) == (1, 0)
