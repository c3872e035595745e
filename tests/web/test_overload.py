"""A database that is busy, full or away is answered in words, nothing is half done, and afterwards all goes on."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from apiflask import APIFlask
from sqlalchemy import event

from engine import open_engine
from engine.runtime import Engine
from engine.settings import Settings
from engine.verbs import people, work
from tests.support.clock import FakeClock
from tests.support.rows import everything
from tests.web.cases import HEAD, document, item_of
from tests.web.conftest import Caller
from web import create_app

LENDING = {
    "archive": "HY-2025-D30-0103", "title": "施工合同", "origin_unit": "yyb", "kind": "合同档案",
    "purpose": "核对结算条款", "way": "室内查阅", "until": "2026-03-20",
}  # fmt: skip
BODY = {"outcome": "approve", "opinion": "同意。"}


@pytest.fixture
def impatient(office: Engine) -> Engine:
    """An office that does not wait five seconds for a lock."""

    def hasten(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(office.store.engine, "connect", hasten)
    office.store.close()
    return office


@contextmanager
def locked(office: Engine) -> Iterator[None]:
    with closing(sqlite3.connect(office.settings.home / "sanban.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(office: Engine) -> Iterator[None]:
    """No page more than there is now."""

    def narrow(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(office.store.engine, "connect", narrow)
    office.store.close()
    yield
    event.remove(office.store.engine, "connect", narrow)
    office.store.close()


def test_a_lock_of_somebody_else_is_503_and_the_same_request_goes_through_afterwards(
    impatient: Engine, app: APIFlask, clock: FakeClock
) -> None:
    number = document(impatient, clock)
    item, head = item_of(impatient, number, HEAD), Caller(app.test_client(), HEAD)
    before = everything(impatient)

    with locked(impatient):
        refused = head.post(f"/items/{item}/decision", BODY, key="once")
        looked = head.get(f"/items/{item}")

    assert (refused.status_code, refused.get_json()["code"]) == (503, "http.service_unavailable")
    assert looked.status_code == 200
    assert everything(impatient) == before
    assert head.post(f"/items/{item}/decision", BODY, key="once").status_code == 200


def test_a_full_disk_is_507_and_work_goes_on_when_there_is_room(
    office: Engine, app: APIFlask, clock: FakeClock
) -> None:
    number = document(office, clock)
    item, head = item_of(office, number, HEAD), Caller(app.test_client(), HEAD)
    opinion = {"outcome": "approve", "opinion": "同意。" + "很" * 1_900}
    before = everything(office)

    with full(office):
        refused = head.post(f"/items/{item}/decision", opinion, key="full")

    assert (refused.status_code, refused.get_json()["code"]) == (507, "http.insufficient_storage")
    assert "磁盘空间不足" in refused.get_json()["message_zh"]
    assert everything(office) == before
    assert head.post(f"/items/{item}/decision", opinion, key="full").status_code == 200
    assert work.mine(office, number, people.actor(office, HEAD)) is None


def test_a_flood_of_starts_is_refused_without_waiting_for_whoever_writes(office: Engine, clock: FakeClock) -> None:
    engine = open_engine(now=clock, settings=Settings(home=office.settings.home, starts_per_minute=1))
    caller = Caller(create_app(engine).test_client(), "cwb1")
    body = {"process": "archive_lending", "data": LENDING}
    started = caller.post("/instances", body, key="first")

    with locked(engine):  # whoever had to write would wait five seconds and hear 503
        refused = caller.post("/instances", body, key="second")
    again = caller.post("/instances", body, key="first")

    assert started.status_code == 201, started.text
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate.starts")
    assert (again.status_code, again.get_json()["number"]) == (201, started.get_json()["number"])
    engine.close()
