"""One store on two databases: transactions, instants, JSON, series, migrations."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import bindparam, select, update

from engine.runtime import Engine
from engine.store import Store, Tx, house, registers
from engine.store.database import KEPT_OPEN
from engine.store.migrations import is_current, ours, upgrade
from engine.store.tables import heartbeat, metadata


def test_migrations_lead_to_the_tables_that_the_program_expects(database_url: str) -> None:
    store = Store(database_url)
    upgrade(store)

    with store.engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection, opts={"include_name": ours}), metadata)

    assert difference == []
    assert is_current(store)
    store.close()


def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    store = Store(database_url)
    upgrade(store)
    upgrade(store)

    assert is_current(store)
    store.close()


def test_an_instant_comes_back_as_the_same_aware_instant(any_engine: Engine) -> None:
    moment = datetime(2026, 3, 9, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with any_engine.store.transaction() as tx:
        house.beat(tx, "test", moment, {"键": [1, None, "值"]})

    with any_engine.store.reading() as tx:
        row = tx.first(select(heartbeat).where(heartbeat.c.name == "test"))

    assert row is not None
    assert row.at == moment
    assert row.at.tzinfo is UTC or row.at.utcoffset() == timedelta(0)
    assert row.facts == {"键": [1, None, "值"]}


def test_a_naive_instant_is_refused(any_engine: Engine) -> None:
    with pytest.raises(Exception, match="naive"), any_engine.store.transaction() as tx:
        house.beat(tx, "test", datetime(2026, 3, 9), {})  # noqa: DTZ001


def _fail_after(engine: Engine, work: Callable[[Tx], object]) -> None:
    """Do something in a transaction that then fails."""
    with contextlib.suppress(RuntimeError), engine.store.transaction() as tx:
        work(tx)
        raise RuntimeError


def test_an_error_inside_a_transaction_leaves_nothing(any_engine: Engine) -> None:
    _fail_after(any_engine, lambda tx: house.beat(tx, "test", datetime.now(UTC), {}))

    with any_engine.store.reading() as tx:
        assert house.last_beat(tx, "test") is None


def test_many_takers_of_numbers_leave_no_gap_and_take_none_twice(any_engine: Engine) -> None:
    taken: list[int] = []
    ready = threading.Barrier(8)

    def take() -> None:
        ready.wait(300)  # all ask for the first number of the year at once
        for _ in range(5):
            with any_engine.store.transaction() as tx:
                found = registers.take(tx, "华远发", 2026)
            taken.append(found)

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert sorted(taken) == list(range(1, 41))


def test_a_number_taken_in_a_transaction_that_fails_is_taken_by_the_next(any_engine: Engine) -> None:
    _fail_after(any_engine, lambda tx: registers.take(tx, "华远发", 2026))

    with any_engine.store.transaction() as tx:
        assert registers.take(tx, "华远发", 2026) == 1


def test_what_is_sent_later_is_there_for_whoever_reads(any_engine: Engine) -> None:
    moment = datetime(2026, 3, 9, tzinfo=UTC)
    row = {"name": "test", "at": moment, "facts": {"n": 0}}
    with any_engine.store.transaction() as tx:
        tx.insert_later(heartbeat, [row, row | {"name": "other"}])
        for n in (1, 2):
            tx.later(update(heartbeat).where(heartbeat.c.name == "test").values(facts=bindparam("new")), {"new": n})
        seen = tx.scalar(select(heartbeat.c.facts).where(heartbeat.c.name == "test"))
        tx.later(
            update(heartbeat).where(heartbeat.c.name.in_(("test", "other"))).values(facts=bindparam("new")),
            {"new": "end"},
        )

    assert seen == 2
    with any_engine.store.reading() as tx:
        assert [r.facts for r in tx.all(select(heartbeat)) if r.name in ("test", "other")] == ["end", "end"]


def test_an_error_in_what_is_sent_later_leaves_nothing(any_engine: Engine) -> None:
    row = {"name": "test", "at": datetime(2026, 3, 9, tzinfo=UTC), "facts": {}}

    def twice() -> None:
        with any_engine.store.transaction() as tx:
            tx.insert_later(heartbeat, [row | {"name": "first"}])
            tx.insert_later(heartbeat, [row])
            tx.insert_later(heartbeat, [row])

    with pytest.raises(Exception, match=r"(?i)unique"):
        twice()
    with any_engine.store.transaction() as tx:
        assert tx.all(select(heartbeat).where(heartbeat.c.name.in_(("test", "first")))) == []


def test_what_the_connections_of_a_process_keep_of_the_file_is_bounded(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()

    megabytes = -kept * KEPT_OPEN / 1_000
    assert 0 < megabytes <= 40  # the program itself takes about 200 of the 250 that P18 allows
    store.close()
