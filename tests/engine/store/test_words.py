"""Text becomes words that find Chinese without blanks, numbers of documents, and nothing across a border."""

import pytest

from engine.store.words import BORDER, MOST_WORDS, for_postgresql, for_sqlite, phrases, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("供热请示", ["供热", "热请", "请示", "示"]),
        ("热", ["热"]),
        ("FW-2026-0412", ["fw", "2026", "0412"]),
        ("华远发〔2026〕12号", ["华远", "远发", "发", "2026", "12", "号"]),
        ("ＡＢ１２", ["ab12"]),
        ("供热2号楼", ["供热", "热", "2", "号楼", "楼"]),
        ("  ——！", []),
    ],
)
def test_a_text_becomes_pairs_and_runs(text: str, expected: list[str]) -> None:
    assert words([text]) == [*expected, BORDER]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("供热 请示", [["供热"], ["请示"]]),
        ("供热请示", [["供热", "热请", "请示"]]),
        ("示", [["示"]]),
        ("发〔2026〕12号", [["发", "2026", "12", "号"]]),
        ("fw-2026-04", [["fw", "2026", "04"]]),
        ('"" OR * )', [["or"]]),
        ("   ", []),
    ],
)
def test_a_query_is_one_phrase_for_each_piece(query: str, expected: list[list[str]]) -> None:
    assert phrases(query) == expected


def test_the_operators_of_a_database_are_only_characters() -> None:
    asked = "供热' | x:* \\ \" NEAR("

    assert for_sqlite(asked) == '"供热" * AND "x" * AND "near" *'
    assert for_postgresql(asked) == "('供热':*) & ('x':*) & ('near':*)"


def test_a_book_is_cut_where_positions_end() -> None:
    assert len(words(["一" * 20_000, "二"])) == MOST_WORDS
