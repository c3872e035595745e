"""What rungs do besides telling people: reassign, open a matter of supervision, decide by rule; each once."""

import pytest

from engine.model import Done, OpenItem
from engine.runtime import Engine
from engine.settings import SHIPPED
from engine.store import house
from engine.verbs import definitions, instances, timers
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.memo import MEMO

LADDER = """
[ESC-DOC]
title = "公文时限"
[[ESC-DOC.rungs]]
key = "due"
when = "due"
to = ["performer()"]
template = "T-DUE"
[[ESC-DOC.rungs]]
key = "late-1"
when = "day+1"
to = ["performer()"]
template = "T-OVER"
action = ["light:red", "{action}"]
"""


def late_memo(office: Engine, who: Login, action: str, login: str = "rlb1") -> Done:
    """A memo on the desk of the 核稿, due on Tuesday 2026-03-10, whose ladder does something on Wednesday morning."""
    definitions.deploy(office, {**MEMO, "ladders.toml": LADDER.replace("{action}", action).encode()})
    return instances.start(office, "memo", {"title": "关于值班的签报"}, who(login))


def pass_wednesday(office: Engine, clock: FakeClock) -> None:
    for moment in ("2026-03-10 17:30", "2026-03-11 08:30", "2026-03-11 08:31"):
        clock.at(moment)
        timers.fire_due(office)


def open_items(office: Engine, who: Login, number: str) -> list[OpenItem]:
    return [i for i in instances.get(office, number, who("auditor")).items if i.state == "open"]


def incidents(office: Engine) -> list[str]:
    with office.store.reading() as tx:
        return [str(i["kind"]) for i in house.open_incidents(tx)]


def test_late_work_is_handed_on_once_with_its_deadline(office: Engine, who: Login, clock: FakeClock) -> None:
    memo = late_memo(office, who, "reassign:post('zhuren')")

    pass_wednesday(office, clock)

    item = open_items(office, who, memo.number)[0]
    assert (item.performer, item.deadline) == (who("zhuren").name, shanghai("2026-03-10 17:30"))
    moved = [e for e in instances.get(office, memo.number, who("auditor")).history if e.verb == "transfer"]
    assert [(e.actor, e.opinion) for e in moved] == [("系统", "超期，按升级阶梯改派。")]


def test_nobody_to_take_it_is_an_incident_and_changes_nothing(office: Engine, who: Login, clock: FakeClock) -> None:
    memo = late_memo(office, who, "reassign:post('hegao')")

    pass_wednesday(office, clock)

    assert open_items(office, who, memo.number)[0].performer == who("hegao_a").name
    assert incidents(office) == ["reassign"]


def test_a_late_instance_becomes_one_matter_of_supervision_that_links_back(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    definitions.deploy(office, definitions.read_folder(SHIPPED / "supervision"))
    memo = late_memo(office, who, "supervise")

    pass_wednesday(office, clock)
    clock.at("2026-04-10 09:00")
    timers.fire_due(office)

    children = instances.get(office, memo.number, who("auditor")).children
    assert len(children) == 1
    child = instances.get(office, children[0], who("auditor"))
    assert (child.parent, child.source, child.process) == (memo.number, memo.number, "supervision")
    assert child.title == "超期事项：关于值班的签报"
    assert [i.element for i in child.items if i.state == "open"] == ["DB10"]
    assert "supervise" in [e.verb for e in instances.get(office, memo.number, who("auditor")).history]


def test_without_supervision_the_wish_is_an_incident(office: Engine, who: Login, clock: FakeClock) -> None:
    late_memo(office, who, "supervise")

    pass_wednesday(office, clock)

    assert incidents(office) == ["supervise"]


def test_a_decision_by_rule_is_marked_and_goes_on(office: Engine, who: Login, clock: FakeClock) -> None:
    package = {**MEMO, "main.bpmn": MEMO["main.bpmn"].replace(b"checked:write", b"checked:read")}
    ladder = LADDER.replace("{action}", "decide:approve").encode()
    definitions.deploy(office, {**package, "ladders.toml": ladder})
    memo = instances.start(office, "memo", {"title": "签报"}, who("rlb1"))

    pass_wednesday(office, clock)

    view = instances.get(office, memo.number, who("auditor"))
    assert [i.element for i in view.items if i.state == "open"] == ["Sign"]
    auto = [e for e in view.history if e.verb == "auto"]
    assert [(e.actor, e.label) for e in auto] == [("系统", "超时自动")]
    assert auto[0].opinion.startswith("【超时自动】")
    assert next(i for i in view.items if i.element == "Review").opinion == auto[0].opinion


@pytest.mark.parametrize("outcome", ["approve", "whatever"])
def test_what_needs_a_person_is_never_decided_by_rule(
    office: Engine, who: Login, clock: FakeClock, outcome: str
) -> None:
    memo = late_memo(office, who, f"decide:{outcome}")  # the step has a field to fill in

    pass_wednesday(office, clock)

    assert [i.element for i in open_items(office, who, memo.number)] == ["Review"]
    assert incidents(office) == ["auto"]


def test_no_shipped_ladder_decides_by_itself() -> None:
    for folder in [SHIPPED.parent / "engine" / "limits", *SHIPPED.iterdir()]:
        for file in folder.glob("*ladders.toml"):
            lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("#")]
            assert not any("decide:" in line for line in lines), file
