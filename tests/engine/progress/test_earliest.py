"""The earliest of step, instruction and incoming letter counts, and never leaves nobody any time (domain.md §6.3)."""

import pytest

from engine.runtime import Engine
from engine.verbs import definitions, instances
from tests.engine.conftest import Login
from tests.support.clock import shanghai
from tests.support.memo import FORM, MEMO

FIELDS = """
[[field]]
id = "reply_by"
type = "datetime"
label = "来文时限"
[[field]]
id = "leader_due"
type = "datetime"
label = "批示时限"
"""
NAMED = (
    b'<camunda:property name="required-by" value="reply_by" />'
    b'<camunda:property name="instructed-by" value="leader_due" />'
)


@pytest.fixture
def office_with_letters(office: Engine) -> Engine:
    """The memo, whose 核稿 looks at the incoming letter and at instructions; Monday 2026-03-09, 09:00."""
    place = MEMO["main.bpmn"].index(b'name="limit"', MEMO["main.bpmn"].index(b'id="Review"'))
    at = MEMO["main.bpmn"].rindex(b"<camunda:property", 0, place)
    diagram = MEMO["main.bpmn"][:at] + NAMED + MEMO["main.bpmn"][at:]
    files = {**MEMO, "main.bpmn": diagram, "forms/form.toml": (FORM + FIELDS).encode()}
    definitions.deploy(office, files)
    return office


@pytest.mark.parametrize(
    ("urgency", "data", "due"),
    [
        ("平件", {}, "2026-03-10 17:30"),
        ("平件", {"reply_by": "2026-03-20T17:30:00+08:00"}, "2026-03-10 17:30"),  # the step is earlier
        ("平件", {"reply_by": "2026-03-11T17:30:00+08:00"}, "2026-03-09 17:30"),  # two working days before
        ("加急", {"reply_by": "2026-03-10T11:00:00+08:00"}, "2026-03-09 14:00"),  # six working hours before
        ("平件", {"leader_due": "2026-03-10T12:00:00+08:00"}, "2026-03-10 12:00"),
        (
            "平件",
            {"leader_due": "2026-03-09T16:00:00+08:00", "reply_by": "2026-03-12"},
            "2026-03-09 16:00",
        ),
        ("平件", {"reply_by": "2026-03-09T17:30:00+08:00"}, "2026-03-09 10:00"),  # too late: one working hour is left
        ("特急", {"reply_by": "2026-03-09T09:30:00+08:00"}, "2026-03-09 09:30"),  # half an hour
    ],
)
def test_the_earliest_counts(
    office_with_letters: Engine, who: Login, urgency: str, data: dict[str, str], due: str
) -> None:
    office = office_with_letters
    number = instances.start(office, "memo", {"title": "请示", "urgency": urgency, **data}, who("rlb1")).number

    item = next(i for i in instances.get(office, number, who("auditor")).items if i.state == "open")
    assert item.deadline == shanghai(due)


def test_too_little_time_is_said_in_the_history(office_with_letters: Engine, who: Login) -> None:
    office, late = office_with_letters, {"title": "请示", "reply_by": "2026-03-09T17:30:00+08:00"}

    number = instances.start(office, "memo", late, who("rlb1")).number
    other = instances.start(office, "memo", {"title": "请示"}, who("rlb1")).number

    def said(asked: str) -> list[str]:
        history = instances.get(office, asked, who("auditor")).history
        return [str(e.detail["problem"]) for e in history if e.verb == "problem"]

    assert [words.partition("：")[0] for words in said(number)] == ["时限不足"]
    assert said(other) == []


@pytest.mark.parametrize(
    ("given", "told"), [("2026-03-12T12:00:00+08:00", "2026-03-12 12:00"), ("2026-03-06", None), ("2026-03-08", None)]
)
def test_a_forecast_never_names_a_date_that_is_over(office: Engine, who: Login, given: str, told: str | None) -> None:
    place = MEMO["main.bpmn"].index(b'name="limit" value="', MEMO["main.bpmn"].index(b'id="Review"')) + 20
    end = MEMO["main.bpmn"].index(b'"', place)
    diagram = MEMO["main.bpmn"][:place] + b"${leader_due}" + MEMO["main.bpmn"][end:]
    definitions.deploy(office, {**MEMO, "main.bpmn": diagram, "forms/form.toml": (FORM + FIELDS).encode()})

    steps = instances.forecast(office, "memo", {"title": "请示", "leader_due": given}, who("rlb1"))

    assert [step.deadline for step in steps if step.element == "Review"] == [shanghai(told) if told else None]
    assert all(step.deadline is None or step.deadline > office.now() for step in steps)
