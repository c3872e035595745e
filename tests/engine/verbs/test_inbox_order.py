"""The inbox stands in the order of the earliest deadline of step, stage and whole, and says whose it is."""

from datetime import timedelta

import pytest

from engine.model import ItemRow
from engine.runtime import Engine
from engine.verbs import definitions, doctor, inbox, instances, pauses, timers, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock, shanghai
from tests.support.memo import MEMO

STAGE = '[[stage]]\nname = "核稿"\nfrom = "Draft"\nto = "Review"\nvalue = "2WH"\nladder = "ESC-DOC"\n[limit]'


@pytest.fixture
def staged(office: Engine) -> Engine:
    """The memo, whose 核稿 may, as a stage, take two working hours; Monday 2026-03-09, 09:00."""
    files = {**MEMO, "process.toml": MEMO["process.toml"].replace(b"[limit]", STAGE.encode(), 1)}
    definitions.deploy(office, files)
    return office


def start(office: Engine, who: Login, clock: FakeClock, title: str) -> str:
    number = instances.start(office, "memo", {"title": title}, who("rlb1")).number
    clock.advance(timedelta(seconds=30))
    return number


def decide(office: Engine, who: Login, clock: FakeClock, number: str, login: str) -> int:
    item = next(i.id for i in instances.get(office, number, who("auditor")).items if i.state == "open")
    work.decide(office, item, "approve", who(login), opinion="同意。")
    clock.advance(timedelta(seconds=30))
    return item


def rows(office: Engine, who: Login, login: str) -> list[tuple[str, str, str]]:
    """Title, whose deadline counts and in which group each line of an inbox stands."""
    return [(row.title, row.due_by, row.group) for row in inbox.page(office, who(login)).rows]


def line(office: Engine, who: Login, login: str, title: str) -> ItemRow:
    return next(row for row in inbox.page(office, who(login)).rows if row.title == title)


def misplaced(office: Engine) -> list[str]:
    """What the check-up finds in the wrong place."""
    return [found.what for found in doctor.examine(office).findings if found.code == "item.order"]


def test_work_of_a_case_that_is_due_as_a_whole_stands_before_work_with_an_earlier_step(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    old = start(office, who, clock, "旧件")
    clock.at("2026-03-20 09:00")
    young = start(office, who, clock, "新件")
    for number in (young, old):
        decide(office, who, clock, number, "hegao_a")
        decide(office, who, clock, number, "vp_a")

    first = line(office, who, "wenshu_a", "旧件")
    assert rows(office, who, "wenshu_a") == [("旧件", "整件", "later"), ("新件", "", "later")]
    assert (first.due, first.deadline) == (shanghai("2026-03-23 17:30"), shanghai("2026-04-03 17:30"))
    clock.at("2026-03-23 17:31")
    late = inbox.page(office, who("wenshu_a"), due="overdue")
    assert [(r.title, r.light, r.remaining[:2]) for r in late.rows] == [("旧件", "red", "超期")]
    assert (late.counts["overdue"], line(office, who, "wenshu_a", "新件").light) == (1, "green")
    assert misplaced(office) == []


def test_a_stage_hurries_its_steps_until_it_is_over(staged: Engine, who: Login, clock: FakeClock) -> None:
    number = start(staged, who, clock, "签报")
    assert rows(staged, who, "hegao_a") == [("签报", "阶段“核稿”", "today")]
    assert line(staged, who, "hegao_a", "签报").due == shanghai("2026-03-09 11:00")

    clock.at("2026-03-09 11:01")
    timers.fire_due(staged)
    assert rows(staged, who, "hegao_a") == [("签报", "阶段“核稿”", "overdue")]
    decided = decide(staged, who, clock, number, "hegao_a")
    assert rows(staged, who, "vp_a") == [("签报", "", "week")]
    work.retract(staged, decided, who("hegao_a"))

    assert rows(staged, who, "hegao_a") == [("签报", "阶段“核稿”", "overdue")]
    assert misplaced(staged) == []


def test_a_clock_that_stands_hurries_nobody(staged: Engine, who: Login, clock: FakeClock) -> None:
    number = start(staged, who, clock, "签报")
    item = line(staged, who, "hegao_a", "签报").id
    clock.at("2026-03-09 10:00")
    pauses.ask(staged, item, "P4", who("hegao_a"), basis="专家评审会 3 月 12 日召开", days=5)
    asked = pauses.of_instance(staged, number, who("auditor"))[0].id
    pauses.approve(staged, asked, who("zhuren"), words="同意。")
    assert rows(staged, who, "hegao_a") == [("签报", "", "none")]

    clock.at("2026-03-10 10:00")
    pauses.end(staged, asked, who("hegao_a"), words="评审完成")

    assert rows(staged, who, "hegao_a") == [("签报", "阶段“核稿”", "today")]
    assert line(staged, who, "hegao_a", "签报").due == shanghai("2026-03-10 11:00")
    assert misplaced(staged) == []
