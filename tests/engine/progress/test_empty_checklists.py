"""A checklist of which nothing applies to a case holds nobody up: the step passes, and the record says why."""

from engine.runtime import Engine
from engine.verbs import definitions, instances
from tests.engine.conftest import Login
from tests.support.joint import one_step

ENTRIES = """id,title,owner,due,requires,tags,key,evidence,phase
A01,布置会场,办公室主任,T-1,,大,1,,会前
"""
DAY = """
[[field]]
id = "day"
type = "datetime"
label = "开会时间"
"""
LISTED = """
[checklist.before]
file = "checklists/hall.csv"
phase = "会前"
anchor = "day"
tags = "['小']"
"""


def test_a_step_without_any_entry_that_applies_passes(office: Engine, who: Login) -> None:
    files = one_step("hall", completion="checklist", checklist="before", outcomes="done:已完成")
    files["process.toml"] += LISTED.encode()
    files["checklists/hall.csv"] = ENTRIES.encode()
    files["forms/form.toml"] += DAY.encode()
    definitions.deploy(office, files)

    number = instances.start(office, "hall", {"title": "小会", "day": "2026-09-30T09:00:00+08:00"}, who("rlb1")).number

    seen = instances.get(office, number, who("rlb1"))
    assert {item.element for item in seen.items if item.state == "open"} == {"File"}
    assert any(entry.opinion == "清单没有适用的事项，自动通过。" for entry in seen.history)
