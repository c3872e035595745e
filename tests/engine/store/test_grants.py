"""The account that serves and works owns nothing of the database: what it may, and what it may not."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from engine.cli import main
from engine.errors import BadInput
from engine.runtime import Engine
from engine.store import Store, grants
from engine.store.migrations import revision, upgrade
from engine.verbs import instances
from tests.engine.conftest import Login
from tests.support.postgres import WORKER, TestPostgres

pytestmark = pytest.mark.postgres
OF_THE_OWNER = [
    "CREATE TABLE another (id int)",
    "DROP TABLE work_item",
    "ALTER TABLE work_item ADD COLUMN another int",
    "TRUNCATE house_entry",
    "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE work_item DISABLE TRIGGER ALL",
    "CREATE ROLE another",
    "COPY person TO PROGRAM 'cat'",
    "UPDATE history SET verb = 'approved'",
    "DELETE FROM history",
    "UPDATE alembic_version SET version_num = '0000'",
]


@pytest.fixture
def worker(postgres_office: Engine) -> Store:
    """What the programs that serve and work are connected with."""
    assert postgres_office.store.engine.url.username == WORKER
    return postgres_office.store


@pytest.mark.parametrize("statement", OF_THE_OWNER)
def test_the_account_that_works_changes_nothing_of_the_database_and_no_history(worker: Store, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), worker.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("office", ["postgres"], indirect=True)
def test_the_account_that_works_starts_a_case(office: Engine, who: Login) -> None:
    started = instances.start(office, "memo", {"title": "关于值班的签报", "urgency": "平件"}, who("rlb1"))

    assert [one.verb for one in instances.get(office, started.number, who("rlb1")).history]


def test_tables_that_come_later_are_the_workers_too(postgres: TestPostgres, postgres_schema: str) -> None:
    name = postgres.create(template=postgres_schema)
    owner = Store(postgres.url(name))
    with owner.engine.begin() as connection:
        connection.execute(text("CREATE TABLE another (id int)"))
    worker = Store(postgres.work_url(name))

    with worker.engine.begin() as connection:
        connection.execute(text("INSERT INTO another VALUES (1)"))
        found = connection.execute(text("SELECT id FROM another")).scalars().all()

    owner.close()
    worker.close()
    postgres.drop(name)
    assert found == [1]


def test_who_is_no_account_or_owns_the_database_is_refused(postgres: TestPostgres, postgres_schema: str) -> None:
    name = postgres.create(template=postgres_schema)
    owner = Store(postgres.url(name))

    for role in ("nobody_there", "postgres", 'a"; DROP TABLE person; --'):
        with pytest.raises(BadInput) as refused:
            grants.grant(owner, role)
        assert refused.value.reason == "database.role"

    owner.close()
    postgres.drop(name)


def test_sanban_init_lets_an_account_work_and_says_so_again(
    postgres: TestPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.create()
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.setenv("SANBAN_DATABASE_URL", postgres.url(name))
    monkeypatch.setenv("SANBAN_PROCESSES", str(tmp_path))

    first = CliRunner().invoke(main, ["init", "--work-as", WORKER])
    again = CliRunner().invoke(main, ["init", "--work-as", WORKER])
    monkeypatch.setenv("SANBAN_DATABASE_URL", postgres.work_url(name))
    looked = CliRunner().invoke(main, ["doctor", "--json"])
    upgraded = CliRunner().invoke(main, ["init"])

    postgres.drop(name)
    assert (first.exit_code, again.exit_code) == (0, 0), (first.output, again.output)
    assert '"instances": 0' in looked.output
    assert upgraded.exit_code == 0, upgraded.output  # there was nothing to do


def test_an_owner_who_is_no_superuser_lets_work_and_nobody_else_does(postgres: TestPostgres) -> None:
    name = postgres.create()
    server = Store(postgres.url(name))
    with server.engine.begin() as connection:
        for statement in (
            "DROP ROLE IF EXISTS sanban_deputy",
            "DROP ROLE IF EXISTS sanban_owner",
            "CREATE ROLE sanban_owner LOGIN",
            "CREATE ROLE sanban_deputy LOGIN IN ROLE sanban_owner",
            f"ALTER DATABASE {name} OWNER TO sanban_owner",
        ):
            connection.execute(text(statement))
    owner = Store(make_url(postgres.url(name)).set(username="sanban_owner").render_as_string(hide_password=False))
    upgrade(owner)
    reasons = []
    for store, role in ((server, WORKER), (owner, "sanban_deputy"), (owner, "sanban_owner")):
        with pytest.raises(BadInput) as refused:
            grants.grant(store, role)
        reasons.append(refused.value.reason)
    grants.grant(owner, WORKER)
    worker = Store(postgres.work_url(name))
    with worker.engine.begin() as connection:
        connection.execute(text("DELETE FROM person"))
    with pytest.raises(BadInput):
        grants.grant(worker, WORKER)

    for store in (server, owner, worker):
        store.close()
    postgres.drop(name)
    assert reasons == ["database.role"] * 3


def test_where_everybody_may_make_tables_nobody_is_let_work(postgres: TestPostgres, postgres_schema: str) -> None:
    name = postgres.create(template=postgres_schema)
    owner = Store(postgres.url(name))
    with owner.engine.begin() as connection:
        connection.execute(text("GRANT CREATE ON SCHEMA public TO PUBLIC"))

    with pytest.raises(BadInput) as refused:
        grants.grant(owner, WORKER)

    owner.close()
    postgres.drop(name)
    assert "REVOKE CREATE" in refused.value.hint


def test_who_owns_nothing_is_told_who_upgrades(postgres: TestPostgres) -> None:
    name = postgres.create()
    owner = Store(postgres.url(name))
    upgrade(owner, "0030")
    grants.grant(owner, WORKER)
    worker = Store(postgres.work_url(name))

    with pytest.raises(BadInput) as refused:
        upgrade(worker)
    left = revision(owner)

    owner.close()
    worker.close()
    postgres.drop(name)
    assert (refused.value.reason, left) == ("database.role", "0030")


def test_sqlite_has_no_accounts(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'sanban.db'}")

    with pytest.raises(BadInput) as refused:
        grants.grant(store, WORKER)

    store.close()
    assert refused.value.reason == "database.accounts"
