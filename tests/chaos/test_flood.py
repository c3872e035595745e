"""Ten times too many at once are told to come again; who was let in is served, and nothing is lost (P20)."""

import pytest

from tests.chaos.flood import flood


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_tenfold_flood_is_refused_in_words_and_loses_nothing(database: str) -> None:
    outcome = flood(database, seconds=4.0, seed=7)

    assert outcome.violations == [], outcome.line
