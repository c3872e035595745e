"""What the tests leave to chance, and how a run is repeated: drawn anew at a desk, always the same on the build server.

``.ci/run`` sets CI. A red run must say something about the change and not about luck, so property tests then draw the
same examples every time; at a desk they go on looking for new ones, and what fails prints how to see it again.
"""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, seed, settings

BUILD = "CI" in os.environ  # as hypothesis itself asks
Test = TypeVar("Test", bound=Callable[..., Any])


def settle() -> None:
    """Choose the profile; before any test module is read, because what they set builds on it."""
    # neither profile has a deadline or a check that a busy machine fails
    desk = settings(deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("desk", desk)
    settings.register_profile("build", desk, derandomize=True, database=None)
    settings.load_profile("build" if BUILD else "desk")


def share(number: int) -> Callable[[Test], Test]:
    """Examples of its own for one of several parts of a property, which would all draw the same on the build server."""
    return seed(number) if BUILD else lambda test: test


def told() -> str:
    """The line at the head of a run from which it can be repeated."""
    return f"chance: {settings.get_current_profile_name()}, PYTHONHASHSEED={os.environ.get('PYTHONHASHSEED', 'random')}"
