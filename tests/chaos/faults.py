"""Faults that are planted into the processes of the office, to see that the verdict is not blind."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from engine.store import Store, Tx, house, instances, notices, timers

dice = random.Random()


def _lose_commits() -> None:
    """An answer goes out although its transaction was never committed."""
    whole = Store.transaction

    @contextmanager
    def forgetful(self: Store) -> Iterator[Tx]:
        with whole(self) as tx:
            yield tx
            if dice.random() < 0.2:
                tx.connection.exec_driver_sql("ROLLBACK")
                if tx.dialect == "sqlite":
                    tx.connection.exec_driver_sql("BEGIN")

    Store.transaction = forgetful  # type: ignore[method-assign]


def _forget_keys() -> None:
    """A repeated request acts a second time."""
    house.claim_key = lambda tx, key, digest, at: None


def _lose_letters() -> None:
    """A step is taken and nobody is told."""
    kept = notices.add

    def sometimes(tx: Tx, rows: Any, channels: Any, first_try: datetime, *, counted: bool = True) -> int:
        return 0 if dice.random() < 0.1 else kept(tx, rows, channels, first_try, counted=counted)

    notices.add = sometimes  # progress calls it through the module


def _fire_again() -> None:
    """A timer that fired is still armed afterwards."""
    kept = timers.fire

    def sometimes(tx: Tx, timer_id: int, at: Any) -> None:
        if dice.random() >= 0.3:
            kept(tx, timer_id, at)

    timers.fire = sometimes


def _leave_open() -> None:
    """An activity whose token has gone on stays open."""
    kept = instances.close_activity

    def sometimes(tx: Tx, activity_id: int, at: Any, *, state: str, outcome: str | None = None) -> None:
        if dice.random() >= 0.05:
            kept(tx, activity_id, at, state=state, outcome=outcome)

    instances.close_activity = sometimes


def _skip_history() -> None:
    """An entry of the history is written, and the head of its chain is not."""
    kept = instances.save

    def sometimes(tx: Tx, row: instances.InstanceRow) -> None:
        if dice.random() < 0.03:
            row.history_hash = "0" * 64
        kept(tx, row)

    instances.save = sometimes


PLANT: dict[str, Callable[[], None]] = {
    "lost-commit": _lose_commits,
    "no-keys": _forget_keys,
    "lost-letters": _lose_letters,
    "fire-again": _fire_again,
    "left-open": _leave_open,
    "broken-chain": _skip_history,
}
