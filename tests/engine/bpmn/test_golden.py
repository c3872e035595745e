"""Snapshots that were stored by earlier versions go on as they did then, for ever (golden/record.py adds new ones)."""

import json
from pathlib import Path

import pytest

from engine import bpmn
from tests.engine.bpmn.golden.record import NOW, rest, waiting

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_stored_snapshot_goes_on_as_it_did_when_it_was_stored(path: Path) -> None:
    stored = json.loads(path.read_text(encoding="utf-8"))
    process = bpmn.compile({"golden.bpmn": stored["diagram"].encode()})

    step = bpmn.wake(process, stored["snapshot"].encode(), NOW)

    assert waiting(step) == stored["waiting"]
    assert (step.next_due.isoformat() if step.next_due else None) == stored["next_due"]
    assert rest(process, step) == stored["rest"]


def test_there_are_golden_snapshots_of_every_kind_of_waiting() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in GOLDEN)

    assert len(GOLDEN) >= 8
    for sign in (
        "parallelGateway",
        "inclusiveGateway",
        "multiInstance",
        "subProcess",
        "callActivity",
        "timer",
        "message",
    ):
        assert sign in text
