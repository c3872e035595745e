"""A load may hurry, and one that was interrupted leaves nothing behind."""

from pathlib import Path

import pytest

from engine.errors import Conflict
from engine.runtime import Engine, open_engine
from engine.store import loading, people


def add_somebody(engine: Engine, login: str) -> None:
    with engine.store.transaction() as tx:
        people.add_person(tx, login=login, name="某人", pinyin="", roles=["user"])


def test_what_was_written_in_a_hurry_is_there(any_engine: Engine) -> None:
    with loading.hurried(any_engine.store):
        add_somebody(any_engine, "first")
    add_somebody(any_engine, "second")

    with any_engine.store.reading() as tx:
        assert people.account(tx, "first")
        assert people.account(tx, "second")


def test_nobody_hurries_afterwards(engine: Engine) -> None:
    def synchronous() -> int:
        with engine.store.reading() as tx:
            return int(tx.connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    usual = synchronous()
    with loading.hurried(engine.store):
        hurried = synchronous()

    assert (usual, hurried, synchronous()) == (2, 0, 2)


def test_a_hurried_block_that_fails_leaves_nothing_on_sqlite(engine: Engine) -> None:
    def interrupted() -> None:
        with loading.hurried(engine.store):
            add_somebody(engine, "first")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()

    with engine.store.reading() as tx:
        assert people.account(tx, "first") is None
    assert not list(Path(str(engine.store.engine.url.database)).parent.glob("*.loading"))


def test_whoever_was_added_meanwhile_is_not_overwritten(engine: Engine) -> None:
    other = open_engine(engine.store.url, settings=engine.settings)

    def both() -> None:
        with loading.hurried(engine.store):
            add_somebody(engine, "loaded")
            add_somebody(other, "real")

    with pytest.raises(Conflict):
        both()
    other.close()

    with engine.store.reading() as tx:
        assert people.account(tx, "real")
        assert people.account(tx, "loaded") is None


def test_a_house_with_people_is_not_empty_unless_a_load_was_interrupted(any_engine: Engine) -> None:
    store = any_engine.store
    with store.reading() as tx:
        assert loading.is_empty(tx)
    with store.transaction() as tx:
        loading.begin(tx, any_engine.now())
    add_somebody(any_engine, "first")
    with store.reading() as tx:
        assert loading.is_empty(tx)

    with store.transaction() as tx:
        loading.begin(tx, any_engine.now())
        assert people.account(tx, "first") is None
    add_somebody(any_engine, "second")
    with store.transaction() as tx:
        loading.end(tx, any_engine.now())
        assert not loading.is_empty(tx)
