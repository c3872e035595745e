"""Document issue where the examples do not go: earlier dates, joint issue, refused seals, receipts that do not come."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormProblems
from engine.package.manifest import Manifest, read_manifest
from engine.runtime import Engine
from engine.verbs import files, instances, registers, stopping, work
from tests.processes.desk import Desk, began
from tests.support.clock import FakeClock, shanghai

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "document_issue"
GATES: dict[str, Any] = {"g_route": "通过", "g_policy": "通过", "g_legal": "通过", "g_format": "通过", "g_text": "通过"}
VERIFIED: dict[str, Any] = {"review_items": ["审批手续完备", "附件齐全", "文种格式规范"]}


def draft(**changes: Any) -> dict[str, Any]:
    """A notice of the personnel department to two companies, countersigned by nobody."""
    script = tomllib.loads((FOLDER / "examples" / "fw-1.toml").read_text("utf-8"))
    return {**script["start"]["data"], "cosign_depts": [], "main_to": ["ca", "cb"], **changes}


def signed(desk: Desk) -> None:
    """From the drafter's department to the sign-off of an important document."""
    desk.decide("FW20", "rlb_head", "approve")
    desk.decide("FW40", "hegao_a", "pass", **GATES)
    desk.decide("FW50", "zhuren", "approve")
    desk.decide("FW60", "party_vice", "approve")
    desk.decide("FW70", "gm", "approve")


def printed(desk: Desk) -> None:
    """From the verification to the printing."""
    desk.decide("FW80", "hegao_a", "pass", **VERIFIED)
    desk.decide("FW90", "wenshu_a", "done", distribution=["ca", "cb"], copies=4)
    layout = files.put(desk.office, "版式文件.pdf", [b"%PDF-1.7"], desk.who("wenshu_a")).id
    desk.decide("FW100", "wenshu_a", "done", proofreader="wenshu_b", layout=[layout])


def at_the_seal(office: Engine, clock: FakeClock, **changes: Any) -> Desk:
    """A document of a Monday morning that is signed off, numbered and printed."""
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(**changes), "rlb1")
    signed(desk)
    printed(desk)
    return desk


@pytest.mark.parametrize(
    ("wanted", "due"),
    [
        ("2026-03-12T12:00:00+08:00", "2026-03-12 12:00"),  # earlier than ten working days
        ("2026-04-30T17:30:00+08:00", "2026-03-23 17:30"),  # later: the limit of the house
        ("2026-03-02T17:30:00+08:00", "2026-03-23 17:30"),  # gone already
        (None, "2026-03-23 17:30"),
    ],
)
def test_a_document_wanted_earlier_is_due_as_a_whole_then(
    office: Engine, clock: FakeClock, wanted: str | None, due: str
) -> None:
    clock.at("2026-03-09 09:00")

    desk = began(office, clock, "document_issue", draft(required_by=wanted), "rlb1")

    assert desk.view().deadline == shanghai(due)


def test_whoever_heads_the_drafting_department_does_not_review_their_own_draft(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")

    desk = began(office, clock, "document_issue", draft(), "rlb_head")

    assert desk.open() == ["FW40"]


@pytest.mark.parametrize("reasons", [["R-TEXT"], ["R-TEXT", "R-FORMAT"], ["R-TEXT", "R-POLICY"], ["R-LEGAL"]])
def test_reasons_say_which_way_a_returned_draft_comes_back(
    office: Engine, clock: FakeClock, reasons: list[str]
) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(), "rlb1")
    desk.decide("FW20", "rlb_head", "approve")
    item = desk.item("FW40", "hegao_a")
    straight = work.view(office, item.id, desk.who("hegao_a")).straight

    work.return_to(office, item.id, desk.who("hegao_a"), to="FW10", opinion="请改。", reasons=reasons)
    desk.decide("FW10", "rlb1", "submit")

    assert desk.open() == (["FW20"] if {"R-POLICY", "R-LEGAL"} & set(reasons) else ["FW40"])
    assert "格式不规范" in straight
    assert "与政策、上级文件或公司决议不一致" not in straight


def test_every_body_that_issues_jointly_agrees_before_the_sign_off(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(joint_issuers=["ca", "cb"], important=False), "rlb1")
    desk.decide("FW20", "rlb_head", "approve")
    desk.decide("FW40", "hegao_a", "pass", **GATES)
    desk.decide("FW50", "zhuren", "approve")
    desk.decide("FW60", "party_vice", "approve")
    due = desk.item("FW65", "ca_gm").deadline
    desk.decide("FW65", "ca_gm", "agree")
    waiting = desk.open()
    desk.decide("FW65", "cb_gm", "disagree", opinion="落款次序须再商定。")
    back = desk.open()
    desk.decide("FW50", "zhuren", "approve")
    desk.decide("FW60", "party_vice", "approve")
    desk.decide("FW65", "ca_gm", "agree")
    desk.decide("FW65", "cb_gm", "agree")

    assert due == shanghai("2026-03-16 17:30")  # five working days
    assert (waiting, back) == (["FW65"], ["FW50"])
    assert desk.item("FW70", "gm")  # jointly issued: the principal signs, important or not


def test_party_documents_are_signed_by_the_party_and_upward_ones_by_the_board(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    for changes in (
        {"doc_class": "党委公文", "series": "华远党发"},
        {"direction": "上行", "series": "华远", "main_to": ["gzw"]},
    ):
        desk = began(office, clock, "document_issue", draft(**changes), "rlb1")
        desk.decide("FW20", "rlb_head", "approve")
        desk.decide("FW40", "hegao_a", "pass", **GATES)
        desk.decide("FW50", "zhuren", "approve")
        desk.decide("FW60", "party_vice", "approve")

        assert desk.item("FW70", "chairman")


def test_a_seal_that_is_refused_sends_the_document_back_to_the_printing_with_its_number(
    office: Engine, clock: FakeClock
) -> None:
    desk = at_the_seal(office, clock)
    desk.decide("FW110", "yinzhang_a", "refuse", opinion="印制份数与登记不一致。")
    desk.decide("FW110", "jianyin_a", "refuse", opinion="印制份数与登记不一致。")

    assert desk.open() == ["FW100"]
    assert desk.view().data["doc_no"] == "华远发〔2026〕1号"


def test_minutes_go_out_without_a_seal(office: Engine, clock: FakeClock) -> None:
    minutes = {
        "genre": "纪要",
        "title": "第3次总经理办公会纪要",
        "seal": None,
        "series": "华远总纪",
        "based_on": "第3次总办会",
    }
    desk = at_the_seal(office, clock, doc_class="纪要", **minutes)

    assert desk.open() == ["FW120"]


def test_units_that_have_not_signed_are_reminded_every_working_day_and_the_others_not(
    office: Engine, clock: FakeClock
) -> None:
    desk = at_the_seal(office, clock)
    for login in ("yinzhang_a", "jianyin_a"):
        desk.decide("FW110", login, "done", sealed_copies=4)
    desk.decide("FW120", "wenshu_a", "done", delivery="系统发送")
    children = desk.view().children
    mine = next(c for c in children if instances.get(office, c, desk.who("auditor")).data["receiver"] == "ca")
    Desk(office, clock, mine).decide("SW10", "ca_wenshu", "accept", counted=True)
    desk.until("2026-03-10 08:29")
    before = desk.told("T-URGE")
    desk.until("2026-03-10 08:30")
    first = desk.told("T-URGE")
    desk.until("2026-03-11 08:30")

    assert before == []
    assert first == ["史玉"]  # the clerk of the other company
    assert desk.told("T-URGE") == ["史玉", "史玉"]
    for day in ("12", "13", "16"):
        desk.until(f"2026-03-{day} 08:30")
    assert desk.told("T-URGE") == ["史玉"] * 5
    desk.until("2026-03-16 17:30")  # five working days are over
    assert desk.open() == ["FW130"]


@pytest.mark.parametrize("step", ["printed", "sealed", "sent"])
def test_a_numbered_document_that_is_voided_stands_in_the_register_as_a_void_number(
    office: Engine, clock: FakeClock, step: str
) -> None:
    desk = at_the_seal(office, clock)
    if step != "printed":
        for login in ("yinzhang_a", "jianyin_a"):
            desk.decide("FW110", login, "done", sealed_copies=4)
    if step == "sent":
        desk.decide("FW120", "wenshu_a", "done", delivery="系统发送")

    instances.void(office, desk.number, desk.who("admin"), reason="内容与已发文件重复。")

    sheet = registers.rows(office, "document_issue", desk.who("wenshu_a"), standing=True)
    assert [(line.data["doc_no"], line.state_label) for line in sheet.lines] == [("华远发〔2026〕1号", "废号")]


def test_a_terminated_document_that_goes_on_stands_in_the_register_as_before(office: Engine, clock: FakeClock) -> None:
    desk = at_the_seal(office, clock)
    for login in ("yinzhang_a", "jianyin_a"):
        desk.decide("FW110", login, "done", sealed_copies=4)
    admin, clerk = desk.who("admin"), desk.who("wenshu_a")

    stopping.terminate(office, desk.number, admin, reason="暂不印发。")
    void = registers.rows(office, "document_issue", clerk, standing=True).lines
    stopping.reopen(office, desk.number, admin, reason="照常印发。")

    again = registers.rows(office, "document_issue", clerk, standing=True).lines
    assert [line.state_label for line in (*void, *again)] == ["废号", "已用印"]


@pytest.mark.parametrize(
    ("numbered", "number"), [("2027-01-08", "华远发〔2026〕1号"), ("2027-01-11", "华远发〔2027〕1号")]
)
def test_a_document_signed_in_december_keeps_its_year_until_the_tenth_of_january(
    office: Engine, clock: FakeClock, numbered: str, number: str
) -> None:
    clock.at("2026-12-31 09:00")
    desk = began(office, clock, "document_issue", draft(), "rlb1")
    signed(desk)

    clock.at(f"{numbered} 10:00")
    printed(desk)

    assert (desk.view().data["issue_date"], desk.view().data["doc_no"]) == ("2026-12-31", number)


def test_a_document_is_not_printed_without_its_layout(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(), "rlb1")
    signed(desk)
    desk.decide("FW80", "hegao_a", "pass", **VERIFIED)
    desk.decide("FW90", "wenshu_a", "done", distribution=["ca", "cb"], copies=4)

    with pytest.raises(FormProblems, match="layout"):
        desk.decide("FW100", "wenshu_a", "done", proofreader="wenshu_b")


def reasons(key: str) -> Manifest:
    return read_manifest((FOLDER.parent / key / "process.toml").read_text("utf-8"))


@pytest.mark.parametrize("key", ["document_issue", "document_receipt"])
def test_the_nine_faults_take_off_what_the_evaluation_says(key: str) -> None:
    one = ("R-GENRE", "R-ADDR", "R-QUOTE", "R-ATTACH", "R-TEXT", "R-FORMAT", "R-LATE")

    assert reasons(key).points == {"R-OVERLEAP": 2, "R-UNCLEAR": 2, **dict.fromkeys(one, 1)}


@pytest.mark.parametrize("key", ["document_issue", "document_receipt"])
def test_every_code_of_the_specification_is_known_to_both_packages(key: str) -> None:
    gates = [
        "NEED",
        "OVERLEAP",
        "ADDR",
        "AUTH",
        "POLICY",
        "LEGAL",
        "NOLEGAL",
        "GENRE",
        "FORMAT",
        "ATTACH",
        "TEXT",
        "UNCLEAR",
        "QUOTE",
    ]
    more = ["LATE", "MIXED", "NOCOORD", "NOTOURS", "PERSONAL", "NOSIGNER", "NOCONTACT"]

    assert set(reasons(key).reasons) == {f"R-{code}" for code in (*gates, *more)}


@pytest.mark.parametrize(
    ("key", "columns"),
    [
        (
            "document_issue",
            "件号 发文字号 标题 文种 密级 紧急程度 主送 抄送 份数 拟稿部门 签发人 签发日期 印发日期 用印登记号 归档号",
        ),
        (
            "document_receipt",
            "收文号 收到时间 来文单位 来文字号 标题 密级 紧急程度 份数 "
            "拟办 批示 主办 办结时限 办结日期 答复文号 归档号",
        ),
    ],
)
def test_the_registers_have_the_columns_of_the_specification(key: str, columns: str) -> None:
    register = tomllib.loads((FOLDER.parent / key / "registers" / f"{key}.toml").read_text("utf-8"))

    assert [column["label"] for column in register["column"]][: len(columns.split())] == columns.split()


def test_a_countersigning_head_hands_it_to_whoever_knows_the_matter(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(cosign_depts=["cwb"]), "rlb1")
    desk.decide("FW20", "rlb_head", "approve")

    work.transfer(office, desk.item("FW30", "cwb_head").id, "cwb1", desk.who("cwb_head"), opinion="请核预算。")
    desk.decide("FW30", "cwb1", "agree")

    assert desk.open() == ["FW40"]


@pytest.mark.parametrize(("step", "to"), [("FW50", "FW40"), ("FW60", "FW50"), ("FW70", "FW10")])
def test_leaders_return_a_document_to_the_step_that_has_to_mend_it(
    office: Engine, clock: FakeClock, step: str, to: str
) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(), "rlb1")
    way = [("FW20", "rlb_head", "approve"), ("FW40", "hegao_a", "pass"), ("FW50", "zhuren", "approve")]
    way += [("FW60", "party_vice", "approve"), ("FW70", "gm", "approve")]
    for element, login, outcome in way:
        if element == step:
            break
        desk.decide(element, login, outcome, **(GATES if element == "FW40" else {}))

    item = desk.item(step, login)
    work.return_to(office, item.id, desk.who(login), to=to, opinion="请再核对。", reasons=["R-POLICY"])

    assert desk.open() == [to]


def test_a_signature_without_words_counts_as_consent_and_says_so(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    desk = began(office, clock, "document_issue", draft(), "rlb1")
    signed(desk)

    said = [e.detail["opinion"] for e in desk.view().history if e.element == "FW70"]

    assert said == ["圈阅，视为同意。"]
    assert (desk.view().data["signer"], desk.view().data["by_proxy"]) == ("gm", False)


@pytest.mark.parametrize("based_on", [None, "总经理办公会2026年第4次会议审议通过"])
def test_a_policy_that_nobody_has_decided_on_goes_to_the_making_of_rules(
    office: Engine, clock: FakeClock, based_on: str | None
) -> None:
    clock.at("2026-03-09 09:00")
    text = "第一条 为规范会议室使用，制定本办法。"
    changes: dict[str, Any] = {"is_policy": True, "need_legal": True, "based_on": based_on, "body": text}
    desk = began(office, clock, "document_issue", draft(**changes), "rlb1")
    desk.decide("FW20", "rlb_head", "approve")

    if based_on:
        assert desk.open() == ["FW40"]
        return
    assert (desk.view().state, desk.open()) == ("completed", [])
    (number,) = desk.view().children
    made = instances.get(office, number, desk.who("rlb1"))
    assert [(i.element, i.performer) for i in made.items] == [("ZD10", desk.view().initiator)]
    assert (made.data["rule_name"], made.data["text"]) == (desk.view().title, text)
