"""What is kept for a while only: answers to requests that nobody will send a second time any more."""

from datetime import timedelta

from engine.runtime import Engine
from engine.store import house

TOGETHER = 1000  # rows to a transaction: nobody waits for a long delete


def prune(engine: Engine) -> int:
    """Forget idempotency keys older than the setting; how many. Safe to call twice and from several processes."""
    before = engine.now() - timedelta(days=engine.settings.idempotency_days)
    gone = 0
    while True:
        with engine.store.transaction() as tx:
            found = house.forget_keys(tx, before, TOGETHER)
        gone += found
        if found < TOGETHER:
            return gone
