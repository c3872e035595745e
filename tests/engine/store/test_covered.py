"""Every table is judged in one way or another, or it is said why it need not be (docs/decisions/113)."""

import re
from pathlib import Path

from engine.store import covered
from engine.store.tables import metadata

DECISION = next(Path(__file__).parents[3].glob("docs/decisions/113-*.md"))
_ROW = re.compile(r"^\| ([a-z]+) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def listed() -> dict[str, list[str]]:
    """Tables by the way they are judged, as the decision lists them."""
    found: dict[str, list[str]] = {}
    for way, names, _words in _ROW.findall(DECISION.read_text(encoding="utf-8")):
        if way != "way":  # the head
            found.setdefault(way, []).extend(re.findall(r"`(\w+)`", names))
    return found


def test_no_table_is_forgotten_and_none_named_twice() -> None:
    named = sorted(name for names in listed().values() for name in names)

    assert named == sorted(metadata.tables)


def test_the_tables_with_digests_of_their_rows_are_those_of_the_list() -> None:
    rows = {table.name for table in covered.COVERED if not isinstance(table, covered.Part)}

    assert set(listed()["covered"]) == rows
    assert set(listed()) == {"covered", "otherwise", "derived", "none"}


def test_each_covered_column_is_one_and_each_set_has_its_own_mark() -> None:
    for what, names in covered.COVERED.items():
        table = covered.table_of(what)
        assert {*names, covered.column_of(what)} <= set(table.c.keys())
    assert not covered.SECOND & covered.THIRD
    assert set(covered.COVERED) >= covered.THIRD
