"""One office for all the attacks of a module: they leave nothing behind, so they can share it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from shutil import copytree

import pytest
from apiflask import APIFlask

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.cases import DRAFTER, HEAD, document, item_of
from tests.web.conftest import Caller
from tests.web.pages import Person
from web import create_app

Unchanged = Callable[[], AbstractContextManager[None]]


@dataclass
class House:
    """An office under attack; who signed in once stays signed in."""

    engine: Engine
    app: APIFlask
    clock: FakeClock
    _callers: dict[str, Caller] = field(default_factory=dict)
    _persons: dict[str, Person] = field(default_factory=dict)

    def caller(self, login: str) -> Caller:
        """A program that speaks for somebody."""
        if login not in self._callers:
            self._callers[login] = Caller(self.app.test_client(), login)
        return self._callers[login]

    def person(self, login: str) -> Person:
        """Somebody in front of the pages."""
        if login not in self._persons:
            self._persons[login] = Person(self.app.test_client(), login)
        return self._persons[login]

    @cached_property
    def number(self) -> str:
        """A document on the desk of the drafter's head."""
        return document(self.engine, self.clock)

    @cached_property
    def item(self) -> int:
        """The head's open item on it."""
        return item_of(self.engine, self.number, HEAD)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing that happens inside may leave a trace in the data."""
        assert self.item  # made before, not inside
        self.caller(HEAD)
        before = everything(self.engine)
        yield
        assert everything(self.engine) == before


@pytest.fixture(scope="module")
def house(furnished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The furnished office; Monday 2026-03-09, 09:00."""
    home, clock = tmp_path_factory.mktemp("attacked") / "office", FakeClock()
    copytree(furnished_home, home)
    engine = open_engine(now=clock, settings=Settings(home=home))
    found = House(engine, create_app(engine), clock)
    found.caller(DRAFTER)
    yield found
    engine.close()
