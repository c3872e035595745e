"""Reports of supervision: due at their hour, drafted once with the numbers of the case, made as PDF and Word."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.examples import play
from engine.limits import Calendar
from engine.runtime import Engine
from engine.verbs import files, inbox, instances, papers, people, supervision
from tests.support.clock import FakeClock, shanghai
from tests.support.matters import hand_over

EXAMPLES = Path(__file__).resolve().parents[2] / "processes" / "supervision" / "examples"


def due(local: str) -> list[tuple[str, str]]:
    return [(one.kind, one.period) for one in supervision.due_reports(shanghai(local), Calendar.china())]


@pytest.mark.parametrize(
    ("before", "at", "report"),
    [
        # the working days of October begin on the 8th; the 10th, a Saturday, is one of them
        ("2026-10-13 08:59", "2026-10-13 09:00", ("督查通报", "2026-09")),
        ("2026-10-13 08:59", "2026-10-13 09:00", ("董事会决议执行情况", "2026Q3")),
        ("2026-03-06 08:59", "2026-03-06 09:00", ("督查通报", "2026-02")),
        ("2026-03-06 14:59", "2026-03-06 15:00", ("专项督办周报", "2026-W10")),
        # Friday 25 September is a day off: the last working day of that week is Thursday
        ("2026-09-24 14:59", "2026-09-24 15:00", ("专项督办周报", "2026-W39")),
    ],
)
def test_a_report_is_due_at_its_hour(before: str, at: str, report: tuple[str, str]) -> None:
    assert report not in due(before)
    assert report in due(at)


def test_a_week_without_a_working_day_has_no_report() -> None:
    assert [period for kind, period in due("2026-02-22 23:00") if kind == "专项督办周报"] == []
    assert ("董事会决议执行情况", "2026Q1") not in due("2026-03-31 23:00")


def test_db_2_stands_in_the_september_circular_which_is_drafted_once_and_made_as_pdf_and_word(
    office: Engine, clock: FakeClock
) -> None:
    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    script = (EXAMPLES / "db-2.toml").read_text("utf-8").partition('[[do]]\nat = "2026-10-14 10:00"')[0]
    assert play(office, set_clock, script).faults == []
    hand_over(office, "今年十月的新事项", lead="cgb", due="2026-12-25 17:30")
    ducha = people.actor(office, "ducha_a")
    clock.at("2026-10-13 09:00")

    drafted = supervision.draft_due(office)

    assert (drafted, supervision.draft_due(office)) == (1, 0)
    (report,) = [i for i in inbox.page(office, ducha).rows if i.process == "supervision_report"]
    found = instances.get(office, report.number, ducha)
    assert found.data["title"] == "2026-09 督查通报"
    assert found.data["summary"] == (
        "期末在办 1 件，新增 1 件，办结 0 件；本期到期 1 件，按时办结 0 件，按时率 0.0%；逾期未办结 1 件。"
    )
    assert [(x["title"], x["unit"], x["late_days"]) for x in found.data["late"]] == [
        ("综合管控系统验收", "信息中心", 7)
    ]
    assert found.data["added"][0]["matter_no"] == found.data["late"][0]["matter_no"]
    assert found.data["units"] == [{"unit": "信息中心", "green": 0, "amber": 0, "red": 1, "done": 0, "rate": "0.0%"}]

    item = next(i.id for i in found.items if i.state == "open")
    papers.make(office, item, "report", ducha)

    made = {
        Path(f.name).suffix: files.get(office, f.id, ducha)[1] for f in files.of_instance(office, found.number, ducha)
    }
    assert made[".pdf"].read_bytes().startswith(b"%PDF-")
    text = ZipFile(BytesIO(made[".docx"].read_bytes())).read("word/document.xml").decode()
    for said in ("2026-09 督查通报", "综合管控系统验收", "逾期事项及责任单位", "按时率 0.0%"):
        assert said in text, said
    assert "{%" not in text


def test_nothing_under_supervision_needs_no_report(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-10-13 09:00")

    assert supervision.draft_due(office) == 0


def test_quarters_and_weeks_look_at_their_own_matters(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    hand_over(office, "日常事项", lead="ahb", due="2026-06-30 17:30")
    clock.at("2026-03-06 15:00")
    supervision.draft_due(office)

    ducha = people.actor(office, "ducha_a")

    # no special campaign: no weekly report; February had nothing either
    assert [i for i in inbox.page(office, ducha).rows if i.process == "supervision_report"] == []
