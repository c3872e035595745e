"""The predicted path of every package: through all service tasks and timers, with a person at each step."""

import tomllib
from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.runtime import Engine
from engine.verbs import definitions, instances, people
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
# examples that go through without a detour: the forecast is the way they took
STRAIGHT = ("document_issue/fw-1", "seal_use/yy-1", "seal_use/off-site", "archive_lending/lent")


@pytest.mark.parametrize("name", STRAIGHT)
def test_the_forecast_is_the_way_that_is_taken(engine: Engine, clock: FakeClock, name: str) -> None:
    key, _, example = name.partition("/")
    script = tomllib.loads((FOLDER / key / "examples" / f"{example}.toml").read_text("utf-8"))
    clock.at(script["start"]["at"])
    load_organisation(engine)
    for manifest in sorted(FOLDER.glob("*/process.toml")):
        definitions.deploy(engine, definitions.read_folder(manifest.parent), None)
    steps = definitions.package(engine, key).plans

    actor = people.actor(engine, script["start"]["as"])
    found = instances.forecast(engine, key, script["start"]["data"], actor)

    assert [(step.element, step.problem) for step in found if step.problem] == []
    assert [step.element for step in found] == [e for e in script["end"]["path"][1:] if e in steps]
    assert all(step.people and step.deadline for step in found)
