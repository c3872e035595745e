"""Idempotency keys are kept as long as the setting says and not longer, on both databases."""

from datetime import timedelta

from engine import scheduler
from engine.runtime import Engine
from engine.store import house
from engine.verbs import instances, retention
from tests.engine.conftest import Login
from tests.support.clock import FakeClock

FORM = {"title": "关于值班的签报", "urgency": "平件"}


def test_repeated_request_is_known_for_the_days_of_the_setting_and_forgotten_afterwards(
    office: Engine, who: Login, clock: FakeClock
) -> None:
    first = instances.start(office, "memo", FORM, who("rlb1"), key="click")
    clock.advance(timedelta(days=6, hours=23))
    later = instances.start(office, "memo", FORM, who("rlb1"), key="later")

    assert retention.prune(office) == 0
    assert instances.start(office, "memo", FORM, who("rlb1"), key="click").number == first.number
    clock.advance(timedelta(hours=2))
    assert retention.prune(office) == 1

    again = instances.start(office, "memo", FORM, who("rlb1"), key="click")
    assert again.number not in (first.number, later.number)
    assert instances.start(office, "memo", FORM, who("rlb1"), key="later").number == later.number


def test_more_than_one_batch_is_forgotten_and_twice_does_no_harm(office: Engine, clock: FakeClock) -> None:
    with office.store.transaction() as tx:
        for n in range(retention.TOGETHER + 1):
            house.claim_key(tx, f"1:{n}", "", clock())
    clock.advance(timedelta(days=8))

    assert retention.prune(office) == retention.TOGETHER + 1
    assert retention.prune(office) == 0


def test_the_clockwork_forgets_once_a_day() -> None:
    duty = next(d for d in scheduler.DUTIES if d.work is retention.prune)

    assert isinstance(duty.trigger, scheduler.Daily)
