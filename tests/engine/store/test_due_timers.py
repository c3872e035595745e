"""What is due is found among what waits, however many timers have fired in years."""

from datetime import timedelta
from typing import Any

from engine.runtime import Engine
from engine.store import timers
from tests.support.plans import plan


def test_instances_with_something_due_are_found_by_the_index_of_what_waits(office: Engine) -> None:
    asked: list[tuple[str, Any]] = []

    with (
        office.store.watched(lambda sql, bound, _many: asked.append((sql, bound))),
        office.store.reading() as tx,
    ):
        timers.due_instances(tx, office.now() + timedelta(days=1), 20)

    sql, bound = next((sql, bound) for sql, bound in asked if "timer" in sql)
    with office.store.reading() as tx:
        text = plan(tx, sql, bound)
    assert "ix_timer_due" in text, text
    assert "ix_timer_instance" not in text, text
