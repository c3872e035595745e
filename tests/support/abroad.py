"""An office whose clocks are put forward and back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from engine import open_engine
from engine.bpmn.expressions import office, settle
from engine.runtime import Engine

NEW_YORK = "America/New_York"


@contextmanager
def opened_abroad(engine: Engine, now: Callable[[], datetime]) -> Iterator[Engine]:
    """The same installation with the zone of New York; afterwards expressions are read as before."""
    before = office()
    opened = open_engine(now=now, settings=engine.settings.model_copy(update={"timezone": NEW_YORK}))
    try:
        yield opened
    finally:
        opened.close()
        settle(before)
