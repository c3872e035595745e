"""The controls of domain.md §3.5 by their numbers; what takes whole days is played by the examples of the packages."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormProblems, NotAllowed
from engine.examples import play
from engine.model import Actor
from engine.package import read_package
from engine.runtime import Engine
from engine.store.registers import NewLine, add_many
from engine.verbs import files, instances, notifications, people, registers, timers, work
from engine.verbs.definitions import read_folder
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
CHECKED = ["审批手续完备", "内容与电子版一致", "无空白、填写完整", "印章与落款一致", "份数页数一致"]
PROOF: dict[str, Any] = {
    "file_name": "在职证明", "file_kind": "证明", "purpose": "职工办理手续", "send_to": "市公积金中心", "seal": "公章",
    "copies": 1, "places": 1, "mode": "现场", "urgency": "平件", "applicant_dept": "rlb", "phone": "0531-68120101",
}  # fmt: skip
AWAY = {
    "mode": "外带", "off_place": "市公共资源交易中心", "off_reason": "现场补盖", "off_date": "2026-03-12",
    "return_due": "2026-03-12T17:30:00+08:00", "off_witness": "jianyin_b", "applicant_dept": "cb",
}  # fmt: skip


def who(office: Engine, login: str) -> Actor:
    return people.actor(office, login)


def refused(office: Engine, data: Mapping[str, Any], by: str = "rlb1") -> list[tuple[str, str]]:
    """Where and how a submission is refused."""
    with pytest.raises(FormProblems) as problems:
        instances.start(office, "seal_use", {**PROOF, **data}, who(office, by))
    return [(p.path, p.message_zh) for p in problems.value.problems]


def sealed_until(office: Engine, clock: FakeClock, element: str, data: Mapping[str, Any] | None = None) -> str:
    """A proof of employment that has come to a step; its number."""
    clock.at("2026-03-09 09:00")
    number = instances.start(office, "seal_use", {**PROOF, **(data or {})}, who(office, "rlb1")).number
    given: dict[str, dict[str, Any]] = {"YY60": {"checks": CHECKED}}
    for _ in range(9):
        item = next(i for i in instances.get(office, number, who(office, "auditor")).items if i.state == "open")
        if item.element == element:
            return number
        decide(office, item.id, item.performer_id, given.get(item.element, {}))
    raise AssertionError(element)


def decide(office: Engine, item: int, person: int | None, data: Mapping[str, Any]) -> None:
    performer = people.actor_by_id(office, person or 0)
    assert performer is not None
    view = work.view(office, item, performer)
    work.decide(office, item, view.outcomes[0].code, performer, data=data, opinion="同意。")


def open_items(office: Engine, number: str) -> list[Any]:
    return [i for i in instances.get(office, number, who(office, "auditor")).items if i.state == "open"]


def test_sc01_and_sc07_blanks_and_another_day_are_refused_at_the_submission(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")

    assert refused(office, {"file_name": "空白介绍信"})[0][0] == "has_blank"
    late = {**AWAY, "return_due": "2026-03-13T17:30:00+08:00"}
    assert [path for path, _ in refused(office, late, "cb_liaison")] == ["return_due"]


def test_sc03_the_keeper_must_refuse_what_is_not_in_order(office: Engine, clock: FakeClock) -> None:
    number = sealed_until(office, clock, "YY60")
    (item,) = open_items(office, number)

    with pytest.raises(FormProblems) as problems:
        decide(office, item.id, item.performer_id, {"checks": CHECKED[:4]})

    assert [p.path for p in problems.value.problems] == ["checks"]


def test_sc04_whoever_approved_last_neither_seals_nor_witnesses(office: Engine, clock: FakeClock) -> None:
    number = sealed_until(office, clock, "YY70")

    view = instances.get(office, number, who(office, "auditor"))

    assert view.data["approver"] == "party_vice"
    people_of = {i.performer for i in view.items if i.element == "YY70"}
    assert len(people_of) == 2
    assert not people_of & {who(office, login).name for login in ("rlb1", "party_vice")}


def test_sc06_somebody_else_than_the_applicant_says_why(office: Engine, clock: FakeClock) -> None:
    number = sealed_until(office, clock, "YY70")
    item = open_items(office, number)[0]
    used = {"actual_copies": 1, "actual_places": 1, "present_by": "rlb2"}

    with pytest.raises(FormProblems) as problems:
        decide(office, item.id, item.performer_id, used)
    decide(office, item.id, item.performer_id, {**used, "proxy_note": "申请人出差。"})

    assert [p.path for p in problems.value.problems] == ["proxy_note"]


def test_sc08_a_department_with_a_seal_out_takes_no_second_one_until_it_is_lifted(
    office: Engine, clock: FakeClock
) -> None:
    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    script = (FOLDER / "seal_use" / "examples" / "off-site-late.toml").read_text("utf-8")
    before = script[: script.index('[[do]]\nat = "2026-03-13 10:00"')]
    assert play(office, go, before).faults == []
    clock.at("2026-03-11 10:00")

    assert "外带资格已冻结" in refused(office, {**AWAY, "seal": "党委章"}, "cb_liaison")[0][1]
    assert registers.choices(office, "seal", who(office, "rlb1"), text="公章") == ()
    with pytest.raises(FormProblems) as problems:
        instances.start(office, "seal_use", PROOF, who(office, "rlb1"))
    assert [p.code for p in problems.value.problems] == ["form.record_state"]


def test_sc08_one_seal_at_a_time(office: Engine, clock: FakeClock) -> None:
    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    script = (FOLDER / "seal_use" / "examples" / "off-site.toml").read_text("utf-8")
    assert play(office, go, script[: script.index('[[do]]\nat = "2026-03-11 16:50"')]).faults == []

    assert "还有外带印章没有归还" in refused(office, AWAY, "cb_liaison")[0][1]
    (choice,) = registers.choices(office, "seal", who(office, "rlb1"), text="公章")
    assert choice.note == "外带，预计归还 2026-03-11 17:30"
    number = instances.start(office, "seal_use", PROOF, who(office, "rlb1")).number  # others queue
    assert [i.element for i in open_items(office, number)] == ["YY20"]


def test_sc09_the_same_file_within_thirty_days_is_explained(office: Engine, clock: FakeClock) -> None:
    def upload(name: str) -> list[str]:
        return [files.put(office, name, [b"%PDF-1.4 proof"], who(office, "rlb1")).id]

    clock.at("2026-03-09 09:00")
    instances.start(office, "seal_use", {**PROOF, "document": upload("a.pdf")}, who(office, "rlb1"))
    clock.at("2026-03-20 09:00")

    again = {"document": upload("b.pdf")}  # the same content under another name

    assert [path for path, _ in refused(office, again)] == ["duplicate_note"]
    instances.start(office, "seal_use", {**PROOF, **again, "duplicate_note": "原件遗失。"}, who(office, "rlb1"))
    clock.at("2026-05-06 09:00")
    instances.start(office, "seal_use", {**PROOF, "document": upload("c.pdf")}, who(office, "rlb1"))


def test_sc10_sealing_after_hours_is_told_to_the_head_of_the_office(office: Engine, clock: FakeClock) -> None:
    number = sealed_until(office, clock, "YY70")
    clock.at("2026-03-09 20:00")
    for item in open_items(office, number):
        decide(office, item.id, item.performer_id, {"actual_copies": 1, "actual_places": 1})
    clock.at("2026-03-10 09:00")
    for _ in range(2):
        (item,) = open_items(office, number)
        decide(office, item.id, item.performer_id, {})

    clock.at("2026-03-10 09:01")  # the undo window is over
    told = [n for n in notifications.centre(office, who(office, "zhuren"), limit=20) if n.event == "T-SEAL-ODD"]

    assert len(told) == 1
    assert number in told[0].body


def test_sc11_a_document_dated_back_is_explained_and_goes_one_level_higher(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    dated = {"document_date": "2026-03-02"}

    assert [path for path, _ in refused(office, dated)] == ["backdate_note"]
    way = instances.forecast(office, "seal_use", {**PROOF, **dated, "backdate_note": "补办。"}, who(office, "rlb1"))
    assert {step.element: step.why for step in way}["YY55"] == "有倒签，加一级审批"
    near = instances.forecast(office, "seal_use", {**PROOF, "document_date": "2026-03-06"}, who(office, "rlb1"))
    assert "YY55" not in {step.element for step in near}


def test_sc12_and_sc15_nobody_writes_over_uses_or_keepers(office: Engine, clock: FakeClock) -> None:
    line = registers.rows(office, "seal", who(office, "yinzhang_a")).lines[0]

    for verb in (registers.correct, registers.change):
        with pytest.raises(NotAllowed):
            verb(office, line.id, {"keeper": "bgs1"}, "换人", who(office, "yinzhang_a"))
    with pytest.raises(NotAllowed):
        registers.add(office, "seal_use", {"seal": "公章"}, who(office, "admin"))


def test_sc13_uses_are_kept_for_thirty_years_at_least() -> None:
    form = read_package(read_folder(FOLDER / "seal_use")).form

    assert [option.value for option in form.by_id["retention"].options] == ["永久", "30 年"]


@pytest.mark.parametrize(
    ("changes", "steps"),
    [
        ({}, ["YY50"]),
        ({"seal": "合同专用章", "file_kind": "合同", "amount": "499999.99"}, ["YY30", "YY35", "YY50"]),
        ({"seal": "合同专用章", "file_kind": "合同", "amount": "500000.00"}, ["YY30", "YY35", "YY50", "YY55"]),
        (
            {"seal": "合同专用章", "file_kind": "合同", "amount": "5000000.00"},
            ["YY30", "YY35", "YY40", "YY50", "YY55"],
        ),
        ({"seal": "法定代表人名章"}, ["YY40", "YY55"]),
        ({"file_kind": "票据"}, ["YY40", "YY50"]),
        ({"seal": "财务专用章"}, ["YY40", "YY50"]),
        ({"seal": "党委章", "commitments": True}, ["YY35", "YY50", "YY55"]),
        ({"file_kind": "授权委托书"}, ["YY35", "YY50"]),
        ({"guarantee": True, "resolution": "董〔2026〕4号"}, ["YY35", "YY50", "YY55"]),
    ],
)
def test_the_matrix_of_seal_matter_and_amount_says_who_approves_and_why(
    office: Engine, clock: FakeClock, changes: dict[str, Any], steps: list[str]
) -> None:
    clock.at("2026-03-09 09:00")
    contract = {"ref_no": "HT-1", "counterparty": "明德公司", "business_unit": "cgb"} if "amount" in changes else {}

    way = instances.forecast(office, "seal_use", {**PROOF, **contract, **changes}, who(office, "rlb1"))

    explained = {step.element: step.why for step in way if step.why}
    assert sorted(explained) == steps
    assert all(step.people and not step.problem for step in way if step.element in steps)


@pytest.mark.parametrize(
    ("kind", "approvers"),
    [
        ("董事会章", {"YY30": ("dsb_head",), "YY55": ("chairman",)}),
        ("发票专用章", {"YY40": ("cwb_head",)}),
        ("部门章", {}),
        ("党委章", {"YY50": ("party_vice",)}),
    ],
)
def test_each_kind_of_seal_has_its_own_approvers(
    office: Engine, clock: FakeClock, kind: str, approvers: dict[str, tuple[str, ...]]
) -> None:
    clock.at("2026-03-09 09:00")
    line = {"name": f"{kind}（二）", "kind": kind, "unit": "dsb", "keeper": "dsb1", "keeper_b": "dsb2"}
    registers.add(office, "seal", line, who(office, "admin"))

    way = instances.forecast(office, "seal_use", {**PROOF, "seal": line["name"]}, who(office, "cwb1"))

    named = {step.element: tuple(step.people) for step in way if step.why}
    assert named == {step: tuple(who(office, login).name for login in logins) for step, logins in approvers.items()}


def odd_ones(office: Engine, clock: FakeClock, number: str, copies: int = 1) -> list[str]:
    """What the head of the office is told after a case was sealed, scanned and entered within office hours."""
    given: dict[str, dict[str, Any]] = {
        "YY60": {"checks": CHECKED},
        "YY70": {"actual_copies": copies, "actual_places": 1, "difference_note": "多盖一份存档。"},
    }
    for _ in range(12):
        item = open_items(office, number)[0]
        if item.element == "YY100":
            break
        decide(office, item.id, item.performer_id, given.get(item.element, {}))
    clock.advance(timedelta(minutes=1))
    centre = notifications.centre(office, who(office, "zhuren"), limit=50)
    return [n.body for n in centre if n.event == "T-SEAL-ODD" and number in n.body]


def test_a_use_that_differs_from_its_application_is_told_with_its_reason(office: Engine, clock: FakeClock) -> None:
    same = sealed_until(office, clock, "YY70")
    differs = sealed_until(office, clock, "YY70")

    assert odd_ones(office, clock, same) == []
    (told,) = odd_ones(office, clock, differs, copies=2)
    assert "多盖一份存档" in told


def test_sc10_contracts_with_one_party_that_add_up_within_a_week_are_told(office: Engine, clock: FakeClock) -> None:
    contract = {
        "seal": "合同专用章",
        "file_kind": "合同",
        "counterparty": "明德公司",
        "business_unit": "cgb",
        "amount": "300000.00",
    }
    one = sealed_until(office, clock, "YY70", {**contract, "ref_no": "HT-1"})
    other = sealed_until(office, clock, "YY70", {**contract, "ref_no": "HT-2"})

    assert odd_ones(office, clock, one) == []
    assert len(odd_ones(office, clock, other)) == 1


def test_sc10_more_than_ten_uses_of_one_person_a_day_are_told(office: Engine, clock: FakeClock) -> None:
    number = sealed_until(office, clock, "YY70")
    used = {"seal": "公章", "applicant": "rlb1"}
    lines = [
        NewLine(label=f"印-公章-2026-{90 + n}", state="active", data=used, instance_id=None, at=office.now(), by=None)
        for n in range(10)
    ]
    with office.store.transaction() as tx:
        add_many(tx, "seal_use", lines)

    assert len(odd_ones(office, clock, number)) == 1


def test_nobody_keeps_the_seal_of_the_legal_representative_and_that_of_the_company(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    handing = {
        "operation": "保管人变更",
        "seal": "法定代表人名章",
        "reason": "轮岗。",
        "urgency": "平件",
        "phone": "0531-68120101",
        "keeper_role": "保管人",
        "new_keeper": "yinzhang_a",
        "handover_witness": "zhuren",
        "handover_items": "印章一枚。",
    }
    made = {
        "operation": "刻制",
        "reason": "业务需要。",
        "basis_note": "总办会〔2026〕3号",
        "urgency": "平件",
        "phone": "0531-68120101",
        "name": "公章（二）",
        "seal_no": "YZ-9",
        "kind": "公章（法人章）",
        "unit": "group",
        "keeper": "cwb_liaison",
        "witness": "jianyin_a",
        "place": "保险柜",
    }

    for data, field in (
        (handing, "new_keeper"),
        ({**handing, "operation": "临时交接"}, "new_keeper"),
        (made, "keeper"),
    ):
        with pytest.raises(FormProblems) as both:
            instances.start(office, "seal_life", data, who(office, "cwb_liaison"))
        assert [(p.path, "同一人保管" in p.message_zh) for p in both.value.problems] == [(field, True)]
    instances.start(office, "seal_life", {**handing, "new_keeper": "cwb_head"}, who(office, "cwb_liaison"))


MADE = {
    "operation": "刻制", "reason": "业务需要。", "basis_note": "总办会〔2026〕3号", "urgency": "平件",
    "phone": "0531-68120101",
    "name": "合同专用章（二）", "seal_no": "YZ-9", "kind": "合同专用章", "unit": "fwb", "keeper": "fwb1",
    "keeper_b": "fwb2",
    "witness": "jianyin_a", "place": "保险柜",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"key_keeper": "fwb1"}, "key_keeper"),
        ({"witness": "fwb2"}, "witness"),
        ({"basis_note": None}, "basis_note"),
        ({"operation": "遗失", "seal": "公章", "urgency": "平件"}, "urgency"),
    ],
)
def test_an_application_about_a_seal_keeps_keepers_keys_and_witnesses_apart(
    office: Engine, clock: FakeClock, changes: dict[str, Any], field: str
) -> None:
    clock.at("2026-03-09 09:00")
    if not field:
        assert instances.start(office, "seal_life", {**MADE, **changes}, who(office, "fwb_liaison"))
        return

    with pytest.raises(FormProblems) as refused_:
        instances.start(office, "seal_life", {**MADE, **changes}, who(office, "fwb_liaison"))
    assert [p.path for p in refused_.value.problems] == [field]


@pytest.mark.parametrize("missing", ["off_place", "off_reason", "off_date", "return_due", "off_witness"])
def test_sc07_a_seal_leaves_the_house_with_a_place_a_reason_a_return_and_a_witness(
    office: Engine, clock: FakeClock, missing: str
) -> None:
    clock.at("2026-03-09 09:00")

    assert refused(office, {**AWAY, missing: None}, "cb_liaison")[0][0] == missing
    assert refused(office, {**AWAY, "off_witness": "cb_liaison"}, "cb_liaison")[0][0] == "off_witness"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"guarantee": True}, "resolution"),
        ({"major": True}, "resolution"),
        ({"file_kind": "公文"}, "ref_no"),
        ({"copies": 0}, "copies"),
        (
            {
                "file_kind": "合同",
                "ref_no": "HT-1",
                "counterparty": "明德公司",
                "business_unit": "cgb",
                "amount": "30000000",
            },
            "resolution",
        ),
    ],
)
def test_an_application_brings_what_its_matter_rests_on(
    office: Engine, clock: FakeClock, changes: dict[str, Any], field: str
) -> None:
    clock.at("2026-03-09 09:00")

    assert {path for path, _ in refused(office, changes)} == {field}


def test_a_keeper_who_is_away_hands_over_by_three_signatures_and_stays_the_keeper(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    away = {
        "operation": "临时交接", "seal": "公章", "reason": "年休假三天。", "urgency": "平件", "phone": "0531-68120101",
        "new_keeper": "yinzhang_b", "handover_witness": "zhuren", "handover_items": "公章一枚、钥匙一把。",
    }  # fmt: skip
    number = instances.start(office, "seal_life", away, who(office, "yinzhang_a")).number
    for _ in range(9):
        items = open_items(office, number)
        if items[0].element == "YZ80":
            break
        signing = [i.performer for i in items] if items[0].element == "YZ55" else []
        for item in items:
            decide(office, item.id, item.performer_id, {})
        if signing:
            assert set(signing) == {who(office, login).name for login in ("yinzhang_a", "yinzhang_b", "zhuren")}

    lines = registers.rows(office, "seal", who(office, "auditor")).lines
    (line,) = [one for one in lines if one.label == "公章" and one.corrected_by is None]
    assert (line.data["keeper"], line.state) == ("yinzhang_a", "active")
    assert line.data["last_move"] == "临时交接：年休假三天。"


def test_the_inventory_asks_each_keeper_about_their_own_seals_by_name(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-12-01 09:00")
    asked = {"year_checked": "2026", "scope_note": "逐枚核对。", "urgency": "平件"}

    number = instances.start(office, "seal_inventory", asked, who(office, "zhuren")).number

    names = {item.name: item.performer for item in open_items(office, number)}
    assert names["逐枚盘点：公章"] == who(office, "yinzhang_a").name
    assert len(names) == 5
    assert next(row["label"] for row in instances.get(office, number, who(office, "zhuren")).data["seals"]) == "公章"


def test_two_packages_bring_the_same_register_of_seals() -> None:
    one, other = (FOLDER / key / "registers" / "seal.toml" for key in ("seal_use", "seal_life"))

    assert one.read_bytes() == other.read_bytes()


def test_every_control_has_its_test_or_example() -> None:
    told = Path(__file__).read_text("utf-8") + "".join(
        p.read_text("utf-8") for key in ("seal_use", "seal_life") for p in (FOLDER / key / "examples").glob("*.toml")
    )
    reasons = tomllib.loads((FOLDER / "seal_use" / "process.toml").read_text("utf-8"))["reasons"]

    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15):
        assert f"SC{number:02}" in told or f"sc{number:02}" in told or f"SC{number:02}" in reasons


BOTH = {"more": [{"seal": "党委章", "copies": 1, "places": 1, "mode": "现场"}]}


def parts_of(office: Engine, number: str) -> dict[str, Any]:
    """The cases of an application by their seals."""
    found = [
        instances.get(office, n, who(office, "auditor"))
        for n in instances.get(office, number, who(office, "auditor")).children
    ]
    return {str(one.data["seal"]): one for one in found}


def two_seals(office: Engine, clock: FakeClock) -> str:
    """An application for two seals to which the head of the department has agreed."""
    clock.at("2026-03-09 09:00")
    number = instances.start(office, "seal_use", {**PROOF, **BOTH}, who(office, "rlb1")).number
    (item,) = open_items(office, number)
    decide(office, item.id, item.performer_id, {})
    return number


def test_an_application_for_several_seals_names_each_once_and_takes_out_one_at_most(
    office: Engine, clock: FakeClock
) -> None:
    clock.at("2026-03-09 09:00")
    away = {"mode": "外带", "off_place": "市公共资源交易中心", "off_reason": "现场补盖", "off_date": "2026-03-12"}
    taken = {**away, "return_due": "2026-03-12T17:30:00+08:00", "off_witness": "jianyin_b"}
    row = {"seal": "党委章", "copies": 1, "places": 1}

    twice = refused(office, {"more": [{**row, "seal": "公章", "mode": "现场"}]})
    incomplete = refused(office, {"more": [{**row, "mode": "外带"}]})
    two_out = refused(office, {**AWAY, "more": [{**row, **taken}]}, "cb_liaison")
    own_witness = refused(office, {"more": [{**row, **taken, "off_witness": "rlb1"}]})
    another_day = refused(office, {"more": [{**row, **taken, "return_due": "2026-03-13T10:00:00+08:00"}]})

    assert [message for _, message in twice] == ["同一枚印章只写一次，份数和处数写在一起。"]
    assert [path for path, _ in incomplete] == [
        f"more/0/{name}" for name in ("off_place", "off_reason", "off_date", "return_due", "off_witness")
    ]
    assert ["至多外带一枚" in message for _, message in two_out] == [True]
    assert [message for _, message in own_witness] == ["随行监印人不得为申请人本人。"]
    assert ["当日归还" in message for _, message in another_day] == [True]


def test_each_seal_is_the_applicants_own_case_and_is_returned_by_itself(office: Engine, clock: FakeClock) -> None:
    number = two_seals(office, clock)
    parts = parts_of(office, number)
    (item,) = open_items(office, parts["党委章"].number)
    performer = people.actor_by_id(office, item.performer_id or 0)
    assert performer is not None

    work.return_to(office, item.id, performer, to="YY10", mode="again", reasons=["SC-TEXT"], opinion="文件名称写全。")

    assert {seal: one.data["part_of"] for seal, one in parts.items()} == {"公章": number, "党委章": number}
    assert {one.initiator for one in parts.values()} == {who(office, "rlb1").name}
    assert [i.element for i in open_items(office, parts["党委章"].number)] == ["YY10"]
    assert [i.element for i in open_items(office, parts["公章"].number)] == ["YY50"]
    # what was corrected is looked at by the head of the department again; nothing is added to it
    (again,) = open_items(office, parts["党委章"].number)
    decide(office, again.id, again.performer_id, {"file_name": "在职和收入证明", **BOTH})
    corrected = parts_of(office, number)["党委章"]
    assert [i.element for i in open_items(office, corrected.number)] == ["YY20"]
    assert corrected.data["more"] in (None, [])


def test_who_voids_the_application_stops_the_seals_that_are_not_yet_used(office: Engine, clock: FakeClock) -> None:
    number = two_seals(office, clock)
    parts = parts_of(office, number)
    using = parts["公章"].number
    used = {"actual_copies": 1, "actual_places": 1}
    given: dict[str, dict[str, Any]] = {"YY60": {"checks": CHECKED}, "YY70": used}
    for _ in range(9):
        item = open_items(office, using)[0]
        if item.element == "YY80":
            break
        decide(office, item.id, item.performer_id, given.get(item.element, {}))

    instances.void(office, number, who(office, "admin"), reason="文件不再需要")
    timers.fire_due(office)

    after = parts_of(office, number)
    assert {seal: one.state for seal, one in after.items()} == {"公章": "running", "党委章": "voided"}
    assert after["党委章"].history[-2].verb == "stop_called"
    assert number in after["党委章"].history[-2].detail["opinion"]
    assert [i.element for i in open_items(office, using)] == ["YY80"]


def test_an_application_whose_seals_are_all_refused_is_refused(office: Engine, clock: FakeClock) -> None:
    number = two_seals(office, clock)
    for one in parts_of(office, number).values():
        (item,) = open_items(office, one.number)
        performer = people.actor_by_id(office, item.performer_id or 0)
        assert performer is not None
        work.decide(office, item.id, "refuse", performer, opinion="不宜用印。")
    timers.fire_due(office)

    view = instances.get(office, number, who(office, "auditor"))
    assert view.state == "rejected"
    assert [(row["seal"], row["actual_copies"]) for row in view.data["sealed"]] == [("公章", None), ("党委章", None)]
