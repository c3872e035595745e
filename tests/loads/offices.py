"""Offices that loads are put on: the demo organisation and nothing else, on a database of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from engine import open_engine
from engine.demo import load_organisation
from engine.runtime import Clock, Engine, create
from engine.settings import Settings
from tests.support.premises import premises


@contextmanager
def opened(database: str, *, now: Clock | None = None) -> Iterator[Engine]:
    """An engine on an office that nobody else works in."""
    with premises(database, "sanban-loads-") as (home, url):
        engine = open_engine(now=now, settings=Settings(home=home, database_url=url))
        try:
            create(engine)
            load_organisation(engine)
            yield engine
        finally:
            engine.close()


def settle(engine: Engine) -> None:
    """What PostgreSQL does by itself within a minute after many rows came in: looks how many there are."""
    if engine.store.dialect == "postgresql":
        address = engine.settings.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
