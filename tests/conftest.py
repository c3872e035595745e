"""Fixtures of the whole suite: clock, databases, engine, corpus; the browser's are in support/browser.py."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import FakeClock
from tests.support.postgres import TestPostgres, running_postgres

if TYPE_CHECKING:
    from engine.runtime import Engine

pytest_plugins = ["tests.support.browser"]

ROOT = Path(__file__).resolve().parent.parent


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


@pytest.fixture
def engine(sqlite_url: str, clock: FakeClock, tmp_path: Path) -> Iterator["Engine"]:
    """An engine on an empty SQLite database."""
    yield from _opened(sqlite_url, clock, tmp_path)


@pytest.fixture
def any_engine(database_url: str, clock: FakeClock, tmp_path: Path) -> Iterator["Engine"]:
    """An engine on an empty database of each kind."""
    yield from _opened(database_url, clock, tmp_path)


def _opened(url: str, clock: FakeClock, home: Path) -> Iterator["Engine"]:
    from engine import open_engine

    opened = open_engine(url, now=clock, home=home)
    yield opened
    opened.close()
