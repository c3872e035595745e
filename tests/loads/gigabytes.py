"""An office of so many bytes: cases that ended and some that wait, rows with their digests, and files on the shelf."""

import hashlib
import math
import os
import random
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy import select

from engine.bench.copies import multiply
from engine.runtime import Engine
from engine.store import shelf
from engine.store.tables import attachment, instance, person, work_item
from engine.verbs import definitions, instances, people, work
from tests.loads import crowd

BYTES = 5_000_000_000
ENDED, WAITING = 54_000, 6_000  # cases of an office of this size: a good fifth of it is rows
FILES = BYTES - 1_150_000_000  # bytes
SMALLEST, LARGEST = 20_000, 3_000_000  # bytes of a file: scans and letters, 600 KB on average
CHUNK = 500
TEXT = "根据工作安排，现将有关事项报请审定，请各部门按职责分工办理并反馈意见。" * 10
FIELD = """
[[field]]
id = "body"
type = "textarea"
label = "正文"
"""
PACKAGE = crowd.PACKAGE | {"forms/form.toml": crowd.PACKAGE["forms/form.toml"] + FIELD.encode()}


def fill(engine: Engine, scale: float, seed: int = 15) -> None:
    """Cases of two kinds and files of theirs, as much as the scale says."""
    definitions.deploy(engine, PACKAGE)
    ended, waiting = _case(engine, "办结件"), _case(engine, "在办件")
    _finish(engine, ended)
    for number, many in ((ended, ENDED), (waiting, WAITING)):
        multiply(engine, number, max(10, round(many * scale)), _retold, notices=True)
    _put_files(engine, round(FILES * scale), random.Random(seed))


def size(engine: Engine) -> tuple[int, int]:
    """Bytes of the database, and of the files on the shelf."""
    files = sum(f.stat().st_size for f in (engine.settings.home / "files").rglob("*") if f.is_file())
    if engine.store.dialect == "sqlite":
        return os.stat(str(engine.store.engine.url.database)).st_size, files
    with psycopg.connect(engine.settings.url().replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(found[0]) if found else 0, files


def _case(engine: Engine, title: str) -> str:
    data = {"title": title, "body": TEXT}
    return instances.start(engine, crowd.KEY, data, people.actor(engine, crowd.STARTER)).number


def _finish(engine: Engine, number: str) -> None:
    mine = select(work_item.c.id).join(instance, instance.c.id == work_item.c.instance_id)
    for performer in (crowd.PERFORMER, crowd.CLERK):
        with engine.store.reading() as tx:
            item = int(tx.scalar(mine.where(instance.c.number == number, work_item.c.state == "open")))
        work.decide(engine, item, "approve", people.actor(engine, performer))


def _retold(table: str, n: int, row: dict[str, Any]) -> None:
    if table == "instance":
        row["title"] = f"{row['title']} {n + 1}"


def _put_files(engine: Engine, total: int, dice: random.Random) -> None:
    with engine.store.reading() as tx:
        cases = [int(row.id) for row in tx.all(select(instance.c.id).order_by(instance.c.id))]
        whose = int(tx.scalar(select(person.c.id).where(person.c.login == crowd.STARTER)))
    group: list[dict[str, Any]] = []
    for content in _contents(total, dice):
        digest = hashlib.sha256(content).hexdigest()
        place = shelf.path_of(engine.settings.home, digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        group.append(_row(engine, dice.choice(cases), whose, digest, len(content)))
        if len(group) == CHUNK:
            _add(engine, group)
            group = []
    _add(engine, group)


def _contents(total: int, dice: random.Random) -> Iterator[bytes]:
    """What cannot be packed any smaller, as scans are; sizes spread evenly over the orders of magnitude."""
    while total > 0:
        many = round(math.exp(dice.uniform(math.log(SMALLEST), math.log(LARGEST))))
        total -= many
        yield os.urandom(many)


def _row(engine: Engine, case: int, whose: int, digest: str, many: int) -> dict[str, Any]:
    about = {"name": "扫描件.pdf", "media_type": "application/pdf", "scan": "passed", "item_id": None}
    return about | {
        "instance_id": case, "size": many, "digest": digest, "uploaded_by": whose, "uploaded_at": engine.now()
    }  # fmt: skip


def _add(engine: Engine, rows: list[dict[str, Any]]) -> None:
    with engine.store.transaction() as tx:
        tx.insert_many(attachment, rows)
