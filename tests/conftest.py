"""Fixtures of the whole suite: clock, databases, engine, corpus; the browser's are in support/browser.py."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import log_lines
from tests.support import chance, thrift
from tests.support.clock import FakeClock
from tests.support.memory import scratch
from tests.support.postgres import WORKER, TestPostgres, running_postgres

if TYPE_CHECKING:
    from engine.runtime import Engine

pytest_plugins = ["tests.support.browser", "tests.support.live"]

ROOT = Path(__file__).resolve().parent.parent

chance.settle()
thrift.settle()
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(scratch()))  # what tmp_path is below


def pytest_report_header() -> str:
    """What is needed to run the same again."""
    return chance.told()


def pytest_configure() -> None:
    """Lines of the log as an installation writes them; pytest keeps those of libraries."""
    log_lines.shape("json")


@pytest.fixture
def clock() -> FakeClock:
    """Monday 2026-03-09, 09:00 in Shanghai, until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of third-party BPMN files and scenarios."""
    folder = Path(os.environ.get("SANBAN_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not folder.is_dir():
        pytest.skip(f"no BPMN corpus at {folder}; set SANBAN_CORPUS")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestPostgres]:
    """One PostgreSQL server for this session or xdist worker."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sanban.db'}"


@pytest.fixture
def postgres_url(postgres: TestPostgres) -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind we support."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables and no rows, migrated once and copied for each test."""
    file = tmp_path_factory.mktemp("schema") / "sanban.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_schema(postgres: TestPostgres) -> str:
    """Name of a PostgreSQL database with our tables and no rows."""
    name = postgres.create()
    _migrate(postgres.url(name), WORKER)
    return name


@pytest.fixture
def sqlite_engine(sqlite_schema: Path, clock: FakeClock, tmp_path: Path) -> Iterator["Engine"]:
    """An engine on SQLite with our tables and no rows."""
    shutil.copy(sqlite_schema, tmp_path / "sanban.db")
    yield from _opened(f"sqlite:///{tmp_path / 'sanban.db'}", clock, tmp_path)


@pytest.fixture
def postgres_engine(
    postgres: TestPostgres, postgres_schema: str, clock: FakeClock, tmp_path: Path
) -> Iterator["Engine"]:
    """An engine on PostgreSQL with our tables and no rows."""
    name = postgres.create(template=postgres_schema)
    yield from _opened(postgres.url(name), clock, tmp_path)
    postgres.drop(name)


@pytest.fixture
def engine(sqlite_engine: "Engine") -> "Engine":
    """What most tests need: an engine on SQLite."""
    return sqlite_engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_engine(request: pytest.FixtureRequest) -> "Engine":
    """An engine on each kind of database."""
    opened: Engine = request.getfixturevalue(f"{request.param}_engine")
    return opened


def _migrate(url: str, role: str = "") -> None:
    from engine.store import Store, grants
    from engine.store.migrations import upgrade

    store = Store(url)
    upgrade(store)
    if role:
        grants.grant(store, role)
    store.close()


def _opened(url: str, clock: FakeClock, home: Path) -> Iterator["Engine"]:
    from engine import open_engine
    from engine.settings import Settings

    opened = open_engine(now=clock, settings=Settings(home=home, database_url=url))
    yield opened
    opened.close()
