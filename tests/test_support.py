"""The suite's own instruments, because a wrong clock or database would make every other test lie."""

from datetime import UTC, timedelta

import psycopg
import pytest
from sqlalchemy import text

from engine.runtime import Engine
from tests.support.clock import FakeClock
from tests.support.postgres import TestPostgres


def test_the_clock_stands_in_office_time_and_speaks_utc(clock: FakeClock) -> None:
    assert clock().isoformat() == "2026-03-09T01:00:00+00:00"
    assert clock.at("2026-03-10 17:30").isoformat() == "2026-03-10T09:30:00+00:00"
    assert clock.set("2026-03-10T17:30:00+08:00").tzinfo is UTC
    assert clock.advance(timedelta(minutes=1)) == clock()


def test_the_clock_refuses_an_instant_without_zone(clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="no zone"):
        clock.set("2026-03-10T17:30:00")


@pytest.mark.postgres
def test_each_postgres_database_is_its_own(postgres: TestPostgres) -> None:
    first, second = postgres.create(), postgres.create()
    with psycopg.connect(postgres.url(first).replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE only_here (id int)")

    with psycopg.connect(postgres.url(second).replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT to_regclass('only_here')").fetchone()

    postgres.drop(first)
    postgres.drop(second)
    assert found == (None,)


def test_each_test_finds_an_engine_with_tables_and_no_rows(any_engine: Engine, clock: FakeClock) -> None:
    with any_engine.store.reading() as tx:
        people = tx.scalar(text("SELECT count(*) FROM person"))

    assert people == 0
    assert any_engine.now() == clock()
