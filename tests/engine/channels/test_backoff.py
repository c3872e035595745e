"""When what failed is tried again."""

import pytest

from engine.channels import MOST_TRIES, WAITS, wait_after


@pytest.mark.parametrize("tries", range(1, MOST_TRIES))
def test_waits_spread_by_a_fifth_and_the_same_message_waits_equally_long(tries: int) -> None:
    waits = [wait_after(tries, seed) for seed in range(1, 501)]
    usual = WAITS[tries - 1]

    assert all(usual * 0.8 <= wait <= usual * 1.2 for wait in waits)
    assert min(waits) < usual * 0.85
    assert max(waits) > usual * 1.15
    assert len(set(waits)) == len(waits)
    assert waits == [wait_after(tries, seed) for seed in range(1, 501)]


def test_five_attempts_in_all() -> None:
    assert MOST_TRIES == 5
    assert [wait.total_seconds() for wait in WAITS] == [10, 60, 600, 3600]
