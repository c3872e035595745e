"""Backup and restore: everything is there again, on either database, and nobody is told twice."""

import shutil
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from engine import open_engine
from engine.errors import BadInput, Conflict
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import Store
from engine.store.tables import metadata
from engine.verbs import audit, backups, files, instances, notifications, people, timers, work
from tests.chaos.mailbox import Mailbox
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at
from tests.support.postgres import TestPostgres
from tests.support.soundness import violations


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, office: Engine, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """An empty installation on the other kind of database, with the keys of the first."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    key = SecretStr(office.settings.audit_secret().decode())
    settings = Settings(home=home, audit_key=key, smtp_url=office.settings.smtp_url)
    name = ""
    if office.store.dialect == "sqlite":
        server: TestPostgres = request.getfixturevalue("postgres")
        name = server.create()
        settings = settings.model_copy(update={"database_url": server.url(name)})
    opened = open_engine(now=clock, settings=settings)
    yield opened
    opened.close()
    if name:
        server.drop(name)


def busy(engine: Engine, who: Login) -> str:
    """An office in the middle of its work; the number of a memo that waits to be signed."""
    number = instances.start(engine, "memo", {"title": "关于值班的签报"}, who("rlb1")).number
    work.decide(engine, at(engine, who, number, "Review").id, "approve", who("hegao_a"))
    files.put(engine, "附件.pdf", [b"%PDF-1.4 ", "内容".encode()], who("rlb1"), instance=number)
    for n in range(3):
        instances.start(engine, "vote", {"title": f"会签 {n}", "departments": ["cwb", "ahb"]}, who("rlb1"))
    return number


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows but the marks of the house."""
    kept = [t for t in metadata.sorted_tables if t.name != "heartbeat"]
    with store.reading() as tx:
        return {t.name: sorted((tuple(r) for r in tx.all(select(t))), key=str) for t in kept}


@pytest.mark.postgres
def test_what_was_backed_up_is_there_again_on_the_other_kind_of_database(
    office: Engine, elsewhere: Engine, who: Login, clock: FakeClock, tmp_path: Path
) -> None:
    number = busy(office, who)
    clock.advance(timedelta(minutes=2))
    audit.anchor(office)
    before = contents(office.store)

    made = backups.backup(office, tmp_path / "office.zip")
    instances.start(office, "memo", {"title": "之后的签报"}, who("rlb1"))
    read = backups.restore(elsewhere, tmp_path / "office.zip")

    assert (made, contents(elsewhere.store)) == (read, before)
    assert violations(elsewhere) == []
    assert audit.verify(elsewhere).tampered == ()
    file = files.of_instance(elsewhere, number, people.actor(elsewhere, "rlb1"))[0]
    assert files.get(elsewhere, file.id, people.actor(elsewhere, "rlb1"))[1].read_bytes().endswith("内容".encode())
    # and the office works on: ids and numbers go on where they were
    signer = people.actor(elsewhere, "vp_a")
    item = next(i for i in instances.get(elsewhere, number, signer).items if i.state == "open")
    work.decide(elsewhere, item.id, "approve", signer)
    assert instances.start(elsewhere, "memo", {"title": "新的签报"}, people.actor(elsewhere, "rlb1")).number > number
    assert violations(elsewhere) == []


def restored(office: Engine, clock: FakeClock, file: Path, home: Path) -> Engine:
    key = SecretStr(office.settings.audit_secret().decode())
    settings = Settings(home=home, audit_key=key, smtp_url=office.settings.smtp_url)
    engine = open_engine(now=clock, settings=settings)
    backups.restore(engine, file)
    return engine


@pytest.mark.parametrize("send", [False, True])
def test_after_a_restore_nobody_is_told_again_unless_it_is_wanted(
    sqlite_office: Engine, clock: FakeClock, tmp_path: Path, send: bool
) -> None:
    with Mailbox() as mailbox:
        settings = sqlite_office.settings.model_copy(update={"smtp_url": SecretStr(mailbox.url)})
        office = open_engine(now=clock, settings=settings)
        instances.start(office, "memo", {"title": "关于值班的签报"}, people.actor(office, "rlb1"))
        clock.advance(timedelta(seconds=11))
        backups.backup(office, tmp_path / "office.zip")
        notifications.send_due(office)
        told = list(mailbox.taken)
        office.close()
        assert told

        engine = restored(office, clock, tmp_path / "office.zip", tmp_path / "again")
        clock.advance(timedelta(days=2))
        timers.fire_due(engine)
        notifications.send_due(engine)
        assert mailbox.taken == told, "held until an operator releases it"
        dropped = backups.release(engine, send=send)
        notifications.send_due(engine)

        assert (dropped == 0, len(mailbox.taken) > len(told)) == (send, send)
        # what is new leaves again, a minute after the last message to the same person
        instances.start(engine, "memo", {"title": "新的签报"}, people.actor(engine, "rlb1"))
        clock.advance(timedelta(seconds=61))
        before = len(mailbox.taken)
        notifications.send_due(engine)
        assert len(mailbox.taken) > before
        engine.close()


def test_an_installation_with_people_is_never_written_over(sqlite_office: Engine, tmp_path: Path) -> None:
    backups.backup(sqlite_office, tmp_path / "office.zip")
    before = contents(sqlite_office.store)

    with pytest.raises(Conflict) as refused:
        backups.restore(sqlite_office, tmp_path / "office.zip")

    assert refused.value.reason == "backup.not_empty"
    assert contents(sqlite_office.store) == before


@pytest.mark.parametrize("harm", ["cut", "flipped", "no_about", "missing_table", "lost_rows", "no_archive"])
def test_a_damaged_backup_restores_nothing(sqlite_office: Engine, clock: FakeClock, tmp_path: Path, harm: str) -> None:
    whole, bad = tmp_path / "office.zip", tmp_path / "bad.zip"
    backups.backup(sqlite_office, whole)
    content = whole.read_bytes()
    if harm == "cut":
        bad.write_bytes(content[: len(content) // 2])
    elif harm == "flipped":
        middle = len(content) // 3
        bad.write_bytes(
            content[:middle] + bytes(b ^ 0xFF for b in content[middle : middle + 64]) + content[middle + 64 :]
        )
    elif harm == "no_archive":
        bad.write_bytes(b"nothing")
    else:
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(bad, "w") as target:
            for name in source.namelist():
                if (harm, name) in (("no_about", "about.json"), ("missing_table", "tables/person.jsonl")):
                    continue
                read = source.read(name)
                target.writestr(
                    name, read[: read.index(b"\n") + 1] if (harm, name) == ("lost_rows", "tables/post.jsonl") else read
                )
    engine = open_engine(now=clock, settings=Settings(home=tmp_path / "again"))

    with pytest.raises(BadInput) as refused:
        backups.restore(engine, bad, key_is_lost=True)

    assert refused.value.reason == "backup.broken"
    if (tmp_path / "again" / "sanban.db").exists() and harm not in ("cut", "no_archive", "no_about"):
        with engine.store.reading() as tx:
            filled = {t.name for t in metadata.sorted_tables if tx.scalar(select(func.count()).select_from(t))}
        assert filled <= {
            "calendar_day",
            "calendar_year",
            "heartbeat",
        }  # what migrations put into every new installation
    engine.close()


def test_a_backup_holds_no_key(sqlite_office: Engine, tmp_path: Path) -> None:
    sqlite_office.settings.secret()
    backups.backup(sqlite_office, tmp_path / "office.zip")

    with zipfile.ZipFile(tmp_path / "office.zip") as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())

    assert sqlite_office.settings.audit_secret() not in everything
    assert sqlite_office.settings.secret().encode() not in everything
    assert (tmp_path / "office.zip").stat().st_mode & 0o077 == 0


def test_a_backup_is_not_restored_beside_another_audit_key_by_mistake(
    sqlite_office: Engine, sqlite_schema: Path, tmp_path: Path
) -> None:
    backups.backup(sqlite_office, tmp_path / "office.zip")
    home = tmp_path / "other"
    home.mkdir()
    shutil.copy(sqlite_schema, home / "sanban.db")
    other = open_engine(now=sqlite_office.now, settings=Settings(home=home))

    with pytest.raises(Conflict) as refused:
        backups.restore(other, tmp_path / "office.zip")
    nobody = contents(other.store)
    backups.restore(other, tmp_path / "office.zip", key_is_lost=True)

    assert refused.value.reason == "backup.key"
    assert nobody["person"] == []
    assert contents(other.store)["person"] != []
    other.close()
