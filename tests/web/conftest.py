"""The office of the demo with all shipped packages, made once; an application and callers for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import open_engine
from engine.demo.organisation import PASSWORD, load_organisation
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions
from tests.support.clock import FakeClock
from web import create_app


@pytest.fixture(scope="session")
def furnished(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the people of the demo and every shipped package, copied for each test."""
    home = tmp_path_factory.mktemp("furnished")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=FakeClock(), settings=Settings(home=home))
    load_organisation(engine)
    for folder in sorted(SHIPPED.iterdir()):
        if (folder / "process.toml").exists():
            definitions.deploy(engine, definitions.read_folder(folder), None)
    engine.close()
    return home / "sanban.db"


@pytest.fixture
def office(furnished: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a copy of it; Monday 2026-03-09, 09:00."""
    shutil.copy(furnished, tmp_path / "sanban.db")
    engine = open_engine(now=clock, settings=Settings(home=tmp_path))
    yield engine
    engine.close()


@pytest.fixture
def app(office: Engine) -> APIFlask:
    """The whole application; errors are answered, not raised."""
    return create_app(office)


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


Sign = Callable[[str], "Caller"]


class Caller:
    """A program that speaks for one person."""

    def __init__(self, client: FlaskClient, login: str) -> None:
        self.client = client
        answer = client.post("/api/v1/tokens", json={"login": login, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        sent = {"json": body} if body is not None else {}
        return self.client.post(f"/api/v1{path}", headers=headers, **sent, **more)

    def mine(self, number: str) -> int:
        """The id of my open item on an instance."""
        return next(i["id"] for i in self.get("/inbox").json["items"] if i["number"] == number)  # type: ignore[index]


@pytest.fixture
def sign(app: APIFlask) -> Sign:
    """A program for a login, each with its own connection."""
    return lambda login: Caller(app.test_client(), login)
