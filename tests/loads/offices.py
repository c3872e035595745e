"""Offices that loads are put on: the demo organisation and nothing else, on a database of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Clock, Engine, create
from engine.settings import Settings
from tests.support.premises import premises

DISK, IN_MEMORY = Path(gettempdir()), 0.1


def place(scale: float) -> Path | None:
    """A disk for what is measured; wherever tests keep their files for a little of it."""
    return DISK if scale >= IN_MEMORY else None


@contextmanager
def opened(database: str, *, now: Clock | None = None, below: Path | None = None, **settings: Any) -> Iterator[Engine]:
    """An engine on an office that nobody else works in; ``below``: where its files lie."""
    with premises(database, "sanban-loads-", below) as (home, url):
        engine = open_engine(now=now, settings=Settings(home=home, database_url=url, **settings))
        try:
            create(engine)
            load_organisation(engine)
            yield engine
        finally:
            engine.close()


def beside(engine: Engine, name: str) -> str:
    """The address of another, empty database of the same kind, in the same folder or on the same server."""
    if engine.store.dialect == "sqlite":
        return f"sqlite:///{engine.settings.home}/{name}.db"
    address = engine.settings.url()
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def settle(engine: Engine) -> None:
    """What PostgreSQL does by itself within a minute after many rows came in: looks how many there are."""
    if engine.store.dialect == "postgresql":
        address = engine.settings.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
