"""The invariants of the whole installation, looked at by one call: by operators, and by the tests that attack it."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

from engine.errors import SanbanError
from engine.runtime import Engine
from engine.store import Tx, checkup, covered, durability, guarding, history, instances, legibility, row_digests
from engine.store.pulse import LOST
from engine.verbs.doctor.accepting import accept
from engine.verbs.doctor.cases import look_at
from engine.verbs.doctor.findings import CheckUp, Finding
from engine.verbs.doctor.house import look_around, look_at_database
from engine.verbs.doctor.standing_still import watch

__all__ = ["CheckUp", "Finding", "accept", "examine", "watch"]

T = TypeVar("T")
# what a text that is no JSON any more, a moment that is none or a missing row turns into
UNREADABLE: tuple[type[Exception], ...] = (
    ValueError, TypeError, LookupError, ArithmeticError, SanbanError, *durability.DAMAGED
)  # fmt: skip
TRIES = 5
TOGETHER = 100  # instances to one view of the database: on SQLite nobody can commit meanwhile


def examine(engine: Engine) -> CheckUp:
    """Everything that is not as it must be. It only reads, and may run beside a working office."""
    found: list[Finding] = []
    try:
        found.extend(look_at_database(engine))
        return _whole(engine, found)
    except durability.DAMAGED:
        if any(one.code == "database.damaged" for one in found):
            return CheckUp(tuple(found), 0)  # what can be read of a damaged file has been said
        raise


def _whole(engine: Engine, found: list[Finding]) -> CheckUp:
    found += _readably(lambda: list(look_around(engine)))
    for table in legibility.TABLES:
        found += _readably(partial(_legible, engine, table), f"{table}: ")
    found += _readably(partial(_paged, engine, "record.altered", row_digests.changed_records), "record: ")
    found += _readably(partial(_paged, engine, "notice.altered", row_digests.changed_notices), "notification: ")
    found += _readably(partial(_paged, engine, "answer.altered", row_digests.changed_answers), "idempotency: ")
    for guarded in covered.COVERED:
        found += _readably(partial(_rows, engine, guarded), f"{covered.table_of(guarded).name}: ")
    for code in checkup.CHECKS:
        found += _readably(partial(_check, engine, code))
    alive, everybody = _patiently(lambda: _ids(engine))
    for group in _groups(alive):
        found += _readably(partial(_states, engine, group))
    for group in _groups(everybody):
        found += _readably(partial(_chains, engine, group))
    return CheckUp(tuple(found), len(everybody))


def _readably(look: Callable[[], list[Finding]], where: str = "") -> list[Finding]:
    """What is there and cannot be read has decayed; the other parts are looked at all the same."""
    try:
        return _patiently(look)
    except UNREADABLE as error:
        if isinstance(error, durability.DAMAGED) and not durability.has_decayed(error):
            raise
        return [Finding("database.damaged", "", f"{where}{type(error).__name__}: {error}"[:200])]


def _patiently(look: Callable[[], T]) -> T:
    """On SQLite whoever reads waits for whoever commits, and a busy office can make that longer than it is allowed."""
    for _ in range(TRIES - 1):
        try:
            return look()
        except LOST:
            continue
    return look()


def _ids(engine: Engine) -> tuple[list[int], list[int]]:
    with engine.store.reading() as tx:
        return checkup.ids(tx, alive=True), checkup.ids(tx, alive=False)


def _check(engine: Engine, code: str) -> list[Finding]:
    with engine.store.steady() as tx:
        return [Finding(code, hit.number, hit.what) for hit in checkup.hits(tx, code)]


def _legible(engine: Engine, table: str) -> list[Finding]:
    return _paged(engine, "database.damaged", lambda tx, after: legibility.look_through(tx, table, after))


def _paged(engine: Engine, code: str, look: Callable[[Tx, Any], tuple[list[str], Any]]) -> list[Finding]:
    """A table in parts, each seen by itself: on SQLite nobody can commit while somebody looks."""
    found, after = [], None
    while True:
        with engine.store.steady() as tx:
            odd, after = look(tx, after)
        found += [Finding(code, "", one) for one in odd]
        if after is None:
            return found


def _rows(engine: Engine, table: Any) -> list[Finding]:
    """Rows that are not as they were written, each under the number of its case."""
    found, after = [], None
    while True:
        with engine.store.steady() as tx:
            odd, after = guarding.altered(tx, table, after)
            cases = instances.numbers_of(tx, {row.instance_id for row in odd if row.instance_id is not None})
        found += [Finding(row.code, cases.get(row.instance_id or 0, ""), row.name) for row in odd]
        if after is None:
            return found


def _states(engine: Engine, group: Sequence[int]) -> list[Finding]:
    with engine.store.steady() as tx:
        return [finding for instance_id in group for finding in look_at(engine, tx, instance_id)]


def _chains(engine: Engine, group: Sequence[int]) -> list[Finding]:
    found = []
    with engine.store.steady() as tx:
        numbers = {}
        for instance_id in group:
            row = instances.by_id(tx, instance_id, judged=False)
            numbers[instance_id] = row.number
            if not row_digests.agrees(tx.audit_key, row):
                found.append(Finding("instance.altered", row.number, row.state))
            at = history.broken_at(tx, instance_id, row.history_hash)
            if at is not None:
                found.append(Finding("history.chain", row.number, f"#{at}"))
        for instance_id, item_id in row_digests.changed_decisions(tx, group):
            found.append(Finding("item.altered", numbers[instance_id], f"#{item_id}"))
    return found


def _groups(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER))
