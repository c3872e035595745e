"""Packages of seals and licences, each deployed without any other."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.examples import play
from engine.runtime import Engine
from engine.verbs import definitions, instances, people
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"


def alone(engine: Engine, clock: FakeClock, key: str) -> Engine:
    """The demo organisation with one package."""
    clock.at("2026-01-05 08:00")
    load_organisation(engine)
    definitions.deploy(engine, definitions.read_folder(FOLDER / key), None)
    return engine


@pytest.mark.parametrize("example", ["seal_life/handed-over", "licence_lending/lent", "seal_use/off-site"])
def test_a_package_works_without_the_others(engine: Engine, clock: FakeClock, example: str) -> None:
    key, _, name = example.partition("/")

    def go(at: datetime) -> None:
        clock.set(at.isoformat())

    played = play(alone(engine, clock, key), go, (FOLDER / key / "examples" / f"{name}.toml").read_text("utf-8"))

    assert played.faults == []


def test_an_inventory_without_a_register_of_seals_finds_nothing_to_check(engine: Engine, clock: FakeClock) -> None:
    office = alone(engine, clock, "seal_inventory")
    asked = {"year_checked": "2026", "scope_note": "逐枚核对。", "urgency": "平件"}

    number = instances.start(office, "seal_inventory", asked, people.actor(office, "zhuren")).number

    view = instances.get(office, number, people.actor(office, "auditor"))
    assert [item.element for item in view.items if item.state == "open"] == ["PD30"]
