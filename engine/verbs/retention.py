"""What is kept for a while only: answers to requests that nobody will send a second time any more."""

from datetime import timedelta

from engine.runtime import Engine
from engine.store import house, sessions

SESSIONS_KEPT = timedelta(days=30)
TOGETHER = 1000  # rows to a transaction: nobody waits for a long delete


def prune(engine: Engine) -> int:
    """Forget sessions that are over and keys older than the setting; how many keys. Safe to call twice at once."""
    with engine.store.transaction() as tx:
        sessions.forget(tx, engine.now() - SESSIONS_KEPT)
    before = engine.now() - timedelta(days=engine.settings.idempotency_days)
    gone = 0
    while True:
        with engine.store.transaction() as tx:
            found = house.forget_keys(tx, before, TOGETHER)
        gone += found
        if found < TOGETHER:
            return gone
