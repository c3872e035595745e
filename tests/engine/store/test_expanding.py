"""Migrations only add, so that programs of the version before go on beside it (P12)."""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.examples import play
from engine.runtime import Engine
from engine.store.tables import metadata
from engine.verbs import definitions, doctor
from tests.support.clock import FakeClock
from tests.support.postgres import owning

ROOT = Path(__file__).resolve().parents[3]
VERSIONS = sorted((ROOT / "engine" / "store" / "migrations" / "versions").glob("0*.py"))
TAKES_AWAY = {
    "drop_column", "drop_table", "drop_constraint", "alter_column", "rename_table", "create_check_constraint",
    "create_unique_constraint", "create_exclude_constraint",
}  # fmt: skip
WORDS = ("ALTER ", "DROP ", "RENAME ")
# before the first release, when no program of a version before could be running
BEFORE_RELEASE = {"0007", "0010", "0017"}


def faults(source: str) -> Iterator[str]:
    """What an upgrade does that a program of the version before would stumble over."""
    module = ast.parse(source)
    for node in module.body:
        if not (isinstance(node, ast.FunctionDef) and node.name == "downgrade"):
            yield from (fault for call in ast.walk(node) if isinstance(call, ast.Call) for fault in _of(call))


def _of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in TAKES_AWAY:
        yield f"{name} in line {call.lineno}"
    elif name == "add_column":
        columns = [a for a in call.args if isinstance(a, ast.Call)]
        given = {k.arg: k.value for column in columns for k in column.keywords}
        required = isinstance(given.get("nullable"), ast.Constant) and given["nullable"].value is False  # type: ignore[attr-defined]
        if required and "server_default" not in given:
            yield f"a required column without a default of the database in line {call.lineno}"
    elif name in ("execute", "exec_driver_sql"):
        words = [c.value for c in ast.walk(call) if isinstance(c, ast.Constant) and isinstance(c.value, str)]
        text = " ".join(words).upper()
        yield from (f"{word.strip()} in line {call.lineno}" for word in WORDS if text.lstrip().startswith(word))


@pytest.mark.parametrize("path", VERSIONS, ids=[path.stem for path in VERSIONS])
def test_a_migration_takes_nothing_away(path: Path) -> None:
    found = list(faults(path.read_text(encoding="utf-8")))

    assert bool(found) == (path.stem[:4] in BEFORE_RELEASE), found


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('a', 'b')",
        "batch_op.alter_column('b', nullable=False)",
        "op.add_column('a', sa.Column('b', sa.Integer(), nullable=False))",
        "op.rename_table('a', 'b')",
        "op.create_unique_constraint('u', 'a', ['b'])",
        "op.execute('ALTER TABLE a ALTER COLUMN b SET NOT NULL')",
    ],
)
def test_what_would_break_the_version_before_is_seen(line: str) -> None:
    assert list(faults(f"def upgrade() -> None:\n    {line}\n"))
    assert not list(faults(f"def downgrade() -> None:\n    {line}\n"))


@pytest.mark.parametrize(
    "line",
    [
        "op.add_column('a', sa.Column('b', sa.Integer(), nullable=True))",
        "op.add_column('a', sa.Column('b', sa.Integer(), nullable=False, server_default='0'))",
        "op.create_table('a', sa.Column('b', sa.Integer(), nullable=False))",
        "op.execute('UPDATE a SET b = 1')",
    ],
)
def test_what_only_adds_is_let_through(line: str) -> None:
    assert not list(faults(f"def upgrade() -> None:\n    {line}\n"))


def one_ahead(engine: Engine) -> None:
    """What the rule lets the next version do, all of it: to every table two columns, and a table that refers to it."""
    with engine.store.engine.begin() as connection:
        for table in metadata.sorted_tables:
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN next_note TEXT')
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN next_count INTEGER NOT NULL DEFAULT 0')
            connection.exec_driver_sql(f'CREATE INDEX "ix_next_{table.name}" ON "{table.name}" (next_count, next_note)')
        connection.exec_driver_sql("CREATE TABLE next_thing (id INTEGER PRIMARY KEY, instance_id INTEGER)")
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def ahead(request: pytest.FixtureRequest) -> Engine:
    """A furnished office whose database is one migration ahead of this program."""
    request.getfixturevalue("clock").at("2026-01-05 08:00")
    office: Engine = request.getfixturevalue("sqlite_office" if request.param == "sqlite" else "postgres_office")
    with owning(office) as owner:
        one_ahead(owner)
    return office


def test_this_program_works_on_a_database_one_migration_ahead(ahead: Engine, clock: FakeClock) -> None:
    def set_clock(moment: datetime) -> None:
        clock.set(moment.isoformat())

    definitions.deploy(ahead, definitions.read_folder(ROOT / "processes" / "seal_use"))

    played = [
        play(ahead, set_clock, path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "processes" / "seal_use" / "examples").glob("*.toml"))[:3]
    ]

    assert [fault for one in played for fault in one.faults] == []
    told = {finding.code for finding in doctor.examine(ahead).violations}
    # the server of the tests is not durable and says so; each example begins before what the last one put off
    assert told - {"database.settings", "wait.astray"} == {"database.schema"}
