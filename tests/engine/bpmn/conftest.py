"""The two engines of FEEL: what must hold under both is run under both."""

from collections.abc import Iterator

import pytest

from engine.bpmn.expressions import Office, isolate, settle


@pytest.fixture(params=["subset", "feelin"])
def both_engines(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each engine in turn; the second needs the extra ``feel`` and the bundle, which `make setup` brings."""
    if request.param == "feelin":
        assert isolate.missing() == ""
    before = settle(Office(feel=request.param))
    yield request.param
    settle(before)
