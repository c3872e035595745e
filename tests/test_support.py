"""The suite's own instruments, because a wrong clock or database would make every other test lie."""

from datetime import UTC, timedelta
from pathlib import Path
from time import sleep

import psycopg
import pytest
from sqlalchemy import text

from engine.demo import PASSWORD, load_organisation
from engine.runtime import Engine
from engine.store import people as stored
from engine.verbs import people
from engine.verbs.people import signing
from tests.support import chance, effort, thrift
from tests.support.clock import FakeClock
from tests.support.ports import free_port
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


def test_only_what_runs_in_a_browser_is_run_again(request: pytest.FixtureRequest) -> None:
    again = {item.path.parent.name for item in request.session.items if item.get_closest_marker("flaky")}

    assert again <= ({"browser"} if chance.BUILD else set())


def test_ports_are_none_that_the_system_gives_to_others() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    ports = [free_port() for _ in range(20)]

    assert len(set(ports)) == 20
    assert max(ports) < first


def test_work_that_costs_too_much_fails_and_waiting_costs_nothing() -> None:
    effort.within(0.1, lambda: sleep(0.2))
    with pytest.raises(AssertionError, match="of a processor"):
        effort.within(0.0001, lambda: sum(range(1_000_000)))


def test_passwords_cost_as_much_as_is_advised_where_no_test_saves() -> None:
    """RFC 9106, the second recommended option."""
    assert (thrift.SHIPPED.time_cost, thrift.SHIPPED.memory_cost, thrift.SHIPPED.parallelism) == (3, 65_536, 4)


def test_whoever_signs_in_has_a_cheap_password_made_dear(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    load_organisation(engine)
    monkeypatch.setattr(signing, "_hasher", thrift.SHIPPED)

    people.sign_in(engine, "rlb1", PASSWORD)

    with engine.store.reading() as tx:
        found = stored.account(tx, "rlb1")
    assert found is not None
    assert found.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
