"""Which states of timers and items go with what else their rows say, and digests of many rows at once."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from engine.runtime import Engine
from engine.store import guards
from engine.store.tables import settled_item, timer, work_item

THEN = datetime(2026, 3, 9, tzinfo=UTC)
ITEM = {
    "snapshot_id": 0, "instance_id": 1, "month": "2026-03", "process": "memo", "element": "Review", "step": "核稿",
    "unit_id": None, "post_id": 2, "charged_id": 3, "person_id": 3, "arrived_at": THEN, "due_at": THEN,
    "stood_in": True, "seconds": 60, "paused": 0,
}  # fmt: skip
WRITTEN = select(*guards.columns(settled_item)).order_by(settled_item.c.item_id)


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


def test_what_is_compared_in_bulk_is_what_was_written(any_engine: Engine) -> None:
    with any_engine.store.transaction() as tx:
        tx.insert_many(settled_item, [{**ITEM, "item_id": n, "done_at": THEN if n else None} for n in range(3)])
        tx.insert_many(settled_item, [{**ITEM, "item_id": 3, "step": "核搞", "paused": 7}])
        digests = [row[-1] for row in tx.execute(WRITTEN)]
        same = guards.in_bulk(tx.audit_key)

        assert [same(row[:-1], row[-1]) for row in tx.execute(WRITTEN)] == [True] * 4
        assert not any(same(row[:-1], digests[n - 1]) for n, row in enumerate(tx.execute(WRITTEN)))
        assert not any(same(row[:-1], None) for row in tx.execute(WRITTEN)), "what has no mark is for agrees to say"
        assert not any(guards.in_bulk(b"another key")(row[:-1], row[-1]) for row in tx.execute(WRITTEN))
