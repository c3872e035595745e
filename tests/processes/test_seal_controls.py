"""The controls of domain.md §3.5 by their numbers; what takes whole days is played by the examples of the packages."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormProblems, NotAllowed
from engine.examples import play
from engine.package import read_package
from engine.runtime import Engine
from engine.store.registers import NewLine, add_many
from engine.verbs import files, instances, notifications, registers
from engine.verbs.definitions import read_folder
from tests.processes.sealing import (
    AWAY,
    CHECKED,
    FOLDER,
    PROOF,
    decide,
    open_items,
    refused,
    sealed_until,
    who,
)
from tests.support.clock import FakeClock


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


@pytest.mark.parametrize("missing", ["off_place", "off_reason", "off_date", "return_due", "off_witness"])
def test_sc07_a_seal_leaves_the_house_with_a_place_a_reason_a_return_and_a_witness(
    office: Engine, clock: FakeClock, missing: str
) -> None:
    clock.at("2026-03-09 09:00")

    assert refused(office, {**AWAY, missing: None}, "cb_liaison")[0][0] == missing
    assert refused(office, {**AWAY, "off_witness": "cb_liaison"}, "cb_liaison")[0][0] == "off_witness"


def test_every_control_has_its_test_or_example() -> None:
    told = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_seal_*.py")) + "".join(
        p.read_text("utf-8") for key in ("seal_use", "seal_life") for p in (FOLDER / key / "examples").glob("*.toml")
    )
    reasons = tomllib.loads((FOLDER / "seal_use" / "process.toml").read_text("utf-8"))["reasons"]

    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15):
        assert f"SC{number:02}" in told or f"sc{number:02}" in told or f"SC{number:02}" in reasons
