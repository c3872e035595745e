"""Virus scanning (A43) and what interrupted uploads leave behind (A40)."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine import open_engine
from engine.errors import BadInput, Conflict
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import files, health, people, quarantine
from tests.support.clock import FakeClock
from tests.support.scanner import EICAR, deaf, scanner

NOBODY = "tcp://127.0.0.1:1"


@contextmanager
def scanning(office: Engine, clock: FakeClock, address: str) -> Iterator[Engine]:
    """The same office with a scanner."""
    settings = Settings(home=office.settings.home, database_url=office.settings.database_url, scanner=address)
    engine = open_engine(now=clock, settings=settings)
    yield engine
    engine.close()


def put(engine: Engine, content: bytes, name: str = "说明.txt") -> files.Stored:
    return files.put(engine, name, [content], people.actor(engine, "rlb1"))


def test_a43_what_the_scanner_knows_is_refused_and_leaves_nothing(office: Engine, clock: FakeClock) -> None:
    with scanner() as address, scanning(office, clock, address) as engine:
        with pytest.raises(BadInput) as refused:
            put(engine, EICAR)

        assert refused.value.reason == "file.infected"
        assert "Eicar-Test-Signature" in refused.value.message_zh
        assert not [p for p in (engine.settings.home / "files").rglob("*") if p.is_file()]
        clean = put(engine, b"clean")
        assert files.get(engine, clean.id, people.actor(engine, "rlb1"))[1].read_bytes() == b"clean"


@pytest.mark.parametrize("away", ["nobody", "deaf"])
def test_a43_while_the_scanner_is_away_files_wait_and_nobody_opens_them(
    office: Engine, clock: FakeClock, away: str
) -> None:
    me = people.actor(office, "rlb1")
    with deaf() as address, scanning(office, clock, NOBODY if away == "nobody" else address) as engine:
        bad, good = put(engine, EICAR), put(engine, b"good")

        for one in (bad, good):
            with pytest.raises(Conflict) as refused:
                files.get(engine, one.id, me)
            assert refused.value.reason == "file.quarantined"
        assert quarantine.rescan(engine) == 0

    with scanner() as address, scanning(office, clock, address) as engine:
        quarantine.keep_clean(engine)

        assert files.get(engine, good.id, me)[0].scan == "passed"
        with pytest.raises(Conflict) as refused:
            files.get(engine, bad.id, me)
        assert refused.value.reason == "file.infected"
        assert quarantine.rescan(engine) == 0
    assert health.state(office).incidents == 1


@pytest.mark.parametrize("address", ["localhost:3310", "http://scanner:3310", "tcp://scanner", "unix://"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(ValueError, match="scanner"):
        Settings(scanner=address)


def test_a40_what_a_killed_process_left_half_written_is_gone_within_a_minute(sqlite_office: Engine) -> None:
    folder = sqlite_office.settings.home / "files"
    kept = put(sqlite_office, b"kept")
    stale, fresh = folder / "upload-stale", folder / "upload-fresh"
    for left in (stale, fresh):
        left.write_bytes(b"half")
    os.utime(stale, (time.time() - 61, time.time() - 61))

    quarantine.keep_clean(sqlite_office)

    assert (stale.exists(), fresh.exists()) == (False, True)
    assert files.get(sqlite_office, kept.id, people.actor(sqlite_office, "rlb1"))[1].is_file()
