"""A damaged database file is told by the check-up, which never fails over it (P8)."""

import random
import shutil
from pathlib import Path

import sqlalchemy as sa

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import definitions, doctor, instances, people, work
from tests.support.clock import FakeClock
from tests.support.memo import MEMO

PAGES = 30
INSTANCES = 12
IN_ONE_PAGE = 900  # longer texts go on in other pages, and do not lie in the file in one piece
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


def test_bytes_turned_over_in_what_people_wrote_are_found(engine: Engine, clock: FakeClock, tmp_path: Path) -> None:
    """SQLite keeps no sums of its pages; what instances hold, decisions, history and packages have digests of ours."""
    load_organisation(engine)
    definitions.deploy(engine, MEMO, None)
    drafter, reviewer = people.actor(engine, "rlb1"), people.actor(engine, "hegao_a")
    for n in range(INSTANCES):
        data = {"title": f"第 {n} 件", "urgency": "平件"}
        number = instances.start(engine, "memo", data, drafter).number
        item = next(i for i in instances.get(engine, number, reviewer).items if i.state == "open")
        work.decide(engine, item.id, "approve", reviewer, opinion=f"同意，第 {n} 件按程序办理。" * 3)
    rows = matter(engine)
    engine.store.close()
    whole, dice = (engine.settings.home / "sanban.db").read_bytes(), random.Random(9)
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    shutil.copy(engine.settings.home / "audit.key", damaged)

    missed = []
    for _ in range(PAGES):
        table, text = dice.choice(rows)
        at = whole.find(text)
        page = bytearray(whole)
        place = at + dice.randrange(len(text))
        page[place] ^= 1 << dice.randrange(7)
        (damaged / "sanban.db").write_bytes(page)
        missed += [] if found(damaged, clock) else [(table, place)]

    assert missed == []


def matter(engine: Engine) -> list[tuple[str, bytes]]:
    """Bytes as they lie in the file of what matters most, each with its table."""
    columns = {
        "instance": ("snapshot", "variables", "visits", "title"),
        "work_item": ("opinion",),
        "history": ("detail", "hash"),
        "definition_file": ("content",),
    }
    with engine.store.reading() as tx:
        return [
            (table, bytes(value) if isinstance(value, bytes) else str(value).encode())
            for table, names in columns.items()
            for name in names
            for (value,) in tx.all(sa.text(f"SELECT {name} FROM {table}"))
            if value is not None and 8 < len(value) < IN_ONE_PAGE
        ]


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
