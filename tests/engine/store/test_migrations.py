"""Migrations: killed at any statement they resume, ten at once apply them once, and the old record is keyed."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, select, text

from engine.store import Store, history
from engine.store.migrations import is_current, ours, upgrade
from engine.store.tables import metadata, person

THEN = "2026-01-02 03:04:05.678900"


class Killed(Exception):
    """Stands for the process that died at this statement."""


def interrupted(store: Store, statement: int) -> bool:
    """Whether an upgrade died at its n-th statement; False if it has fewer."""
    count = [0]

    def before(*_args: Any) -> None:
        count[0] += 1
        if count[0] == statement:
            raise Killed

    event.listen(store.engine, "before_cursor_execute", before)
    try:
        upgrade(store)
    except Killed:
        return True
    finally:
        event.remove(store.engine, "before_cursor_execute", before)
    return False


def difference(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"include_name": ours}), metadata))


def test_an_upgrade_killed_at_any_statement_is_completed_by_the_next(database_url: str) -> None:
    store, died = Store(database_url), 0

    # always further: what an earlier attempt has applied is not applied again
    for statement in (*range(1, 12), *range(12, 400, 9)):
        died += interrupted(store, statement)
        store.engine.dispose()
    upgrade(store)

    assert died > 10
    assert is_current(store)
    assert difference(store) == []
    store.close()


def test_ten_programs_at_once_apply_each_migration_once(database_url: str) -> None:
    stores = [Store(database_url) for _ in range(10)]

    with ThreadPoolExecutor(10) as programs:
        list(programs.map(upgrade, stores))

    assert difference(stores[0]) == []
    for store in stores:
        store.close()


@pytest.mark.postgres
def test_an_upgrade_gives_way_to_whoever_reads_for_long_and_comes_again(postgres_url: str) -> None:
    store, program = Store(postgres_url), Store(postgres_url)
    upgrade(store, "0030")

    with ThreadPoolExecutor(1) as programs, store.reading() as reader:
        reader.all(select(person.c.id))
        upgrading = programs.submit(upgrade, program)
        for _ in range(3):
            time.sleep(0.3)
            with store.transaction() as tx:
                tx.execute(text("UPDATE instance SET revision = revision"))
        assert not upgrading.done()
        reader.connection.rollback()
        upgrading.result(60)

    assert is_current(store)
    store.close()
    program.close()


def old_chain(entries: list[dict[str, Any]]) -> list[str]:
    """Hashes as they were before the record was keyed."""
    previous, hashes = "", []
    for entry in entries:
        body = {k: v.isoformat() if isinstance(v, datetime) else v for k, v in entry.items()}
        said = previous.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
        previous = hashlib.sha256(said).hexdigest()
        hashes.append(previous)
    return hashes


def test_an_old_record_is_keyed_and_a_forged_one_stays_found(database_url: str) -> None:
    store = Store(database_url, b"k" * 32)
    upgrade(store, "0001")
    at = datetime.fromisoformat(THEN).replace(tzinfo=UTC)
    blank = {"actor_id": None, "principal_id": None, "element": None, "activity_id": None, "item_id": None}
    with store.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO definition (id, key, version, title, digest, manifest, report, deployed_at, current)"
                f" VALUES (1, 'k', 1, 't', 'd', '{{}}', '{{}}', '{THEN}', true)"
            )
        )
        tx.execute(
            text("INSERT INTO person (id, login, name, roles, settings, active) VALUES (1, 'a', 'A', '[]', '{}', true)")
        )
        for instance_id, forged in ((1, False), (2, True)):
            entries = [
                {"instance_id": instance_id, "seq": n, "at": at, "verb": "v", **blank, "detail": {"n": n}}
                for n in (1, 2)
            ]
            hashes = old_chain(entries)
            tx.execute(
                text(
                    "INSERT INTO instance (id, number, definition_id, process, title, urgency, state, initiator_id,"
                    " started_at, revision, snapshot, variables, visits, history_seq, history_hash)"
                    f" VALUES ({instance_id}, 'N{instance_id}', 1, 'k', 't', '平件', 'running', 1, '{THEN}', 1, :s,"
                    f" '{{}}', '{{}}', 2, '{hashes[-1]}')"
                ),
                {"s": b"{}"},
            )
            for entry, digest in zip(entries, hashes, strict=True):
                verb = "forged" if forged and entry["seq"] == 1 else "v"
                tx.execute(
                    text(
                        "INSERT INTO history (instance_id, seq, at, verb, detail, hash)"
                        f" VALUES (:i, :n, '{THEN}', :verb, :detail, :hash)"
                    ),
                    {
                        "i": instance_id,
                        "n": entry["seq"],
                        "verb": verb,
                        "detail": orjson.dumps(entry["detail"]).decode(),
                        "hash": digest,
                    },
                )

    upgrade(store)

    with store.reading() as tx:
        one, other = tx.all(text("SELECT history_hash FROM instance ORDER BY id"))
        assert history.broken_at(tx, 1, one[0]) is None
        assert history.broken_at(tx, 2, other[0]) == 1
    store.close()
