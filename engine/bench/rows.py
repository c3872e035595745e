"""The raw half of the comparison: every row that an action wrote, written again by bare statements and one commit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from engine.bench.laps import Laps
from engine.bench.sites import Bare
from engine.store import Store

WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Written:
    """One statement as the driver got it."""

    statement: str
    parameters: Any
    many: bool


@dataclass(slots=True)
class Recorder:
    """The writing transactions of a store, each under the name that was current when it committed."""

    name: str = ""
    transactions: list[tuple[str, tuple[Written, ...]]] = field(default_factory=list)
    _open: list[Written] = field(default_factory=list)

    @contextmanager
    def listening(self, store: Store) -> Iterator[None]:
        """Record what the store writes inside the block."""
        listeners: dict[str, Callable[..., None]] = {
            "commit": lambda _connection: self._committed(),
            "rollback": lambda _connection: self._open.clear(),
        }
        for name, listener in listeners.items():
            event.listen(store.engine, name, listener)
        try:
            with store.watched(self._executed):
                yield
        finally:
            for name, listener in listeners.items():
                event.remove(store.engine, name, listener)

    def take(self) -> list[tuple[str, tuple[Written, ...]]]:
        """What was recorded since the last call."""
        taken, self.transactions = self.transactions, []
        return taken

    def _executed(self, statement: str, parameters: Any, many: bool) -> None:
        if statement.startswith(WRITES):
            # an INSERT of many rows in one statement comes as "many" too, but with the parameters of one
            self._open.append(Written(statement, parameters, many and isinstance(parameters, list)))

    def _committed(self) -> None:
        if self._open:
            self.transactions.append((self.name, tuple(self._open)))
            self._open = []


def replay(transactions: Sequence[tuple[str, Sequence[Written]]], bare: Bare, laps: Laps) -> None:
    """Write the same rows again, each transaction timed under its name."""
    for name, written in transactions:
        with laps.lap(name):
            bare.begin()
            for one in written:
                bare.execute(one.statement, one.parameters, many=one.many)
            bare.commit()
