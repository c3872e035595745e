"""An office to try verbs on: the demo organisation and small packages, set up once and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import open_engine
from engine.demo import load_organisation
from engine.model import Actor
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import definitions, people
from tests.support.clock import FakeClock
from tests.support.joint import JOINT, LINE, MAZE
from tests.support.memo import MEMO, VOTE
from tests.support.outside import Outside, outside
from tests.support.postgres import TestPostgres

Login = Callable[[str], Actor]


@pytest.fixture(scope="session")
def record_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audit key of the copied offices: under another one everything would be told as altered."""
    home = tmp_path_factory.mktemp("key")
    Settings(home=home).audit_secret()
    return home / "audit.key"


def _furnish(url: str, home: Path, key: Path) -> None:
    shutil.copy(key, home)
    engine = open_engine(now=FakeClock(), settings=Settings(home=home, database_url=url))
    load_organisation(engine)
    for package in (MEMO, VOTE, JOINT, LINE, MAZE):
        definitions.deploy(engine, package)
    engine.close()


@pytest.fixture(scope="session")
def furnished_file(sqlite_schema: Path, record_key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite office that tests copy."""
    home = tmp_path_factory.mktemp("office")
    shutil.copy(sqlite_schema, home / "office.db")
    _furnish(f"sqlite:///{home / 'office.db'}", home, record_key)
    return home / "office.db"


@pytest.fixture(scope="session")
def furnished_name(
    postgres: TestPostgres, postgres_schema: str, record_key: Path, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Name of a PostgreSQL office that tests copy."""
    name = postgres.create(template=postgres_schema)
    _furnish(postgres.url(name), tmp_path_factory.mktemp("office"), record_key)
    return name


@pytest.fixture
def sqlite_office(furnished_file: Path, record_key: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """An office on SQLite."""
    shutil.copy(furnished_file, tmp_path / "sanban.db")
    shutil.copy(record_key, tmp_path)
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


@pytest.fixture
def postgres_office(
    postgres: TestPostgres, furnished_name: str, record_key: Path, clock: FakeClock, tmp_path: Path
) -> Iterator[Engine]:
    """An office on PostgreSQL."""
    name = postgres.create(template=furnished_name)
    shutil.copy(record_key, tmp_path)
    engine = open_engine(now=clock, settings=Settings(home=tmp_path, database_url=postgres.work_url(name)))
    yield engine
    engine.close()
    postgres.drop(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest) -> Engine:
    """An office on each kind of database."""
    found: Engine = request.getfixturevalue(f"{request.param}_office")
    return found


@pytest.fixture
def who(office: Engine) -> Login:
    """A person of the office as actor."""
    return lambda login: people.actor(office, login)


@pytest.fixture
def admin(who: Login) -> Actor:
    """Who keeps the system."""
    return who("admin")


@pytest.fixture
def place() -> Iterator[Outside]:
    """Somewhere outside that is called and answers."""
    with outside() as found:
        yield found
