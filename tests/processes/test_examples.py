"""The examples of every shipped package, played with their times on an engine of their own."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.examples import play
from engine.runtime import Engine
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"
EXAMPLES = sorted(FOLDER.glob("*/examples/*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_an_example_goes_as_it_says(office: Engine, clock: FakeClock, path: Path) -> None:
    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    played = play(office, set_clock, path.read_text("utf-8"))

    assert played.faults == []
