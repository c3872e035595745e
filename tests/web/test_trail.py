"""The rail of steps and the record of an instance, from values made by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from engine.model import Entry, InstanceView, OpenItem, StepView
from engine.org import Directory
from web.task import trail
from web.task.notes import Names

NOW = datetime(2026, 3, 9, 1, tzinfo=UTC)
NAMES = Names(Directory((), (), (), ()), (), {"R-TEXT": "文字差错"})


def step(element: str, state: str) -> StepView:
    return StepView(element, element, state, int(state != "todo"), (), NOW, None, "", "")


def entry(n: int, verb: str, element: str, opinion: str = "", **detail: object) -> Entry:
    at = NOW - timedelta(minutes=n)
    return Entry(n, at, verb, "同意", f"人{n}", "", "", element, element, opinion, detail, tone="good")


def item(element: str, performer: int) -> OpenItem:
    return OpenItem(
        performer, element, element, "", performer, f"人{performer}", "", "", "", "decide", "done",
        NOW, None, None, None, "none", "", "", "", "", NOW, "", {},
    )  # fmt: skip


def instance(steps: str = "", history: tuple[Entry, ...] = (), items: tuple[OpenItem, ...] = ()) -> InstanceView:
    """``steps`` is like ``a:done b:open c:todo``."""
    made = tuple(step(*part.split(":")) for part in steps.split())
    return InstanceView(
        1, "FW-1", "标题", "p", "发文", 1, 1, "running", "办理中", "平件", 1, "甲", "乙", NOW, None, "", None,
        "none", "", {}, made, history, items, {}, 1,
    )  # fmt: skip


def test_steps_passed_by_are_left_out_and_steps_ahead_stay() -> None:
    rail = trail.rail(instance("a:done b:todo c:done d:open e:todo f:todo"), "d")

    assert [one.element for one in rail.steps] == ["a", "c", "d", "e", "f"]
    assert (rail.at, rail.total) == (3, 5)


def test_an_ended_instance_shows_only_where_it_went() -> None:
    ended = replace(instance("a:done b:todo c:done d:todo"), ended=NOW)

    assert [one.element for one in trail.rail(ended).steps] == ["a", "c"]


def test_opinions_of_several_people_on_one_step_stand_together() -> None:
    history = (entry(1, "decide", "b"), entry(2, "decide", "b"), entry(3, "submit", "a"))
    lines = trail.record(instance(history=history, items=(item("b", 1), item("b", 2))), NAMES)

    assert [len(line.members) for line in lines] == [2, 0]
    assert lines[0].label == "全部同意"
    assert [one.actor for one in lines[0].members] == ["人1", "人2"]


def test_repeated_visits_of_one_person_stay_apart() -> None:
    history = (entry(1, "decide", "b"), entry(2, "decide", "b"))

    lines = trail.record(instance(history=history, items=(item("b", 1),)), NAMES)

    assert len(lines) == 2


def test_a_return_says_where_to_how_back_and_why() -> None:
    history = (entry(1, "return", "b", "请改。", to="a", mode="direct", reasons=["R-TEXT"]),)
    names = replace(NAMES, steps=(step("a", "done"),))

    assert trail.record(instance(history=history), names)[0].detail["note"] == "退回到a，改好后直接送回，文字差错"


def test_a_rung_is_called_by_what_it_is() -> None:
    history = tuple(
        entry(n, "rung", "b", rung=rung) for n, rung in enumerate(("daily-5", "late-4-red", "late-2", "due", "warn"))
    )

    labels = [line.label for line in trail.record(instance(history=history), NAMES)]

    assert labels == ["逾期第 5 个工作日提醒", "逾期 4 级提醒", "逾期 2 级提醒", "到期提醒", "临期提醒"]
