"""What is due, and what has just left, is found by an index, however much has fired and left in years."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine.runtime import Engine
from engine.store import Tx, deliveries, timers
from tests.support.plans import plan


def plan_of(office: Engine, ask: Callable[[Tx], object], about: str) -> str:
    asked: list[tuple[str, Any]] = []
    with (
        office.store.watched(lambda sql, bound, _many: asked.append((sql, bound))),
        office.store.reading() as tx,
    ):
        ask(tx)
    sql, bound = next((sql, bound) for sql, bound in asked if about in sql)
    with office.store.reading() as tx:
        return plan(tx, sql, bound)


def test_instances_with_something_due_are_found_by_the_index_of_what_waits(office: Engine) -> None:
    tomorrow = office.now() + timedelta(days=1)

    text = plan_of(office, lambda tx: timers.due_instances(tx, tomorrow, 20), "timer")

    assert "ix_timer_due" in text, text
    assert "ix_timer_instance" not in text, text


def test_the_last_message_to_somebody_is_looked_for_among_those_of_the_minute(office: Engine) -> None:
    now = office.now()

    text = plan_of(
        office, lambda tx: deliveries.last_sent(tx, 1, "mail", now - timedelta(minutes=1), now), "delivery.sent_at"
    )

    assert "ix_delivery_sent_at" in text, text
