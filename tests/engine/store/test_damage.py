"""A damaged database file is told by the check-up, which never fails over it (P8)."""

import random
import shutil
from pathlib import Path

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import doctor
from tests.support.clock import FakeClock

PAGES = 30
BYTES = 2_000


def found(home: Path, clock: FakeClock) -> bool:
    """Whether the check-up says that something is wrong; it never fails itself."""
    engine = open_engine(now=clock, settings=Settings(home=home))
    try:
        return bool(doctor.examine(engine).violations)
    finally:
        engine.close()


def test_a_page_whose_beginning_was_turned_over_is_found(engine: Engine, clock: FakeClock, tmp_path: Path) -> None:
    load_organisation(engine)
    engine.store.close()
    home, dice = engine.settings.home, random.Random(8)
    whole = (home / "sanban.db").read_bytes()
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    shutil.copy(home / "audit.key", damaged)
    used = [at for at in range(0, len(whole), 4096) if any(whole[at : at + 4096])]

    caught = 0
    for _ in range(PAGES):
        page = bytearray(whole)
        begin = dice.choice(used)
        page[begin : begin + BYTES] = bytes(b ^ 0xFF for b in page[begin : begin + BYTES])
        (damaged / "sanban.db").write_bytes(page)
        caught += found(damaged, clock)

    assert caught == PAGES


def test_bytes_turned_over_anywhere_never_make_the_check_up_fail(
    engine: Engine, clock: FakeClock, tmp_path: Path
) -> None:
    """SQLite keeps no sums of its pages, so what lies within a text may go unnoticed; see promises.md."""
    load_organisation(engine)
    engine.store.close()
    whole, dice = (engine.settings.home / "sanban.db").read_bytes(), random.Random(9)
    damaged = tmp_path / "damaged"
    damaged.mkdir()

    caught = 0
    for _ in range(PAGES):
        page = bytearray(whole)
        begin = dice.randrange(4096, len(whole) - BYTES)
        page[begin : begin + BYTES] = bytes(b ^ 0xFF for b in page[begin : begin + BYTES])
        (damaged / "sanban.db").write_bytes(page)
        caught += found(damaged, clock)

    assert caught > 0
