"""An application and callers of its HTTP interface, on the demo office with all shipped packages."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine import open_engine
from engine.demo import PASSWORD
from engine.runtime import Engine
from engine.settings import Settings
from tests.support.clock import FakeClock
from web import create_app


@pytest.fixture
def office(furnished_home: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a copy of the furnished office; Monday 2026-03-09, 09:00."""
    home = tmp_path / "office"
    shutil.copytree(furnished_home, home)
    engine = open_engine(now=clock, settings=Settings(home=home))
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

    def __init__(self, client: FlaskClient, login: str, password: str = PASSWORD) -> None:
        self.client = client
        answer = client.post("/api/v1/tokens", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.get_json()['token']}"}

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        """With a new key for each call, if none is given."""
        sent = {"json": body} if body is not None else {}
        return self.client.post(f"/api/v1{path}", headers=self.keyed(key), **sent, **more)

    def keyed(self, key: str | None = None) -> dict[str, str]:
        """The headers of a call that changes something."""
        return self.headers | {"Idempotency-Key": key or str(uuid4())}

    def mine(self, number: str) -> int:
        """The id of my open item on an instance."""
        items: list[dict[str, Any]] = self.get("/inbox").get_json()["items"]
        return int(next(item["id"] for item in items if item["number"] == number))


@pytest.fixture
def sign(app: APIFlask) -> Sign:
    """A program for a login, each with its own connection."""
    return lambda login: Caller(app.test_client(), login)
