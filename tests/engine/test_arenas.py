"""A process of many threads keeps to few arenas of the allocator."""

import os
import subprocess
import sys

import pytest

THREADS = 12
SPREAD = f"""
import ctypes, sys, threading
from engine.arenas import limit_arenas
took = limit_arenas() if sys.argv[1] == "limited" else False
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier({THREADS})
def work():
    together.wait()
    libc.malloc(ctypes.c_size_t(70_000))
    together.wait()
threads = [threading.Thread(target=work) for _ in range({THREADS})]
[t.start() for t in threads], [t.join() for t in threads]
out = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, out)
libc.fclose(out)
print("took" if took else "left")
"""


def arenas(how: str, **environment: str) -> tuple[int, str]:
    """How many arenas a process with many threads has, and whether the limit was taken."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    command = [sys.executable, "-c", SPREAD, how]
    told = subprocess.run(
        command, env=plain | environment, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return told.count("<heap nr="), told.split()[-1]


@pytest.mark.skipif(not hasattr(os, "confstr") or "CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="not glibc")
def test_many_threads_share_two_arenas_and_what_an_operator_set_is_left_alone() -> None:
    many, _left = arenas("as it is")
    few, took = arenas("limited")
    set_by_hand, left = arenas("limited", MALLOC_ARENA_MAX="1")
    assert many > few
    assert (few, took) == (2, "took")
    assert (set_by_hand, left) == (1, "left")
