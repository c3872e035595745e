"""A load may hurry, and one that was interrupted leaves nothing behind."""

from engine.runtime import Engine
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
