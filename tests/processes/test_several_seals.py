"""One application for several seals: each is a case of its own (decision 080)."""

from typing import Any

from engine.runtime import Engine
from engine.verbs import instances, people, timers, work
from tests.processes.sealing import AWAY, CHECKED, PROOF, decide, open_items, parts_of, refused, who
from tests.support.clock import FakeClock

BOTH = {"more": [{"seal": "党委章", "copies": 1, "places": 1, "mode": "现场"}]}


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
