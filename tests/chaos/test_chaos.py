"""A short storm in every run of the tests; `make chaos` and `make soak` are the long ones."""

import pytest

from tests.chaos.faults import PLANT
from tests.chaos.run import run

SHORT = 5.0


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_nothing_is_lost_or_doubled_while_everything_dies_again_and_again(database: str) -> None:
    outcome = run(database, seconds=SHORT, seed=7)

    assert outcome.violations == [], outcome.line


def test_the_verdict_is_not_blind() -> None:
    outcome = run("sqlite", seconds=SHORT, seed=7, fault="lost-commit")

    assert outcome.violations != [], outcome.line


def test_each_planted_fault_has_a_line_that_says_what_it_does() -> None:
    assert [name for name, plant in PLANT.items() if not plant.__doc__] == []
