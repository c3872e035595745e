"""The examples of every shipped package, played with their times on an engine of their own."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.examples import play
from engine.runtime import Engine
from engine.verbs import definitions
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
EXAMPLES = sorted(FOLDER.glob("*/examples/*.toml"))


@pytest.fixture
def office(engine: Engine, clock: FakeClock) -> Engine:
    """The demo organisation with every package deployed, at the beginning of 2026."""
    clock.at("2026-01-05 08:00")
    load_organisation(engine)
    for manifest in sorted(FOLDER.glob("*/process.toml")):
        definitions.deploy(engine, definitions.read_folder(manifest.parent), None)
    return engine


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_an_example_goes_as_it_says(office: Engine, clock: FakeClock, path: Path) -> None:
    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    played = play(office, set_clock, path.read_text("utf-8"))

    assert played.faults == []
