"""Which bytes of an SQLite file hold something: the rest of a page may decay without anybody losing anything."""

import sqlite3
from pathlib import Path

SIZE = 4096
BTREE, INTERIOR = (2, 5, 10, 13), (2, 5)


def held(path: Path) -> dict[int, list[bool]]:
    """Pages in use by their offset in the file, each byte of theirs by whether it holds something."""
    whole = path.read_bytes()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT pageno, pagetype, unused FROM dbstat").fetchall()
    connection.close()
    found = {}
    for number, kind, unused in rows:
        begin = (number - 1) * SIZE
        page = whole[begin : begin + SIZE]
        found[begin] = (
            [True] * (SIZE - unused) + [False] * unused if kind == "overflow" else _of_tree(page, number == 1)
        )
    return found


def _of_tree(page: bytes, first: bool) -> list[bool]:
    """All but the gap before the cells and what was deleted among them."""
    head = 100 if first else 0
    assert page[head] in BTREE
    cells, content = _two(page, head + 3), _two(page, head + 5)
    begin = head + (12 if page[head] in INTERIOR else 8) + 2 * cells
    holds = [not begin <= at < content for at in range(SIZE)]
    block = _two(page, head + 1)
    while block:
        size = _two(page, block + 2)
        holds[block + 4 : block + size] = [False] * (size - 4)
        block = _two(page, block)
    return holds


def _two(page: bytes, at: int) -> int:
    return int.from_bytes(page[at : at + 2], "big")
