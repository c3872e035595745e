"""The monthly check of seal uses (SC14): drawn by the system, compared by the archivist, differences supervised."""

from typing import Any

import pytest

from engine.errors import FormProblems
from engine.runtime import Engine
from engine.store import overview, registers
from engine.store.registers import NewLine
from engine.verbs import instances, people, schedules, work
from tests.support.clock import FakeClock, shanghai


def sealed(office: Engine, count: int, month: int) -> None:
    """So many uses of seals in a month, one an hour."""
    with office.store.transaction() as tx:
        for n in range(count):
            at = shanghai(f"2026-{month:02}-{n % 28 + 1:02} {9 + n % 8:02}:00")
            data = {"file_name": f"合同{n}", "copies": 2, "applicant_dept": "cgb"}
            line = NewLine(
                label=f"印-公章-2026-{month}{n:03}", state="active", data=data, instance_id=None, at=at, by=None,
                corrects_id=None,
            )  # fmt: skip
            registers.add(tx, "seal_use", line)


def begun(office: Engine) -> list[Any]:
    with office.store.reading() as tx:
        return list(overview.instances_of(tx, ["seal_check"]))


def test_five_per_cent_of_the_month_before_are_drawn_and_what_differs_is_supervised(
    office: Engine, clock: FakeClock
) -> None:
    sealed(office, 120, 3)
    sealed(office, 40, 2)
    clock.at("2026-04-03 09:00")

    schedules.start_due(office)

    (row,) = begun(office)
    drawn = row.variables["checks"]
    assert (row.title, row.variables["drawn"], len(drawn)) == ("2026-03用印抽查", 6, 6)
    assert {one["label"][:11] for one in drawn} == {"印-公章-2026-3"}
    clerk, item = people.actor(office, "dangan_a"), work.mine(office, row.number, people.actor(office, "dangan_a"))
    lines = [{**one, "result": "一致"} for one in drawn]
    with pytest.raises(FormProblems):
        work.decide(office, item or 0, "done", clerk, data={"checks": lines[1:], "conclusion": "已比对。"})
    lines[0] = {**lines[0], "result": "缺扫描件", "note": "没有回传扫描件。"}
    work.decide(office, item or 0, "done", clerk, data={"checks": lines, "conclusion": "五件一致，一件缺扫描件。"})
    zhuren = people.actor(office, "zhuren")
    work.decide(office, work.mine(office, row.number, zhuren) or 0, "approve", zhuren)

    with office.store.reading() as tx:
        (matter,) = overview.instances_of(tx, ["supervision"])
        line = registers.by_label(tx, "seal_check", "抽查-2026-1")
    assert matter.title == f"用印抽查整改：{drawn[0]['label']}"
    assert line is not None
    assert (line.data["checked"], line.data["differing"]) == (6, 1)
    assert instances.get(office, row.number, zhuren).state == "completed"


def test_few_uses_are_all_checked_and_a_month_without_any_starts_nothing(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-04 09:00")
    schedules.start_due(office)
    assert begun(office) == []
    sealed(office, 4, 3)
    clock.at("2026-04-03 09:00")

    schedules.start_due(office)

    assert [len(row.variables["checks"]) for row in begun(office)] == [4]
