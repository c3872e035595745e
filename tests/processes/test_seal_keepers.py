"""Who keeps a seal, hands it over and counts it (domain.md §3.3, §3.5)."""

from typing import Any

import pytest

from engine.errors import FormProblems
from engine.runtime import Engine
from engine.verbs import instances, registers
from tests.processes.sealing import FOLDER, decide, open_items, who
from tests.support.clock import FakeClock


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
