"""Who approves the use of a seal, why, and what an application has to rest on (domain.md §3.4, §3.5)."""

from typing import Any

import pytest

from engine.runtime import Engine
from engine.verbs import instances, registers
from tests.processes.sealing import PROOF, refused, who
from tests.support.clock import FakeClock


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
