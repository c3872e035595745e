"""Words that the engine brings to pages as constants: what `told` has to find in the catalogue."""

from collections.abc import Iterator


def words() -> Iterator[str]:
    """Each of them once or more; tools/words.py keeps them in the catalogue."""
    yield from ()
