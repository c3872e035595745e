"""When what failed is tried again: five attempts, further and further apart, and not all at one instant."""

from datetime import timedelta
from random import Random

WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
MOST_TRIES = len(WAITS) + 1
JITTER = 0.2  # of the wait, more or less: a server that is back is not asked by everybody in one second


def wait_after(tries: int, seed: int) -> timedelta:
    """How long to wait after that many failed attempts; the same ``seed`` waits equally long."""
    share = Random(seed * MOST_TRIES + tries).uniform(1 - JITTER, 1 + JITTER)
    return WAITS[tries - 1] * share
