"""What the tests of the packages begin with."""

from pathlib import Path

import pytest

from engine.demo import load_organisation
from engine.runtime import Engine
from engine.verbs import definitions
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"


@pytest.fixture
def office(engine: Engine, clock: FakeClock) -> Engine:
    """The demo organisation with every package deployed, at the beginning of 2026."""
    clock.at("2026-01-05 08:00")
    load_organisation(engine)
    for manifest in sorted(FOLDER.glob("*/process.toml")):
        definitions.deploy(engine, definitions.read_folder(manifest.parent), None)
    return engine
