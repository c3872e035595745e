"""Few arenas of the allocator: a process with many threads gives back what it no longer needs.

glibc lends each thread an arena of its own, eight to a core, and what is freed in one is not used by another. Under
`make soak` a web process with two of them stays 10 MB smaller and stops growing (docs/explanation/promises.md, P18).
"""

import ctypes
import os
from contextlib import suppress

ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h of glibc
SET_BY_OPERATOR = "MALLOC_ARENA_MAX"


def limit_arenas() -> bool:
    """Whether the allocator took the limit; other C libraries have none, and what an operator set is left alone."""
    if SET_BY_OPERATOR in os.environ:
        return False
    with suppress(AttributeError, OSError):
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    return False
