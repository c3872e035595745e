"""A seal that is out of the house when its application comes to nothing (decision 090)."""

from typing import Any

import pytest

from engine.errors import Conflict
from engine.runtime import Engine
from engine.verbs import instances, notifications, stopping, timers
from tests.processes.sealing import AWAY, CHECKED, PROOF, decide, open_items, parts_of, who
from tests.support.clock import FakeClock

ROW = {"seal": "党委章", "copies": 1, "places": 1, "mode": "现场"}
USED = {"actual_copies": 1, "actual_places": 1, "imprint_ok": True}
GIVEN: dict[str, dict[str, Any]] = {"YY60": {"checks": CHECKED}, "YY75": {"off_receiver": "cb_liaison"}}


def taken_out(office: Engine, clock: FakeClock, **more: Any) -> str:
    """A case whose seal is out: of one seal, or the part of the company's seal of an application for two."""
    clock.at("2026-03-11 09:00")
    number = instances.start(office, "seal_use", {**PROOF, **AWAY, **more}, who(office, "cb_liaison")).number
    out = number
    for _ in range(9):
        if more and out == number and instances.get(office, number, who(office, "auditor")).children:
            out = parts_of(office, number)["公章"].number
        item = open_items(office, out)[0]
        if item.element == "YY90":
            return out
        decide(office, item.id, item.performer_id, GIVEN.get(item.element, {}))
    raise AssertionError(open_items(office, out))


def test_whoever_takes_a_seal_signs_for_it_and_signs_that_it_is_back(office: Engine, clock: FakeClock) -> None:
    number = taken_out(office, clock)
    signed = [i for i in instances.get(office, number, who(office, "auditor")).items if i.element == "YY77"]
    (back,) = open_items(office, number)

    decide(office, back.id, back.performer_id, USED)

    assert [(i.performer, i.outcome) for i in signed] == [(who(office, "cb_liaison").name, "taken")]
    assert [(i.element, i.performer) for i in open_items(office, number)] == [("YY94", who(office, "cb_liaison").name)]


def test_a_case_whose_seal_is_out_is_not_ended_before_it_is_back(office: Engine, clock: FakeClock) -> None:
    number = taken_out(office, clock)

    for end in (instances.void, stopping.terminate):
        with pytest.raises(Conflict) as held:
            end(office, number, who(office, "admin"), reason="不再需要")
        assert held.value.reason == "instance.held"
        assert "先收回印章" in held.value.hint
    (back,) = open_items(office, number)
    decide(office, back.id, back.performer_id, USED)

    instances.void(office, number, who(office, "admin"), reason="不再需要")
    assert instances.get(office, number, who(office, "auditor")).state == "voided"


def test_a_voided_application_calls_back_the_seal_that_is_out(office: Engine, clock: FakeClock) -> None:
    out = taken_out(office, clock, more=[ROW])
    whole = str(instances.get(office, out, who(office, "auditor")).data["part_of"])

    instances.void(office, whole, who(office, "admin"), reason="合同不签了")
    timers.fire_due(office)

    after = parts_of(office, whole)
    assert (after["公章"].state, after["党委章"].state) == ("running", "voided")
    (recall,) = open_items(office, out)
    assert (recall.element, recall.name, recall.performer) == ("YY93", "召回印章", who(office, "yinzhang_a").name)
    assert recall.deadline is not None  # four working hours from now, not the hour of return
    assert f"{recall.deadline:%m-%d %H:%M}" == "03-11 06:30"
    told = [line for line in after["公章"].history if line.verb == "called_back"]
    assert [whole in line.detail["opinion"] for line in told] == [True]
    clock.at("2026-03-11 09:05")
    assert any("召回印章" in n.body for n in notifications.centre(office, who(office, "yinzhang_a"), limit=20))

    decide(office, recall.id, recall.performer_id, USED)  # what was sealed is registered like any other use
    assert [i.element for i in open_items(office, out)] == ["YY94"]
