"""What holds for every diagram: tokens are neither lost nor doubled, and restoring changes nothing."""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import bpmn
from engine.bpmn.execution.outcome import step as outcome
from engine.bpmn.execution.snapshot import load
from tests.engine.bpmn.diagrams import Block, as_bpmn, blocks
from tests.support.chance import share

NOW = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
ROUNDS = 60
SHARDS = 5  # so that workers share them
EXAMPLES = int(os.environ.get("SANBAN_EXAMPLES", "60"))  # of each test; CI plays 500
relaxed = settings(
    max_examples=max(1, EXAMPLES // SHARDS),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def choices(block: Block, draw: st.DataObject, *, calm: bool = False) -> dict[str, int]:
    """Values for the conditions of all gateways; ``calm`` ends every loop."""
    return {
        part.name: 0 if calm else draw.draw(st.integers(0, 2))
        for part in block.walk()
        if part.kind in ("choice", "inclusive", "loop")
    }


def is_sound(step: bpmn.Step) -> bool:
    """No task is open twice, and somebody can go on unless it is over."""
    elements = [activity.element for activity in step.activities]
    return len(elements) == len(set(elements)) and not step.errors and step.ended is not bool(elements)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_restoring_after_every_event_takes_the_same_path_as_staying_in_memory(shard: int) -> None:
    """S16."""
    share(shard)(relaxed(given(blocks, st.data())(restoring_changes_nothing)))()


def restoring_changes_nothing(block: Block, data: st.DataObject) -> None:
    """Plays one diagram twice: stored and compiled anew after every event, and in memory."""
    files = {"random.bpmn": as_bpmn(block)}
    process = bpmn.compile(files)
    fresh = bpmn.compile(files)  # shares nothing with what runs in memory
    restored = bpmn.start(process, choices(block, data), NOW)
    memory = load(process.routes, restored.snapshot, {}, NOW)

    for round_ in range(ROUNDS):
        if restored.ended:
            break
        memory.passed, memory.steps = [], 0
        if restored.next_due is not None and data.draw(st.integers(0, 3)) == 0:
            memory.now = restored.next_due
            restored = bpmn.wake(fresh, restored.snapshot, restored.next_due)
        else:
            activity = data.draw(st.sampled_from(restored.activities))
            values = {**restored.variables, **choices(block, data, calm=round_ > 20)}
            restored = bpmn.complete(fresh, restored.snapshot, activity.id, values, memory.now)
            memory.variables.update(values)
            memory.tasks[activity.id].run()
        memory.run()

        kept = outcome(memory)
        assert (kept.passed, kept.activities, kept.ended) == (restored.passed, restored.activities, restored.ended)
        assert kept.snapshot == restored.snapshot
        assert is_sound(restored)

    assert restored.ended


@pytest.mark.parametrize("shard", range(SHARDS))
def test_returning_to_any_step_done_before_loses_and_doubles_no_token(shard: int) -> None:
    share(shard)(relaxed(given(blocks, st.data())(returning_is_exact)))()


def returning_is_exact(block: Block, data: st.DataObject) -> None:
    """Plays one diagram with returns to steps that were done before."""
    process = bpmn.compile({"random.bpmn": as_bpmn(block)})
    step = bpmn.start(process, choices(block, data), NOW)
    done: list[str] = []
    finished = 0

    for round_ in range(ROUNDS):
        if step.ended:
            break
        back = [name for name in done if may_return(block, step, name)]
        if back and round_ < 25 and data.draw(st.integers(0, 3)) == 0:
            target = data.draw(st.sampled_from(back))
            cancel = bpmn.superseded(process, step.snapshot, NOW, enter=[target])
            if not cancel:
                continue  # it lies ahead again after an earlier return
            step = bpmn.move(process, step.snapshot, step.variables, NOW, cancel=cancel, enter=[target])
            assert target in [activity.element for activity in step.activities]
        else:
            activity = data.draw(st.sampled_from(step.activities))
            values = {**step.variables, **choices(block, data, calm=round_ > 20)}
            step = bpmn.complete(process, step.snapshot, activity.id, values, NOW)
            done.append(activity.element)
        finished += step.passed.count("finish")
        assert is_sound(step), (target if back else None, step)

    assert step.ended
    assert finished == 1


def may_return(block: Block, step: bpmn.Step, target: str) -> bool:
    """Not into a branch that was left by choosing another one of the same gateway."""
    open_tasks = {activity.element for activity in step.activities}
    for part in block.walk():
        if part.kind in ("choice", "inclusive"):
            for branch in part.parts:
                inside = set(branch.tasks())
                others = set(part.tasks()) - inside
                if target in inside and open_tasks & others:
                    return False
    return True
