"""Scenarios of our own: classes of behaviour that Camunda 7 and Flowable share, with a fresh process at every step."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import SanbanError
from tests.conformance.own import compensation_and_loops, errors, events, gateways_and_calls, scopes, together
from tests.conformance.own.sketch import Scenario
from tests.conformance.player import Player

SUBJECTS = (events, errors, compensation_and_loops, gateways_and_calls, scopes, together)
SCENARIOS = [scenario for subject in SUBJECTS for scenario in subject.SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_diagram_takes_the_path_other_engines_take(scenario: Scenario) -> None:
    player = Player({"main.bpmn": scenario.file}, "main")

    player.start(scenario.start)
    for step in scenario.steps:
        _play(player, *step)


def test_no_two_scenarios_have_one_name() -> None:
    names = [scenario.name for scenario in SCENARIOS]

    assert len(names) == len(set(names))


def _play(player: Player, kind: str, *rest: Any) -> None:
    """One event or expectation of a scenario."""
    state = player.state
    if kind == "active":
        assert sorted(a.element for a in state.activities) == sorted(rest)
    elif kind == "var":
        assert {name: state.variables.get(name) for name in rest[0]} == rest[0]
    elif kind in ("ended", "open"):
        assert state.ended is (kind == "ended")
    elif kind == "nomsg":
        with pytest.raises(SanbanError):
            player.message(rest[0])
    elif kind == "fails":
        with pytest.raises(SanbanError):
            _play(player, *rest[0])
    else:
        _happen(player, kind, *rest)


def _happen(player: Player, kind: str, what: Any, given: dict[str, Any] | None = None) -> None:
    if kind == "do":
        player.complete(what, given or {})
        return
    events: dict[str, Callable[[Any], None]] = {
        "wait": player.advance_time,
        "msg": player.message,
        "sig": player.signal,
        "set": player.set_variables,
    }
    events[kind](what)
