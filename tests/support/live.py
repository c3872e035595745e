"""The real application behind a real port: demo organisation, shipped packages, a clock that the test moves."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from engine import open_engine
from engine.demo import PASSWORD, load_organisation
from engine.model import Actor
from engine.runtime import Engine
from engine.settings import SHIPPED, Settings
from engine.verbs import definitions, people
from tests.support.clock import FakeClock
from web import create_app


class Live:
    """A running office; what the browser sees can be prepared and checked through the engine behind it."""

    def __init__(self, url: str, engine: Engine, clock: FakeClock) -> None:
        self.url = url
        self.engine = engine
        self.clock = clock

    def actor(self, login: str) -> Actor:
        """A person as the verbs want them."""
        return people.actor(self.engine, login)

    def sign_in(self, page: Page, login: str, path: str = "/") -> None:
        """Sign in through the login page and go on to ``path``."""
        page.goto(f"{self.url}/login?next={path}")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    def open(self, page: Page, path: str) -> None:
        """Go to a page of the office."""
        page.goto(self.url + path)


@pytest.fixture(scope="session")
def furnished_home(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo's people and every shipped package, made once and copied for each test."""
    home = tmp_path_factory.mktemp("live")
    shutil.copy(sqlite_schema, home / "sanban.db")
    engine = open_engine(now=FakeClock(), settings=Settings(home=home))
    load_organisation(engine)
    for folder in sorted(SHIPPED.iterdir()):
        if (folder / "process.toml").exists():
            definitions.deploy(engine, definitions.read_folder(folder))
    engine.close()
    return home


@pytest.fixture
def live(furnished_home: Path, clock: FakeClock, tmp_path: Path) -> Iterator[Live]:
    """A server of its own for one test; Monday 2026-03-09, 09:00 in Shanghai."""
    home = tmp_path / "live"
    shutil.copytree(furnished_home, home)
    engine = open_engine(now=clock, settings=Settings(home=home))
    server = make_server("127.0.0.1", 0, create_app(engine), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.port}", engine, clock)
    server.shutdown()
    thread.join()
    server.server_close()
    engine.close()
