"""Papers of supervision beside notice and circular: 复核报告 and 工作部署单 (domain.md §5.7), as PDF and Word."""

from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from engine.examples import play
from engine.runtime import Engine
from engine.verbs import bindings, files, instances, papers, people
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"


def played(office: Engine, clock: FakeClock, example: str, until: str) -> str:
    """An example up to a line of it; the number of its instance."""

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    key, _, name = example.partition("/")
    text = (FOLDER / key / "examples" / f"{name}.toml").read_text("utf-8")
    found = play(office, go, text[: text.index(until)])
    assert found.faults == []
    return found.number


def made(office: Engine, number: str) -> dict[str, bytes]:
    """The files of an instance by their names."""
    auditor = people.actor(office, "auditor")
    return {
        f.name: files.get(office, f.id, auditor)[1].read_bytes() for f in files.of_instance(office, number, auditor)
    }


def words(content: bytes) -> str:
    return ZipFile(BytesIO(content)).read("word/document.xml").decode()


def test_each_verification_on_site_has_a_report_with_those_present_their_opinions_and_the_result(
    office: Engine, clock: FakeClock
) -> None:
    number = played(office, clock, "supervision/close-out", '[[do]]\nat = "2026-06-18 10:00"')
    clock.at("2026-06-16 11:01")

    bindings.perform_due(office)

    found = {name: content for name, content in made(office, number).items() if "复核报告" in name}
    assert sorted(found) == ["复核〔2026〕1号复核报告.docx", "复核〔2026〕1号复核报告.pdf"]
    assert found["复核〔2026〕1号复核报告.pdf"].startswith(b"%PDF-")
    text = words(found["复核〔2026〕1号复核报告.docx"])
    for said in ("部分属实", "两家子公司尚未宣贯。", "现场照片.txt", "采购部", people.actor(office, "fwb1").name):
        assert said in text, said
    assert "{%" not in text
    view = instances.get(office, number, people.actor(office, "ducha_a"))
    assert len(view.data["verification"]) == 2


def test_a_deployment_sheet_says_who_leads_what_until_when(office: Engine, clock: FakeClock) -> None:
    number = played(office, clock, "deployment/issued", '[[do]]\nat = "2026-03-10 10:00"')
    ducha = people.actor(office, "ducha_a")
    item = next(i for i in instances.get(office, number, ducha).items if i.state == "open")

    papers.make(office, item.id, "sheet", ducha)

    found = made(office, number)
    assert found["部署〔2026〕1号工作部署单.pdf"].startswith(b"%PDF-")
    text = words(found["部署〔2026〕1号工作部署单.docx"])
    for said in ("变电站设备隐患排查", "老旧管网改造完成并通过验收。", "2026-05-22 17:30", "今冬明春安全生产工作部署"):
        assert said in text, said
    assert "{%" not in text


def test_a_paper_for_a_leader_is_made_where_it_is_ordered(office: Engine, clock: FakeClock) -> None:
    number = played(office, clock, "supervision_paper/report", '[[do]]\nat = "2026-04-08 15:00"')
    leader = people.actor(office, "gm")
    item = next(i for i in instances.get(office, number, leader).items if i.state == "open")

    papers.make(office, item.id, "paper", leader)

    assert made(office, number)["督查专报〔2026〕1期.pdf"].startswith(b"%PDF-")
