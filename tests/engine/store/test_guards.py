"""Which states of timers and items go with what else their rows say."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from engine.store import guards
from engine.store.tables import timer, work_item

THEN = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize("state", ["waiting", "paused", "stopped", "cancelled"])
def test_a_timer_that_has_not_been_due_has_no_instant_of_it(state: str) -> None:
    assert guards.legal(timer, SimpleNamespace(state=state, fired_at=None))


@pytest.mark.parametrize("state", ["fired", "merged", "dead", "paused", "cancelled"])
def test_a_timer_that_was_due_has_spoken_or_was_set_aside(state: str) -> None:
    assert guards.legal(timer, SimpleNamespace(state=state, fired_at=THEN))


@pytest.mark.parametrize(("state", "at"), [("fired", None), ("dead", None), ("waiting", THEN), ("wqiting", None)])
def test_a_timer_whose_state_contradicts_its_instant_is_no_timer(state: str, at: datetime | None) -> None:
    assert not guards.legal(timer, SimpleNamespace(state=state, fired_at=at))


@pytest.mark.parametrize(("state", "at"), [("open", THEN), ("done", None), ("0pen", None)])
def test_an_item_whose_state_contradicts_its_decision_is_no_item(state: str, at: datetime | None) -> None:
    assert not guards.legal(work_item, SimpleNamespace(state=state, decided_at=at))
