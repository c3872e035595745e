"""Reports of supervision: due at their hour, drafted once with the numbers of the case, made as PDF and Word."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from engine.examples import play
from engine.limits import Calendar, latest
from engine.package import read_package
from engine.progress.lookups import Lookups
from engine.runtime import Engine
from engine.store import guarding, overview, registers
from engine.store.registers import NewLine
from engine.store.tables import instance
from engine.verbs import definitions, files, inbox, instances, papers, people, schedules
from engine.verbs.definitions import read_folder
from tests.support.clock import FakeClock, shanghai
from tests.support.matters import hand_over

EXAMPLES = Path(__file__).resolve().parents[2] / "processes" / "supervision" / "examples"


FOLDER = Path(__file__).resolve().parents[2] / "processes" / "supervision_report"
ROUNDS = {s.title: s.round() for s in read_package(read_folder(FOLDER)).manifest.schedule}


def due(local: str) -> list[tuple[str, str]]:
    """The reports whose turn is the last that is due, each with the period it is about."""
    turns = [(title, latest(asked, shanghai(local), Calendar.china())) for title, asked in ROUNDS.items()]
    return [(title, turn.period if title == "专项督办周报" else turn.before) for title, turn in turns if turn]


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
    assert [period for kind, period in due("2026-02-22 23:00") if kind == "专项督办周报"] == ["2026-W07"]
    assert ("董事会决议执行情况", "2026Q1") not in due("2026-03-31 23:00")


def reports(office: Engine) -> list[tuple[str, str, str]]:
    """Kind, period and whose it is of every report, the oldest first."""
    with office.store.reading() as tx:
        rows = overview.instances_of(tx, ["supervision_report"])
        people_of = office.directory(tx)
        begun = [(r.variables["kind"], r.variables["period"], people_of.person(r.initiator_id)) for r in rows]
    return [(kind, period, person.login if person else "") for kind, period, person in reversed(begun)]


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

    schedules.start_due(office)
    schedules.start_due(office)

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
    why = "黄单 1 次 -0.5 分；红单 1 次 -1 分"
    assert found.data["points"] == [{"unit": "信息中心", "taken": "-1.5", "added": "0", "why": why}]

    item = next(i.id for i in found.items if i.state == "open")
    papers.make(office, item, "report", ducha)

    made = {
        Path(f.name).suffix: files.get(office, f.id, ducha)[1] for f in files.of_instance(office, found.number, ducha)
    }
    assert made[".pdf"].read_bytes().startswith(b"%PDF-")
    text = ZipFile(BytesIO(made[".docx"].read_bytes())).read("word/document.xml").decode()
    for said in ("2026-09 督查通报", "综合管控系统验收", "逾期事项及责任单位", "按时率 0.0%", "扣分情况", why):
        assert said in text, said
    assert "{%" not in text


def test_nothing_under_supervision_needs_no_report(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-10-13 09:00")

    schedules.start_due(office)

    assert reports(office) == []


def test_quarters_and_weeks_look_at_their_own_matters(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    hand_over(office, "日常事项", lead="ahb", due="2026-06-30 17:30")
    clock.at("2026-03-06 15:00")

    schedules.start_due(office)

    # no special campaign: no weekly report; February had nothing either
    assert reports(office) == []


def test_special_campaigns_the_board_and_the_month_each_have_a_report_of_their_own_matters(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-02 09:00")
    special = hand_over(office, "安全生产专项整治", lead="ahb", due="2026-06-30 17:30", kind="专项督办")
    hand_over(office, "董事会议定的投资项目", lead="cgb", due="2026-06-30 17:30", source_ref="董事会纪要〔2026〕2号")
    clock.at("2026-03-06 15:00")
    schedules.start_due(office)
    clock.at("2026-04-08 09:00")
    schedules.start_due(office)

    ducha = people.actor(office, "ducha_a")
    mine = [i.number for i in inbox.page(office, ducha).rows if i.process == "supervision_report"]
    found = [instances.get(office, number, ducha) for number in mine]
    of_kind = {one.data["kind"]: one for one in found if one.data["period"] in ("2026-W10", "2026-03", "2026Q1")}

    assert reports(office)[0] == ("专项督办周报", "2026-W10", "ducha_a")
    assert [x["title"] for x in of_kind["专项督办周报"].data["added"]] == [instances.get(office, special, ducha).title]
    week = of_kind["专项督办周报"].data
    assert (week["since"], week["until"]) == ("2026-03-02", "2026-03-06")
    assert [x["title"] for x in of_kind["董事会决议执行情况"].data["added"]] == ["董事会议定的投资项目"]
    assert [x["title"] for x in of_kind["督查通报"].data["added"]] == ["安全生产专项整治", "董事会议定的投资项目"]
    assert of_kind["督查通报"].history[0].verb == "schedule"


def test_each_campaign_has_a_weekly_of_its_own_with_its_own_numbers(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    kept = {"due": "2026-06-30 17:30", "kind": "专项督办"}
    hand_over(office, "储煤到位", lead="cgb", campaign="冬季保供", **kept)
    hand_over(office, "管网抢修", lead="ahb", campaign="冬季保供", **kept)
    hand_over(office, "清理欠款", lead="cwb", campaign="冬季保供欠费清收", **kept)
    hand_over(office, "没有专题的事项", lead="xxb", **kept)
    ducha = people.actor(office, "ducha_a")
    clock.at("2026-03-06 14:00")
    by_hand = {"title": "欠费清收周报", "kind": "专项督办周报", "campaign": "冬季保供欠费清收", "period": "2026-W10"}
    more = {"since": "2026-03-02", "until": "2026-03-06", "summary": "已先行出刊。", "urgency": "平件"}
    instances.start(office, "supervision_report", {**by_hand, **more}, ducha)
    clock.at("2026-03-06 15:00")

    schedules.start_due(office)
    again = schedules.start_due(office)

    found = [instances.get(office, i.number, ducha) for i in inbox.page(office, ducha).rows]
    drafts = {one.title: one.data for one in found if one.data.get("kind") == "专项督办周报"}
    assert again == 0
    assert {title: sorted(x["title"] for x in data["added"]) for title, data in drafts.items()} == {
        "2026-W10 专项督办周报": ["没有专题的事项"],
        "2026-W10 冬季保供专项督办周报": ["储煤到位", "管网抢修"],
    }
    own = drafts["2026-W10 冬季保供专项督办周报"]
    assert own["campaign"] == "冬季保供"
    assert own["summary"].startswith("期末在办 2 件，新增 2 件")
    assert [row["unit"] for row in own["units"]] == ["安全环保部", "采购部"]


def test_a_report_that_was_begun_otherwise_is_not_begun_again_and_none_is_lost_by_an_upgrade(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-02 09:00")
    hand_over(office, "安全生产专项整治", lead="ahb", due="2026-06-30 17:30", kind="专项督办")
    ducha = people.actor(office, "ducha_a")
    # the house of before: the same package without schedules has drafted the week itself, and was down on 8 April
    files_now = dict(definitions.read_folder(FOLDER))
    manifest = files_now["process.toml"].decode()
    before = manifest[: manifest.index("# domain.md §5.7: the fifth")] + manifest[manifest.index("[document.report]") :]
    definitions.deploy(office, {**files_now, "process.toml": before.encode()})
    clock.at("2026-04-03 15:00")
    drafted = {"title": "2026-W14 专项督办周报", "kind": "专项督办周报", "period": "2026-W14", "since": "2026-03-30"}
    more = {"until": "2026-04-03", "summary": "期末在办 1 件。", "urgency": "平件"}
    instances.start(office, "supervision_report", {**drafted, **more}, ducha)
    clock.at("2026-04-09 10:00")
    definitions.deploy(office, files_now)

    schedules.start_due(office)
    schedules.start_due(office)

    assert reports(office) == [("专项督办周报", "2026-W14", "ducha_a"), ("督查通报", "2026-03", "ducha_a")]


def test_the_checks_of_seal_uses_that_were_finished_in_the_month_stand_in_its_circular(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-02 09:00")
    hand_over(office, "日常事项", lead="ahb", due="2026-06-30 17:30")
    for month, at, differing in (("2026-01", "2026-02-27 10:00", 0), ("2026-02", "2026-03-31 17:00", 1)):
        data = {"period": month, "checked": 5, "differing": differing, "conclusion": "一件扫描件缺页。"}
        data["done_at"] = shanghai(at).astimezone(Calendar.china().zone).isoformat()
        with office.store.transaction() as tx:
            line = NewLine(
                label=f"抽查-{month}",
                state="active",
                data=data,
                instance_id=None,
                at=shanghai(at),
                by=None,
                corrects_id=None,
            )
            registers.add(tx, "seal_check", line)
    clock.at("2026-04-08 09:00")

    schedules.start_due(office)

    ducha = people.actor(office, "ducha_a")
    (row,) = [i for i in inbox.page(office, ducha).rows if i.process == "supervision_report" and "通报" in i.title]
    found = instances.get(office, row.number, ducha)
    assert found.data["seal_checks"] == [
        {"period": "2026-02", "checked": 5, "differing": 1, "conclusion": "一件扫描件缺页。"}
    ]
    papers.make(office, next(i.id for i in found.items if i.state == "open"), "report", ducha)
    made = files.of_instance(office, row.number, ducha)
    word = next(files.get(office, f.id, ducha)[1] for f in made if f.name.endswith(".docx"))
    assert "用印抽查情况" in ZipFile(BytesIO(word.read_bytes())).read("word/document.xml").decode()


def test_a_report_tells_nothing_of_a_matter_that_not_everybody_may_know(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-02 09:00")
    number = hand_over(office, "某项保密工作", lead="ahb", due="2026-06-30 17:30")
    with office.store.transaction() as tx:
        guarding.change(tx, instance, instance.c.number == number, known_to=" ducha_a ")
        look = Lookups(
            tx, office.directory(tx), office.calendar(tx), office.now(), process="supervision_report", known={}
        )

        found = look.circular("2026-03-01", "2026-03-31")

    assert [(line["matter_no"], line["title"]) for line in found["added"]] == [(number, "（知悉范围内事项）")]
    assert "保密" not in str(found)
