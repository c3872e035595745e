"""An application for a seal, brought to the step a test begins with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.errors import FormProblems
from engine.model import Actor
from engine.runtime import Engine
from engine.verbs import instances, people, work
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


def parts_of(office: Engine, number: str) -> dict[str, Any]:
    """The cases of an application by their seals."""
    found = [
        instances.get(office, n, who(office, "auditor"))
        for n in instances.get(office, number, who(office, "auditor")).children
    ]
    return {str(one.data["seal"]): one for one in found}
