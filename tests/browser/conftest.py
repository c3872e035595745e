"""Tests in a browser: on the build server one that failed is run once more, and told of (docs/decisions/073)."""

from pathlib import Path

import pytest

from tests.support import chance

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Called with everything that was collected, not only with what is here."""
    for item in items:
        if chance.BUILD and HERE in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))
