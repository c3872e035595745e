"""Who is asked to stop stops: politely, at once when asked again, and by itself when it takes too long (P17)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

PATIENCE = 60.0  # seconds; a bound for what must come, not a measure
HANGING = """
import sys, time
from engine import stopping
stopping.SECONDS, stopping.GRACE = float(sys.argv[1]), 0.0
stop = stopping.stop_at_signal()
print("ready", flush=True)
stop.wait()
print("asked", flush=True)
time.sleep(1000)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, lambda *_: print("heard", flush=True))
print("deaf", flush=True)
while True:
    time.sleep(1000)
"""
KEEPER = f"""
import sys
from engine import stopping
stopping.SECONDS, stopping.GRACE = float(sys.argv[1]), 0.0
with stopping.until_stopped() as programs:
    print("ready", flush=True)
    programs.outcome(programs.run([sys.executable, "-c", {DEAF!r}]))
"""


@contextmanager
def running(program: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """The program, after it has said that it is ready; nothing of it is left afterwards."""
    # as a shell starts what it leaves in the background, which ignores SIGQUIT from then on
    command = ["sh", "-c", 'trap "" QUIT; exec "$0" -c "$1" "$2"', sys.executable, program, str(seconds)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert said(process) == "ready"
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_who_is_asked_twice_goes_at_once() -> None:
    with running(HANGING, 1_000) as process:
        process.send_signal(signal.SIGTERM)
        assert said(process) == "asked"
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 128 + signal.SIGTERM


def test_who_takes_too_long_ends_by_itself_and_says_so() -> None:
    with running(HANGING, 0.2) as process:
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 1
        told = [pipe.read() for pipe in (process.stdout, process.stderr) if pipe is not None]
        assert "cut short" in "".join(told)


@pytest.mark.parametrize("again", [True, False], ids=["asked again", "out of time"])
def test_a_program_that_hears_nothing_is_not_left_behind(again: bool) -> None:
    with running(KEEPER, 1_000 if again else 0.2) as process:
        assert said(process) == "deaf"
        process.send_signal(signal.SIGTERM)
        assert said(process) == "heard"
        if again:
            process.send_signal(signal.SIGTERM)

        process.wait(PATIENCE)
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
