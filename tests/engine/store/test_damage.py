"""A damaged database file is told by the check-up, which never fails over it (P8)."""

import random
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Engine
from engine.settings import Settings
from engine.store import registers
from engine.verbs import definitions, doctor, instances, people, work
from tests.support.clock import FakeClock
from tests.support.memo import MEMO
from tests.support.pages import held

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
    definitions.deploy(engine, MEMO)
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
    """2,000 bytes anywhere in a page; where they hold nothing, nothing is lost and nothing has to be told."""
    at_work(engine)
    engine.store.close()
    home, dice = engine.settings.home, random.Random(9)
    whole, pages = (home / "sanban.db").read_bytes(), held(home / "sanban.db")
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    shutil.copy(home / "audit.key", damaged)

    missed, tried = [], 0
    while tried < PAGES:
        begin = dice.choice(sorted(pages))
        first = dice.randrange(len(pages[begin]) - BYTES)
        if not any(pages[begin][first : first + BYTES]):
            continue
        tried += 1
        page = bytearray(whole)
        page[begin + first : begin + first + BYTES] = bytes(b ^ 0xFF for b in page[begin + first :][:BYTES])
        (damaged / "sanban.db").write_bytes(page)
        missed += [] if found(damaged, clock) else [(begin, first)]

    assert missed == []


# where a stretch of text lies: what the names of people, notices, timers and registers turn into is no text any more
TEXTS = (("person", "name"), ("notification", "title"), ("timer", "facts"), ("record", "data"), ("unit", "name"))


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_a_text_whose_bits_were_turned_over_is_found(engine: Engine, clock: FakeClock, table: str, column: str) -> None:
    """Chinese whose bits are turned over is text again, of signs that nobody can type."""
    at_work(engine)
    with engine.store.transaction() as tx:
        row, text = tx.all(sa.text(f"SELECT id, {column} FROM {table} WHERE length({column}) > 1 ORDER BY id"))[0]
        decayed = bytes(b ^ 0xFF for b in text.encode())
        tx.execute(sa.text(f"UPDATE {table} SET {column} = CAST(:t AS TEXT) WHERE id = :i"), {"t": decayed, "i": row})

    codes = {one.code for one in doctor.examine(engine).violations}

    assert codes & {"database.damaged", "record.altered"}


def test_lines_of_a_register_that_were_edited_by_hand_are_told(office: Engine) -> None:
    at_work(office)
    before = {f.code for f in doctor.examine(office).violations}

    with office.store.transaction() as tx:
        for ordinal, change in ((1, "label = 'YZ-009'"), (2, "state = 'destroyed'"), (3, "created_by = NULL")):
            tx.execute(sa.text(f"UPDATE record SET {change} WHERE register = 'seal' AND ordinal = {ordinal}"))

    told = [f.what for f in doctor.examine(office).violations if f.code == "record.altered"]
    assert "record.altered" not in before
    assert told == ["seal #1 YZ-009", "seal #2 YZ-2", "seal #3 YZ-3"]


def at_work(engine: Engine) -> None:
    """An office with people, a case on somebody's desk and a line in a register."""
    if not people.directory(engine).persons:
        load_organisation(engine)
        definitions.deploy(engine, MEMO)
    data = {"title": "关于印章保管的请示", "urgency": "平件"}
    instances.start(engine, "memo", data, people.actor(engine, "rlb1"))
    with engine.store.transaction() as tx:
        for n in (1, 2, 3, 4):
            at, by = engine.now(), people.actor(engine, "rlb1").id
            line = registers.NewLine(label=f"YZ-{n}", state="", data={"印章": "公章"}, instance_id=None, at=at, by=by)
            registers.add(tx, "seal", line)
