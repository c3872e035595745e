"""One office for all tests of a module that only look."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from tests.support.clock import FakeClock


def copied_office(furnished: Path, folder: Path) -> Iterator[Engine]:
    """A copy of the furnished office below a folder, open until the tests have ended."""
    home = folder / "office"
    copytree(furnished, home)
    engine = open_engine(now=FakeClock(), settings=Settings(home=home))
    yield engine
    engine.close()
