"""The predicted path of every package: through all service tasks and timers, with a person at each step."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.errors import SanbanError
from engine.runtime import Engine
from engine.verbs import definitions, instances, people
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
# examples that go through without a detour: the forecast is the way they took
STRAIGHT = ("document_issue/fw-1", "seal_use/yy-1", "seal_use/off-site", "archive_lending/lent")


# who applies, and who then may not do a step (domain.md §3.5 SC04, §8.1 FW80)
KEPT_OUT = (
    ("seal_use/yy-1", "fwb_liaison", "YY60", ("袁思齐",)),
    ("seal_use/yy-3", "yinzhang_a", "YY70", ("姚立新", "丁海峰")),
    ("seal_use/yy-3", "jianyin_a", "YY70", ("卢静怡", "白玉洁")),
    ("document_issue/fw-1", "hegao_a", "FW80", ("林晓雯",)),
)


def script_of(name: str) -> dict[str, Any]:
    key, _, example = name.partition("/")
    return tomllib.loads((FOLDER / key / "examples" / f"{example}.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", STRAIGHT)
def test_the_forecast_is_the_way_that_is_taken(office: Engine, clock: FakeClock, name: str) -> None:
    script = script_of(name)
    clock.at(script["start"]["at"])
    steps = definitions.package(office, script["process"]).plans

    actor = people.actor(office, script["start"]["as"])
    found = instances.forecast(office, script["process"], script["start"]["data"], actor)

    assert [(step.element, step.problem) for step in found if step.problem] == []
    assert [step.element for step in found] == [e for e in script["end"]["path"][1:] if e in steps]
    assert all(step.people for step in found)
    # a date that stands in the form may be over by the time the full limits before it have run out: none is named then
    assert all(step.deadline or steps[step.element].limit.startswith("until:") for step in found)


def test_the_forecast_names_what_other_cases_do(office: Engine, clock: FakeClock) -> None:
    script = script_of("seal_use/two-seals")
    clock.at(script["start"]["at"])
    actor = people.actor(office, script["start"]["as"])

    found = instances.forecast(office, "seal_use", script["start"]["data"], actor)

    assert [(s.element, s.name, s.why) for s in found[1:]] == [
        ("YY21", "逐枚审批、用印", "另成 2 件办理，都办完后继续")
    ]


@pytest.mark.parametrize(("name", "applicant", "step", "expected"), KEPT_OUT)
def test_nobody_checks_or_witnesses_their_own_application(
    office: Engine, name: str, applicant: str, step: str, expected: tuple[str, ...]
) -> None:
    script = script_of(name)

    found = instances.forecast(office, script["process"], script["start"]["data"], people.actor(office, applicant))

    assert [s.people for s in found if s.element == step] == [expected]


def test_an_empty_form_foretells_in_words(office: Engine, clock: FakeClock) -> None:
    clock.at("2026-03-09 09:00")
    actor = people.actor(office, "zhuren")
    said: dict[str, str] = {}

    for manifest in sorted(FOLDER.glob("*/process.toml")):
        key = manifest.parent.name
        try:
            problems = {step.problem for step in instances.forecast(office, key, {}, actor)}
        except SanbanError as error:
            problems = {error.message_zh}
        said |= {f"{key}: {problem}": "" for problem in problems if "表达式" in problem}

    assert sorted(said) == []


def test_the_forecast_of_an_inventory_names_the_keeper_of_each_seal(office: Engine) -> None:
    found = instances.forecast(office, "seal_inventory", {"year_checked": "2026"}, people.actor(office, "zhuren"))

    assert [step.people for step in found if step.element == "PD20"] == [
        ("卢静怡",), ("闵洁",), ("朱丽萍",), ("傅清",), ("胡可欣",),
    ]  # fmt: skip
