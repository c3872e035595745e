"""What the tests of the packages begin with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import definitions
from tests.support.clock import FakeClock

FOLDER = Path(__file__).resolve().parents[2] / "processes"


@pytest.fixture(scope="session")
def peopled(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo organisation without any process."""
    home = tmp_path_factory.mktemp("peopled")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=FakeClock("2026-01-05 08:00"), settings=Settings(home=home))
    load_organisation(engine)
    engine.close()
    return home / "sanban.db"


def copied(office: Path, home: Path) -> None:
    """The database of an office with the key of its record: under another one everything would be told as altered."""
    for name in ("sanban.db", "audit.key"):
        shutil.copy(office.with_name(name), home)


@pytest.fixture(scope="session")
def stocked(peopled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with every package deployed, made once and copied for each test."""
    home = tmp_path_factory.mktemp("stocked")
    copied(peopled, home)
    engine = open_engine(now=FakeClock("2026-01-05 08:00"), settings=Settings(home=home))
    for manifest in sorted(FOLDER.glob("*/process.toml")):
        definitions.deploy(engine, definitions.read_folder(manifest.parent))
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(stocked: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """The demo organisation with every package deployed, at the beginning of 2026."""
    clock.at("2026-01-05 08:00")
    copied(stocked, tmp_path)
    opened = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield opened
    opened.close()
