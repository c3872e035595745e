"""The chain of history shows every change made by hand."""

import pytest
from sqlalchemy import text

from engine.model import Actor
from engine.runtime import Engine
from engine.store import history, instances
from engine.verbs import instances as verbs
from engine.verbs import people, work
from tests.engine.conftest import Login


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE history SET actor_id = 1 WHERE seq = 2",
        "UPDATE history SET detail = '{}' WHERE seq = 1",
        "UPDATE history SET at = '2026-01-01 00:00:00' WHERE seq = 1",
        "DELETE FROM history WHERE seq = 1",
        "DELETE FROM history WHERE seq = (SELECT max(seq) FROM history)",
        "UPDATE history SET verb = 'approve' WHERE seq = 3",
    ],
)
def test_a_changed_lost_or_added_entry_is_found(sqlite_office: Engine, tampering: str) -> None:
    def who(login: str) -> Actor:
        return people.actor(sqlite_office, login)

    done = verbs.start(sqlite_office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))
    item = next(i for i in verbs.get(sqlite_office, done.number, who("auditor")).items if i.state == "open")
    work.decide(sqlite_office, item.id, "approve", who("hegao_a"))
    assert _broken(sqlite_office, done.number) is None

    with sqlite_office.store.transaction() as tx:
        tx.execute(text(tampering))

    assert _broken(sqlite_office, done.number) is not None


def _broken(engine: Engine, number: str) -> int | None:
    with engine.store.reading() as tx:
        row = instances.by_number(tx, number)
        return history.broken_at(tx, row.id, row.history_hash)


def test_every_entry_names_who_and_what(office: Engine, who: Login) -> None:
    done = verbs.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))

    with office.store.reading() as tx:
        entries = history.of_instance(tx, instances.by_number(tx, done.number).id)

    assert [(e.seq, e.verb) for e in entries] == [(1, "start"), (2, "submit")]
    assert all(e.actor_id == who("rlb1").id for e in entries)


def test_what_others_add_while_somebody_reads_is_no_damage(office: Engine, who: Login) -> None:
    number = verbs.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1")).number
    item = next(i for i in verbs.get(office, number, who("auditor")).items if i.state == "open")
    with office.store.reading() as tx:
        before = instances.by_number(tx, number)
    work.decide(office, item.id, "approve", who("hegao_a"))

    with office.store.reading() as tx:
        entries = history.whole(tx, before)

    assert [entry.seq for entry in entries] == list(range(1, before.history_seq + 1))
