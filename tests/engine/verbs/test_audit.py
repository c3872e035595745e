"""The record shows every change made by hand: found, and located at its first bad entry."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, text

from engine import open_engine
from engine.archives.chain import entry_hash
from engine.model import Actor
from engine.runtime import Engine
from engine.store import Tx, history, links
from engine.store import instances as stored
from engine.verbs import audit, instances, people, work
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at

EDITS = 1000


def busy(engine: Engine, clock: FakeClock, memos: int) -> None:
    """Some memos at several steps, and the record anchored after each."""

    def who(login: str) -> Actor:
        return people.actor(engine, login)

    for n in range(memos):
        number = instances.start(engine, "memo", {"title": f"签报 {n}"}, who("rlb1")).number
        for login, element in (("hegao_a", "Review"), ("vp_a", "Sign"))[: n % 3]:
            work.decide(engine, at(engine, who, number, element).id, "approve", who(login))
        clock.advance(timedelta(minutes=2))
        audit.anchor(engine)


def rows(tx: Tx) -> list[Row[Any]]:
    return list(tx.connection.execute(text("SELECT id, instance_id, seq, hash FROM history ORDER BY instance_id, seq")))


Edit = Callable[[Tx, random.Random], tuple[int, int]]  # what is done by hand; instance and entry where it shows first


def change(tx: Tx, dice: random.Random) -> tuple[int, int]:
    row = dice.choice(rows(tx))
    column, value = dice.choice(
        [
            ("verb", "'x'"),
            ("actor_id", "COALESCE(actor_id, 0) + 1"),
            ("principal_id", "1"),
            ("element", "'Other'"),
            ("item_id", "COALESCE(item_id, 0) + 1"),
            ("detail", '\'{"opinion":"同意"}\''),
            ("at", "'2020-01-01 00:00:00.000000'"),
            ("hash", "'" + "0" * 64 + "'"),
        ]
    )
    tx.execute(text("PRAGMA foreign_keys=OFF"))
    tx.execute(text(f"UPDATE history SET {column} = {value} WHERE id = {row.id}"))
    return row.instance_id, row.seq


def delete(tx: Tx, dice: random.Random) -> tuple[int, int]:
    row = dice.choice(rows(tx))
    tx.execute(text(f"DELETE FROM history WHERE id = {row.id}"))
    return row.instance_id, row.seq


def insert(tx: Tx, dice: random.Random) -> tuple[int, int]:
    row = dice.choice(rows(tx))
    last = max(r.seq for r in rows(tx) if r.instance_id == row.instance_id)
    tx.execute(
        text(
            "INSERT INTO history (instance_id, seq, at, verb, actor_id, detail, hash)"
            f" SELECT instance_id, {last + 1}, at, verb, actor_id, detail, hash FROM history WHERE id = {row.id}"
        )
    )
    return row.instance_id, last + 1


def swap(tx: Tx, dice: random.Random) -> tuple[int, int]:
    instance = dice.choice(rows(tx)).instance_id
    for old, new in ((1, -1), (2, 1), (-1, 2)):
        tx.execute(text(f"UPDATE history SET seq = {new} WHERE instance_id = {instance} AND seq = {old}"))
    return instance, 1


def cut_off(tx: Tx, dice: random.Random) -> tuple[int, int]:
    """The end of a record, with its head set back to match: the chain of the instance itself still holds."""
    row = dice.choice(rows(tx))
    before = [r.hash for r in rows(tx) if r.instance_id == row.instance_id and r.seq < row.seq]
    head = before[-1] if before else ""
    tx.execute(text(f"DELETE FROM history WHERE instance_id = {row.instance_id} AND seq >= {row.seq}"))
    tx.execute(
        text(f"UPDATE instance SET history_seq = {row.seq - 1}, history_hash = '{head}' WHERE id = {row.instance_id}")
    )
    return row.instance_id, row.seq


def compute_anew(tx: Tx, dice: random.Random) -> tuple[int, int]:
    """A whole record written anew by somebody who knows how it is made, and has no key."""
    target = dice.choice(rows(tx)).instance_id
    previous = ""
    for entry in history.of_instance(tx, target):
        kept = ("id", "hash")
        values = {name: getattr(entry, name) for name in history.HistoryRow.__dataclass_fields__ if name not in kept}
        previous = entry_hash(b"guessed", previous, values)
        tx.execute(text(f"UPDATE history SET hash = '{previous}' WHERE id = {entry.id}"))
    tx.execute(text(f"UPDATE instance SET history_hash = '{previous}' WHERE id = {target}"))
    return target, 1


EDITING: tuple[Edit, ...] = (change, change, change, delete, insert, swap, cut_off, compute_anew)


def test_a_thousand_random_edits_are_all_found_and_located(sqlite_office: Engine, clock: FakeClock) -> None:
    busy(sqlite_office, clock, 7)
    lines = audit.anchors(sqlite_office).read_text(encoding="ascii").splitlines()
    dice, missed = random.Random(2026), []

    for n in range(EDITS):
        edit = dice.choice(EDITING)
        try:
            with sqlite_office.store.transaction() as tx:
                instance_id, seq = edit(tx, dice)
                found = audit.verified(tx, lines).tampered
                number = stored.by_id(tx, instance_id).number
                if min((t.seq for t in found if t.instance == number), default=0) != seq:
                    missed.append((n, edit.__name__, number, seq, found))
                raise ZeroDivisionError  # roll back
        except ZeroDivisionError:
            pass

    assert missed == []
    assert audit.verify(sqlite_office).tampered == ()


def test_a_sound_record_verifies_and_each_link_has_its_line(office: Engine, clock: FakeClock) -> None:
    busy(office, clock, 4)

    verified = audit.verify(office)

    assert (verified.instances, verified.links, verified.anchors, verified.tampered) == (4, 4, 4, ())
    assert audit.anchor(office) is False, "nothing new, no link"


@pytest.mark.parametrize(
    ("statement", "kind", "seq"),
    [
        ("DELETE FROM link WHERE id = (SELECT max(id) FROM link)", "anchor", 3),
        ("UPDATE link SET digest = 'x' WHERE id = 2", "link", 2),
        ("UPDATE link SET heads = '{}' WHERE id = 2", "link", 2),
        ("DELETE FROM link WHERE id = 1", "link", 2),
        ("DELETE FROM link", "anchor", 1),
    ],
)
def test_a_changed_or_lost_link_is_found(
    sqlite_office: Engine, clock: FakeClock, statement: str, kind: str, seq: int
) -> None:
    busy(sqlite_office, clock, 3)
    with sqlite_office.store.transaction() as tx:
        tx.execute(text(statement))

    assert (kind, seq) in {(t.kind, t.seq) for t in audit.verify(sqlite_office).tampered}


def test_whoever_has_even_the_key_cannot_get_past_the_anchors(sqlite_office: Engine, clock: FakeClock) -> None:
    busy(sqlite_office, clock, 3)
    with sqlite_office.store.transaction() as tx:
        cut_off(tx, random.Random(1))
        tx.execute(text("DELETE FROM link"))
        links.add(tx, sqlite_office.now(), sqlite_office.now())

    assert "anchor" in {t.kind for t in audit.verify(sqlite_office).tampered}


def test_the_newest_entries_wait_for_the_next_link(office: Engine, who: Login, clock: FakeClock) -> None:
    instances.start(office, "memo", {"title": "刚刚"}, who("rlb1"))

    assert audit.anchor(office) is False
    clock.advance(timedelta(minutes=2))
    assert audit.anchor(office) is True


def test_another_key_verifies_nothing(sqlite_office: Engine) -> None:
    instances.start(sqlite_office, "memo", {"title": "一件"}, people.actor(sqlite_office, "rlb1"))
    other = sqlite_office.settings.model_copy(update={"home": sqlite_office.settings.home / "elsewhere"})
    stranger = open_engine(sqlite_office.store.url, settings=other)

    assert audit.verify(stranger).tampered != ()
    stranger.close()
