"""The invariants of the whole installation, looked at by one call: by operators, and by the tests that attack it."""

from collections.abc import Iterator

from engine.runtime import Engine
from engine.store import checkup, durability, history, instances
from engine.verbs.doctor.cases import look_at
from engine.verbs.doctor.findings import CheckUp, Finding
from engine.verbs.doctor.house import look_around, look_at_database

__all__ = ["CheckUp", "Finding", "examine"]

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
    found += look_around(engine)
    for code in checkup.CHECKS:
        with engine.store.steady() as tx:
            found += [Finding(code, hit.number, hit.what) for hit in checkup.hits(tx, code)]
    with engine.store.reading() as tx:
        alive, everybody = checkup.ids(tx, alive=True), checkup.ids(tx, alive=False)
    for group in _groups(alive):
        with engine.store.steady() as tx:
            for instance_id in group:
                found += look_at(engine, tx, instance_id)
    for group in _groups(everybody):
        with engine.store.steady() as tx:
            for instance_id in group:
                row = instances.by_id(tx, instance_id)
                at = history.broken_at(tx, instance_id, row.history_hash)
                if at is not None:
                    found.append(Finding("history.chain", row.number, f"#{at}"))
    return CheckUp(tuple(found), len(everybody))


def _groups(ids: list[int]) -> Iterator[list[int]]:
    yield from (ids[at : at + TOGETHER] for at in range(0, len(ids), TOGETHER))
