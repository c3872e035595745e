"""Ten programs that upgrade one database at once, nine of which are killed, each at another statement."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.store.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
MANY = 10
NEXT = "9999"
KILLED = -9
# all that a migration may do: columns, indexes and a table are added, and every case is written to
AHEAD = '''"""What the version after this one might add."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in {tables}:
        op.add_column(table, sa.Column("next_note", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("next_count", sa.Integer(), nullable=False, server_default="0"))
        op.create_index("ix_next_" + table, table, ["next_count"])
    op.create_table(
        "next_thing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), sa.ForeignKey("instance.id"), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("UPDATE instance SET next_count = 1")
'''


@dataclass(frozen=True)
class Upgraded:
    """What became of ten migrators: when they began and ended, and how each came out."""

    began: float
    ended: float
    killed: int
    failed: Sequence[str]

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def program_ahead(folder: Path, before: str) -> Path:
    """A copy of the engine with one migration more: the next version."""
    shutil.copytree(ROOT / "engine", folder / "engine")
    tables = tuple(table.name for table in metadata.sorted_tables)
    text = AHEAD.format(revision=NEXT, before=before, tables=tables)
    (folder / "engine" / "store" / "migrations" / "versions" / f"{NEXT}_next.py").write_text(text, encoding="utf-8")
    return folder


def alone(program: Path, url: str) -> int:
    """One upgrade that nobody kills; how many statements it took."""
    process = _started(program, url)
    return int(_told(process)[0])


def spread(statements: int, many: int) -> Sequence[int]:
    """One of so many dies at the first statement, one at the last, the others in between."""
    return [1 + round(n * (statements - 1) / max(1, many - 1)) for n in range(many)]


def in_turn(statements: int, many: int) -> Sequence[int]:
    """Each goes on where the one before died, and dies so much later that there is something left for the last."""
    return [max(1, statements // (many + 1)) + n for n in range(many)]


def at_once(program: Path, url: str, doomed: Sequence[int]) -> Upgraded:
    """All start together, and one more that survives; the others die at these statements of their own."""
    processes = [_started(program, url, died_at) for died_at in (*doomed, 0)]
    for process in processes:
        if process.stdout is None or process.stdout.readline() != b"ready\n":
            raise RuntimeError("a migrator does not come up")
    began = time.monotonic()
    for process in processes[:-1]:
        _go(process)
    # the survivor could be first and leave nothing to do: it goes when there is one more beside it
    while sum(process.poll() is None for process in processes) > 2:
        time.sleep(0.005)
    told = [_told(process, ready=True) for process in processes]
    codes = [process.returncode for process in processes]
    failed = [f"exit code {code}: {said[1][-600:]}" for code, said in zip(codes, told, strict=True) if code > 0]
    return Upgraded(began, time.monotonic(), codes.count(KILLED), failed)


def _started(program: Path, url: str, died_at: int = 0) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.loads.migrating", url, str(died_at)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # the folder it is started in comes first: its engine is the one that upgrades
    return subprocess.Popen(
        command,
        cwd=program,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _go(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None and process.poll() is None:
        with suppress(BrokenPipeError):  # it has died meanwhile
            process.stdin.write(b"go\n")
            process.stdin.flush()


def _told(process: "subprocess.Popen[bytes]", *, ready: bool = False) -> tuple[str, str]:
    """The last line it wrote, and what it said of errors; it has ended then."""
    if process.poll() is None:
        _go(process)
    out, errors = process.communicate(timeout=600)
    lines = out.decode().split() or [""]
    if process.returncode and not ready:
        raise RuntimeError(errors.decode()[-2000:])
    return lines[-1], errors.decode()
