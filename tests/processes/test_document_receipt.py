"""Document receipt: what it hands to supervision, to the sender who must mend a paper, and to a leader's deputy."""

from datetime import datetime
from pathlib import Path

from engine.examples import play
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import instances, notifications, people, registers, timers, work
from tests.support.clock import FakeClock, shanghai

FOLDER = Path(__file__).resolve().parents[2] / "processes"
RECEIPT = FOLDER / "document_receipt" / "examples"


def played(office: Engine, clock: FakeClock, example: str) -> str:
    """The number of an example that went as it says."""

    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    done = play(office, set_clock, (RECEIPT / f"{example}.toml").read_text("utf-8"))
    assert done.faults == []
    return done.number


def who(office: Engine, login: str) -> Actor:
    return people.actor(office, login)


def steps(office: Engine, number: str) -> list[str]:
    return [i.element for i in instances.get(office, number, who(office, "auditor")).items if i.state == "open"]


def test_the_answer_waits_for_the_close_out_of_the_supervision_it_was_handed_to(
    office: Engine, clock: FakeClock
) -> None:
    number = played(office, clock, "sw-3-supervised")
    child = instances.get(office, number, who(office, "auditor")).children[0]
    matter = instances.get(office, child, who(office, "auditor"))

    assert steps(office, child) == ["DB20"]
    assert (matter.data["source"], matter.data["source_ref"]) == ("上级督查", "收〔2026〕1")
    assert (matter.data["lead_unit"], matter.data["superior_due"]) == ("ahb", "2026-03-20T17:30:00+08:00")
    assert matter.urgency == "加急"
    assert steps(office, number) == []

    clock.at("2026-03-02 11:00")
    instances.void(office, child, who(office, "admin"), reason="与 DB-2026-0007 重复，并入办理。")
    timers.fire_due(office)

    assert steps(office, number) == ["SW100"]
    assert instances.get(office, number, who(office, "auditor")).title == "关于开展安全生产隐患整改专项督查的通知"


def test_what_is_mended_comes_back_as_a_new_receipt_that_names_the_original(office: Engine, clock: FakeClock) -> None:
    number = played(office, clock, "sw-2-returned")
    told = [n.body for n in notifications.centre(office, who(office, "ca_wenshu"), limit=50)]

    child = instances.get(office, number, who(office, "auditor")).children[0]
    again = instances.get(office, child, who(office, "auditor"))

    assert steps(office, again.number) == ["SW10"]
    assert (again.data["original_no"], again.data["genre"]) == ("收〔2026〕1", "请示")
    assert not again.data["fault_codes"]
    assert any("R-MIXED" in body and "改用请示" in body and "林晓雯" in body for body in told)


def test_the_register_shows_each_receipt_once_as_it_stands_now(office: Engine, clock: FakeClock) -> None:
    played(office, clock, "sw-2-returned")

    sheet = registers.rows(office, "document_receipt", who(office, "wenshu_a"), standing=True)

    assert [(line.label, line.state_label) for line in sheet.lines] == [("收〔2026〕1", "退文")]


def test_a_leader_on_leave_is_read_for_by_the_deputy_and_the_record_says_for_whom(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-02-27 09:00")
    since, until = shanghai("2026-03-02 08:00"), shanghai("2026-03-06 18:00")
    people.substitute(office, "vp_a", "zhuren", None, since=since, until=until, reason="出差")
    clock.at("2026-03-02 09:20")
    letter = {
        "title": "关于事故情况的通报", "source": "市国资委", "category": "上级来文", "channel": "政务平台",
        "received_at": "2026-03-02T09:15:00+08:00", "copies": 1,
    }  # fmt: skip
    number = instances.start(office, "document_receipt", letter, who(office, "wenshu_a")).number
    for outcome, data in (("accept", {"counted": True}), ("register", {}), ("pass", {})):
        item = instances.get(office, number, who(office, "auditor")).items[-1]
        work.decide(office, item.id, outcome, who(office, "wenshu_a"), data=data)
    item = instances.get(office, number, who(office, "auditor")).items[-1]
    reading = {"kind": "阅件", "proposal": "请阅。", "readers": ["gm", "vp_a"]}
    work.decide(office, item.id, "propose", who(office, "zhuren"), data=reading)

    items = [i for i in instances.get(office, number, who(office, "auditor")).items if i.state == "open"]

    assert sorted((i.element, i.performer) for i in items) == [("SW80", "梁启航"), ("SW80", "苏文博")]
    assert [i.on_behalf_of for i in items if i.performer == "苏文博"] == ["沈怀瑾"]
