"""Third-party scenarios, expectations worked out from the published tests of other engines."""

import os
from pathlib import Path

import pytest

from engine.errors import SanbanError
from tests.conformance.player import load

CORPUS = Path(os.environ.get("SANBAN_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
SCENARIOS = sorted(CORPUS.glob("scenarios/*.json"))

pytestmark = pytest.mark.corpus


@pytest.mark.skipif(not SCENARIOS, reason=f"no scenarios at {CORPUS}; set SANBAN_CORPUS")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_other_engines_scenario_takes_the_same_path(scenario: Path) -> None:
    content, player = load(scenario, CORPUS)
    start = content["start"]
    if start.get("expect_error"):
        with pytest.raises(SanbanError):
            player.start(start)
        return

    player.start(start)
    for step in content["steps"]:
        player.play(step)

    if content["expect_ended"] is not None:
        assert player.state.ended is content["expect_ended"]
